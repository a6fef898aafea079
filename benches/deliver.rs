//! What follow-ups cost and how fast they leave: the drain and the lateness against a fake of the platform in
//! this process, the memory and the start with a full outbox in a process of its own, and the passive answer
//! with and without a promise, in turns. Everything lies on the disk of the target folder.
//! `cargo bench --bench deliver`; smaller with `FANREPLY_BENCH_DUE=10000 FANREPLY_BENCH_ROWS=100000`.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a bench measures the real clock

#[path = "deliver/asker.rs"]
mod asker;
#[path = "../tests/support/fake_platform.rs"]
mod fake_platform;
#[path = "deliver/outbox.rs"]
mod outbox;

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use asker::Asker;
use fake_platform::FakePlatform;
use fanreply::app::{App, Options};
use fanreply::config::{Sources, load};
use fanreply::model::id::UserId;
use jiff::{SignedDuration, Timestamp};
use outbox::{ACCOUNTS, Promised, fill};
use tokio::runtime::Runtime;

/// Names the data folder to the process that opens a full outbox.
const OPEN: &str = "FANREPLY_BENCH_OPEN";
/// Where no platform listens.
const NOWHERE: &str = "http://127.0.0.1:9";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Due at once in the drain.
const DRAINED: u64 = 20_000;
/// What falls due over a minute.
const DUE: u64 = 100_000;
/// What waits while the server starts.
const ROWS: u64 = 1_000_000;
/// The promise is far enough away that nothing of it is sent while the answer is measured.
const RULES: &str = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n    follow_up: {after: 2h, again: add, text: 还在吗}\n";

