//! The real binary among clients that mean harm: thousands that say nothing, others that send garbage, halves,
//! bombs, forgeries and replays. Meanwhile an honest client gets every answer in time, and the server's memory
//! stays flat. `FANREPLY_STRANGERS=200000 cargo test --test hostile -- --nocapture` lets more fans write, and tells
//! how long answers took.

mod support;

#[path = "support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fanreply::clock::Clock;
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::wire;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use server::{Server, said};
use support::{ACCOUNT, Ground, SECRET, signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

const RULES: &str = "rules:\n  - name: hello\n    when: {keyword: 你好}\n    reply: '您好 {{ text }}'\n  - name: rest\n    fallback: true\n    reply: 没有听懂\n";
/// How long each round of attacks lasts; memory must be no higher in the second.
const ROUND: Duration = Duration::from_secs(8);
/// The platform gives up after five seconds; all but one answer in a hundred come within one.
const GIVES_UP: Duration = Duration::from_secs(5);
const SOON: Duration = Duration::from_secs(1);
const SILENT: usize = 10_000;
/// Fans who write for the first time, in each round: together more than there are answers kept for repeats.
const STRANGERS: usize = 25_000;
const MEBIBYTE: usize = 1 << 20;

/// What all of them know.
#[derive(Clone)]
struct World {
    address: SocketAddr,
    /// A query that the platform has signed, as somebody on the way may have seen it.
    seen: Arc<str>,
    over: CancellationToken,
    /// How often each kind of harm was answered with which status; 0 is none.
    answers: Arc<Mutex<BTreeMap<(&'static str, u16), usize>>>,
    next: Arc<AtomicU64>,
}

impl World {
    fn of(server: &Server) -> Self {
        Self {
            address: server.public.strip_prefix("http://").unwrap().parse().unwrap(),
            seen: query().into(),
            over: CancellationToken::new(),
            answers: Arc::default(),
            next: Arc::new(AtomicU64::new(1)),
        }
    }

    /// A connection from 127.0.0.`host`, if the server lets us.
    async fn connect(&self, host: u8) -> Option<TcpStream> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, host], 0).into()).unwrap();
        let stream = timeout(GIVES_UP, socket.connect(self.address)).await.ok()?.ok()?;
        stream.set_nodelay(true).ok()?;
        Some(stream)
    }

    /// Sends all of this, whether or not anybody listens, and notes the status that comes back.
    async fn harm(&self, kind: &'static str, host: u8, bytes: &[u8]) {
        let Some(mut stream) = self.connect(host).await else { return };
        let _ = timeout(SOON, stream.write_all(bytes)).await;
        let mut head = [0; 64];
        let read = timeout(SOON, stream.read(&mut head)).await;
        let status = match read {
            Ok(Ok(read)) => status(&head[..read]),
            _ => 0,
        };
        *self.answers.lock().unwrap().entry((kind, status)).or_default() += 1;
    }

    fn message(&self, number: u64, text: String) -> Vec<u8> {
        let format = if number.is_multiple_of(2) { Format::Json } else { Format::Xml };
        wire::encode_message(&InboundMessage {
            account: ACCOUNT.parse().unwrap(),
            sender: (1_700_000_000 + number).to_string().parse().unwrap(),
            created_at: Clock::System.now(),
            platform_id: None,
            format,
            content: Content::Text(text),
        })
    }
}

fn query() -> String {
    signed(SECRET, Clock::System.now())
}

fn status(head: &[u8]) -> u16 {
    let code = head.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
    code.and_then(|code| std::str::from_utf8(code).ok()?.parse().ok()).unwrap_or(0)
}

