//! The commands as an operator or a script runs them: the real binary, its output and its exit codes.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{FAN, Ground, rule};

const HELLO: (&str, &str) =
    ("a.yaml", "rules:\n  - name: hello\n    when: {keyword: 你好}\n    reply: 您好\n    examples: [你好]\n");

/// The binary, in an environment of its own.
fn fanreply(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    command.env_clear().env("LANG", "C.UTF-8").current_dir(folder).args(arguments);
    command
}

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let output = fanreply(&ground.path(""), arguments).output().unwrap();
    (output.status.code(), said(&output))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn json(ground: &Ground, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = fanreply(&ground.path(""), arguments).output().unwrap();
    let value = serde_json::from_slice(&output.stdout);
    (output.status.code(), value.unwrap_or_else(|_| panic!("{}", said(&output))))
}

/// A server in a process of its own, and its first screen; it is killed when it is dropped.
struct Server(Child, #[allow(dead_code)] BufReader<ChildStdout>, String);

impl Server {
    fn start(ground: &Ground) -> Self {
        Self::start_with(ground, &[])
    }

    fn start_with(ground: &Ground, variables: &[(&str, &str)]) -> Self {
        let mut command = fanreply(&ground.path(""), &["serve"]);
        command.env("FANREPLY_LISTEN", "127.0.0.1:0").env("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0");
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut screen = String::new();
        // the first screen is printed when messages are answered
        while !screen.contains("fanreply push") {
            assert!(stdout.read_line(&mut screen).unwrap() > 0, "the server ended");
        }
        Self(child, stdout, screen)
    }

    fn signal(&self, name: &str) {
        let killed = Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    fn wait(&mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        let status = self.0.wait().unwrap();
        (status.code(), began.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until what is asked for holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        #[allow(clippy::disallowed_methods)] // another process is waited for
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn commands_are_shown_as_they_have_to_be_typed_here() {
    let ground = Ground::with(&[("a.yaml", "rules:\n  - when: {keyword: 开门}\n    replly: 九点\n")]);
    let called = |program: &str, arguments: &[&str]| {
        let output = fanreply(&ground.path(""), arguments).arg0(program).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let said = called("./fanreply", &["check"]);
    assert!(said.contains("what a code means: ./fanreply check --explain F"), "{said}");
    assert!(called("../my bin/fanreply", &["init"]).contains(": \"../my bin/fanreply\" init my-rules"));
    assert!(called("./fanreply", &["check", "-h"]).contains("\n  ./fanreply check my-rules --strict\n"));
    assert!(called("./fanreply", &["check", "nowhere"]).contains("`./fanreply init nowhere`"));
    assert!(called("/fanreply", &["push", "你好"]).contains("/fanreply serve"));
    assert!(called("fanreply", &["check"]).contains("means: fanreply check"));
    // what machines read names the program
    assert!(!called("./fanreply", &["check", "--format", "json"]).contains("./fanreply"));
}

#[test]
fn check_says_whether_a_folder_could_be_served() {
    let ground = Ground::with(&[HELLO]);
    let (code, text) = run(&ground, &["check"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 rule, 1 example passed, 0 errors, 0 warnings"), "{text}");
    ground.write("b.yaml", "rules:\n  - when: {keywrod: 再见}\n    reply: 走好\n");
    let (code, text) = run(&ground, &["check", "rules", "--lang", "zh"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("b.yaml:2:12") && text.contains("是不是想写“keyword”？"), "{text}");
    assert_eq!(run(&ground, &["check", "--nonsense"]).0, Some(2));
    assert_eq!(run(&ground, &["check", "nowhere"]).0, Some(1));
}

#[test]
fn a_code_is_explained_in_the_operators_language() {
    let ground = Ground::with(&[HELLO, ("b.yaml", "rules:\n  - when: {keywrod: 再见}\n    reply: 走好\n")]);
    let (_, text) = run(&ground, &["check"]);
    assert!(
        text.ends_with("what a code means: fanreply check --explain F131, or docs/diagnostics.md\n"),
        "{text}"
    );
    let (code, text) = run(&ground, &["check", "--explain", "F131"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.starts_with("F131 Error: ") && text.contains("    rules:\n      - when: {keyword: 你好}"),
        "{text}"
    );
    assert!(!text.contains("```") && !text.contains("**"), "{text}");
    assert_eq!(run(&ground, &["check", "--explain", "131"]).1, text);
    let (_, chinese) = run(&ground, &["check", "--explain", "f131", "--lang", "zh"]);
    assert!(chinese.contains("不认识的字段绝不会跳过"), "{chinese}");
    let (code, text) = run(&ground, &["check", "--explain", "F1131"]);
    assert!(code == Some(1) && text.contains("did you mean F1"), "{text}");
}

#[test]
fn check_as_json_is_the_contract() {
    let ground = Ground::with(&[("a.yaml", "rules:\n  - when: {keyword: 你好}\n    repply: 您好\n")]);
    let (code, value) = json(&ground, &["check", "--format", "json"]);
    assert_eq!((code, &value["ok"], &value["rules"]), (Some(1), &false.into(), &0.into()));
    let first = &value["diagnostics"][0];
    assert_eq!(first["code"], "F131");
    assert_eq!((&first["severity"], &first["file"]), (&"error".into(), &"a.yaml".into()));
    assert_eq!((&first["line"], &first["column"]), (&3.into(), &5.into()));
    assert!(first["message"].as_str().unwrap().contains("repply"));
    assert!(first["help"].as_str().unwrap().contains("\"reply\""));
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_panic() {
    let ground = Ground::with(&[("a.yaml", &"rules: 坏了\n".repeat(400))]);
    let mut command = fanreply(&ground.path(""), &["check"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), said(&output)), (Some(1), String::new()));
}

#[test]
fn warnings_count_where_they_are_asked_to() {
    let ground =
        Ground::with(&[("a.yaml", "rules:\n  - when: {keyword: 地址}\n    reply: [中山路, 再见]\n")]);
    assert_eq!(run(&ground, &["check"]).0, Some(0));
    assert_eq!(run(&ground, &["check", "--strict"]).0, Some(1));
}

#[test]
fn test_ends_with_a_line_that_counts() {
    let ground = Ground::with(&[HELLO]);
    let (code, text) = run(&ground, &["test"]);
    assert_eq!((code, text.lines().last()), (Some(0), Some("1 passed, 0 failed")));
    let failing = HELLO.1.replace("examples: [你好]", "examples: [您好, {say: 你好, reply: 再见}]");
    ground.write("a.yaml", &failing);
    let (code, text) = run(&ground, &["test", "--lang", "zh"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("0 passed, 2 failed") && text.contains("预期：再见"), "{text}");
}

#[test]
fn explain_names_the_winner_and_why_the_others_do_not_answer() {
    let rules = "rules:\n  - name: night\n    when: {keyword: 开门, hours: '21:00-09:00'}\n    reply: 明天九点\n  - name: day\n    when: {keyword: 开门}\n    reply: 现在开着\n  - name: late\n    when: {keyword: 开门}\n    reply: 轮不到\n    follow_up: {after: 2h, text: 还在吗}\n";
    let ground = Ground::with(&[("a.yaml", rules)]);
    let at = |hour: &str| format!("2026-11-23T{hour}:00:00+08:00");
    let (code, value) = json(&ground, &["explain", "几点开门", "--at", &at("12"), "--format", "json"]);
    assert_eq!((code, &value["rule"]), (Some(0), &"day".into()));
    assert_eq!(value["reply"], serde_json::json!({"type": "text", "text": "现在开着"}));
    let steps = value["steps"].as_array().unwrap();
    assert_eq!(
        steps.iter().map(|step| step["matched"].as_bool().unwrap()).collect::<Vec<_>>(),
        [false, true, true]
    );
    assert!(steps[0]["why"].as_str().unwrap().contains("21:00-09:00"));
    let (_, value) = json(&ground, &["explain", "几点开门", "--at", "2026-11-23 23:00", "--format", "json"]);
    assert_eq!(value["rule"], "night");
    let (_, value) = json(&ground, &["explain", "--event", "follow", "--format", "json"]);
    assert_eq!((&value["rule"], &value["reply"]["type"]), (&Value::Null, &"none".into()));
    let (code, text) = run(&ground, &["explain", "几点开门", "--at", &at("12"), "--lang", "zh"]);
    assert_eq!(code, Some(0));
    for part in ["day", "现在开着", "✗ night", "✓ late", "也匹配"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(run(&ground, &["explain"]).0, Some(1));
}

#[test]
fn explain_names_a_switched_off_rule_that_would_have_matched() {
    let rules = "rules:\n  - name: holiday\n    enabled: false\n    when: {keyword: 开门}\n    reply: 放假\n  - name: other\n    enabled: false\n    when: {keyword: 价格}\n    reply: 九十九\n  - name: hello\n    when: {message: text}\n    reply: 您好\n";
    let ground = Ground::with(&[("a.yaml", rules)]);
    let text = run(&ground, &["explain", "几点开门"]).1;
    assert!(text.contains("switched off") && text.contains("✓ holiday") && !text.contains("other"), "{text}");
    assert!(run(&ground, &["explain", "几点开门", "--lang", "zh"]).1.contains("已停用"));
    let (_, value) = json(&ground, &["explain", "几点开门", "--format", "json"]);
    assert_eq!((&value["rule"], &value["switched_off"][0]["rule"]), (&"hello".into(), &"holiday".into()));
    assert!(!run(&ground, &["explain", "你好"]).1.contains("switched off"));
    // a text without words, as `message: text` is in an example
    assert_eq!(json(&ground, &["explain", "--message", "text", "--format", "json"]).1["rule"], "hello");
}

#[test]
fn explain_shows_what_was_found_and_all_that_failed() {
    let rules = "rules:\n  - name: night\n    when: {keyword: 开门, hours: '21:00-09:00', days: sun}\n    reply: 明天九点\n  - name: day\n    when: {keyword: [一一, 二二, 三三, 四四, 五五, 营业時間], hours: '09:00-21:00'}\n    reply: 现在开着\n    follow_up: {after: 2h, unless: sender_replied, text: 还在吗}\n  - name: order\n    when: {regex: '单号\\d+'}\n    reply: 查到了\n";
    let ground = Ground::with(&[("a.yaml", rules)]);
    let explain = |text: &str, more: &[&str]| {
        let arguments = ["explain", text, "--at", "2026-11-23T12:00:00+08:00"];
        run(&ground, &[&arguments, more].concat()).1
    };
    let text = explain("开门的\u{200B}营业 时间？", &[]);
    for part in [
        "开门的⟨U+200B⟩营业",
        "compared as 开门的营业时间?",
        "open until 2026-11-25 12:00",
        "五五, … → \"营业時間\"",
        "            hours: 09:00-21:00",
        "2026-11-23 14:00, in 2 h (unless the fan replies before)",
        "needs: hours: 21:00-09:00; days: sun",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let text = explain("我的单号007", &["--lang", "zh"]);
    assert!(text.contains("→ “单号007”") && text.contains("需要：keyword: 开门，并且 hours"), "{text}");
    assert!(explain("", &["--mention", "status"]).contains("one reply only, until 2026-11-25 12:00"));
    assert!(
        explain("嗨", &["--format", "json"]).contains("\"window_closes\": \"2026-11-25T12:00:00+08:00\"")
    );
}

#[test]
fn help_in_chinese_has_no_word_of_the_parser_in_english() {
    let ground = Ground::with(&[]);
    let (code, said) = run(&ground, &["-h", "--lang", "zh"]);
    assert!(code == Some(0) && said.contains("-V, --version") && said.contains("显示版本"), "{said}");
    assert!(!said.contains("Options:") && !said.contains("Print"), "{said}");
    assert!(run(&ground, &["--version", "--lang", "zh"]).1.starts_with("fanreply 0."));
}

#[test]
fn explain_shows_days_in_the_authors_words_and_says_whose_holidays_are_not_known() {
    let rules = "rules:\n  - name: 放假\n    when: {keyword: 开门, days: [法定节假日, 周一至周三]}\n    reply: 放假\n  - name: 平时\n    when: {keyword: 开门}\n    reply: 开着\n";
    let ground = Ground::with(&[("a.yaml", rules)]);
    let explain =
        |at: &str, more: &[&str]| run(&ground, &[&["explain", "开门吗", "--at", at], more].concat()).1;
    let known = explain("2026-02-19 10:00", &["--lang", "zh"]);
    assert!(known.contains("days: 法定节假日, 周一至周三") && !known.contains("还不知道"), "{known}");
    let unknown = explain("2099-02-19 10:00", &["--lang", "zh"]);
    assert!(unknown.contains("还不知道 2099 年的放假安排"), "{unknown}");
    assert!(unknown.contains("需要：days: 法定节假日, 周一至周三"), "{unknown}");
    let json = explain("2099-02-19 10:00", &["--format", "json"]);
    assert!(json.contains("\"unknown_holidays\": \"the holidays of 2099 are not known"), "{json}");
}

#[test]
fn of_very_many_rules_explain_lists_those_that_came_near() {
    let other = |n| format!("  - name: r{n}\n    when: {{keyword: 词语{n}号}}\n    reply: 好\n");
    let others: String = (0..40).map(other).collect();
    let near = "  - name: near\n    when: {keyword: 开门, hours: '21:00-09:00'}\n    reply: 明天九点\n";
    let ground = Ground::with(&[("a.yaml", &format!("rules:\n{others}{near}"))]);
    let explain = |more: &[&str]| {
        let arguments = ["explain", "几点开门", "--at", "2026-11-23T12:00:00+08:00"];
        run(&ground, &[&arguments, more].concat()).1
    };
    let text = explain(&[]);
    assert!(text.contains("✗ near") && text.contains("40 more") && !text.contains("✗ r0"), "{text}");
    assert_eq!(explain(&["--all"]).matches("✗ r").count(), 40);
}

#[test]
fn explain_shows_follow_ups_with_their_times() {
    let rules = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: [好的, 马上]\n    follow_up: [{after: 2h, text: 还在吗}, {after: 1h, hours: '09:00-10:00', days: sun, text: 来不及}]\n";
    let ground = Ground::with(&[("a.yaml", rules)]);
    let (_, value) =
        json(&ground, &["explain", "下单", "--at", "2026-11-23T12:00:00+08:00", "--format", "json"]);
    assert_eq!(value["then"][0]["text"], "马上");
    assert_eq!(value["follow_ups"][0]["due"], "2026-11-23T14:00:00+08:00");
    assert_eq!(value["follow_ups"][0]["reply"]["text"], "还在吗");
    assert_eq!(value["follow_ups"][1]["due"], Value::Null, "no Sunday in the window");
}

#[test]
fn init_writes_rules_that_pass_and_overwrites_nothing() {
    let ground = Ground::with(&[]);
    let (code, text) = run(&ground, &["init", "mine"]);
    let next = "run `fanreply check mine` and `fanreply serve --rules mine`";
    assert!(text.contains(next), "{text}");
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(run(&ground, &["check", "mine"]).0, Some(0));
    assert_eq!(run(&ground, &["test", "mine"]).0, Some(0));
    let before = fs::read_to_string(ground.path("mine/10-welcome.yaml")).unwrap();
    fs::write(ground.path("mine/10-welcome.yaml"), "# mine now\n").unwrap();
    assert_eq!(run(&ground, &["init", "mine"]).0, Some(1));
    assert_ne!(fs::read_to_string(ground.path("mine/10-welcome.yaml")).unwrap(), before);
}

#[test]
fn a_newcomer_pushes_edits_and_pushes_again() {
    let ground = Ground::with(&[HELLO]);
    let mut server = Server::start(&ground);
    assert_eq!(run(&ground, &["push", "你好"]), (Some(0), "您好\n".to_owned()));
    assert_eq!(run(&ground, &["push", "你好", "--xml"]), (Some(0), "您好\n".to_owned()));
    assert_eq!(run(&ground, &["push", "--event", "follow"]).1, "(no reply)\n");
    ground.write("a.yaml", &rule("你好", "改好了"));
    until("the edited rule answers", || run(&ground, &["push", "你好"]).1 == "改好了\n");
    assert_eq!(run(&ground, &["healthcheck"]), (Some(0), "ok\n".to_owned()));
    let (code, text) = run(&ground, &["forget", FAN]);
    assert_eq!(code, Some(0), "{text}");
    server.signal("-TERM");
    assert_eq!(server.wait().0, Some(0));
    assert_eq!(run(&ground, &["healthcheck"]).0, Some(1));
    assert_eq!(run(&ground, &["push", "你好"]).0, Some(1));
}

#[test]
fn a_hangup_reloads_now() {
    let ground = Ground::with(&[HELLO]);
    let server = Server::start(&ground);
    ground.write("a.yaml", &rule("你好", "改好了"));
    server.signal("-HUP");
    until("the edited rule answers", || run(&ground, &["push", "你好"]).1 == "改好了\n");
}

#[test]
fn a_request_in_flight_is_answered_before_the_server_stops() {
    let ground = Ground::with(&[HELLO]);
    let mut server = Server::start(&ground);
    let listening: Value =
        serde_json::from_slice(&fs::read(ground.path("data/listen.json")).unwrap()).unwrap();
    let secret = fs::read_to_string(ground.path("data/development-secret")).unwrap();
    let query = support::signed(secret.trim(), fanreply::clock::Clock::System.now());
    let body = format!(
        "{{\"type\":\"text\",\"receiver_id\":1,\"sender_id\":{FAN},\"created_at\":1795500000,\"text\":\"你好\"}}"
    );
    let mut stream = TcpStream::connect(listening["public"].as_str().unwrap()).unwrap();
    let head = format!(
        "POST /callback?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let (first, second) = body.split_at(10);
    stream.write_all(format!("{head}{first}").as_bytes()).unwrap();
    // the server has seen the request when it answers another one that came later
    let (code, text) = run(&ground, &["push", "你好"]);
    assert_eq!(code, Some(0), "{text}");
    server.signal("-TERM");
    until("nothing new is accepted", || run(&ground, &["healthcheck"]).0 == Some(1));
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("%E6%82%A8%E5%A5%BD"), "{answer}");
    let (code, time) = server.wait();
    assert_eq!(code, Some(0));
    assert!(time < Duration::from_secs(10));
}

#[test]
fn what_hinders_a_start_is_one_clear_line_and_exit_code_1() {
    let ground = Ground::with(&[HELLO]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let start = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = fanreply(&ground.path(""), &[&["serve"], arguments].concat());
        command.env("FANREPLY_LISTEN", "127.0.0.1:0").env("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0");
        command.env("FANREPLY_LOG", "off").envs(variables.iter().copied());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    type Case<'c> = (&'c [(&'c str, &'c str)], &'c [&'c str], &'c str);
    let cases: [Case; 5] = [
        (&[("FANREPLY_LISTEN", &address)], &[], "in use already"),
        (&[], &["--rules", "nowhere"], "nowhere"),
        (&[("FANREPLY_SEND_RATE", "fast")], &[], "FANREPLY_SEND_RATE"),
        (&[("FANREPLY_LISTEN", "0.0.0.0:0")], &[], "FANREPLY_APP_SECRET"),
        (&[("FANREPLY_ADMIN_LISTEN", "0.0.0.0:0")], &[], "FANREPLY_ADMIN_PASSWORD"),
    ];
    for (variables, arguments, expected) in cases {
        let (code, text) = start(variables, arguments);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(expected) && text.trim_end().lines().count() <= 3, "{text}");
    }
    let (_, text) = start(&[("FANREPLY_LISTEN", "0.0.0.0:8080")], &["--lang", "zh"]);
    assert!(text.contains("FANREPLY_LISTEN：请把 FANREPLY_APP_SECRET"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    ground.write("a.yaml", "rules: 坏了\n");
    let (code, text) = start(&[], &["--strict"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("F142"), "{text}");
}

#[test]
fn wrong_usage_is_said_in_the_operators_language() {
    let ground = Ground::with(&[HELLO]);
    let cases: [(&[&str], &str, &str); 10] = [
        (
            &["explain", "订单", "123", "号"],
            "needs quotation marks",
            "多了“号”：含有空格的句子或名字要用英文引号括起来",
        ),
        (
            &["explain", "订单", "123"],
            "needs quotation marks: fanreply explain \"订单 123\"",
            "没有“123”这个文件夹；含有空格的句子要用英文引号括起来：fanreply explain \"订单 123\"",
        ),
        (&["chek"], "some similar subcommands exist", "没有“chek”这个命令，是不是想写“check”？"),
        (&["chat", "--foo"], "unexpected argument '--foo'", "没有“--foo”这个选项"),
        (&["check", "--stric"], "exists: '--strict'", "没有“--stric”这个选项，是不是想写“--strict”？"),
        (
            &["check", "--format", "xml"],
            "invalid value 'xml'",
            "“--format <FORMAT>”不能写“xml”，可以写：text、json",
        ),
        (&["chat", "--at"], "a value is required", "“--at <TIME>”后面还没有写内容"),
        (
            &["explain", "--menu", "a", "--link", "b"],
            "cannot be used with",
            "“--menu <KEY>”不能和“--link <URL>”一起写",
        ),
        (&["import", "csv"], "<FILE>", "还要写：<FILE>"),
        (&[], "requires a subcommand", "“fanreply”后面还要写一个命令，可以写：serve、check"),
    ];
    for (arguments, english, chinese) in cases {
        let (code, said) = run(&ground, &[&["--lang", "en"], arguments].concat());
        assert!(code == Some(2) && said.contains(english), "{said}");
        let (code, said) = run(&ground, &[&["--lang", "zh"], arguments].concat());
        assert!(code == Some(2) && said.contains(chinese), "{said}");
        let english = ["error", "Usage", "OPTIONS", "COMMAND", "tip:", "possible"];
        assert!(!english.iter().any(|word| said.contains(word)), "{said}");
    }
    let (code, help) = run(&ground, &["--lang", "zh", "check", "-h"]);
    assert!(code == Some(0) && help.contains("用法：fanreply check [选项] [DIR]"), "{help}");
    assert!(!help.contains("possible values"), "{help}");
}

/// Listens in the place of a server, hands every request on to the real one, and keeps what it was told.
struct Impostor {
    address: String,
    told: Arc<Mutex<String>>,
}

impl Impostor {
    fn before(real: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, told) = (listener.local_addr().unwrap().to_string(), Arc::<Mutex<String>>::default());
        let heard = told.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                heard.lock().unwrap().push_str(&request);
                let Ok(mut server) = TcpStream::connect(&real) else { continue };
                let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
                let _ = server.write_all(request.as_bytes());
                let mut answer = Vec::new();
                let _ = server.read_to_end(&mut answer);
                let _ = stream.write_all(&answer);
            }
        });
        Self { address, told }
    }
}

#[test]
fn a_command_says_nothing_to_one_who_has_not_proved_to_be_the_server_of_its_data_folder() {
    let ground = Ground::with(&[HELLO]);
    let server = Server::start_with(&ground, &[("FANREPLY_ADMIN_PASSWORD", "hunter2")]);
    let commands: [&[&str]; 3] =
        [&["forget", FAN], &["replay", "--old", "rules", "--new", "rules"], &["push", "你好"]];
    let run = |arguments: &[&str], data: &str| {
        let mut command = fanreply(&ground.path(""), arguments);
        command.env("FANREPLY_ADMIN_PASSWORD", "hunter2").env("FANREPLY_APP_SECRET", secret(&ground));
        let output = command.args(["--data", data]).output().unwrap();
        (output.status.code(), said(&output))
    };
    let (code, said) = run(commands[0], "data");
    assert!(
        code == Some(0) && said.starts_with("forgotten: 0 answers in memory, 0 rows on disk\n"),
        "{said}"
    );
    assert!(run(commands[2], "data").1.contains("您好"));
    let noted = ground.path("data/listen.json");
    let listening: Value = serde_json::from_slice(&fs::read(&noted).unwrap()).unwrap();
    let impostor = Impostor::before(listening["admin"].as_str().unwrap().to_owned());
    let stale = format!("{{\"public\":\"{0}\",\"admin\":\"{0}\"}}", impostor.address);
    fs::write(&noted, &stale).unwrap();
    // a folder in which no server has ever made a key
    fs::create_dir(ground.path("elsewhere")).unwrap();
    fs::write(ground.path("elsewhere/listen.json"), stale).unwrap();
    for data in ["data", "elsewhere"] {
        for arguments in commands {
            let (code, said) = run(arguments, data);
            assert!(code == Some(1) && said.contains("is not the server of the data folder"), "{said}");
        }
    }
    let told = impostor.told.lock().unwrap().clone();
    assert_eq!(told.matches("GET /api/proof?challenge=").count(), 6, "{told}");
    for secret in ["uthorization", "signature", FAN, "forget", "messages"] {
        assert!(!told.contains(secret), "{told}");
    }
    drop(server);
    // the address of the settings is enough for a push, but never for a password
    fs::remove_file(&noted).unwrap();
    let (code, said) = run(commands[0], "data");
    assert!(code == Some(1) && said.contains("no server answers there"), "{said}");
}

#[test]
fn a_proxy_of_the_environment_is_told_at_the_start_and_a_token_is_not_sent_in_plain_text() {
    let ground = Ground::with(&[HELLO]);
    let gateway = ("FANREPLY_API_BASE", "http://gateway.example/weibo");
    let variables = [
        gateway,
        ("FANREPLY_ACCESS_TOKEN", "2.00SECRET"),
        ("http_proxy", "http://u:hunter2@proxy.example:3128"),
    ];
    let refused = fanreply(&ground.path(""), &["serve"]).envs(variables).output().unwrap();
    let text = said(&refused);
    assert!(refused.status.code() == Some(1) && text.contains("set FANREPLY_API_PLAIN_HTTP=yes"), "{text}");
    let told = |more: &[(&str, &str)]| {
        let server = Server::start_with(
            &ground,
            &[&variables[..], &[("FANREPLY_API_PLAIN_HTTP", "yes")], more].concat(),
        );
        server.2.clone()
    };
    let text = told(&[]);
    let warning =
        "go through the proxy http://proxy.example:3128 of the environment (it can read the access token)";
    assert!(text.contains(warning) && !text.contains("hunter2"), "{text}");
    assert!(!told(&[("NO_PROXY", "gateway.example")]).contains("proxy"));
    assert!(
        !told(&[("FANREPLY_API_BASE", "http://127.0.0.1:1")]).contains("proxy"),
        "what is here is called directly"
    );
    let text =
        told(&[("FANREPLY_API_BASE", "https://gateway.example"), ("https_proxy", "proxy.example:3128")]);
    assert!(text.contains("over TLS, so it cannot read the access token"), "{text}");
}

/// The development secret of the server.
fn secret(ground: &Ground) -> String {
    fs::read_to_string(ground.path("data/development-secret")).unwrap()
}
