//! Requests per second of the callback at 100 and 10,000 rules, beside a bare hyper server that verifies the
//! same signature and returns a constant. The three take turns in one run, under the same client; what
//! counts is the ratio. `cargo bench --bench callback`
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a bench measures the real clock

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use fanreply::app::{App, Options};
use fanreply::config::{Sources, load};
use fanreply::http::server::{Limits, serve};
use fanreply::model::query::Query;
use fanreply::platform::weibo::signature::{Signed, sign, verify};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const CONNECTIONS: u64 = 16;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 7;

/// Every request is a new message with a signature of its own, as the platform sends them.
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
        let body = format!(
            "{{\"type\":\"text\",\"receiver_id\":3600001001,\"sender_id\":{},\"created_at\":\"Tue Nov 24 10:40:06 +0800 2026\",\"text\":\"请问商品{}号还有货吗？第{number}次问\",\"data\":{{}}}}",
            1_700_000_000 + connection,
            number % 100,
        );
        let request = format!(
            "POST /callback?signature={signature}&timestamp={timestamp}&nonce={nonce} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..read]));
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// The bare server: signature, body, constant.
async fn bare(request: Request<Incoming>, _: IpAddr) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let query = Query::of(head.uri.query());
    let signed = Signed {
        signature: query.get("signature"),
        timestamp: query.get("timestamp"),
        nonce: query.get("nonce"),
    };
    verify(&SECRET.into(), signed, jiff::Timestamp::now(), None).unwrap();
    body.collect().await.unwrap();
    Response::new(Full::new(Bytes::from_static(b"{\"result\":true,\"receiver_id\":1700002001,\"sender_id\":3600001001,\"type\":\"text\",\"data\":\"%7B%22text%22%3A%22%E6%9C%89%E8%B4%A7%22%7D\"}")))
}

fn rules(count: usize) -> String {
    let rule =
        |number: usize| format!("  - when: {{keyword: 商品{number}号}}\n    reply: 第{number}号有货\n");
    format!("rules:\n{}", (0..count).map(rule).collect::<String>())
}

async fn start(ground: &tempfile::TempDir, count: usize) -> App {
    let rules_folder = ground.path().join(format!("rules-{count}"));
    std::fs::create_dir(&rules_folder).unwrap();
    std::fs::write(rules_folder.join("a.yaml"), rules(count)).unwrap();
    let variables = [
        ("FANREPLY_LISTEN", "127.0.0.1:0"),
        ("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0"),
        ("FANREPLY_APP_SECRET", SECRET),
    ];
    let sources = Sources {
        environment: variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        rules: Some(rules_folder),
        data: Some(ground.path().join(format!("data-{count}"))),
        ..Sources::default()
    };
    App::start(load(&sources).unwrap().0, Options::default()).await.unwrap()
}

/// Servers have a core to themselves, the client the other; on more cores the picture is the same.
fn main() {
    let servers = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let ground = tempfile::tempdir().unwrap();
    let (few, many) = servers.block_on(async { (start(&ground, 100).await, start(&ground, 10_000).await) });
    let listener = servers.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let bare_address = listener.local_addr().unwrap();
    servers.spawn(serve(listener, Limits::default(), |_| {}, bare, CancellationToken::new()));
    let contenders = [
        ("bare hyper", bare_address),
        ("100 rules", few.listening.public),
        ("10,000 rules", many.listening.public),
    ];
    let mut rates = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for ((_, address), rates) in contenders.iter().zip(&mut rates) {
            let answered = Arc::new(AtomicU64::new(0));
            let began = Instant::now();
            client.block_on(async {
                let askers = (0..CONNECTIONS).map(|connection| {
                    tokio::spawn(ask(*address, connection, began + ROUND, answered.clone()))
                });
                for asker in askers.collect::<Vec<_>>() {
                    asker.await.unwrap();
                }
            });
            rates.push(answered.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64());
        }
    }
    let median = |rates: &mut Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    let medians: Vec<f64> = rates.iter_mut().map(median).collect();
    for ((name, _), rate) in contenders.iter().zip(&medians) {
        println!("{name:>13}: {rate:>8.0} requests a second, {:.2} of bare", rate / medians[0]);
    }
}
