//! The log where machines read it: every line is one JSON object with the same keys, whatever happens. And
//! no secret stands in it, or in anything else that a running server says or serves.

mod support;

#[path = "support/fake_platform.rs"]
mod fake_platform;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fake_platform::{FakePlatform, Scripted};
use fanreply::clock::Clock;
use fanreply::telemetry::{LogFormat, escape, log_panics, start_logging};
use serde_json::Value;
use support::{ACCOUNT, FAN, Ground};

const RULES: &str = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n    follow_up: {after: 0s, text: 还在吗}\n";

fn serve(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    command.env_clear().env("LANG", "C.UTF-8").current_dir(folder).arg("serve");
    command.env("FANREPLY_LISTEN", "127.0.0.1:0").env("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0");
    command.env("FANREPLY_LOG_FORMAT", "json").envs(variables.iter().copied());
    command
}

/// The lines that a program said, each as what it is.
fn lines(output: &Output) -> Vec<Value> {
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing but the log");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let parse = |line: &str| {
        let object: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        for key in ["timestamp", "level", "message", "target"] {
            assert!(object[key].is_string(), "no {key}: {line}");
        }
        object["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        object
    };
    said.lines().map(parse).collect()
}

fn holds(lines: &[Value], level: &str, words: &str) -> bool {
    lines.iter().any(|line| line["level"] == level && line["message"].as_str().unwrap().contains(words))
}

/// A server in a process of its own, killed when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// Starts one; it answers when this returns.
    fn start(ground: &Ground, variables: &[(&str, &str)]) -> Self {
        let mut command = serve(&ground.path(""), variables);
        command.stdout(File::create(ground.path("stdout")).unwrap());
        command.stderr(File::create(ground.path("stderr")).unwrap());
        let mut server = Self(command.spawn().unwrap());
        let began = Instant::now();
        let is_healthy = || {
            let mut asked = Command::new(env!("CARGO_BIN_EXE_fanreply"));
            asked.arg0("fanreply");
            asked
                .env_clear()
                .current_dir(ground.path(""))
                .arg("healthcheck")
                .output()
                .unwrap()
                .status
                .success()
        };
        while !is_healthy() {
            assert!(server.0.try_wait().unwrap().is_none(), "the server ended");
            assert!(began.elapsed() < Duration::from_secs(20), "the server does not answer");
        }
        server
    }

    /// Stops it; everything that it said.
    fn stop(mut self, ground: &Ground) -> Output {
        let killed = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let status = self.0.wait().unwrap();
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| fs::read(ground.path(name)).unwrap());
        Output { status, stdout, stderr }
    }
}

/// Where a server listens: the public address and the admin one.
fn addresses(ground: &Ground) -> (String, String) {
    let listening: Value =
        serde_json::from_slice(&fs::read(ground.path("data/listen.json")).unwrap()).unwrap();
    let of = |name: &str| format!("http://{}", listening[name].as_str().unwrap());
    (of("public"), of("admin"))
}

/// What a server says that answers a message, looks at its rules and stops.
async fn a_day(ground: &Ground, variables: &[(&str, &str)]) -> Output {
    let server = Server::start(ground, variables);
    let (public, _) = addresses(ground);
    let mut push = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    push.arg0("fanreply").env_clear().current_dir(ground.path("")).args(["push", "下单"]);
    assert!(push.output().unwrap().status.success());
    let pid = server.0.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    let ready = support::client().get(format!("{public}/readyz")).send().await.unwrap();
    assert_eq!(ready.text().await.unwrap(), "ok");
    server.stop(ground)
}

#[tokio::test]
async fn whoever_reads_chinese_meets_no_line_in_english() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let lines = lines(&a_day(&ground, &[("LANG", "zh_CN.UTF-8")]).await);
    assert!(holds(&lines, "INFO", "已处理") && holds(&lines, "INFO", "已停止"), "{lines:#?}");
    let english = lines.iter().find(|line| line["message"].as_str().unwrap().is_ascii());
    assert!(english.is_none(), "{english:#?}");
}

