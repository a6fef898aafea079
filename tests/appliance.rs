//! The whole appliance over real sockets: what the platform sends and gets, and what an operator sees.

mod support;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fanreply::model::message::{Content, Event, Format, InboundMessage};
use fanreply::platform::weibo;
use jiff::SignedDuration;
use reqwest::StatusCode;
use support::{ACCOUNT, Appliance, FAN, Ground, SECRET, noon, rule, signed};
use tokio::task::JoinSet;

const HELLO: (&str, &str) = ("a.yaml", "rules:\n  - when: {keyword: 你好}\n    reply: 您好\n");

async fn get(appliance: &Appliance, url: &str) -> (StatusCode, String) {
    let answer = appliance.client.get(url).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_echo_comes_back_byte_for_byte_when_the_owner_saves_the_url() {
    let appliance = Ground::with(&[HELLO]).start().await;
    let url = format!("{}/callback?{}&echostr=dnPdpTZz85", appliance.public(), appliance.signed());
    assert_eq!(get(&appliance, &url).await, (StatusCode::OK, "dnPdpTZz85".to_owned()));
    let unsigned = format!("{}/callback?echostr=dnPdpTZz85", appliance.public());
    assert_eq!(get(&appliance, &unsigned).await, (StatusCode::FORBIDDEN, String::new()));
}

#[tokio::test]
async fn a_message_is_answered_in_the_format_it_came_in() {
    let appliance = Ground::with(&[HELLO]).start().await;
    for (format, begins) in [(Format::Json, "{\"result\":true"), (Format::Xml, "<xml>")] {
        let message = InboundMessage { format, ..appliance.message(Content::Text("你好吗".to_owned())) };
        appliance.clock.advance(SignedDuration::from_secs(1));
        let (status, body) = appliance.push_body("/callback", weibo::encode_message(&message)).await;
        assert_eq!(status, StatusCode::OK);
        assert!(body.starts_with(begins), "{body}");
        assert_eq!(weibo::decode_reply(body.as_bytes()).unwrap().unwrap().rendered(), "您好");
    }
}

#[tokio::test]
async fn a_signature_that_is_wrong_missing_malformed_or_stale_is_refused_without_a_word() {
    let ground = Ground::with(&[HELLO]);
    let appliance = ground.start().await;
    let hour = SignedDuration::from_mins(61);
    let (early, late) = (noon().checked_sub(hour).unwrap(), noon().checked_add(hour).unwrap());
    let refused = [
        String::new(),
        signed("another secret", noon()),
        signed(SECRET, early),
        signed(SECRET, late),
        signed(SECRET, noon()).replace("signature=", "signature=x"),
        signed(SECRET, noon()).replace("timestamp=", "timestamp=x"),
        "signature=0&timestamp=1&nonce=2".to_owned(),
    ];
    let body = weibo::encode_message(&appliance.message(Content::Text("你好".to_owned())));
    for query in refused {
        let url = format!("{}/callback?{query}", appliance.public());
        let answer = appliance.client.post(&url).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{query}");
        assert_eq!(answer.text().await.unwrap(), "");
    }
    for at in [noon().checked_sub(SignedDuration::from_mins(59)).unwrap(), noon()] {
        let seconds = at.as_second().to_string();
        let signature = weibo::signature::sign(&SECRET.into(), &seconds, "1");
        let url =
            format!("{}/callback?signature={signature}&timestamp={seconds}&nonce=1", appliance.public());
        let answer = appliance.client.post(&url).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "ten digits are seconds");
    }
}

