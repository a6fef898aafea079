//! The callback beside a bare hyper server that verifies the same signature, reads the body and returns a constant:
//! requests a second, and processor time a request. Each server is a process of its own with a worker for each core;
//! they take turns under the same client in one run, and what counts is the ratio.
//!
//! `cargo bench --bench callback`; `FANREPLY_BENCH_BEFORE=PATH` puts another build of the program beside this one,
//! `FANREPLY_BENCH_ROUNDS=21` makes more rounds than nine.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a bench measures the real clock

#[path = "support/machine.rs"]
mod machine;
#[path = "support/process.rs"]
mod process;

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use fanreply::http::server::{Client, Limits, read_body, serve};
use fanreply::model::query::Query;
use fanreply::platform::weibo::signature::{Signed, sign, verify};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use process::{Process, SECRET};

/// Names the address to the process that is the bare server.
const BARE: &str = "FANREPLY_BENCH_BARE";
const CONNECTIONS: u64 = 16;
const ROUND: Duration = Duration::from_secs(2);
/// Words and regular expressions of the rules.
const WORDS: u32 = 10_000;
const EXPRESSIONS: u32 = 500;

/// A word of four characters.
fn word(number: u32) -> String {
    let digit =
        |place: u32| char::from_u32(0x4E00 + number / 13_u32.pow(place) % 13 * 97 + place * 7).unwrap();
    (0..4).map(digit).collect()
}

/// One rule a word, and one an expression with a literal of its own.
fn rules(words: u32, expressions: u32) -> String {
    let mut rules = "rules:\n".to_owned();
    for number in 0..words {
        let _ = writeln!(rules, "  - when: {{keyword: {}}}\n    reply: 第{number}件有货", word(number));
    }
    for number in 0..expressions {
        let _ = writeln!(
            rules,
            "  - when: {{regex: '批次{number}号\\d{{2,6}}件'}}\n    reply: 第{number}批已经发出"
        );
    }
    rules
}

/// Asks until then, each time with a new message and a signature of its own, as the platform does. Half of
/// the messages hold a word of the rules.
async fn ask(address: SocketAddr, connection: u64, until: Instant, answered: Arc<AtomicU64>) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let secret = SecretString::from(SECRET);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; 4096];
    let timestamp = jiff::Timestamp::now().as_millisecond().to_string();
    while Instant::now() < until {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let nonce = number.to_string();
        let signature = sign(&secret, &timestamp, &nonce);
        let said = if number.is_multiple_of(2) {
            // a step that meets all words, far from one another
            format!("请问{}还有货吗", word((number * 7_919 % u64::from(WORDS)) as u32))
        } else {
            format!("今天天气真不错，我想了解一下第{number}次活动的安排")
        };
        let body = format!(
            "<xml><ToUserName>3600001001</ToUserName><FromUserName>{}</FromUserName><CreateTime>1795500000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{said}]]></Content><MsgId>{number}</MsgId></xml>",
            1_700_000_000 + connection,
        );
        let request = format!(
            "POST /callback?signature={signature}&timestamp={timestamp}&nonce={nonce} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..read]));
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the bare server does: signature, body, constant.
async fn bare(request: Request<Incoming>, client: Client) -> Response<Full<Bytes>> {
    let query = Query::of(request.uri().query());
    let signed = Signed {
        signature: query.get("signature"),
        timestamp: query.get("timestamp"),
        nonce: query.get("nonce"),
    };
    verify(&SECRET.into(), signed, jiff::Timestamp::now(), None).unwrap();
    read_body(&client, request.into_body(), 1 << 20, Duration::from_secs(5)).await.unwrap();
    Response::new(Full::new(Bytes::from_static(
        "<xml><ToUserName><![CDATA[1]]></ToUserName><FromUserName><![CDATA[2]]></FromUserName><CreateTime>1795500000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[有货]]></Content></xml>".as_bytes(),
    )))
}

fn be_bare(address: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.unwrap();
        serve(listener, Limits::default(), |_| {}, bare, CancellationToken::new()).await;
    });
}

/// One server and what was measured of it, a figure a round.
struct Contender {
    name: String,
    process: Process,
    rates: Vec<f64>,
    micros: Vec<f64>,
}

impl Contender {
    fn round(&mut self, client: &tokio::runtime::Runtime) {
        let answered = Arc::new(AtomicU64::new(0));
        let (began, cpu) = (Instant::now(), self.process.cpu());
        client.block_on(async {
            let address = self.process.address;
            let askers = (0..CONNECTIONS)
                .map(|connection| tokio::spawn(ask(address, connection, began + ROUND, answered.clone())));
            for asker in askers.collect::<Vec<_>>() {
                asker.await.unwrap();
            }
        });
        let answered = answered.load(Ordering::Relaxed) as f64;
        self.rates.push(answered / began.elapsed().as_secs_f64());
        self.micros.push((self.process.cpu() - cpu).as_secs_f64() * 1e6 / answered);
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn ratios(ours: &[f64], bare: &[f64]) -> f64 {
    median(ours.iter().zip(bare).map(|(ours, bare)| ours / bare).collect())
}

fn main() {
    if let Ok(address) = std::env::var(BARE) {
        return be_bare(&address);
    }
    let watch = machine::Watch::begin();
    let rounds = std::env::var("FANREPLY_BENCH_ROUNDS").map_or(9, |rounds| rounds.parse().unwrap());
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let ground = tempfile::tempdir().unwrap();
    let this = Path::new(env!("CARGO_BIN_EXE_fanreply"));
    let before = std::env::var("FANREPLY_BENCH_BEFORE").ok();
    let contender =
        |name: &str, process| Contender { name: name.to_owned(), process, rates: vec![], micros: vec![] };
    let bare = Process::start(&std::env::current_exe().unwrap(), |command, address| {
        command.env(BARE, address.to_string());
    });
    let mut contenders = vec![contender("bare hyper", bare)];
    for (name, words, expressions) in [("100 words", 100, 0), ("10,000 + 500", WORDS, EXPRESSIONS)] {
        let rules = rules(words, expressions);
        contenders.push(contender(name, Process::serving(this, &ground.path().join(name), &rules)));
        if let Some(before) = &before {
            let folder = ground.path().join(format!("{name} before"));
            contenders.push(contender(
                &format!("{name}, before"),
                Process::serving(Path::new(before), &folder, &rules),
            ));
        }
    }
    for _ in 0..rounds {
        contenders.iter_mut().for_each(|contender| contender.round(&client));
    }
    let bare = &contenders[0];
    for contender in &contenders {
        println!(
            "{:>22}: {:>8.0} requests a second, {:.2} of bare; {:>5.1} µs of processor a request, {:.2} of bare; {} MiB anonymous",
            contender.name,
            median(contender.rates.clone()),
            ratios(&contender.rates, &bare.rates),
            median(contender.micros.clone()),
            ratios(&contender.micros, &bare.micros),
            contender.process.anonymous_mib(),
        );
    }
    watch.judge();
}