#[tokio::test]
async fn people_read_the_time_of_their_zone_and_machines_utc() {
    let time = regex::Regex::new(r"20\d\d-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)").unwrap();
    for (variables, offset) in [
        (vec![("FANREPLY_LOG_FORMAT", "text")], "+08:00"),
        (vec![("FANREPLY_LOG_FORMAT", "text"), ("FANREPLY_TIME_ZONE", "America/Phoenix")], "-07:00"),
        (vec![], "Z"),
    ] {
        let ground = Ground::with(&[("a.yaml", RULES)]);
        let said = String::from_utf8(a_day(&ground, &variables).await.stderr).unwrap();
        let line = said.lines().find(|line| line.contains("decided")).unwrap();
        assert_eq!(&time.captures(line).unwrap()[1], offset, "{line}");
    }
}

#[tokio::test]
async fn what_is_doubtful_in_files_that_do_not_serve_is_not_said_of_the_rules_that_do() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let server = Server::start(&ground, &[]);
    ground.write("a.yaml", &RULES.replace("好的", "收到"));
    ground.write("b.xlsx", "a table");
    let (_, admin) = addresses(&ground);
    let reload = support::client().post(format!("{admin}/api/reload"));
    assert_eq!(reload.send().await.unwrap().status().as_u16(), 200);
    let mut restore = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    restore.arg0("fanreply").env_clear().current_dir(ground.path("")).args(["rules", "restore", "1"]);
    assert!(restore.output().unwrap().status.success());
    let lines = lines(&server.stop(&ground));
    assert!(holds(&lines, "WARN", "a former set of rules serves, until the files change"), "{lines:#?}");
    assert!(!holds(&lines, "WARN", "the rules serve, with a warning"), "{lines:#?}");
}

#[tokio::test]
async fn every_line_is_an_object_with_the_same_keys() {
    let ground = Ground::with(&[("a.yaml", RULES), ("b.yaml", "rules:\n  - whn: x\n")]);
    let server = Server::start(&ground, &[("FANREPLY_LOG", "trace"), ("FANREPLY_COLOUR", "blue")]);
    let (public, admin) = addresses(&ground);
    let client = support::client();
    let forged = client.post(format!("{public}/callback?signature=00&timestamp=1&nonce=2"));
    assert_eq!(forged.send().await.unwrap().status().as_u16(), 403);
    fs::remove_file(ground.rules().join("b.yaml")).unwrap();
    let reload = client.post(format!("{admin}/api/reload"));
    assert_eq!(reload.send().await.unwrap().status().as_u16(), 200);
    let output = server.stop(&ground);
    assert!(output.status.success());
    let lines = lines(&output);
    for (level, words) in [
        ("WARN", "FANREPLY_COLOUR"),
        ("WARN", "no AppSecret is set"),
        ("ERROR", "whn"),
        ("ERROR", "nothing is answered until it is repaired"),
        ("INFO", "these rules serve from now on"),
        ("INFO", "stopped"),
    ] {
        assert!(holds(&lines, level, words), "{level} {words}: {lines:#?}");
    }
    let fault = lines.iter().find(|line| line["code"] == "F131").unwrap();
    assert_eq!((&fault["file"], &fault["line"], &fault["column"]), (&"b.yaml".into(), &2.into(), &5.into()));
}

