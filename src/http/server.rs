//! The HTTP server under both listeners: it accepts, bounds and drains connections, and hands whole heads of
//! requests to a handler.
//!
//! Everything that a client can make the server wait for, or keep in memory, has a limit here: connections, heads,
//! bodies, and answers that the client does not read.

use crate::words::log::said;
mod open;
mod place;
mod socket;

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use open::{Open, RequestState};
use place::Place;
use socket::Socket;

/// How long to wait when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Bytes up to which any number of bodies may be read at once; the platform's have a few hundred.
const SMALL_BODY: usize = 16 << 10;
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
            // containers are killed ten seconds after they are asked to stop
            drain: Duration::from_secs(8),
        }
    }
}

impl Limits {
    /// The defaults, but no more connections than leave files to the other listener and to everything else.
    pub fn within(open_files: usize) -> Self {
        let limits = Self::default();
        let connections = limits.connections.min(open_files / 3).max(2);
        Self { connections, per_client: connections / 2, ..limits }
    }
}

/// What is told about connections as they come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// So many are open now.
    Open(usize),
    /// So many more were closed because too many were open: those that had waited longest for a request, or
    /// the newest when all others had a request in hand.
    TurnedAway(usize),
}

/// Serves until `stop`, then lets requests in flight end within `limits.drain`, and returns when no
/// connection is left. The handler gets the address of the client; if it panics, its connection ends with
/// a 500, and no other is touched.
pub async fn serve<H, F, B>(
    listener: TcpListener,
    limits: Limits,
    connections: impl Fn(Connections),
    handler: H,
    stop: CancellationToken,
) where
    H: Fn(Request<Incoming>, IpAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Error + Send + Sync> + From<&'static str> + Send + 'static,
{
    let mut open = Open::new(limits, connections);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(()) = open.ended() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    let client = address.ip().to_canonical();
                    let (handler, stop) = (handler.clone(), stop.clone());
                    open.add(client, |state| attend(stream, client, state, limits, handler, stop));
                }
                Err(error) if is_of_one_connection(&error) => {}
                // most likely out of file descriptors: idle connections give theirs back
                Err(_) if open.make_room() => tokio::task::yield_now().await,
                Err(error) => {
                    // asking again at once would only burn the processor
                    tracing::warn!(%error, "{}", said("cannot accept connections", "无法接受新的连接"));
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
    drop(listener);
    open.drain().await;
}

/// The client gave up before it was accepted; the next one is not affected.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// One connection, from its first byte to its last.
async fn attend<H, F, B>(
    stream: TcpStream,
    client: IpAddr,
    state: RequestState,
    limits: Limits,
    handler: H,
    stop: CancellationToken,
) where
    H: Fn(Request<Incoming>, IpAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Error + Send + Sync> + From<&'static str> + Send + 'static,
{
    // small answers must not wait for more to send; a socket that refuses this is gone already
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (handler, state) = (handler.clone(), state.clone());
        async move {
            if request.body().is_end_stream() {
                state.received();
            } else {
                // the request is whole once its body has been read
                request.extensions_mut().insert(state.clone());
            }
            let answer = timeout(limits.request_time, unwound(async move { handler(request, client).await }));
            let response = match answer.await {
                Ok(Some(response)) => response,
                Ok(None) => last_words(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong\n"),
                Err(_) => BodyFault::TooSlow.response(),
            };
            state.answered();
            Ok::<_, Infallible>(response)
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

/// The output of the future, or nothing if it panics.
async fn unwound<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        // nothing of the future is touched again after it panicked
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

/// Why the body of a request could not be read.
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
    pub fn response<B: From<&'static str>>(self) -> Response<B> {
        match self {
            Self::TooLarge => last_words(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large\n"),
            Self::TooSlow => last_words(StatusCode::REQUEST_TIMEOUT, "this took too long\n"),
            Self::Broken => last_words(StatusCode::BAD_REQUEST, "the body broke off\n"),
        }
    }
}

fn last_words<B: From<&'static str>>(status: StatusCode, text: &'static str) -> Response<B> {
    let mut response = Response::new(B::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The whole body to this head, of at most `limit` bytes.
///
/// # Errors
/// It is larger, which may be known from the head before it is read; or it did not arrive in time, or broke off.
pub async fn read_body(
    head: &Parts,
    body: Incoming,
    limit: usize,
    within: Duration,
) -> Result<Bytes, BodyFault> {
    if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > limit) {
        return Err(BodyFault::TooLarge);
    }
    let whole = timeout(within, gather(body, limit)).await.unwrap_or(Err(BodyFault::TooSlow));
    if let Some(state) = head.extensions.get::<RequestState>() {
        state.received();
    }
    whole
}

/// Copies the parts into one: kept apart, parts of one byte each would take many times their size.
async fn gather(mut body: Incoming, limit: usize) -> Result<Bytes, BodyFault> {
    let mut whole = BytesMut::new();
    if !fill(&mut whole, &mut body, SMALL_BODY, limit).await? {
        let place = Place::take().await;
        place.hold(fill(&mut whole, &mut body, limit, limit)).await.unwrap_or(Err(BodyFault::TooSlow))?;
    }
    Ok(whole.freeze())
}

/// Reads on until there are more than `enough` bytes; true when the body has ended.
async fn fill(
    whole: &mut BytesMut,
    body: &mut Incoming,
    enough: usize,
    limit: usize,
) -> Result<bool, BodyFault> {
    while whole.len() <= enough {
        let Some(frame) = body.frame().await else { return Ok(true) };
        let frame = frame.map_err(|_| BodyFault::Broken)?;
        let Some(part) = frame.data_ref() else { continue };
        if part.len() > limit - whole.len() {
            return Err(BodyFault::TooLarge);
        }
        whole.extend_from_slice(part);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_nothing_and_a_value_is_a_value() {
        assert_eq!(unwound(async { 7 }).await, Some(7));
        assert_eq!(unwound(async { panic!("on purpose") }).await, None::<()>);
    }
}
