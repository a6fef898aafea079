//! `fanreply replay` as an operator runs it, on files and on what a running server has recorded; and the
//! recording itself.

mod support;

#[path = "support/server.rs"]
mod server;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use fanreply::model::message::{Content, Event, Format, InboundMessage};
use fanreply::platform::weibo;
use reqwest::StatusCode;
use serde_json::Value;
use server::{Server, fanreply};
use support::{ACCOUNT, Appliance, FAN, Ground};

const OLD: &str = "\
rules:
  - {name: hours, when: {keyword: [几点, 营业]}, reply: 九点开门}
  - {name: address, when: {keyword: 地址}, reply: 中山路}
  - {name: phone, when: {keyword: 电话}, reply: '123'}
  - {name: night, when: {keyword: 早, hours: 22:00-06:00}, reply: 夜里好}
  - {name: vip, when: {keyword: 折扣, sender: 17}, reply: 八折}
  - {name: hello, when: {event: follow}, reply: {one_of: [你好, 您好, 欢迎]}}
";
const NEW: &str = "\
rules:
  - {name: hours, when: {keyword: [几点, 营业, 开门]}, reply: 十点开门}
  - {name: where, when: {keyword: 地址}, reply: 中山路}
  - {name: vip, when: {keyword: 折扣, sender: 17}, reply: 七折}
  - {name: hello, when: {event: follow}, reply: {one_of: [你好, 您好, 欢迎]}}
";

/// The old rules in the usual folder, and the new ones beside it.
fn ground() -> Ground {
    let ground = Ground::with(&[("a.yaml", OLD)]);
    fs::create_dir(ground.path("new")).unwrap();
    fs::write(ground.path("new/a.yaml"), NEW).unwrap();
    ground
}

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let output = fanreply(ground, arguments).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

fn replay(ground: &Ground, file: &str, text: &str, arguments: &[&str]) -> (Option<i32>, String) {
    fs::write(ground.path(file), text).unwrap();
    run(ground, &[&["replay", file, "--new", "new"], arguments].concat())
}

fn json(ground: &Ground, file: &str, text: &str) -> Value {
    let (code, said) = replay(ground, file, text, &["--format", "json"]);
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"))
}

/// Sort, messages, rule before, rule after, and lines of each change.
type Change<'v> = (&'v str, u64, Option<&'v str>, Option<&'v str>, Vec<u64>);

fn changes(replayed: &Value) -> Vec<Change<'_>> {
    let change = |change| {
        let change: &Value = change;
        let samples = change["samples"].as_array().unwrap().iter();
        (
            change["sort"].as_str().unwrap(),
            change["messages"].as_u64().unwrap(),
            change["before"]["rule"].as_str(),
            change["after"]["rule"].as_str(),
            samples.map(|sample| sample["line"].as_u64().unwrap()).collect(),
        )
    };
    replayed["changes"].as_array().unwrap().iter().map(change).collect()
}

const QUESTIONS: &str = "几点开门\n\n营业时间\n地址\n\u{feff}电话\r\n什么时候开门\n\"你好\"\n";

#[test]
fn what_changes_is_told_apart_and_counted() {
    let ground = ground();
    let (code, said) = replay(&ground, "q.txt", QUESTIONS, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("\n4 of 6 answers change\n"), "{said}");
    assert!(said.contains("1 answered in the same words by another rule\n"), "{said}");
    let expected = "2 ×         hours\nbefore      九点开门\nafter       十点开门\nsuch as     几点开门  (line 1)\n            营业时间  (line 3)\n";
    assert!(said.contains(expected), "{said}");
    let (_, said) = replay(&ground, "q.txt", QUESTIONS, &["--lang", "zh"]);
    assert!(said.ends_with("\n6 条消息中，4 条的回复有变化\n"), "{said}");
    let replayed = json(&ground, "q.txt", QUESTIONS);
    assert_eq!((&replayed["messages"], &replayed["changed"]), (&6.into(), &4.into()));
    assert_eq!((&replayed["newly_answered"], &replayed["newly_unanswered"]), (&1.into(), &1.into()));
    assert_eq!(
        changes(&replayed),
        [
            ("newly_unanswered", 1, Some("phone"), None, vec![5]),
            ("newly_answered", 1, None, Some("hours"), vec![6]),
            ("changed", 2, Some("hours"), Some("hours"), vec![1, 3]),
        ]
    );
}