#[tokio::test]
async fn every_fault_of_a_refused_folder_is_told_in_the_operators_language() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let server = Server::start(&ground, &[("LANG", "zh_CN.UTF-8")]);
    let (_, admin) = addresses(&ground);
    ground.write("a.yaml", &RULES.replace("when:", "whn:"));
    ground.write("b.yaml", "rules:\n  - {when: {keyword: 地址}, reply: 中山路, prioritty: 3}\n");
    let client = support::client();
    let reload = async || client.post(format!("{admin}/api/reload")).send().await.unwrap().status().as_u16();
    assert_eq!((reload().await, reload().await), (422, 422));
    fs::remove_file(ground.rules().join("b.yaml")).unwrap();
    ground.write("a.yaml", RULES);
    assert_eq!(reload().await, 200);
    let lines = lines(&server.stop(&ground));
    let told: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (line["level"].as_str().unwrap(), line["message"].as_str().unwrap()))
        .collect();
    let count = |words: &str| told.iter().filter(|told| told.0 == "ERROR" && told.1.contains(words)).count();
    assert_eq!(
        count("a.yaml:3:5 F131 这里没有 `whn` 这个字段；是不是想写“when”？"),
        1,
        "once, though looked at twice: {told:#?}"
    );
    assert_eq!(
        count("b.yaml:2:39 F131 这里没有 `prioritty` 这个字段；是不是想写“priority”？"),
        1,
        "{told:#?}"
    );
    assert_eq!(count("规则文件夹有错误，没有启用：继续使用原来的规则"), 1, "{told:#?}");
    assert!(
        told.contains(&("INFO", "规则文件夹恢复正常：里面就是正在使用的规则"))
            || told.contains(&("INFO", "规则已更新，从现在起生效")),
        "{told:#?}"
    );
    assert!(told.iter().any(|told| told.0 == "WARN" && told.1.contains("没有设置 AppSecret")), "{told:#?}");
}

/// What asks something of an operator has words in both languages: none stands in the macro itself.
#[test]
fn every_warning_and_error_is_said_in_both_languages() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut alone = Vec::new();
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            // the room of the log itself knows no languages; it tells of panics alone
            let is_exempt = path.ends_with("telemetry.rs") || path.parent().unwrap().ends_with("telemetry");
            for (at, _) in text.match_indices("warn!(").chain(text.match_indices("error!(")) {
                let call = &text[at..];
                let call = &call[..call.find(";\n").or(call.find("),\n")).unwrap_or(call.len())];
                let template = call.split('"').nth(1).unwrap_or_default();
                let has_words =
                    template.split(['{', '}']).step_by(2).any(|part| part.contains(char::is_alphabetic));
                if has_words && !is_exempt && !text[..at].ends_with("macro_rules! ") {
                    alone.push(format!("{}: {template}", path.display()));
                }
            }
        }
    }
    assert_eq!(alone, [""; 0]);
}

#[test]
fn what_hinders_a_start_is_such_a_line_too() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("FANREPLY_SEND_RATE", "fast")], "FANREPLY_SEND_RATE"),
        (&[("FANREPLY_RULES", "nowhere")], "nowhere"),
        (&[("FANREPLY_LISTEN", "0.0.0.0:0")], "FANREPLY_APP_SECRET"),
        (&[("FANREPLY_LISTEN", "192.0.2.1:80"), ("FANREPLY_APP_SECRET", "x")], "192.0.2.1:80"),
    ];
    for (variables, words) in cases {
        let output = serve(&ground.path(""), variables).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let lines = lines(&output);
        assert!(holds(&lines, "ERROR", words), "{words}: {lines:#?}");
    }
    let output =
        serve(&ground.path(""), &[("FANREPLY_RULES", "nowhere"), ("FANREPLY_LOG", "off")]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("nowhere") && said.lines().count() == 2, "also without any log: {said}");
}

#[test]
fn a_panic_is_such_a_line_too() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_thread_that_panics", "--ignored", "--nocapture"]);
    let output = command.env("RUST_BACKTRACE", "1").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let told = said.lines().find(|line| line.contains("on purpose")).unwrap_or_else(|| panic!("{said}"));
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!((&told["level"], &told["thread"]), (&"ERROR".into(), &"writer".into()));
    assert_eq!(told["message"], "panicked: on purpose: \"quoted\"\nin two lines");
    assert!(told["place"].as_str().unwrap().starts_with("tests/logs.rs:") && told["backtrace"].is_string());
}

