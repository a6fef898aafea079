//! Disks and files that refuse, met by the whole appliance: what can still leave leaves, what is lost is
//! counted, and what hinders a start is one clear line.

mod support;

#[path = "support/fake_platform.rs"]
mod fake_platform;
#[path = "support/own_mounts.rs"]
mod own_mounts;
#[path = "support/server.rs"]
mod server;
#[path = "support/small_disk.rs"]
mod small_disk;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fake_platform::{FakePlatform, Scripted};
use fanreply::clock::Clock;
use fanreply::data_dir::last_good::LastGood;
use fanreply::language::source::RuleSource;
use fanreply::model::message::{Content, InboundMessage};
use server::{Server, fanreply, said};
use small_disk::SmallDisk;
use support::{ACCOUNT, Appliance, Ground, SECRET, signed};

const RULES: &str = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n    follow_up: {after: 2h, text: 还在吗}\n";

fn ground(platform: &FakePlatform) -> Ground {
    Ground::with(&[("a.yaml", RULES)])
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE")
        .set("FANREPLY_SEND_RATE", "1000")
}

/// A message of a fan of its own.
fn order(appliance: &Appliance, fan: u64) -> InboundMessage {
    let sender = (1_700_000_000 + fan).to_string().parse().unwrap();
    InboundMessage { sender, ..appliance.message(Content::Text("下单".to_owned())) }
}

async fn is_answered(appliance: &Appliance, fan: u64) {
    let reply = appliance.push(&order(appliance, fan)).await;
    assert_eq!(reply.map(|reply| reply.rendered()), Some("好的".to_owned()), "fan {fan}");
}

fn lost(appliance: &Appliance) -> u64 {
    let metrics = appliance.app.metrics.encode();
    let line = metrics.lines().find_map(|line| line.strip_prefix("fanreply_not_sent_total "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_full_disk_lets_every_answer_leave_and_each_promise_is_kept_or_counted_as_lost() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform);
    fs::create_dir(ground.path("data")).unwrap();
    if !own_mounts::inside("a_full_disk_lets_every_answer_leave_and_each_promise_is_kept_or_counted_as_lost")
    {
        return;
    }
    let disk = SmallDisk::on(&ground.path("data"));
    let appliance = ground.start().await;
    let ballast = disk.path().join("ballast");
    // fails when the disk is full, which is what is wanted
    let _ = fs::write(&ballast, vec![0; 8 << 20]);
    let mut fans = 0;
    while lost(&appliance) < 20 {
        is_answered(&appliance, fans).await;
        fans += 1;
        assert!(fans < 10_000, "the disk is never full");
    }
    fs::remove_file(ballast).unwrap();
    let lost_while_full = lost(&appliance);
    for fan in fans..fans + 20 {
        is_answered(&appliance, fan).await;
    }
    assert_eq!(lost(&appliance), lost_while_full, "there is room again");
    appliance.pass(121);
    appliance.deliver().await;
    assert_eq!(platform.violations(), Vec::<String>::new());
    assert_eq!(platform.sent().len() as u64, fans + 20 - lost_while_full, "kept or counted, nothing else");
    appliance.app.stop().await;
}

/// What a server that does not start says: its exit code and its lines.
fn start_in_vain(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["serve"], arguments].concat();
    let output = fanreply(ground, &arguments).env("FANREPLY_LOG", "off").output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap().trim_end().to_owned())
}