#[test]
fn the_exit_code_speaks_of_changes_only_where_it_is_asked_to() {
    let ground = ground();
    assert_eq!(replay(&ground, "q.txt", QUESTIONS, &["--exit-code"]).0, Some(1));
    assert_eq!(replay(&ground, "q.txt", "地址\n", &["--exit-code"]).0, Some(0));
    assert_eq!(run(&ground, &["replay", "q.txt"]).0, Some(2), "neither folder is named");
    // the folder that is not named is the usual one
    let (code, said) = run(&ground, &["replay", "q.txt", "--old", "rules", "--exit-code"]);
    assert_eq!((code, said.as_str()), (Some(0), "0 of 1 answers change\n"));
}

#[test]
fn every_form_of_a_message_is_read() {
    let ground = ground();
    let push = |content| {
        let message = InboundMessage {
            account: ACCOUNT.parse().unwrap(),
            sender: FAN.parse().unwrap(),
            created_at: "2026-11-23T23:00:00+08:00".parse().unwrap(),
            platform_id: None,
            format: Format::Json,
            content,
        };
        (String::from_utf8(weibo::encode_message(&message)).unwrap(), message)
    };
    let (follow, _) = push(Content::Event(Event::Follow));
    let (night, message) = push(Content::Text("早".to_owned()));
    let xml = InboundMessage { format: Format::Xml, ..message };
    let xml = String::from_utf8(weibo::encode_message(&xml)).unwrap().replace('\n', "");
    let lines = [
        "\"几点\"",
        r#"{"text":"几点"}"#,
        r#"{"text":"折扣","sender_id":17}"#,
        r#"{"text":"折扣"}"#,
        // the same dice in both sets
        &follow,
        // each is decided at its own time: at the fixed moment there is no night
        &night,
        &xml,
        r#"{"text":"早"}"#,
        r#"{"text":"早","received_at":"2026-11-23T15:30:00.5Z"}"#,
        r#"{"type":"wink","receiver_id":1}"#,
    ];
    let replayed = json(&ground, "m.jsonl", &lines.join("\n"));
    assert_eq!((&replayed["messages"], &replayed["left_out"]), (&9.into(), &1.into()));
    assert_eq!(
        changes(&replayed),
        [
            ("newly_unanswered", 3, Some("night"), None, vec![6, 7, 9]),
            ("changed", 2, Some("hours"), Some("hours"), vec![1, 2]),
            ("changed", 1, Some("vip"), Some("vip"), vec![3]),
        ]
    );
}

#[test]
fn bad_lines_are_all_named_and_skipped_only_on_demand() {
    let ground = ground();
    let text = "\"几点\"\n你好\n{\"text\":[]}\n[1]\n{\"text\":\"早\",\"received_at\":\"gestern\"}\n{\"te\n";
    let (code, said) = replay(&ground, "m.jsonl", text, &[]);
    assert_eq!(code, Some(1));
    for number in 2..=6 {
        assert!(said.contains(&format!("line {number}: ")), "{said}");
    }
    assert!(said.contains("error: 5 lines cannot be read") && !said.contains("answers change"), "{said}");
    let (code, said) = replay(&ground, "m.jsonl", text, &["--skip"]);
    assert_eq!(code, Some(0));
    assert!(said.ends_with("5 lines skipped that cannot be read\n1 of 1 answers changes\n"), "{said}");
    let (_, said) = replay(&ground, "m.jsonl", &"x\n".repeat(5_000), &["--lang", "zh"]);
    assert!(said.contains("第 20 行：") && said.contains("……还有 4980 行"), "{said}");
    assert!(!said.contains("第 21 行"), "{said}");
    let (_, said) = replay(&ground, "m.jsonl", "\"几点\"\n你好\n", &[]);
    assert!(said.ends_with("error: 1 line cannot be read: mend it, or leave it out with --skip (plain texts belong into a file that ends in .txt)\n"), "{said}");
    let (_, said) = replay(&ground, "m.jsonl", "\"几点\"\n你好\n", &["--skip"]);
    assert!(said.contains("1 line skipped that cannot be read\n"), "{said}");
    assert!(run(&ground, &["replay", "nowhere.txt", "--new", "new"]).1.contains("cannot read nowhere.txt"));
}

