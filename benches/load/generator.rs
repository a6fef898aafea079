//! Sends messages over connections that stay open: as many as are answered, or at a given rate. Then each has its
//! moment, whether or not the ones before it are answered, and what it waits for counts from that moment.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

use crate::messages::{Asked, Messages};

pub struct Generator {
    runtime: Runtime,
    address: String,
    connections: usize,
    messages: Messages,
}

/// What became of some messages.
#[derive(Default)]
pub struct Figures {
    took: Vec<Duration>,
    pub errors: usize,
    length: Duration,
}

impl Generator {
    pub fn new(url: &str, connections: usize, messages: Messages) -> Self {
        // one thread, so that the server has the rest
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { runtime, address, connections, messages }
    }

    /// Each connection sends its next message when it has its answer.
    pub fn at_most(&self, length: Duration) -> Figures {
        let began = Instant::now();
        let figures = self.runtime.block_on(async {
            let mut lines = JoinSet::new();
            for _ in 0..self.connections {
                let (mut line, messages) = (Line::open(&self.address).await, self.messages.clone());
                lines.spawn(async move {
                    let mut figures = Figures::default();
                    while began.elapsed() < length {
                        figures.note(Instant::now(), line.ask(&messages.next()).await);
                    }
                    figures
                });
            }
            joined(lines.join_all().await)
        });
        Figures { length: began.elapsed(), ..figures }
    }

    /// So many a second, for so long.
    pub fn at(&self, rate: f64, length: Duration) -> Figures {
        self.paced(rate, |elapsed| elapsed < length)
    }

    /// So many a second, while something else is done.
    pub fn at_while(&self, rate: f64, work: impl FnOnce() + Send) -> Figures {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                work();
                done.store(true, Ordering::Relaxed);
            });
            self.paced(rate, |_| !done.load(Ordering::Relaxed))
        })
    }

    fn paced(&self, rate: f64, goes_on: impl Fn(Duration) -> bool) -> Figures {
        let mut lines = JoinSet::new();
        let mut queues = Vec::new();
        for _ in 0..self.connections {
            let (queue, planned) = unbounded_channel();
            queues.push(queue);
            let (address, messages) = (self.address.clone(), self.messages.clone());
            lines.spawn_on(take_turns(address, messages, planned), self.runtime.handle());
        }
        let (began, mut sent) = (Instant::now(), 0);
        while goes_on(began.elapsed()) {
            let planned = began + Duration::from_secs_f64(f64::from(sent) / rate);
            // the timers of the runtime are too coarse
            std::thread::sleep(planned.saturating_duration_since(Instant::now()));
            queues[sent as usize % self.connections].send(planned).unwrap();
            sent += 1;
        }
        drop(queues);
        let figures = joined(self.runtime.block_on(lines.join_all()));
        assert_eq!(figures.took.len() + figures.errors, sent as usize);
        Figures { length: began.elapsed(), ..figures }
    }
}

async fn take_turns(address: String, messages: Messages, mut planned: UnboundedReceiver<Instant>) -> Figures {
    let mut line = Line::open(&address).await;
    let mut figures = Figures::default();
    while let Some(planned) = planned.recv().await {
        figures.note(planned, line.ask(&messages.next()).await);
    }
    figures
}

fn joined(all: Vec<Figures>) -> Figures {
    let mut sum = Figures::default();
    all.into_iter().for_each(|figures| sum.join(figures));
    sum
}

/// A connection. One that breaks is opened anew, and its message counts as an error.
struct Line {
    address: Arc<str>,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: &str) -> Self {
        let mut line = Self { address: address.into(), stream: None, buffer: Vec::new() };
        line.connect().await;
        line
    }

    async fn connect(&mut self) {
        self.buffer.clear();
        self.stream = TcpStream::connect(&*self.address).await.ok();
        if let Some(stream) = &self.stream {
            let _ = stream.set_nodelay(true);
        }
    }

    /// Whether the right answer came.
    async fn ask(&mut self, asked: &Asked) -> bool {
        match self.answer(&asked.request).await {
            Some((status, body)) => asked.is_answered_by(status, &body),
            None => {
                self.connect().await;
                false
            }
        }
    }

    async fn answer(&mut self, request: &[u8]) -> Option<(u16, Vec<u8>)> {
        let stream = self.stream.as_mut()?;
        stream.write_all(request).await.ok()?;
        loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.buffer[..end]).ok()?;
                let status = head.get(9..12)?.parse().ok()?;
                let is_length = |line: &&str| {
                    line.get(..15).is_some_and(|name| name.eq_ignore_ascii_case("content-length:"))
                };
                let length: usize =
                    head.lines().find(is_length).map_or(Some(0), |line| line[15..].trim().parse().ok())?;
                if self.buffer.len() >= end + 4 + length {
                    let body = self.buffer[end + 4..end + 4 + length].to_vec();
                    self.buffer.drain(..end + 4 + length);
                    return Some((status, body));
                }
            }
            if stream.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
        }
    }
}

impl Figures {
    fn note(&mut self, since: Instant, is_right: bool) {
        if is_right {
            self.took.push(since.elapsed());
        } else {
            self.errors += 1;
        }
    }

    pub fn join(&mut self, other: Self) {
        self.took.extend(other.took);
        self.errors += other.errors;
        self.length += other.length;
    }

    /// Right answers a second.
    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.length.as_secs_f64()
    }

    /// In milliseconds.
    pub fn p99(&self) -> f64 {
        self.percentiles([0.99])[0]
    }

    /// In milliseconds.
    fn percentiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut took = self.took.clone();
        took.sort();
        let last = took.len().saturating_sub(1);
        shares.map(|share| {
            took.get((last as f64 * share) as usize).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
        })
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p90, p99, p999, most] = self.percentiles([0.5, 0.9, 0.99, 0.999, 1.0]);
        write!(
            f,
            "{} answers, {:.0} a second, p50 {p50:.2} ms, p90 {p90:.2}, p99 {p99:.2}, p99.9 {p999:.2}, the longest {most:.2}; {} errors",
            self.took.len(),
            self.rate(),
            self.errors,
        )
    }
}
