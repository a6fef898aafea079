//! The container image, really built and really run, wherever an engine is at hand. It takes minutes, so it
//! waits to be asked: `cargo test --test image -- --ignored --nocapture`.

mod support;

#[path = "image/engine.rs"]
mod engine;
#[path = "support/fake_platform.rs"]
mod fake_platform;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::{Container, Engine, Volume, mounted};
use fake_platform::FakePlatform;
use fanreply::clock::Clock;
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::platform::weibo;
use jiff::Timestamp;
use support::{ACCOUNT, FAN, SECRET, client, rule, signed};

const LARGEST: u64 = 20_000_000;

#[test]
fn whatever_names_a_version_of_the_image_names_that_of_the_program() {
    let named = regex::Regex::new(r#"(?:fanreply:|image\.version=")(\d[^\s"]*)"#).unwrap();
    for file in
        ["Dockerfile", "compose.yaml", "deploy/kubernetes.yaml", "docs/deploy.md", "docs/deploy.zh-CN.md"]
    {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let versions: Vec<&str> =
            named.captures_iter(&text).map(|found| found.get(1).unwrap().as_str()).collect();
        let is_ours = |version: &&str| *version == env!("CARGO_PKG_VERSION");
        assert!(!versions.is_empty() && versions.iter().all(is_ours), "{file}: {versions:?}");
    }
}

#[test]
#[ignore = "builds the image, which takes minutes"]
fn the_image_is_small_and_holds_nothing_but_the_binary_and_the_rules() {
    let Some(engine) = Engine::with_image() else { return };
    let image = engine.inspect_image();
    let size = image["Size"].as_u64().unwrap();
    println!("{:.1} MB", size as f64 / 1e6);
    assert!(size <= LARGEST, "{size}");
    let config = &image["Config"];
    // a number, because Kubernetes cannot tell whether a name is root's
    assert_eq!(config["User"], "65532:65532");
    assert_eq!(config["Entrypoint"], serde_json::json!(["/fanreply"]));
    for key in ["title", "description", "version", "revision", "licenses"] {
        assert!(config["Labels"][format!("org.opencontainers.image.{key}")].is_string(), "{key}");
    }
    let own = ["fanreply", "rules/", "data/", "LICENSE", "NOTICE", "THIRD-PARTY.txt"];
    // mount points that the engine makes
    let engines = ["dev/", "etc/", "proc/", "sys/", "run/", ".dockerenv"];
    let is_known = |path: &str| own.iter().chain(&engines).any(|known| path.starts_with(known));
    let paths = engine.paths();
    assert!(paths.iter().all(|(path, _)| is_known(path)), "{paths:?}");
    assert!(paths.iter().any(|(path, _)| path == "THIRD-PARTY.txt"), "{paths:?}");
    // a new volume takes this over; podman would give it to the user in any case
    assert!(paths.contains(&("data/".to_owned(), "65532/65532".to_owned())), "{paths:?}");
}

#[test]
#[ignore = "builds the image, which takes minutes"]
fn without_a_secret_it_says_in_one_line_what_to_set() {
    let Some(engine) = Engine::with_image() else { return };
    let (code, said) = engine.run_to_end(&["--read-only"], &[]);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("set FANREPLY_APP_SECRET (or FANREPLY_APP_SECRET_FILE)"), "{said}");
}

#[test]
#[ignore = "builds the image, which takes minutes"]
fn with_a_secret_alone_the_shipped_rules_answer_and_the_health_check_tells_it() {
    let Some(engine) = Engine::with_image() else { return };
    let image = engine.inspect_image();
    // where it stands differs between the engines and their versions
    let check = [&image["Config"]["Healthcheck"], &image["Healthcheck"], &image["HealthCheck"]];
    let check = check.into_iter().find(|check| check.is_object()).expect("a HEALTHCHECK");
    let words: Vec<&str> =
        check["Test"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words, ["CMD", "/fanreply", "healthcheck"]);
    let secret = format!("--env=FANREPLY_APP_SECRET={SECRET}");
    // a zone and the roots of a TLS client, of which the image has no files
    let zone = "--env=FANREPLY_TIME_ZONE=America/New_York";
    let container = engine.create(&["--network=none", &secret, zone]).start();
    answers_begin(&container);
    assert_eq!(container.exec(&words[1..]).as_deref(), Ok("ok"));
    let address = container.exec(&["/fanreply", "push", "地址"]).unwrap();
    assert!(address.contains("晴天路"), "{address}");
    assert_eq!(container.stop(), "0", "{}", container.said());
    let (code, said) = engine.run_to_end(&[], &words[2..]);
    assert_eq!(code, Some(1), "no server runs there: {said}");
}