#[test]
fn a_list_of_questions_is_read_as_editors_save_it() {
    let ground = ground();
    let text = "你们几点开门\r\n营业时间\r\n地址\r\n";
    let utf16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
        [mark, &text.encode_utf16().flat_map(order).collect::<Vec<u8>>()].concat()
    };
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    for bytes in [gbk, utf16(u16::to_le_bytes, b"\xFF\xFE"), utf16(u16::to_be_bytes, b"\xFE\xFF")] {
        fs::write(ground.path("q.txt"), bytes).unwrap();
        let (code, said) = run(&ground, &["replay", "q.txt", "--new", "new"]);
        assert!(code == Some(0) && said.contains("such as     你们几点开门  (line 1)\n"), "{said}");
        assert!(said.ends_with("\n2 of 3 answers change\n"), "{said}");
    }
    // one bad line among good ones is named, and the others can be had
    let mixed = [text.as_bytes(), b"\xFF\xFF\n"].concat();
    fs::write(ground.path("q.txt"), mixed).unwrap();
    let (code, said) = run(&ground, &["replay", "q.txt", "--new", "new"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("line 4: it is not saved as UTF-8"), "{said}");
    assert!(
        said.ends_with("error: 1 line cannot be read: save the file as UTF-8, or leave it out with --skip\n"),
        "{said}"
    );
    assert_eq!(run(&ground, &["replay", "q.txt", "--new", "new", "--skip"]).0, Some(0));
}

/// The old rules and the new ones, for one question.
fn follow_ups(old: &str, new: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let ground = ground();
    let rule = |step: &str| {
        format!(
            "rules:\n  - name: order\n    when: {{keyword: 几点}}\n    reply: 好\n    follow_up: {{after: 1h, text: 还在吗, {step}}}\n  - {{name: thanks, when: {{exact: 谢谢}}, reply: 不客气}}\n"
        )
    };
    ground.write("a.yaml", &rule(old));
    fs::write(ground.path("new/a.yaml"), rule(new)).unwrap();
    replay(&ground, "q.txt", "几点\n", arguments)
}

#[test]
fn the_terms_of_a_follow_up_are_a_part_of_the_answer() {
    for (old, new, before, after) in [
        ("unless: sender_replied", "", "还在吗 (unless the fan replies before)\n", "还在吗\n"),
        (
            "unless: sender_replied",
            "unless: {answered_by: thanks}",
            "unless the fan replies",
            "unless \"thanks\" answers",
        ),
        ("hours: 09:00-20:00", "hours: 09:00-21:00", "(hours: 09:00-20:00)", "(hours: 09:00-21:00)"),
        ("", "days: [mon, tue]", "还在吗\n", "(days: mon, tue)"),
        ("again: keep", "again: add", "还在吗 (again: keep)", "还在吗 (again: add)"),
    ] {
        let (code, said) = follow_ups(old, new, &["--exit-code"]);
        assert!(code == Some(1) && said.ends_with("\n1 of 1 answers changes\n"), "{said}");
        assert!(said.contains(before) && said.contains(after), "{said}");
    }
    let both = [
        "unless: [sender_replied, {answered_by: thanks}]",
        "unless: [{answered_by: thanks}, sender_replied]",
    ];
    assert_eq!(follow_ups(both[0], both[1], &[]).1, "0 of 1 answers change\n");
    let (_, said) = follow_ups("unless: sender_replied", "", &["--format", "json"]);
    let replayed: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(replayed["changes"][0]["before"]["follow_ups"][0]["terms"], "unless the fan replies before");
    assert_eq!(replayed["changes"][0]["after"]["follow_ups"][0]["terms"], "");
}