fn post(query: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("POST /callback?{query} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// One whole answer: its status and its body.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(u16, Vec<u8>)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            let whole = end + 4 + length;
            if buffer.len() >= whole {
                let code = status(buffer);
                let body = buffer[end + 4..whole].to_vec();
                buffer.drain(..whole);
                return Some((code, body));
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// Writes every few milliseconds, and wants its own answer to each message in time. With `keeps` it stays on
/// one connection; otherwise each message has its own. It never tries twice.
async fn honest(world: World, host: u8, keeps: bool) -> Vec<Duration> {
    let mut took = Vec::new();
    let mut kept = None;
    while !world.over.is_cancelled() {
        let number = world.next.fetch_add(1, Ordering::Relaxed);
        let (text, expected) = match number % 3 {
            0 => (format!("什么 {number}"), "没有听懂".to_owned()),
            _ => (format!("你好 {number}"), format!("您好 你好 {number}")),
        };
        let request = post(&query(), &world.message(number, text));
        let began = Instant::now();
        let asked = async {
            let (mut stream, mut buffer) = match kept.take() {
                Some(line) => line,
                None => (world.connect(host).await.expect("the server takes connections"), Vec::new()),
            };
            stream.write_all(&request).await.expect("the server reads");
            let got = answer(&mut stream, &mut buffer).await.expect("an answer");
            kept = keeps.then_some((stream, buffer));
            got
        };
        let (code, body) = timeout(GIVES_UP, asked).await.expect("the platform has given up");
        took.push(began.elapsed());
        let reply = wire::decode_reply(&body).unwrap().map(|reply| reply.shown());
        assert_eq!((code, reply.as_deref()), (200, Some(expected.as_str())));
        sleep(Duration::from_millis(15)).await;
    }
    took
}

/// Holds a connection and says nothing; comes back when it is cut.
async fn silent(world: World, number: usize) {
    // four in ten come from the honest client's own address, as they would behind a proxy
    let host = if number % 10 < 4 { 1 } else { 10 + (number % 10) as u8 };
    sleep(Duration::from_micros(200 * number as u64)).await;
    loop {
        if let Some(mut stream) = world.connect(host).await {
            if number.is_multiple_of(50) {
                // a slow loris: a head that never ends
                let _ = stream.write_all(b"POST /callback HTTP/1.1\r\n").await;
                while stream.write_all(b"a: b\r\n").await.is_ok() {
                    sleep(Duration::from_millis(500)).await;
                }
            }
            let _ = stream.read(&mut [0; 16]).await;
        }
        sleep(Duration::from_secs(2)).await;
    }
}

/// What is sent again and again, by kind.
fn harms(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    let seen = &*world.seen;
    let head = |more: &str| format!("POST /callback?{seen} HTTP/1.1\r\nhost: x\r\n{more}\r\n").into_bytes();
    let chunk = format!("{:x}\r\n{}\r\n", MEBIBYTE / 4, "x".repeat(MEBIBYTE / 4));
    let laughs: String = (1..10).fold("<!DOCTYPE xml [<!ENTITY e0 \"ha\">".to_owned(), |mut text, number| {
        let _ = write!(text, "<!ENTITY e{number} \"{}\">", format!("&e{};", number - 1).repeat(10));
        text
    });
    let outside =
        "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><Content>&e;</Content></xml>";
    let garbage: Vec<u8> =
        (0..4096u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let forged = post(&signed("a guess", Clock::System.now()), b"{}");
    let bodies: [(&str, Vec<u8>); 6] = [
        ("laughs", format!("{laughs}]><xml>&e9;</xml>").into_bytes()),
        ("outside", outside.into()),
        ("deep xml", "<xml>".repeat(MEBIBYTE / 5).into_bytes()),
        ("deep json", "{\"a\":".repeat(MEBIBYTE / 5).into_bytes()),
        ("wide json", format!("{{\"a\":[{}0]}}", "0,".repeat(MEBIBYTE / 2 - 10)).into_bytes()),
        ("too large", vec![b' '; MEBIBYTE + 1]),
    ];
    let heads = [
        ("garbage", garbage),
        ("many headers", format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(5_000)).into_bytes()),
        ("large header", format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "b".repeat(MEBIBYTE)).into_bytes()),
        ("large url", format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(MEBIBYTE)).into_bytes()),
        ("half a head", b"POST /callback HTTP/1.1\r\nhost".to_vec()),
        ("announced", head(&format!("content-length: {}\r\n", 1u64 << 40))),
        ("two lengths", head("content-length: 5\r\ncontent-length: 6\r\n")),
        ("half a body", [head("content-length: 900000\r\n"), vec![b'{'; 800_000]].concat()),
        ("no end", [head("transfer-encoding: chunked\r\n"), chunk.repeat(3).into_bytes()].concat()),
        ("forged", forged),
    ];
    bodies.into_iter().map(|(kind, body)| (kind, post(seen, &body))).chain(heads).collect()
}

async fn harmful(world: World, kind: &'static str, bytes: Vec<u8>, host: u8) {
    loop {
        world.harm(kind, host, &bytes).await;
        sleep(Duration::from_millis(50)).await;
    }
}

/// The same message as somebody on the way has recorded it, with its genuine signature: always the same answer.
async fn replayed(world: World) {
    let request = post(&world.seen, &world.message(0, "你好".to_owned()));
    loop {
        let Some(mut stream) = world.connect(1).await else { continue };
        let _ = stream.write_all(&request).await;
        if let Some((code, body)) = answer(&mut stream, &mut Vec::new()).await {
            let reply = wire::decode_reply(&body).unwrap().unwrap().shown();
            assert_eq!((code, reply.as_str()), (200, "您好 你好"));
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Fans by the ten thousand, each of whom writes once. The platform's own messages all arrive.
async fn strangers(world: World, all: usize, answered: Arc<AtomicUsize>) {
    const AT_ONCE: u64 = 20;
    let mut stream = world.connect(1).await.unwrap();
    let mut buffer = Vec::new();
    while answered.load(Ordering::Relaxed) < all {
        let first = world.next.fetch_add(AT_ONCE, Ordering::Relaxed);
        let query = query();
        let requests: Vec<u8> = (first..first + AT_ONCE)
            .flat_map(|number| post(&query, &world.message(number, "在吗".to_owned())))
            .collect();
        stream.write_all(&requests).await.unwrap();
        for _ in 0..AT_ONCE {
            let (code, body) = answer(&mut stream, &mut buffer).await.expect("an answer for each");
            let reply = wire::decode_reply(&body).unwrap().unwrap().shown();
            assert_eq!((code, reply.as_str()), (200, "没有听懂"));
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Resident memory in MiB.
fn memory(server: &Server) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    kibibytes.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// One round of everything at once; the most memory that was seen in it.
async fn round(server: &Server, silent_ones: usize, took: &mut Vec<Duration>) -> f64 {
    let world = World::of(server);
    let mut honest_ones = JoinSet::new();
    for (host, keeps) in [(1, false), (1, true), (11, false), (2, false), (2, true)] {
        honest_ones.spawn(honest(world.clone(), host, keeps));
    }
    let mut hostile = JoinSet::new();
    (0..silent_ones).for_each(|number| {
        hostile.spawn(silent(world.clone(), number));
    });
    for (number, (kind, bytes)) in harms(&world).into_iter().enumerate() {
        hostile.spawn(harmful(world.clone(), kind, bytes, 1 + (number % 4) as u8));
    }
    hostile.spawn(replayed(world.clone()));
    let strangers_in_all =
        std::env::var("FANREPLY_STRANGERS").map_or(STRANGERS, |count| count.parse().unwrap());
    let answered = Arc::new(AtomicUsize::new(0));
    let mut fans = JoinSet::new();
    for _ in 0..4 {
        fans.spawn(strangers(world.clone(), strangers_in_all, answered.clone()));
    }
    let (began, mut most) = (Instant::now(), 0.0);
    while began.elapsed() < ROUND || !fans.is_empty() {
        most = f64::max(most, memory(server));
        sleep(Duration::from_millis(200)).await;
        while let Some(ended) = fans.try_join_next().or_else(|| hostile.try_join_next()) {
            ended.unwrap();
        }
    }
    world.over.cancel();
    for asked in honest_ones.join_all().await {
        took.extend(asked);
    }
    hostile.shutdown().await;
    let answers = world.answers.lock().unwrap().clone();
    eprintln!("{:.1} s, {most:.1} MiB at most; {answers:?}", began.elapsed().as_secs_f64());
    for (kind, status) in answers.keys() {
        assert!(matches!(status, 0 | 400..500), "{kind} is answered with {status}: {answers:?}");
    }
    most
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_client_gets_every_answer_in_time_and_memory_stays_flat() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let files = getrlimit(Resource::Nofile).current.map_or(usize::MAX, |files| files as usize);
    let silent_ones = SILENT.min(files.saturating_sub(500));
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_LOG", "error");
    let server = Server::start(&ground);
    let before = memory(&server);
    let mut took = Vec::new();
    let first = round(&server, silent_ones, &mut took).await;
    let second = round(&server, silent_ones, &mut took).await;
    let after = memory(&server);
    took.sort();
    let (p99, max) = (took[took.len() * 99 / 100], took[took.len() - 1]);
    eprintln!(
        "{silent_ones} silent connections; {} honest messages, all answered: p50 {:?}, p99 {p99:?}, max {max:?}; memory {before:.1}, {first:.1}, {second:.1}, {after:.1} MiB",
        took.len(),
        took[took.len() / 2],
    );
    assert!(p99 < SOON, "one answer in a hundred took {p99:?}");
    // a connection costs some 25 KiB without optimisation, and there are 4,096 of them
    assert!(first < before + 350.0 && second < first * 1.1 + 20.0, "memory grows");
    assert_eq!(said(&ground), "", "nothing panics");
}