#[test]
#[ignore = "run by the test above"]
fn a_thread_that_panics() {
    let _log = start_logging("info", LogFormat::Json, jiff::tz::TimeZone::UTC).unwrap();
    log_panics();
    let writer = std::thread::Builder::new().name("writer".to_owned());
    let ended = writer.spawn(|| panic!("on purpose: \"quoted\"\nin two lines")).unwrap().join();
    assert!(ended.is_err());
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn push(client: &reqwest::Client, public: &str, query: &str, text: &str) -> reqwest::RequestBuilder {
    let created_at = Clock::System.now().as_second();
    let body = format!(
        "{{\"type\":\"text\",\"receiver_id\":{ACCOUNT},\"sender_id\":{FAN},\"created_at\":{created_at},\"text\":\"{text}\"}}"
    );
    client.post(format!("{public}/callback?{query}")).body(body)
}

/// One value that holds itself 2^40 times over; comparing it never ends.
const BOMB: &str = "rules:\n  - name: bomb\n    when: {exact: 爆炸}\n    reply: '{% set n = namespace(a=1) %}{% for i in range(40) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a == n.a }}'\n    examples: [爆炸]\n";

#[tokio::test]
async fn a_template_that_would_stop_the_server_changes_nothing_when_it_is_saved() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let server = Server::start(&ground, &[("FANREPLY_APP_SECRET", "s3cret")]);
    let (public, _) = addresses(&ground);
    ground.write("b.yaml", BOMB);
    let began = Instant::now();
    while !fs::read_to_string(ground.path("stderr")).unwrap().contains("F306") {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody looks at the file");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let client = support::client();
    for (text, reply) in [("爆炸", ""), ("下单", "%E5%A5%BD%E7%9A%84")] {
        let signed = support::signed("s3cret", Clock::System.now());
        let answer = push(&client, &public, &signed, text).send().await.unwrap().text().await.unwrap();
        assert!(answer.contains(reply), "{answer}");
    }
    // a stop is asked for by SIGTERM, and is in order
    assert!(holds(&lines(&server.stop(&ground)), "INFO", "stopped"));
}

#[tokio::test]
async fn signed_requests_on_a_path_that_is_none_are_warned_of_once() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let server = Server::start(&ground, &[("FANREPLY_APP_SECRET", "s3cret")]);
    let (public, _) = addresses(&ground);
    let client = support::client();
    for (path, query) in [
        ("/weibo", "signature=00&timestamp=1&nonce=2".to_owned()),
        ("//callback", support::signed("s3cret", Clock::System.now())),
        ("/", support::signed("s3cret", Clock::System.now())),
    ] {
        let answer = client.post(format!("{public}{path}?{query}")).body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    let said = lines(&server.stop(&ground));
    let strays = said.iter().filter(|line| line["level"] == "WARN").filter(|line| line["path"].is_string());
    let paths: Vec<&str> = strays.map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["\"//callback\""], "{said:#?}");
}