/// It ends with exit code 1 and one line in either language.
fn assert_one_line(ground: &Ground, english: &str, chinese: &str) {
    for (lang, expected) in [("en", english), ("zh", chinese)] {
        let (code, text) = start_in_vain(ground, &["--lang", lang]);
        assert_eq!((code, text.lines().count()), (Some(1), 1), "{text}");
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_data_folder_that_is_read_only_is_one_line() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    fs::create_dir(ground.path("data")).unwrap();
    if !own_mounts::inside("a_data_folder_that_is_read_only_is_one_line") {
        return;
    }
    let disk = SmallDisk::on(&ground.path("data"));
    // one that was never used: nothing is there that could be waited for
    assert!(disk.remount("ro"));
    assert_one_line(&ground, "cannot write to the data folder data", "无法写入数据文件夹 data");
}

/// What `/readyz` says; it is 200 in any case.
async fn readiness(server: &Server) -> String {
    let answer = support::client().get(format!("{}/readyz", server.public)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

async fn becomes_ready(server: &Server, expected: &str) {
    let latest = Instant::now() + Duration::from_secs(60);
    loop {
        let said = readiness(server).await;
        if said.contains(expected) && (expected != "ok" || said == "ok") {
            return;
        }
        assert!(Instant::now() < latest, "never {expected:?}: {said}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A server that ran before on this ground, started again on the same addresses: on a disk that takes nothing, none
/// can be noted.
fn started_before(ground: Ground) -> Ground {
    assert_eq!(Server::start(&ground).stop(), Some(0));
    let noted: serde_json::Value =
        serde_json::from_slice(&fs::read(ground.path("data/listen.json")).unwrap()).unwrap();
    let address = |listener: &str| noted[listener].as_str().unwrap().to_owned();
    let (public, admin) = (address("public"), address("admin"));
    ground.set("FANREPLY_LISTEN", &public).set("FANREPLY_ADMIN_LISTEN", &admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_nothing_keeps_no_restart_from_answering_and_is_found_again() {
    let test = "a_disk_that_takes_nothing_keeps_no_restart_from_answering_and_is_found_again";
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE");
    fs::create_dir(ground.path("data")).unwrap();
    if !own_mounts::inside(test) {
        return;
    }
    let disk = SmallDisk::on(&ground.path("data"));
    let ground = started_before(ground);
    let ballast = disk.path().join("ballast");
    // fails when the disk is full, which is what is wanted
    let _ = fs::write(&ballast, vec![0; 8 << 20]);
    let server = Server::start(&ground);
    orders_are_answered(&server, 3).await;
    becomes_ready(&server, "the disk is full").await;
    assert_eq!(counted(&server, "fanreply_store_usable").await, 0);
    fs::remove_file(ballast).unwrap();
    becomes_ready(&server, "ok").await;
    assert_eq!(server.stop(), Some(0));
    assert!(disk.remount("ro"));
    let server = Server::start(&ground);
    orders_are_answered(&server, 3).await;
    becomes_ready(&server, "the store cannot be used").await;
    assert!(disk.remount("rw"));
    becomes_ready(&server, "ok").await;
    assert_eq!(counted(&server, "fanreply_store_usable").await, 1);
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_is_taken_away_is_noticed_without_a_message_and_found_again() {
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE");
    let server = Server::start(&ground);
    assert_eq!(readiness(&server).await, "ok");
    fs::remove_dir_all(ground.path("data")).unwrap();
    becomes_ready(&server, "the database was taken away").await;
    assert_eq!(counted(&server, "fanreply_store_usable").await, 0);
    assert!(said(&ground).contains("ERROR"), "{}", said(&ground));
    orders_are_answered(&server, 1).await;
    fs::create_dir(ground.path("data")).unwrap();
    becomes_ready(&server, "ok").await;
    assert_eq!(server.stop(), Some(0));
    assert!(ground.path("data/fanreply.db").exists());
}

/// An upgrade refuses a rule that the version before took: the folder, and what was kept of it, hold it.
#[tokio::test(flavor = "multi_thread")]
async fn where_an_upgrade_leaves_out_rules_the_probe_and_the_status_say_so() {
    let refused = "  - name: refused\n    when: {keyword: 旧}\n    reply: '{{ nothing_of_this_name }}'\n";
    let rules = format!("{RULES}{refused}");
    let ground = Ground::with(&[("a.yaml", &rules)]).set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE");
    let kept = RuleSource::of_texts([("a.yaml", rules.as_str())]);
    LastGood::new(&ground.path("data"), &ground.path("rules")).keep(&kept).unwrap();
    let server = Server::start(&ground);
    orders_are_answered(&server, 1).await;
    assert!(readiness(&server).await.contains("the others are left out"));
    let status = reqwest::get(format!("{}/api/status", server.admin)).await.unwrap().text().await.unwrap();
    assert!(status.contains("last_good") && status.contains("\\\"refused\\\""), "{status}");
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_keeps_no_restart_from_answering_and_stays_as_it_is() {
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE");
    assert_eq!(Server::start(&ground).stop(), Some(0));
    let file = ground.path("data/fanreply.db");
    let good = fs::read(&file).unwrap();
    let mut torn = good.clone();
    torn[good.len() / 2 / 4096 * 4096..].fill(0xA5);
    for bytes in [&torn[..], &good[..good.len() / 2], b"this was never a database\n"] {
        fs::write(&file, bytes).unwrap();
        let server = Server::start(&ground);
        becomes_ready(&server, "the store cannot be used").await;
        orders_are_answered(&server, 1).await;
        assert!(said(&ground).contains("fanreply.db is damaged"), "{}", said(&ground));
        assert!(fs::read(&file).unwrap() == bytes, "the file was touched");
        fs::write(&file, &good).unwrap();
        becomes_ready(&server, "ok").await;
        assert_eq!(server.stop(), Some(0), "with the backup");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_overwritten_below_the_server_is_noticed_without_a_message() {
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE");
    for name in ["data/fanreply.db-wal", "data/fanreply.db"] {
        let server = Server::start(&ground);
        orders_are_answered(&server, 1).await;
        assert_eq!(readiness(&server).await, "ok");
        let faults = || said(&ground).matches("the store cannot be used").count();
        let before = faults();
        let mut file = OpenOptions::new().write(true).open(ground.path(name)).unwrap();
        file.write_all(&[0xA5; 8192]).unwrap();
        let latest = Instant::now() + Duration::from_secs(60);
        while faults() == before {
            assert!(Instant::now() < latest, "{name}: nobody notices");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        orders_are_answered(&server, 1).await;
        assert_eq!(server.stop(), Some(0));
    }
    assert!(ground.path("data/fanreply.db-wal.damaged").exists(), "nothing is deleted");
}

#[test]
fn files_of_the_data_folder_that_are_no_files_hang_no_start() {
    for name in ["version", "listen.json", "development-secret", "rules"] {
        let ground = Ground::with(&[("a.yaml", RULES)]);
        fs::create_dir(ground.path("data")).unwrap();
        let made = Command::new("mkfifo").arg(ground.path("data").join(name)).status().unwrap();
        assert!(made.success());
        let mut serve =
            fanreply(&ground, &["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let latest = Instant::now() + Duration::from_secs(60);
        // it ends with a fault, or serves and can be stopped: it never waits for somebody who writes into the pipe
        while serve.try_wait().unwrap().is_none() && !ground.path("data/listen.json").is_file() {
            assert!(Instant::now() < latest, "{name}: it hangs");
            std::thread::yield_now();
        }
        serve.kill().unwrap();
        serve.wait().unwrap();
    }
}

#[test]
fn the_second_server_on_a_data_folder_says_so_and_leaves_the_first_alone() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let first = Server::start(&ground);
    let noted = fs::read(ground.path("data/listen.json")).unwrap();
    assert_one_line(&ground, "another program uses this file", "很可能是另一个 fanreply");
    assert!(fs::read(ground.path("data/listen.json")).unwrap() == noted, "commands still find the first");
    let pushed = fanreply(&ground, &["push", "下单"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&pushed.stdout), "好的\n");
    assert_eq!(first.stop(), Some(0));
}

/// Talkative, so that a few hundred messages fill any pipe.
fn talkative() -> Ground {
    Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_LOG", "trace")
}

/// So many fans order something, and each is answered.
async fn orders_are_answered(server: &Server, fans: u64) {
    let client = support::client();
    for fan in 0..fans {
        let now = Clock::System.now();
        let (sender, created_at) = (1_700_000_000 + fan, now.as_second());
        let body = format!(
            "{{\"type\":\"text\",\"receiver_id\":{ACCOUNT},\"sender_id\":{sender},\"created_at\":{created_at},\"text\":\"下单\"}}"
        );
        let url = format!("{}/callback?{}", server.public, signed(SECRET, now));
        let answer = client.post(url).body(body).send().await.unwrap();
        assert!(answer.text().await.unwrap().contains("%E5%A5%BD%E7%9A%84"), "fan {fan}");
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_log_that_cannot_be_written_stops_no_answer() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (reader, closed) = io::pipe().unwrap();
    drop(reader);
    for log in [full.into(), std::os::fd::OwnedFd::from(closed)] {
        let server = Server::start_logging_to(&talkative(), log);
        orders_are_answered(&server, 20).await;
        assert_eq!(server.stop(), Some(0));
    }
}

/// The value of a metric without labels.
async fn counted(server: &Server, name: &str) -> u64 {
    let page = support::client().get(format!("{}/metrics", server.admin)).send().await.unwrap();
    let page = page.text().await.unwrap();
    let line = page.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no {name} in {page}")).parse().unwrap()
}

#[tokio::test]
async fn a_log_that_nobody_reads_stops_neither_an_answer_nor_the_end() {
    let (_nobody_reads, log) = io::pipe().unwrap();
    let server = Server::start_logging_to(&talkative(), std::os::fd::OwnedFd::from(log));
    orders_are_answered(&server, 4_000).await;
    assert!(counted(&server, "fanreply_log_lines_lost_total").await > 0);
    let asked = Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_signal_that_means_nothing_ends_nothing() {
    let server = Server::start(&talkative());
    for name in ["USR1", "USR2", "ALRM", "PIPE", "HUP"] {
        server.signal(name);
        orders_are_answered(&server, 1).await;
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_waits_to_be_logged_is_written_before_the_end() {
    let ground = talkative();
    assert_eq!(Server::start(&ground).stop(), Some(0));
    assert!(said(&ground).trim_end().ends_with("stopped"), "{}", said(&ground));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_takes_less_than_the_ten_seconds_of_a_container_whatever_is_in_flight() {
    let platform = FakePlatform::start().await;
    platform.script(vec![Scripted::Hang]);
    let ground = ground(&platform);
    ground.write("a.yaml", &RULES.replace("2h", "0s"));
    let server = Server::start(&ground);
    orders_are_answered(&server, 1).await;
    platform.until_arrived(1).await;
    let mut half = TcpStream::connect(server.public.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST /callback?{} HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{{\"type\"",
        signed(SECRET, Clock::System.now())
    );
    half.write_all(head.as_bytes()).unwrap();
    let asked = Instant::now();
    assert_eq!(tokio::task::block_in_place(|| server.stop()), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
    assert!(said(&ground).contains("calls were given up"), "{}", said(&ground));
}

/// Rules that take far longer to load than a stop may take.
fn many_rules() -> String {
    let rule = |number: usize| {
        format!(
            "  - {{name: r{number}, when: {{keyword: 词{number}}}, reply: 好, examples: [词{number}, 有词{number}吗]}}\n"
        )
    };
    format!("rules:\n{}", (0..40_000).map(rule).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_rules_that_load() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let server = tokio::task::block_in_place(|| Server::start(&ground));
    ground.write("b.yaml", &many_rules());
    // by then it is being read
    tokio::time::sleep(Duration::from_secs(2)).await;
    let began = Instant::now();
    assert_eq!(tokio::task::block_in_place(|| server.stop()), Some(0), "{}", said(&ground));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(!said(&ground).contains("40001"), "the rules were loaded before: {}", said(&ground));
    // at a start
    let mut starting =
        fanreply(&ground, &["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let began = Instant::now();
    assert!(starting.try_wait().unwrap().is_none());
    let asked = Command::new("kill").arg(starting.id().to_string()).status().unwrap();
    assert!(asked.success());
    let code = tokio::task::block_in_place(|| starting.wait().unwrap().code());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(code, Some(0));
}