#[test]
fn a_new_name_that_cancels_what_is_pending_is_told() {
    let ground = ground();
    let rules = "rules:\n  - name: order\n    when: {keyword: 几点}\n    reply: 好\n    follow_up: {after: 1h, text: 还在吗}\n  - {name: plain, when: {exact: 谢谢}, reply: 不客气}\n";
    ground.write("a.yaml", rules);
    fs::write(ground.path("new/a.yaml"), rules.replace("order", "orders").replace("plain", "thanks"))
        .unwrap();
    let (code, said) = replay(&ground, "q.txt", "几点\n", &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("\nfollow-ups that are pending are cancelled, because the new rules have no rule of this name: order\n0 of 1 answers change\n"), "{said}");
    assert_eq!(json(&ground, "q.txt", "几点\n")["rules_gone_with_follow_ups"], serde_json::json!(["order"]));
}

#[test]
fn of_each_sort_the_most_frequent_changes_are_shown() {
    let ground = ground();
    let gone: String = (0..60)
        .map(|number| format!("  - {{name: g{number}, when: {{exact: 甲{number}}}, reply: x}}\n"))
        .collect();
    ground.write("a.yaml", &format!("{OLD}{gone}"));
    let asked: String = (0..60).map(|number| format!("甲{number}\n")).collect();
    let (_, said) = replay(&ground, "q.txt", &format!("{asked}{}", "几点\n".repeat(1_000)), &[]);
    assert!(said.contains("Newly unanswered: 60\n"), "{said}");
    assert!(said.contains("… and 10 rarer changes (10 ×); --format json has them all\n\nAnswered otherwise: 1,000\n\n1,000 ×     hours\n"), "{said}");
    assert!(said.contains("(line 50)") && !said.contains("(line 51)"), "{said}");
}