#[tokio::test]
async fn what_cannot_be_understood_gets_its_status_and_one_line() {
    let appliance = Ground::with(&[HELLO]).start().await;
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let bodies = ["", "  ", "hello", "[]", "{", "<xml>", "{}", deep.as_str(), "<!DOCTYPE x><xml></xml>"];
    for body in bodies {
        let (status, line) = appliance.push_body("/callback", body.to_owned()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body:.20}");
        assert_eq!(line.trim_end().lines().count(), 1, "{line}");
    }
    let (status, _) = appliance.push_body("/callback", vec![b' '; (1 << 20) + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let url = format!("{}/callback?{}", appliance.public(), appliance.signed());
    let answer = appliance.client.put(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(get(&appliance, &format!("{}/else", appliance.public())).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn unknown_kinds_and_the_accounts_own_messages_are_let_pass_in_silence() {
    let appliance = Ground::with(&[HELLO]).start().await;
    for kind in ["\"type\":\"video\"", "\"type\":\"event\",\"data\":{\"subtype\":\"future\"}"] {
        let body = format!(
            "{{{kind},\"receiver_id\":{ACCOUNT},\"sender_id\":{FAN},\"created_at\":\"Mon Nov 23 12:00:00 +0800 2026\",\"text\":\"x\"}}"
        );
        assert_eq!(appliance.push_body("/callback", body).await, (StatusCode::OK, String::new()));
    }
    let own = InboundMessage {
        sender: ACCOUNT.parse().unwrap(),
        ..appliance.message(Content::Text("你好".to_owned()))
    };
    assert_eq!(appliance.push(&own).await, None);
    let metrics = appliance.app.metrics.encode();
    assert!(metrics.contains("fanreply_ignored_total{reason=\"unknown_kind\"} 2"), "{metrics}");
    assert!(metrics.contains("fanreply_ignored_total{reason=\"own_message\"} 1"), "{metrics}");
}

#[tokio::test]
async fn several_accounts_are_told_apart_by_path_receiver_and_secret() {
    let ground = Ground::with(&[(
        "a.yaml",
        "rules:\n  - when: {keyword: 你好, account: shop}\n    reply: 商店\n  - when: {keyword: 你好, account: news}\n    reply: '{{ account.name }}'\n  - when: {keyword: 你好, account: rest}\n    reply: 其他\n",
    )]);
    std::fs::write(
        ground.path("fanreply.yaml"),
        "listen: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\naccounts:\n  - {name: shop, id: 3600001001, app_secret: secret-of-the-shop, rules: rules}\n  - {name: news, id: 3600001002, app_secret: secret-of-the-news, rules: rules}\n  - {name: rest, app_secret: secret-of-the-rest, rules: rules}\n",
    )
    .unwrap();
    let app = {
        let sources = fanreply::config::Sources {
            file: Some(ground.path("fanreply.yaml")),
            data: Some(ground.path("data")),
            serves: true,
            ..Default::default()
        };
        let settings = fanreply::config::load(&sources).unwrap().0;
        fanreply::app::App::start(settings, Default::default()).await.unwrap()
    };
    let client = support::client();
    let push = async |path: &str, secret: &str, receiver: u64, text: &str| {
        let now = fanreply::clock::Clock::System.now();
        let body = format!(
            "{{\"type\":\"text\",\"receiver_id\":{receiver},\"sender_id\":{FAN},\"created_at\":\"Mon Nov 23 12:00:00 +0800 2026\",\"text\":\"{text}\"}}"
        );
        let url = format!("http://{}{path}?{}", app.listening.public, signed(secret, now));
        let answer = client.post(url).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap();
        let reply = if status == 200 { weibo::decode_reply(&body).unwrap() } else { None };
        (status, reply.map(|reply| reply.rendered()).unwrap_or_default())
    };
    let (shop, news) = ("secret-of-the-shop", "secret-of-the-news");
    assert_eq!(push("/callback/shop", shop, 3600001001, "你好1").await, (200, "商店".to_owned()));
    assert_eq!(push("/callback", news, 3600001002, "你好2").await, (200, "news".to_owned()));
    assert_eq!(push("/callback/shop", shop, 3600001002, "你好3").await.0, 404, "another receiver");
    assert_eq!(push("/callback/shop", news, 3600001001, "你好4").await.0, 403, "another's secret");
    assert_eq!(push("/callback", news, 3600001001, "你好5").await.0, 404, "signed for another account");
    let rest = "secret-of-the-rest";
    assert_eq!(push("/callback", rest, 3600001003, "你好7").await, (200, "其他".to_owned()), "whoever else");
    for path in ["/callback", "/callback/rest"] {
        assert_eq!(push(path, rest, 3600001001, "你好8").await.0, 404, "one that has an account of its own");
    }
    assert_eq!(push("/callback/none", shop, 3600001001, "你好6").await.0, 404, "no such account");
    app.stop().await;
}

#[tokio::test]
async fn a_repeat_gets_the_same_answer_even_after_a_reload_and_in_the_other_format() {
    let ground = Ground::with(&[HELLO]);
    let appliance = ground.start().await;
    let message = appliance.message(Content::Text("你好".to_owned()));
    let first = appliance.push(&message).await;
    ground.write("a.yaml", "rules:\n  - when: {keyword: 你好}\n    reply: 新的回答\n");
    appliance.app.reload().await;
    assert_eq!(appliance.push(&message).await, first, "a repeat of the platform");
    let other = appliance.message(Content::Text("你好啊".to_owned()));
    assert_eq!(
        appliance.push(&other).await.unwrap().rendered(),
        "新的回答",
        "another message of the same second"
    );
    assert!(appliance.app.metrics.encode().contains("fanreply_repeats_total 1"));
}

#[tokio::test]
async fn an_edited_file_answers_the_next_message_and_a_broken_one_changes_nothing() {
    let ground = Ground::with(&[HELLO]);
    let appliance = ground.start().await;
    assert_eq!(appliance.say("你好").await, "您好");
    ground.write("a.yaml", "rules:\n  - when: {keyword: 你好}\n    reply: 改好了\n");
    appliance.until("the edited file answers", async || appliance.say("你好").await == "改好了").await;
    for broken in
        ["rules:\n  - when: {keywrod: 你好}\n    reply: 坏了\n", "", "# 只有注释\n", "rules:\n  - whe"]
    {
        ground.write("a.yaml", broken);
        appliance.until("the fault is reported", async || !appliance.app.folders[0].report().is_good()).await;
        assert_eq!(appliance.say("你好").await, "改好了");
        ground.write("a.yaml", "rules:\n  - when: {keyword: 你好}\n    reply: 改好了\n");
        appliance.until("it is good again", async || appliance.app.folders[0].report().is_good()).await;
    }
}

#[tokio::test]
async fn a_restart_on_a_broken_folder_serves_the_last_good_rules() {
    let ground = Ground::with(&[HELLO]);
    let appliance = ground.start().await;
    assert_eq!(appliance.say("你好").await, "您好");
    appliance.app.stop().await;
    ground.write("a.yaml", "rules: 坏了\n");
    let appliance = ground.start().await;
    assert_eq!(appliance.say("你好").await, "您好");
    assert!(!appliance.app.folders[0].report().is_good());
    let (status, body) = get(&appliance, &format!("{}/readyz", appliance.public())).await;
    assert_eq!((status, body.lines().next()), (StatusCode::OK, Some("ok")));
    assert!(body.contains("last good"), "it says so: {body}");
}

#[tokio::test]
async fn without_any_good_rules_nothing_is_ready_and_the_platform_is_told_to_try_again() {
    let ground = Ground::with(&[("a.yaml", "rules: 坏了\n")]);
    let appliance = ground.start().await;
    assert_eq!(get(&appliance, &format!("{}/healthz", appliance.public())).await.0, StatusCode::OK);
    assert_eq!(
        get(&appliance, &format!("{}/readyz", appliance.public())).await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let message = appliance.message(Content::Text("你好".to_owned()));
    let (status, _) = appliance.push_body("/callback", weibo::encode_message(&message)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    ground.write("a.yaml", HELLO.1);
    appliance
        .until("the repaired folder answers", async || {
            get(&appliance, &format!("{}/readyz", appliance.public())).await.0 == StatusCode::OK
        })
        .await;
    assert_eq!(appliance.push(&message).await.unwrap().rendered(), "您好", "the platform's next try");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_or_half_answered_while_rules_are_swapped() {
    let set = |number: usize| {
        format!(
            "rules:\n  - when: {{keyword: 甲}}\n    reply: 甲{number}\n  - when: {{keyword: 乙}}\n    reply: 乙{number}\n"
        )
    };
    let ground = Ground::with(&[("a.yaml", &set(0))]);
    let appliance = Arc::new(ground.start().await);
    let done = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let askers: Vec<_> = (0..4u64)
        .map(|asker| {
            let (appliance, done, answered) = (appliance.clone(), done.clone(), answered.clone());
            tokio::spawn(async move {
                let mut last = 0;
                while !done.load(Ordering::SeqCst) {
                    let number = answered.fetch_add(1, Ordering::SeqCst);
                    let word = if number % 2 == 0 { "甲" } else { "乙" };
                    let mut message = appliance.message(Content::Text(format!("{word} {number}")));
                    message.sender = format!("{}", 1_000 + asker).parse().unwrap();
                    let reply = appliance.push(&message).await.expect("an answer").rendered();
                    let set: usize = reply.strip_prefix(word).expect("the right rule").parse().unwrap();
                    assert!(set >= last, "a former set must not come back");
                    last = set;
                }
            })
        })
        .collect();
    for number in 1..=60 {
        ground.write("a.yaml", &set(number));
        appliance.app.reload().await;
    }
    done.store(true, Ordering::SeqCst);
    for asker in askers {
        asker.await.unwrap();
    }
    assert!(answered.load(Ordering::SeqCst) > 60);
}

#[tokio::test]
async fn a_flood_of_forged_requests_is_throttled_and_signed_ones_never() {
    let appliance = Ground::with(&[HELLO]).start().await;
    let forged = format!("{}/callback?{}", appliance.public(), signed("guess", noon()));
    let mut throttled = 0;
    for _ in 0..200 {
        let status = appliance.client.post(&forged).body("{}").send().await.unwrap().status();
        throttled += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
        assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS));
    }
    assert!(throttled > 0);
    for _ in 0..20 {
        assert_eq!(appliance.say("你好").await, "您好", "from the same address");
    }
}

#[tokio::test]
async fn a_signed_message_for_nobody_is_never_throttled() {
    let ground = Ground::with(&[HELLO]).set("FANREPLY_ACCOUNT_ID", ACCOUNT);
    let appliance = ground.start().await;
    let mut message = appliance.message(Content::Text("你好".to_owned()));
    message.account = "333".parse().unwrap();
    for _ in 0..150 {
        let (status, _) = appliance.push_body("/callback", weibo::encode_message(&message)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_account_with_a_chinese_name_is_reached_by_its_path() {
    let ground = Ground::with(&[HELLO]);
    std::fs::write(
        ground.path("fanreply.yaml"),
        format!("accounts:\n  - {{name: 书店, id: {ACCOUNT}, app_secret: {SECRET}, rules: rules}}\n"),
    )
    .unwrap();
    let ground = ground.without("FANREPLY_APP_SECRET");
    let appliance = ground.start().await;
    let message = appliance.message(Content::Text("你好".to_owned()));
    let path = "/callback/%E4%B9%A6%E5%BA%97";
    assert_eq!(appliance.push_body(path, weibo::encode_message(&message)).await.0, StatusCode::OK);
    assert_eq!(appliance.push_body("/callback/%FF", "{}").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn half_an_emoji_and_data_written_as_text_are_understood() {
    let appliance = Ground::with(&[(
        "a.yaml",
        "rules:\n  - when: {keyword: 你好}\n    reply: 您好\n  - when: {event: follow}\n    reply: 欢迎\n",
    )])
    .start()
    .await;
    let body = |rest: &str| {
        format!("{{\"receiver_id\":{ACCOUNT},\"sender_id\":{FAN},\"created_at\":1795500000,{rest}}}")
    };
    let cases = [
        (r#""type":"text","text":"\ud83d你好\udc4b""#, "您好"),
        (r#""type":"text","text":"\ud83d\udc4b 你好""#, "您好"),
        (r#""type":"event","text":"x","data":"{\"subtype\":\"follow\"}""#, "欢迎"),
    ];
    for (rest, expected) in cases {
        let (status, answer) = appliance.push_body("/callback", body(rest)).await;
        assert_eq!(status, StatusCode::OK, "{rest}: {answer}");
        assert_eq!(weibo::decode_reply(answer.as_bytes()).unwrap().unwrap().rendered(), expected);
    }
}

#[tokio::test]
async fn every_event_can_be_answered() {
    let rules = "rules:\n  - when: {event: [follow, subscribe, scan, scan_follow, click, view]}\n    reply: '{{ event }} {{ menu }}{{ scan }}'\n";
    let appliance = Ground::with(&[("a.yaml", rules)]).start().await;
    let events = [
        (Event::Follow, "follow "),
        (Event::Subscribe, "subscribe "),
        (Event::Click("ABOUT".to_owned()), "click ABOUT"),
        (Event::View("https://example.com".to_owned()), "view "),
        (Event::Scan(fanreply::model::message::Scene::new("QR_SCENE_7")), "scan 7"),
    ];
    for (event, expected) in events {
        let message = appliance.message(Content::Event(event));
        assert_eq!(appliance.push(&message).await.unwrap().rendered(), expected);
    }
    assert_eq!(appliance.push(&appliance.message(Content::Event(Event::Unfollow))).await, None);
}

#[tokio::test]
async fn a_push_with_a_control_character_or_without_the_id_of_its_file_is_answered() {
    let rules = "rules:\n  - when: {exact: go x}\n    reply: went\n  - when: {message: [image, voice]}\n    reply: seen\n";
    let appliance = Ground::with(&[("a.yaml", rules)]).start().await;
    let odd = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol/odd");
    for (file, expected) in [
        ("text_control_character.xml", "went"),
        ("text_raw_control_character.json", "went"),
        ("image_without_ids.json", "seen"),
        ("voice_without_id.xml", "seen"),
    ] {
        appliance.clock.advance(SignedDuration::from_secs(1));
        let (status, body) = appliance.push_body("/callback", std::fs::read(odd.join(file)).unwrap()).await;
        assert!(status == StatusCode::OK && body.contains(expected), "{file}: {status} {body}");
    }
}

#[tokio::test]
async fn each_signature_counts_for_one_message_where_that_is_wanted_and_a_retry_is_heard() {
    let start = async |once: &str| Ground::with(&[HELLO]).set("FANREPLY_NONCE_ONCE", once).start().await;
    for (once, second) in [("no", StatusCode::OK), ("yes", StatusCode::FORBIDDEN)] {
        let appliance = start(once).await;
        let query = appliance.signed();
        let push = async |message: &InboundMessage, query: &str| {
            let address = format!("{}/callback?{query}", appliance.public());
            let answer = appliance.client.post(address).body(weibo::encode_message(message));
            answer.send().await.unwrap().status()
        };
        let first = appliance.message(Content::Text("你好".to_owned()));
        let as_xml = InboundMessage { format: Format::Xml, ..first.clone() };
        let other = InboundMessage { content: Content::Text("您好".to_owned()), ..first.clone() };
        assert_eq!(push(&first, &query).await, StatusCode::OK);
        assert_eq!(push(&first, &query).await, StatusCode::OK, "a retry");
        assert_eq!(push(&as_xml, &query).await, StatusCode::OK, "the same message");
        assert_eq!(push(&other, &query).await, second);
        assert_eq!(
            push(
                &other,
                &query
                    .to_ascii_uppercase()
                    .replace("SIGNATURE", "signature")
                    .replace("TIMESTAMP", "timestamp")
                    .replace("NONCE", "nonce")
            )
            .await,
            second
        );
        appliance.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(push(&other, &appliance.signed()).await, StatusCode::OK);
        let metrics = appliance.client.get(format!("{}/metrics", appliance.admin())).send().await.unwrap();
        let count = if once == "yes" { 2 } else { 0 };
        let line = format!("fanreply_refused_total{{reason=\"used_signature\"}} {count}");
        let page = metrics.text().await.unwrap();
        assert!(page.contains(&line), "{page}");
    }
}

#[tokio::test]
async fn the_admin_side_reloads_and_says_what_is_wrong() {
    let ground = Ground::with(&[HELLO]);
    let appliance = ground.start().await;
    let reload = async || {
        let answer = appliance.client.post(format!("{}/api/reload", appliance.admin())).send().await.unwrap();
        let status = answer.status();
        (status, serde_json::from_slice::<serde_json::Value>(&answer.bytes().await.unwrap()).unwrap())
    };
    ground.write("b.yaml", &rule("再见", "走好"));
    let (status, good) = reload().await;
    assert_eq!((status, good["rules"].as_u64()), (StatusCode::OK, Some(2)));
    let hash = good["hash"].as_str().unwrap().to_owned();
    ground.write("b.yaml", "rules:\n  - whn: x\n");
    let (status, bad) = reload().await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (bad["hash"].as_str(), bad["rules"].as_u64()),
        (Some(hash.as_str()), Some(2)),
        "what served serves on"
    );
    let first = &bad["diagnostics"][0];
    assert_eq!((first["code"].as_str(), first["file"].as_str()), (Some("F131"), Some("b.yaml")));
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(2), Some(5)));
}

#[tokio::test]
async fn the_admin_side_wants_its_password_its_own_name_and_its_own_pages() {
    let ground = Ground::with(&[HELLO])
        .set("FANREPLY_ADMIN_PASSWORD", "open sesame")
        .set("FANREPLY_ADMIN_HOSTS", "fans.example,[2001:db8::7]");
    let appliance = ground.start().await;
    let reload = format!("{}/api/reload", appliance.admin());
    let with = |password: &str| appliance.client.post(&reload).basic_auth("admin", Some(password.to_owned()));
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(appliance.client.post(&reload)).await, 401);
    assert_eq!(status(with("guess")).await, 401);
    assert_eq!(status(with("open sesame")).await, 200);
    assert_eq!(status(with("open sesame").header("Host", "evil.example")).await, 403);
    assert_eq!(status(with("open sesame").header("Host", "fans.example:8081")).await, 200);
    assert_eq!(status(with("open sesame").header("Host", "[2001:db8::7]:8081")).await, 200);
    assert_eq!(status(with("open sesame").header("Origin", "http://evil.example")).await, 403);
    assert_eq!(status(with("open sesame").header("Origin", appliance.admin())).await, 200);
    assert_eq!(status(appliance.client.get(format!("{}/metrics", appliance.admin()))).await, 401);
}

#[tokio::test]
async fn a_stranger_does_not_learn_which_paths_there_are() {
    let appliance = Ground::with(&[HELLO]).set("FANREPLY_ADMIN_PASSWORD", "open sesame").start().await;
    let refusal = async |path: &str| {
        let answer = appliance.client.get(format!("{}{path}", appliance.admin())).send().await.unwrap();
        let mut headers = answer.headers().clone();
        headers.remove("date");
        (answer.status(), headers)
    };
    let unknown = refusal("/nothing").await;
    for path in ["/", "/api/status", "/api/reload"] {
        assert_eq!(refusal(path).await, unknown, "{path}");
    }
}

#[tokio::test]
async fn a_password_cannot_be_guessed_by_trying() {
    let appliance = Ground::with(&[HELLO]).set("FANREPLY_ADMIN_PASSWORD", "open sesame").start().await;
    let page = format!("{}/api/status", appliance.admin());
    let with = async |password: &str| {
        let request = appliance.client.get(&page).basic_auth("admin", Some(password));
        request.send().await.unwrap().status().as_u16()
    };
    let mut guesses = 0;
    loop {
        let began = Instant::now();
        assert_eq!(with("guess").await, 401);
        guesses += 1;
        if began.elapsed() >= Duration::from_secs(3) {
            break;
        }
        assert!(guesses < 1_000, "nobody slows the guessing");
    }
    assert!(guesses >= 100, "a forgetful operator has some tries: {guesses}");
    let metrics = appliance.app.metrics.encode();
    let counted = format!("fanreply_refused_total{{reason=\"wrong_password\"}} {guesses}\n");
    assert!(metrics.contains(&counted), "{counted} is not in:\n{metrics}");
}

#[tokio::test]
async fn the_right_password_is_heard_while_somebody_guesses() {
    let appliance = Ground::with(&[HELLO]).set("FANREPLY_ADMIN_PASSWORD", "open sesame").start().await;
    let with = |password: &'static str| {
        let page = appliance.client.get(format!("{}/api/status", appliance.admin()));
        let request = page.basic_auth("admin", Some(password));
        async move { request.send().await.unwrap().status().as_u16() }
    };
    let mut flood: JoinSet<u16> = (0..300).map(|_| with("guess")).collect();
    for _ in 0..100 {
        assert_eq!(flood.join_next().await.unwrap().unwrap(), 401);
    }
    assert_eq!(with("open sesame").await, 200);
    assert!(flood.join_all().await.iter().all(|status| *status == 401));
}

#[tokio::test]
async fn behind_a_trusted_proxy_failures_are_counted_by_client() {
    let appliance = Ground::with(&[HELLO]).set("FANREPLY_TRUSTED_PROXIES", "127.0.0.0/8").start().await;
    let unsigned = async |client: &str| {
        let request = appliance.client.post(format!("{}/callback", appliance.public()));
        request.header("x-forwarded-for", client).send().await.unwrap().status().as_u16()
    };
    let mut failures = 0;
    while unsigned("203.0.113.7").await == 403 {
        failures += 1;
        assert!(failures < 1_000, "nobody is throttled");
    }
    assert_eq!(unsigned("203.0.113.8").await, 403, "another client behind the same proxy");
}

#[tokio::test]
async fn a_forgotten_fan_is_answered_anew() {
    let ground = Ground::with(&[HELLO]);
    let appliance = ground.start().await;
    let message = appliance.message(Content::Text("你好".to_owned()));
    appliance.push(&message).await;
    ground.write("a.yaml", "rules:\n  - when: {keyword: 你好}\n    reply: 初次见面\n");
    appliance.app.reload().await;
    let forget =
        |fan: &str| appliance.client.post(format!("{}/api/forget?sender={fan}", appliance.admin())).send();
    assert_eq!(forget("nobody").await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(forget(FAN).await.unwrap().status(), StatusCode::OK);
    assert_eq!(appliance.push(&message).await.unwrap().rendered(), "初次见面");
}

#[tokio::test]
async fn a_message_that_needs_too_much_work_is_answered_at_once_and_counted() {
    let heavy = "  - {when: {regex: '单.{300}[cd]'}, reply: 多}\n".repeat(3);
    let rules = format!("rules:\n{heavy}  - {{when: {{message: text}}, fallback: true, reply: 好的}}\n");
    let appliance = Ground::with(&[("a.yaml", &rules)]).start().await;
    assert_eq!(appliance.say("单").await, "好的");
    assert!(appliance.app.metrics.encode().contains("fanreply_regexes_not_tried_total 0"));
    assert_eq!(appliance.say(&format!("单{}", "ab".repeat(2_000))).await, "好的");
    let metrics = appliance.app.metrics.encode();
    assert!(metrics.contains("fanreply_regexes_not_tried_total 3"), "{metrics}");
}