/// An app on its folder. It sends to `base` as fast as the settings allow.
async fn start(folder: &Path, rules: &str, base: &str) -> App {
    let rules_folder = folder.join("rules");
    std::fs::create_dir_all(&rules_folder).unwrap();
    std::fs::write(rules_folder.join("a.yaml"), rules).unwrap();
    let variables = [
        ("FANREPLY_LISTEN", "127.0.0.1:0"),
        ("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0"),
        ("FANREPLY_APP_SECRET", SECRET),
        ("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE"),
        ("FANREPLY_SEND_RATE", "1000"),
        ("FANREPLY_API_BASE", base),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let sources = Sources {
        environment: variables.into_iter().map(owned).collect(),
        rules: Some(rules_folder),
        data: Some(folder.join("data")),
        ..Sources::default()
    };
    App::start(load(&sources).unwrap().0, Options::default()).await.unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn size(name: &str, full: u64) -> u64 {
    std::env::var(name).map_or(full, |text| text.parse().unwrap())
}

/// The fake has a thread of its own, as the platform has machines of its own.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Has an outbox sent; when each delivery was due, and when it arrived.
fn send(promised: &Promised, patience: Duration) -> Vec<(Timestamp, Timestamp)> {
    let (platforms, apps, ground) = (runtime(), runtime(), folder());
    let platform = platforms.block_on(FakePlatform::start());
    apps.block_on(fill(&ground.path().join("data"), promised));
    let began = (Instant::now(), Timestamp::now());
    let moment = |at: Instant| began.1 + SignedDuration::try_from(at.duration_since(began.0)).unwrap();
    let app = apps.block_on(start(ground.path(), RULES, &platform.base()));
    assert!(promised.over.is_zero() || Timestamp::now() < promised.first, "too late for the first");
    while platform.calls() < promised.count as usize {
        assert!(began.0.elapsed() < patience, "{} calls in {patience:?}", platform.calls());
        std::thread::sleep(Duration::from_millis(20));
    }
    apps.block_on(app.stop());
    assert_eq!(platform.violations(), Vec::<String>::new());
    let due: HashMap<UserId, Timestamp> = promised.due().collect();
    platform.sent().iter().map(|sent| (due[&sent.receiver], moment(sent.at))).collect()
}

fn drain() {
    let now = Timestamp::now();
    let promised = Promised { count: DRAINED, first: now, over: SignedDuration::ZERO };
    let arrived = send(&promised, Duration::from_secs(300));
    let (first, last) = (arrived[0].1, arrived[arrived.len() - 1].1);
    let rate = arrived.len() as f64 / last.duration_since(first).as_secs_f64();
    println!(
        "drained: {rate:.0} deliveries a second ({DRAINED} due at once, {ACCOUNTS} accounts of 1000 a second)"
    );
}

fn lateness() {
    let count = size("FANREPLY_BENCH_DUE", DUE);
    // a minute at full size; the same number a second at any other
    let over = SignedDuration::from_millis((60_000 * count / DUE).cast_signed());
    // the outbox is filled, and the server up, before the first falls due
    let first = Timestamp::now() + SignedDuration::from_secs(5 + (count / 5_000).cast_signed());
    let arrived = send(&Promised { count, first, over }, Duration::from_secs(600));
    let mut late: Vec<_> = arrived.iter().map(|(due, at)| at.duration_since(*due).as_secs_f64()).collect();
    late.sort_by(f64::total_cmp);
    let percentile = |percent: usize| late[(late.len() - 1) * percent / 100];
    println!(
        "late: {:.3} s at the 99th percentile, {:.3} s at the 50th, {:.3} s at most ({count} due over {} s)",
        percentile(99),
        percentile(50),
        percentile(100),
        over.as_secs(),
    );
}

/// Resident memory of this process in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

fn full_outbox() {
    let (count, ground, few) = (size("FANREPLY_BENCH_ROWS", ROWS), folder(), folder());
    let data = ground.path().join("data");
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let promised = Promised { count, first: tomorrow, over: SignedDuration::from_mins(10) };
    runtime().block_on(fill(&data, &promised));
    let bytes = std::fs::metadata(outbox::file(&data)).unwrap().len();
    println!("disk: {} bytes a pending row ({count} rows)", bytes / count);
    let (none, all) = (Opened::of(few.path()), Opened::of(ground.path()));
    println!("start: {:.0} ms with {count} pending rows, {:.0} ms with none", all.started, none.started);
    let mb = |bytes: f64| bytes / 1e6;
    println!(
        "memory: {:.1} MB resident with {count} pending rows and 6400 claimed, {:.1} MB with none: {:.1} bytes a row",
        mb(all.resident),
        mb(none.resident),
        (all.resident - none.resident) / count as f64,
    );
    println!("claim: {:.1} ms for 64 of {count} rows", all.claim);
}

/// What it took to start on an outbox and to claim from it.
struct Opened {
    /// In milliseconds.
    started: f64,
    /// In milliseconds, of 64 rows.
    claim: f64,
    /// In bytes, after all of it.
    resident: f64,
}

impl Opened {
    /// In a process of its own, whose memory nothing else has used.
    fn of(folder: &Path) -> Self {
        let output = Command::new(std::env::current_exe().unwrap()).env(OPEN, folder).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        let [started, claim, resident] = figures[..] else { panic!("{text}") };
        Self { started, claim, resident }
    }
}

/// That process.
async fn open(folder: &Path) {
    let began = Instant::now();
    let app = start(folder, RULES, NOWHERE).await;
    let started = began.elapsed();
    let later = Timestamp::now() + SignedDuration::from_hours(25);
    let claiming = Instant::now();
    for _ in 0..100 {
        app.store
            .claim(later, 64, SignedDuration::from_mins(1), &fanreply::store::Held::default())
            .await
            .unwrap();
    }
    let claim = claiming.elapsed() / 100;
    println!("{} {} {}", started.as_secs_f64() * 1e3, claim.as_secs_f64() * 1e3, resident());
    app.stop().await;
}

/// The median time of writing a page and waiting for the disk, in microseconds: what no promise can do without.
fn bare_write(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("bare")).unwrap();
    let mut times: Vec<f64> = (0..500)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[0xA5; 4096]).unwrap();
            file.sync_data().unwrap();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The same message, with and without a follow-up of its rule. The server has a thread, the client another.
fn passive_answer() {
    let (servers, clients) = (runtime(), runtime());
    let without = &RULES[..RULES.find("    follow_up").unwrap()];
    let (plain_ground, ground) = (folder(), folder());
    let plain = servers.block_on(start(plain_ground.path(), without, NOWHERE));
    let promising = servers.block_on(start(ground.path(), RULES, NOWHERE));
    println!("disk: {:.0} µs to write a page and wait for it", bare_write(ground.path()));
    for connections in [1, 16] {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..9 {
            for (app, times) in [&plain, &promising].into_iter().zip(&mut times) {
                let asker = Asker { address: app.listening.public, connections };
                times.push(clients.block_on(asker.round(Duration::from_secs(1))));
            }
        }
        let median = |times: &mut Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2] * 1e6
        };
        let [plain, promising] = times.each_mut().map(median);
        println!(
            "passive answer, {connections} at once: {plain:.0} µs, {promising:.0} µs with a follow-up, ratio {:.1}",
            promising / plain,
        );
    }
    let pending = servers.block_on(promising.store.depth(Timestamp::now())).unwrap().pending;
    assert!(pending > 100, "{pending} were promised");
    servers.block_on(async { (plain.stop().await, promising.stop().await) });
}

fn main() {
    if let Some(folder) = std::env::var_os(OPEN) {
        return runtime().block_on(open(Path::new(&folder)));
    }
    passive_answer();
    drain();
    lateness();
    full_outbox();
}
