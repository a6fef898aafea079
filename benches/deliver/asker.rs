//! Whoever pushes messages over connections that stay open, and measures how long each answer takes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fanreply::platform::weibo::signature::sign;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// No two messages are alike, in any round.
static NUMBER: AtomicU64 = AtomicU64::new(0);

#[derive(Clone, Copy)]
pub struct Asker {
    pub address: SocketAddr,
    /// Each waits for its answer before it asks again.
    pub connections: u64,
}

impl Asker {
    /// The median time of an answer in seconds, over one round of this length.
    pub async fn round(self, length: Duration) -> f64 {
        let until = Instant::now() + length;
        let mut connections = JoinSet::new();
        for _ in 0..self.connections {
            connections.spawn(self.ask(until));
        }
        let mut times: Vec<f64> = connections.join_all().await.into_iter().flatten().collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    }

    async fn ask(self, until: Instant) -> Vec<f64> {
        let secret = crate::SECRET.into();
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut times, mut answer) = (Vec::new(), vec![0; 4096]);
        while Instant::now() < until {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let timestamp = jiff::Timestamp::now().as_millisecond().to_string();
            let signature = sign(&secret, &timestamp, &number.to_string());
            let body = format!(
                "{{\"type\":\"text\",\"receiver_id\":3600001001,\"sender_id\":{},\"created_at\":\"Tue Nov 24 10:40:06 +0800 2026\",\"text\":\"下单{number}\",\"data\":{{}}}}",
                1_700_000_000 + number,
            );
            let request = format!(
                "POST /callback?signature={signature}&timestamp={timestamp}&nonce={number} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let asked = Instant::now();
            stream.write_all(request.as_bytes()).await.unwrap();
            let read = stream.read(&mut answer).await.unwrap();
            times.push(asked.elapsed().as_secs_f64());
            assert!(answer[..read].ends_with(b"%E5%A5%BD%E7%9A%84%22%7D\"}"), "{:?}", &answer[..read]);
        }
        times
    }
}
