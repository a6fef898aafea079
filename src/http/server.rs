//! The HTTP server under both listeners: it accepts, bounds and drains connections, and hands whole heads of
//! requests to a handler. It knows no route, and nothing of what a request means.
//!
//! Everything a client can make us wait for, or keep, has a limit here: connections, heads, bodies, answers
//! that it does not read.

mod socket;

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use socket::Socket;

/// How long to wait when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// hyper panics below this.
const SMALLEST_BUFFER: usize = 8 << 10;

/// What clients may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at once.
    pub connections: usize,
    /// Of these, connections of one client: an IPv4 address, or the /64 network of an IPv6 address.
    pub per_client: usize,
    /// For the head of a request, from its first byte or since the connection fell idle.
    pub header_time: Duration,
    /// For the body and the handler together; and for each part of an answer to be taken.
    pub request_time: Duration,
    /// Request line and headers.
    pub header_bytes: usize,
    /// For requests in flight when the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            per_client: 2048,
            header_time: Duration::from_secs(10),
            request_time: Duration::from_secs(10),
            header_bytes: 16 << 10,
            drain: Duration::from_secs(10),
        }
    }
}

/// What is told about connections as they come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// So many are open now.
    Open(usize),
    /// One more was closed at once because too many were open.
    TurnedAway,
}

/// Serves until `stop`, then lets requests in flight end within `limits.drain`, and returns when no
/// connection is left. The handler gets the address of the client; if it panics, its connection ends with
/// a 500, and no other is touched.
pub async fn serve<H, F>(
    listener: TcpListener,
    limits: Limits,
    connections: impl Fn(Connections),
    handler: H,
    stop: CancellationToken,
) where
    H: Fn(Request<Incoming>, IpAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let mut open = Open {
        limits,
        told: connections,
        tasks: JoinSet::new(),
        clients: HashMap::new(),
        per_client: HashMap::new(),
    };
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(ended) = open.tasks.join_next_with_id() => open.remove(ended),
            (stream, address) = accept(&listener) => {
                let client = address.ip().to_canonical();
                if open.has_room_for(client) {
                    open.add(client, attend(stream, client, limits, handler.clone(), stop.clone()));
                } else {
                    (open.told)(Connections::TurnedAway);
                }
            }
        }
    }
    drop(listener);
    open.drain().await;
}

/// The next connection, however long the system refuses to give one.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // most likely out of file descriptors: asking again at once would only burn the processor
                tracing::warn!(%error, "cannot accept connections");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The client gave up before it was accepted; the next one is not affected.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// The connections that are open, and whose they are.
struct Open<C> {
    limits: Limits,
    told: C,
    tasks: JoinSet<()>,
    clients: HashMap<Id, IpAddr>,
    per_client: HashMap<IpAddr, usize>,
}

impl<C: Fn(Connections)> Open<C> {
    fn has_room_for(&self, client: IpAddr) -> bool {
        let of_client = self.per_client.get(&network_of(client)).copied().unwrap_or(0);
        self.tasks.len() < self.limits.connections && of_client < self.limits.per_client
    }

    fn add(&mut self, client: IpAddr, connection: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(connection).id();
        self.clients.insert(task, network_of(client));
        *self.per_client.entry(network_of(client)).or_default() += 1;
        (self.told)(Connections::Open(self.tasks.len()));
    }

    fn remove(&mut self, ended: Result<(Id, ()), JoinError>) {
        let task = ended.map_or_else(|error| error.id(), |(task, ())| task);
        if let Some(client) = self.clients.remove(&task)
            && let Some(count) = self.per_client.get_mut(&client)
        {
            *count -= 1;
            if *count == 0 {
                self.per_client.remove(&client);
            }
        }
        (self.told)(Connections::Open(self.tasks.len()));
    }

    /// Waits for what is in flight, then cuts the rest.
    async fn drain(mut self) {
        let ended = timeout(self.limits.drain, async {
            while let Some(ended) = self.tasks.join_next_with_id().await {
                self.remove(ended);
            }
        });
        if ended.await.is_err() {
            tracing::warn!(connections = self.tasks.len(), "cutting connections that did not end in time");
            self.tasks.shutdown().await;
        }
        (self.told)(Connections::Open(0));
    }
}

/// Whoever has one IPv6 address usually has its whole /64.
fn network_of(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !0 << 64).into(),
    }
}

/// One connection, from its first byte to its last.
async fn attend<H, F>(stream: TcpStream, client: IpAddr, limits: Limits, handler: H, stop: CancellationToken)
where
    H: Fn(Request<Incoming>, IpAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    // small answers must not wait for more to send; a socket that refuses this is gone already
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let handler = handler.clone();
        async move {
            let answer = timeout(limits.request_time, unwound(async move { handler(request, client).await }));
            Ok::<_, Infallible>(match answer.await {
                Ok(Some(response)) => response,
                Ok(None) => last_words(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong\n"),
                Err(_) => BodyFault::TooSlow.response(),
            })
        }
    });
    let socket = Socket::new(stream, limits.request_time, stop.clone());
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_header_size(limits.header_bytes)
        // the default lets every connection keep 400 KB of what was not asked for yet
        .max_buf_size((2 * limits.header_bytes).max(SMALLEST_BUFFER))
        .serve_connection(TokioIo::new(socket), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%client, %error, "a connection ended early");
    }
}

/// What the future comes to, or nothing if it panics.
async fn unwound<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        // nothing of the future is touched again after it panicked
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

/// Why the body of a request could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    #[error("the body is too large")]
    TooLarge,
    #[error("the body took too long")]
    TooSlow,
    #[error("the body broke off")]
    Broken,
}

impl BodyFault {
    /// The answer to a request with such a body: 413, 408 or 400. It ends the connection, for the rest of
    /// the body would be taken for the next request.
    pub fn response(self) -> Response<Full<Bytes>> {
        match self {
            Self::TooLarge => last_words(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large\n"),
            Self::TooSlow => last_words(StatusCode::REQUEST_TIMEOUT, "this took too long\n"),
            Self::Broken => last_words(StatusCode::BAD_REQUEST, "the body broke off\n"),
        }
    }
}

fn last_words(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The whole body, of at most `limit` bytes. One that announces more is refused before it is read.
pub async fn read_body(body: Incoming, limit: usize, within: Duration) -> Result<Bytes, BodyFault> {
    if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > limit) {
        return Err(BodyFault::TooLarge);
    }
    timeout(within, gather(body, limit)).await.unwrap_or(Err(BodyFault::TooSlow))
}

/// Copies the parts together: kept apart, parts of one byte each would take many times their size.
async fn gather(mut body: Incoming, limit: usize) -> Result<Bytes, BodyFault> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyFault::Broken)?;
        let Some(part) = frame.data_ref() else { continue };
        if part.len() > limit - whole.len() {
            return Err(BodyFault::TooLarge);
        }
        whole.extend_from_slice(part);
    }
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_network() {
        let network = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(network("10.1.2.3"), "10.1.2.3");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1:2::");
        assert_ne!(network("2001:db8:1:3::"), "2001:db8:1:2::");
    }

    #[tokio::test]
    async fn a_panic_is_nothing_and_a_value_is_a_value() {
        assert_eq!(unwound(async { 7 }).await, Some(7));
        assert_eq!(unwound(async { panic!("on purpose") }).await, None::<()>);
    }
}