#[test]
fn messages_come_by_the_standard_input_too() {
    let ground = ground();
    let mut command = fanreply(&ground, &["replay", "-", "--new", "new"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // many batches, over all workers
    let lines = "\"几点\"\n\"地址\"\n".repeat(40_000);
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert!(said.ends_with("\n40,000 of 80,000 answers change\n"), "{said}");
    assert!(
        said.contains("such as     几点  (line 1)\n            几点  (line 3)\n            几点  (line 5)"),
        "{said}"
    );
}

#[test]
fn a_folder_that_would_not_be_served_is_shown_with_its_mistakes() {
    let ground = ground();
    fs::write(ground.path("new/a.yaml"), "rules:\n  - when: {keywrod: a}\n    reply: b\n").unwrap();
    let (code, said) = replay(&ground, "q.txt", QUESTIONS, &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("\"keyword\"") && said.contains("error: the rules in new would not be served"),
        "{said}"
    );
}

#[test]
fn of_several_accounts_with_their_own_rules_one_is_named() {
    let ground = ground().without("FANREPLY_APP_SECRET");
    let accounts = "accounts:\n  - {name: shop, id: 11, app_secret: x, rules: rules}\n  - {name: news, id: 12, app_secret: x, rules: new}\n";
    fs::write(ground.path("fanreply.yaml"), accounts).unwrap();
    let lines = "{\"text\":\"几点\",\"receiver_id\":11}\n{\"text\":\"几点\",\"receiver_id\":12}\n{\"text\":\"几点\",\"receiver_id\":99}\n";
    let (code, said) = replay(&ground, "m.jsonl", lines, &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("shop, news; choose one with --account"), "{said}");
    let (_, said) = replay(&ground, "m.jsonl", lines, &["--account", "shop"]);
    assert!(said.contains("1 left out") && said.ends_with("2 of 2 answers change\n"), "{said}");
}

/// What is recorded, as the admin side hands it out.
async fn recent(appliance: &Appliance) -> (StatusCode, String) {
    let address = format!("{}/api/messages/recent", appliance.admin());
    let answer = appliance.client.get(address).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn forget(appliance: &Appliance) -> String {
    let address = format!("{}/api/forget?sender={FAN}", appliance.admin());
    appliance.client.post(address).send().await.unwrap().text().await.unwrap()
}

#[test]
fn what_a_server_recorded_is_replayed() {
    let ground = ground().set("FANREPLY_RECORD", "100");
    let server = Server::start(&ground);
    for text in ["几点", "地址", "什么"] {
        assert_eq!(run(&ground, &["push", text]).0, Some(0));
    }
    assert_eq!(run(&ground, &["push", "电话", "--xml"]).0, Some(0));
    let (code, said) = run(&ground, &["replay", "--new", "new"]);
    assert!(code == Some(0) && said.ends_with("\n2 of 4 answers change\n"), "{said}");
    assert!(said.contains("such as     电话  (message 4)"), "{said}");
    // a restart forgets nothing
    assert_eq!(server.stop(), Some(0));
    assert!(run(&ground, &["replay", "--new", "new"]).1.contains("no server answers there"));
    let server = Server::start(&ground);
    assert!(run(&ground, &["replay", "--new", "new"]).1.ends_with("\n2 of 4 answers change\n"));
    assert!(run(&ground, &["forget", FAN]).1.ends_with(", 4 rows on disk\n"));
    assert_eq!(run(&ground, &["replay", "--new", "new"]).1, "0 of 0 answers change\n");
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_recording_holds_what_was_answered_and_tells_a_fallback_apart() {
    let rules = "rules:
  - {name: hours, when: {keyword: 几点}, reply: 九点开门}
  - {name: lines, when: {keyword: 地址}, reply: [中山路, 地铁二号线]}
  - {name: quiet, when: {keyword: 广告}, silent: true}
  - {name: later, fallback: true, reply: 稍后回复您}
  - {name: pressed, when: {link: 'https://example.com/'}, reply: '{% for a in range(400) %}谢{% endfor %}'}
";
    let ground =
        Ground::with(&[("a.yaml", rules)]).set("FANREPLY_RECORD", "9").set("FANREPLY_ACCESS_TOKEN", "t");
    let appliance = ground.start().await;
    for text in ["几点", "地址", "广告", "天气"] {
        appliance.say(text).await;
    }
    // a pressed link opens no window, so that only the first message of a long answer arrives
    appliance.push(&appliance.message(Content::Event(Event::View("https://example.com/".to_owned())))).await;
    let lines = recent(&appliance).await.1;
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told = lines.map(|line| format!("{} {}", line["outcome"], line["answers"])).collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            r#""answered" ["九点开门"]"#,
            r#""answered" ["中山路","地铁二号线"]"#,
            r#""silent" null"#,
            r#""fallback" ["稍后回复您"]"#,
            &format!(r#""answered" ["{}"]"#, "谢".repeat(300))
        ]
    );
    let metrics = appliance.app.metrics.encode();
    assert!(metrics.contains("fanreply_messages_total{kind=\"text\",outcome=\"fallback\"} 1\n"), "{metrics}");
    appliance.app.stop().await;
}

#[test]
fn an_answer_that_only_a_fallback_gives_now_is_a_change_of_its_own() {
    let ground = ground();
    fs::write(ground.path("new/b.yaml"), "rules:\n  - {fallback: true, reply: 稍后回复您}\n").unwrap();
    let replayed = json(&ground, "q.txt", QUESTIONS);
    assert_eq!((&replayed["newly_fallback"], &replayed["newly_unanswered"]), (&2.into(), &0.into()));
    let (_, said) = replay(&ground, "q.txt", QUESTIONS, &[]);
    assert!(said.contains("Newly answered by a fallback alone: 2\n"), "{said}");
}

#[tokio::test]
async fn a_recording_holds_each_message_once_with_what_became_of_it() {
    let ground = ground().set("FANREPLY_RECORD", "3");
    let appliance = ground.start().await;
    appliance.say("几点").await;
    let message = appliance.message(Content::Text("天气".to_owned()));
    for _ in 0..3 {
        appliance.push(&message).await;
    }
    let (status, lines) = recent(&appliance).await;
    assert_eq!(status, StatusCode::OK);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [hours, weather] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((&hours["rule"], &hours["outcome"]), (&"hours".into(), &"answered".into()));
    assert_eq!((&hours["text"], &hours["sender_id"].to_string().as_str()), (&"几点".into(), &FAN));
    assert_eq!((&weather["rule"], &weather["outcome"]), (&Value::Null, &"unanswered".into()));
    for text in ["一", "二", "三"] {
        appliance.say(text).await;
    }
    let (_, lines) = recent(&appliance).await;
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.lines().next().unwrap().contains("\"text\":\"一\""), "{lines}");
    appliance.app.stop().await;
}

#[tokio::test]
async fn what_is_still_on_its_way_to_the_disk_is_forgotten_too() {
    let ground = ground().set("FANREPLY_RECORD", "1000");
    let appliance = ground.start().await;
    for number in 0..50 {
        appliance.say(&format!("几点 {number}")).await;
    }
    assert!(forget(&appliance).await.contains("\"rows\":50"));
    assert_eq!(recent(&appliance).await, (StatusCode::OK, String::new()));
    appliance.app.stop().await;
}

#[tokio::test]
async fn nothing_is_recorded_unless_it_is_switched_on_and_what_was_goes_when_it_is_switched_off() {
    let ground = ground().set("FANREPLY_RECORD", "10");
    let appliance = ground.start().await;
    // the rules themselves are in the file too
    appliance.say("几点？我是王五").await;
    appliance.app.stop().await;
    let ground = ground.set("FANREPLY_RECORD", "off");
    let appliance = ground.start().await;
    appliance.say("营业到几点").await;
    assert_eq!(recent(&appliance).await.0, StatusCode::NOT_FOUND);
    assert_eq!(appliance.app.store.recent_after(0, 10).await, Ok(vec![]));
    appliance.app.stop().await;
    let db = fs::read(ground.path("data/fanreply.db")).unwrap();
    assert!(!db.windows("王五".len()).any(|bytes| bytes == "王五".as_bytes()), "it is still in the file");
}

#[tokio::test]
async fn what_fans_wrote_is_behind_the_password() {
    let ground = ground().set("FANREPLY_RECORD", "10").set("FANREPLY_ADMIN_PASSWORD", "open sesame");
    let appliance = ground.start().await;
    appliance.say("几点").await;
    assert_eq!(recent(&appliance).await, (StatusCode::UNAUTHORIZED, String::new()));
    let address = format!("{}/api/messages/recent", appliance.admin());
    let answer = appliance.client.get(address).basic_auth("admin", Some("open sesame")).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("几点"));
    let public = format!("{}/api/messages/recent", appliance.public());
    assert_eq!(appliance.client.get(public).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_long_recording_comes_in_pages() {
    let ground = ground().set("FANREPLY_RECORD", "5000");
    let appliance = ground.start().await;
    let line = |number: i64| fanreply::store::RecentLine {
        sender: FAN.parse().unwrap(),
        received_at: support::noon(),
        line: format!("{{\"text\":\"{number}\"}}"),
    };
    appliance.app.store.keep_recent((0..4_500).map(line).collect(), 5_000).await.unwrap();
    let mut next = Some("/api/messages/recent".to_owned());
    let mut sizes = Vec::new();
    while let Some(path) = next {
        let answer = appliance.client.get(format!("{}{path}", appliance.admin())).send().await.unwrap();
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        next = link.map(|link| link.split(['<', '>']).nth(1).unwrap().to_owned());
        sizes.push(answer.text().await.unwrap().lines().count());
    }
    assert_eq!(sizes, [2_000, 2_000, 500]);
    let arguments = ["replay", "--new", "new", "--old", "rules"];
    let mut command = fanreply(&ground, &arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0 of 4,500 answers change\n");
    appliance.app.stop().await;
}