#[test]
#[ignore = "builds the image, which takes minutes"]
fn an_empty_volume_gets_the_shipped_rules_and_a_folder_replaces_them() {
    let Some(engine) = Engine::with_image() else { return };
    let volume = engine.volume();
    let (code, said) = engine.run_to_end(&[&volume.at("/rules")], &["test"]);
    assert!(code == Some(0) && said.contains(" passed, 0 failed"), "{said}");
    let rules = folder_with("你好", "自己的规则");
    let (code, said) = engine.run_to_end(&[&mounted(rules.path(), "/rules")], &["explain", "你好"]);
    assert!(code == Some(0) && said.contains("自己的规则") && !said.contains("晴天书店"), "{said}");
}

/// The platform's part is played from outside. What was promised is delivered by another container, with a
/// data folder that was restored as docs/deploy.md says.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "builds the image, which takes minutes"]
async fn what_it_promised_survives_a_stop_and_a_backup() {
    let Some(engine) = Engine::with_image() else { return };
    let platform = FakePlatform::start().await;
    let (rules, secrets) = (folder_with("地址", "在路上"), tempfile::tempdir().unwrap());
    let promise = "    follow_up: {after: 10s, text: 找到了吗}\n";
    fs::write(rules.path().join("a.yaml"), rule("下单", "好的") + promise).unwrap();
    fs::write(secrets.path().join("app-secret"), SECRET).unwrap();
    fs::set_permissions(secrets.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (former, latter) = (engine.volume(), engine.volume());
    let options = [
        "--network=host".to_owned(),
        "--env=FANREPLY_LISTEN=127.0.0.1:0".to_owned(),
        "--env=FANREPLY_ADMIN_LISTEN=127.0.0.1:0".to_owned(),
        "--env=FANREPLY_APP_SECRET_FILE=/run/secrets/app-secret".to_owned(),
        "--env=FANREPLY_ACCESS_TOKEN=2.00EXAMPLE".to_owned(),
        format!("--env=FANREPLY_API_BASE={}", platform.base()),
        mounted(rules.path(), "/rules"),
        mounted(secrets.path(), "/run/secrets"),
    ];
    let create = |data: &Volume| {
        let data = data.at("/data");
        let options: Vec<&str> = options.iter().chain([&data]).map(String::as_str).collect();
        engine.create(&options)
    };
    let first = create(&former).start();
    let public = answers_begin(&first);
    assert_eq!(verified(&public, SECRET).await, (200, "4711-echo".to_owned()));
    assert_eq!(verified(&public, "another").await, (403, String::new()));
    assert_eq!(pushed(&public, "我要下单").await, "好的");
    fs::write(rules.path().join("new"), rule("地址", "改好了")).unwrap();
    fs::rename(rules.path().join("new"), rules.path().join("rules.yaml")).unwrap();
    until("the changed rule answers", async || pushed(&public, "地址").await == "改好了").await;
    let began = Instant::now();
    assert_eq!(first.stop(), "0", "{}", first.said());
    println!("stopped after {:.1?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(10) && platform.sent().is_empty());
    let backup = tempfile::NamedTempFile::new().unwrap();
    first.back_up(backup.path());
    drop(first);
    let second = create(&latter);
    second.restore(backup.path());
    let second = second.start();
    answers_begin(&second);
    until("the promise is kept", async || !platform.sent().is_empty()).await;
    assert_eq!(platform.sent()[0].reply.rendered(), "找到了吗");
    assert_eq!(second.stop(), "0", "{}", second.said());
}

/// A rules folder that anybody may read.
fn folder_with(word: &str, reply: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.yaml"), rule(word, reply)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Waits for the first screen; the public listener that it names.
fn answers_begin(container: &Container) -> String {
    let began = Instant::now();
    loop {
        let said = container.said();
        let callback = said.split_whitespace().find_map(|word| word.strip_suffix("/callback"));
        if let Some(public) = callback {
            return public.to_owned();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it does not start: {said}");
        #[allow(clippy::disallowed_methods)] // a container is waited for
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The platform verifies the URL; what is answered.
async fn verified(public: &str, secret: &str) -> (u16, String) {
    let query = signed(secret, Clock::System.now());
    let answer = client().get(format!("{public}/callback?{query}&echostr=4711-echo")).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The platform pushes a message of a fan, never the same text twice: the answer.
async fn pushed(public: &str, text: &str) -> String {
    let text = format!("{text} {}", getrandom::u64().unwrap());
    let message = InboundMessage {
        account: ACCOUNT.parse().unwrap(),
        sender: FAN.parse().unwrap(),
        created_at: Timestamp::from_second(Clock::System.now().as_second()).unwrap(),
        platform_id: None,
        format: Format::Json,
        content: Content::Text(text),
    };
    let url = format!("{public}/callback?{}", signed(SECRET, Clock::System.now()));
    let answer = client().post(url).body(weibo::encode_message(&message)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    weibo::decode_reply(&answer.bytes().await.unwrap())
        .unwrap()
        .map(|reply| reply.rendered())
        .unwrap_or_default()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("{what}: after {:.1?}", began.elapsed());
}