#[tokio::test]
async fn no_secret_comes_to_light_whatever_is_said_served_or_kept() {
    const APP_SECRET: &str = "5ecre70f7heapp5ecre70f7heapp5ecr";
    const PASSWORD: &str = "pa55word-of-the-admin";
    const TOKENS: [&str; 2] = ["2.00TokenThatWasRefused", "2.00TokenThatIsNew"];
    let platform = FakePlatform::start().await;
    let ground = Ground::with(&[("a.yaml", RULES)]);
    fs::write(ground.path("token"), TOKENS[0]).unwrap();
    let server = Server::start(
        &ground,
        &[
            ("FANREPLY_LOG", "trace"),
            ("FANREPLY_APP_SECRET", APP_SECRET),
            ("FANREPLY_ADMIN_PASSWORD", PASSWORD),
            ("FANREPLY_ACCESS_TOKEN_FILE", ground.path("token").to_str().unwrap()),
            ("FANREPLY_API_BASE", &platform.base()),
        ],
    );
    let (public, admin) = addresses(&ground);
    let client = support::client();
    let mut served = String::new();
    let mut note = async |request: reqwest::RequestBuilder| {
        let answer = request.send().await.unwrap();
        served += &format!("{:?} {:?}\n", answer.status(), answer.headers());
        served += &answer.text().await.unwrap();
    };
    let signed = || support::signed(APP_SECRET, Clock::System.now());
    // refused, then unanswered, then taken with a new token
    platform.script(vec![Scripted::Code(21315)]);
    note(push(&client, &public, &signed(), "下单")).await;
    platform.until_arrived(1).await;
    platform.set_token(TOKENS[1]);
    fs::write(ground.path("token"), TOKENS[1]).unwrap();
    platform.until_sent(1).await;
    note(push(&client, &public, &signed(), "别的")).await;
    note(push(&client, &public, "signature=00&timestamp=1&nonce=2", "下单")).await;
    note(client.post(format!("{public}/callback?{}", signed())).body("no message")).await;
    note(client.get(format!("{public}/callback?{}&echostr=7", signed()))).await;
    for path in ["/healthz", "/readyz", "/nowhere"] {
        note(client.get(format!("{public}{path}"))).await;
    }
    for path in ["/", "/metrics", "/api/status", "/nowhere"] {
        note(client.get(format!("{admin}{path}"))).await;
        note(client.get(format!("{admin}{path}")).basic_auth("admin", Some("a guess"))).await;
        note(client.get(format!("{admin}{path}")).basic_auth("admin", Some(PASSWORD))).await;
    }
    note(client.post(format!("{admin}/api/reload")).basic_auth("admin", Some(PASSWORD))).await;
    let output = server.stop(&ground);
    let said = lines(&output);
    assert!(holds(&said, "ERROR", "its access token is refused") && said.len() > 20);
    let mut places = vec![("what was served", served.into_bytes()), ("the log", output.stderr)];
    let kept = files(&ground.path("data"));
    let names: Vec<String> = kept.iter().map(|path| path.display().to_string()).collect();
    places.extend(names.iter().zip(&kept).map(|(name, path)| (name.as_str(), fs::read(path).unwrap())));
    assert!(names.iter().any(|name| name.ends_with("listen.json")) && names.len() >= 4, "{names:?}");
    for (place, bytes) in &places {
        for secret in [APP_SECRET, PASSWORD, TOKENS[0], TOKENS[1]] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{place} holds {secret}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_crash_leaves_no_image_of_the_memory() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let server = Server::start(&ground, &[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    command.env_clear().current_dir(ground.path("")).arg("chat");
    let mut chat = Server(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
    // it has begun when it answers
    chat.0.stdin.as_mut().unwrap().write_all("下单\n".as_bytes()).unwrap();
    chat.0.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    for id in [server.0.id(), chat.0.id()] {
        let limits = fs::read_to_string(format!("/proc/{id}/limits")).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    }
}

#[test]
fn what_a_server_keeps_its_user_alone_can_read() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    fs::create_dir(ground.rules().join("in")).unwrap();
    ground.write("in/b.yaml", "rules:\n  - when: {keyword: 早}\n    reply: 早\n");
    let data = ground.path("data");
    drop(Server::start(&ground, &[]).stop(&ground));
    let mut all: Vec<PathBuf> = files(&data);
    all.extend(all.clone().iter().flat_map(|file| file.ancestors()).map(Path::to_owned));
    all.retain(|path| path.starts_with(&data));
    assert!(all.len() > 6 && all.contains(&data), "{all:?}");
    for path in all {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
    }
}

/// A rules folder with a link to a secret beside it, and one to a secret far away.
fn with_links_to_secrets(text: &str) -> Ground {
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_LOG", "trace");
    fs::write(ground.path("token"), text).unwrap();
    std::os::unix::fs::symlink("../token", ground.rules().join("b.yaml")).unwrap();
    std::os::unix::fs::symlink(ground.path("token"), ground.rules().join("c.yaml")).unwrap();
    ground
}

#[tokio::test]
async fn what_stands_behind_a_link_that_leaves_the_rules_folder_is_never_quoted() {
    for text in [
        "SESAME",
        "SESAME: [x",
        "password: SESAME\nSESAME: 2\n",
        "rules:\n  - name: a\n    when: {SESAME: x}\n    reply: '{{ SESAME'\n",
        "root:SESAME:19000:0:99999:7:::\ndaemon:*:SESAME\n",
    ] {
        let ground = with_links_to_secrets(text);
        let mut said = String::new();
        for arguments in
            [&["check"][..], &["check", "--format", "json"], &["check", "--lang", "zh"], &["test"]]
        {
            let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
            command.arg0("fanreply");
            command.env_clear().env("LANG", "C.UTF-8").current_dir(ground.path("")).args(arguments);
            let output = command.output().unwrap();
            let (out, err) =
                (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
            assert!(
                !output.status.success() && (out.clone() + &err).contains("b.yaml"),
                "{arguments:?} {out} {err}"
            );
            said += &(out + &err);
        }
        let mut command = serve(&ground.path(""), &[("FANREPLY_LOG", "trace")]);
        let log = ground.path("log");
        let server =
            Server(command.stderr(File::create(&log).unwrap()).stdout(Stdio::null()).spawn().unwrap());
        let latest = Instant::now() + Duration::from_secs(20);
        while !fs::read_to_string(&log).unwrap().contains("\"listening\"") {
            assert!(Instant::now() < latest, "it does not listen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let noted: Value =
            serde_json::from_slice(&fs::read(ground.path("data/listen.json")).unwrap()).unwrap();
        let url = format!("http://{}/api/status", noted["admin"].as_str().unwrap());
        let status = support::client().get(url).send().await.unwrap().text().await.unwrap();
        assert!(status.contains("b.yaml"), "{status}");
        drop(server);
        said += &(status + &fs::read_to_string(&log).unwrap());
        assert!(!said.contains("SESAME"), "{text:?}: {said}");
    }
}

/// A name that would clear a screen, forge a line of the log and turn the direction of what follows.
const HOSTILE: &str = "rules:\n  - name: \"a\\e[2J\\e[31m\\nERROR forged\\u202E\\x9B\"\n    when: {keyword: 你好}\n    reply: \"您\\e]0;t\\a好\\u202E\"\n    examples: [再见]\n";

#[tokio::test]
async fn no_name_and_no_text_of_others_drives_a_terminal_or_forges_a_line_of_the_log() {
    let ground = Ground::with(&[("a\u{1b}[31m\nERROR\u{202e}.yaml", HOSTILE)]);
    let is_active = |c: char| escape::is_active(c) && c != '\n';
    let fanreply = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
        command.arg0("fanreply");
        let output = command.env_clear().current_dir(ground.path("")).args(arguments).output().unwrap();
        let said = [output.stdout.clone(), output.stderr].map(|said| String::from_utf8(said).unwrap());
        assert!(!said.iter().any(|said| said.contains(is_active)), "{arguments:?}: {said:?}");
        said.concat()
    };
    fanreply(&["check"]);
    fanreply(&["check", "no\u{1b}[2J\u{202e}where"]);
    fanreply(&["check", "--\u{1b}[2J"]);
    assert!(fanreply(&["test"]).contains("\\u{202e}"));
    ground.write(
        "a.yaml",
        &HOSTILE.replace("再见", "你好").replace("\\e[2J\\e[31m\\nERROR forged", "b").replace("\\x9B", ""),
    );
    fs::remove_file(ground.rules().join("a\u{1b}[31m\nERROR\u{202e}.yaml")).unwrap();
    assert!(fanreply(&["explain", "你好"]).contains("ab\\u{202e}"));
    let explained: Value = serde_json::from_str(&fanreply(&["explain", "你好", "--format", "json"])).unwrap();
    assert_eq!(explained["reply"]["text"], "您\u{1b}]0;t\u{7}好\u{202e}", "in JSON it means the same");
    for format in ["text", "json"] {
        let server = Server::start(&ground, &[("FANREPLY_LOG_FORMAT", format), ("FANREPLY_LOG", "debug")]);
        assert!(fanreply(&["push", "你好"]).contains("您\\u{1b}]0;t\\u{7}好"));
        fanreply(&["push", "\u{1b}[2J\nERROR forged\u{202e}你好"]);
        let output = server.stop(&ground);
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(log.contains("202e"), "the fan's text is in the log");
        assert!(!log.contains(is_active), "{format}: {log:?}");
        assert!(!log.lines().any(|line| line.starts_with("ERROR")), "{format}: {log}");
        assert!(!log.contains("\"message\":\"ERROR"), "{format}: {log}");
    }
}
