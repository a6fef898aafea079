//! The HTTP server under both listeners: it accepts, bounds and drains connections, and hands whole heads of
//! requests to a handler.
//!
//! Everything that a client can make the server wait for, or keep in memory, has a limit here: connections, heads,
//! bodies, and answers that the client does not read.

mod in_time;
mod open;
mod place;
mod socket;

use std::convert::Infallible;
use std::error::Error;
use std::future::{pending, poll_fn};
use std::io;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::unconstrained;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::words::log::said;
use in_time::in_time;
use open::{Open, RequestState};
use place::Place;
use socket::{Socket, is_over};

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
    /// For the head of a request, from its first byte or since the connection fell idle, which it does with the last part of
    /// an answer that was taken.
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

/// Who asks, and over which connection.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    state: RequestState,
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
/// connection is left. If the handler panics, its connection ends with a 500, and no other is touched.
pub async fn serve<H, F, B>(
    listener: TcpListener,
    limits: Limits,
    connections: impl Fn(Connections),
    handler: H,
    stop: CancellationToken,
) where
    H: Fn(Request<Incoming>, Client) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Error + Send + Sync> + From<&'static str> + Send + 'static,
{
    let mut open = Open::new(limits, connections);
    let (stopping, stops) = watch::channel(());
    let mut beats = open.beats();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(()) = open.ended() => {}
            _ = beats.tick() => open.beat(),
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    let address = address.ip().to_canonical();
                    let (handler, stop) = (handler.clone(), stops.clone());
                    let of = |state| Client { address, state };
                    open.add(address, |state| attend(stream, of(state), limits, handler, stop));
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
    stopping.send_replace(());
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
    client: Client,
    limits: Limits,
    handler: H,
    mut stop: watch::Receiver<()>,
) where
    H: Fn(Request<Incoming>, Client) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Error + Send + Sync> + From<&'static str> + Send + 'static,
{
    // small answers must not wait for more to send; a socket that refuses this is gone already
    let _ = stream.set_nodelay(true);
    let (address, state) = (client.address, client.state.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let is_taken = match request.body().is_end_stream() {
            true => client.state.received(),
            // whoever reads the body says when the request is whole
            false => client.state.head_received(),
        };
        // hyper moves what it gets from here: a box is small however large the handler's future is
        let (handler, asker) = (handler.clone(), client.clone());
        let answer = Box::pin(async move { handler(request, asker).await });
        let answer = in_time(limits.request_time, Unwound(answer));
        let state = client.state.clone();
        async move {
            if !is_taken {
                // the task of this connection ends here
                return pending().await;
            }
            let response = match answer.await {
                Some(Some(response)) => response,
                Some(None) => last_words(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong\n"),
                None => BodyFault::TooSlow.response(),
            };
            state.answered();
            Ok::<_, Infallible>(response)
        }
    });
    let socket = Socket::new(stream, state, limits.request_time, stop.clone());
    let connection = http1::Builder::new()
        // the beat of all connections cuts those that wait for too long
        .header_read_timeout(None)
        .max_header_size(limits.header_bytes)
        // the default lets every connection keep 400 KB of what was not asked for yet
        .max_buf_size((2 * limits.header_bytes).max(SMALLEST_BUFFER))
        .serve_connection(TokioIo::new(socket), service);
    let mut connection = pin!(connection);
    let asked = stop.clone();
    // one poll must register it, whatever else the task has done before
    let mut stopping = pin!(unconstrained(stop.changed()));
    let mut is_waiting = false;
    let ended = poll_fn(|cx| match connection.as_mut().poll(cx) {
        Poll::Ready(ended) => Poll::Ready(Some(ended)),
        Poll::Pending if is_over(&asked) => Poll::Ready(None),
        Poll::Pending => {
            // a task is woken by the same waker all its life: it need not be registered at each poll
            if !is_waiting {
                is_waiting = true;
                return stopping.as_mut().poll(cx).map(|_| None);
            }
            Poll::Pending
        }
    });
    let ended = match ended.await {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(client = %address, %error, "a connection ended early");
    }
}

/// The output of a future, or nothing if it panics.
struct Unwound<F>(Pin<Box<F>>);

impl<F: Future> Future for Unwound<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // nothing of the future is touched again after it panicked
        let polled = catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    }
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

/// The whole body of a request of this client, of at most `limit` bytes.
///
/// # Errors
/// It is larger, which may be known from the head before it is read; or it did not arrive in time, or broke off.
pub async fn read_body(
    client: &Client,
    body: Incoming,
    limit: usize,
    within: Duration,
) -> Result<Bytes, BodyFault> {
    if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > limit) {
        return Err(BodyFault::TooLarge);
    }
    let whole = in_time(within, pin!(gather(body, limit))).await.unwrap_or(Err(BodyFault::TooSlow));
    if client.state.received() { whole } else { Err(BodyFault::Broken) }
}

/// Copies the parts into one: kept apart, parts of one byte each would take many times their size. A body that comes
/// in one part is this part.
async fn gather(mut body: Incoming, limit: usize) -> Result<Bytes, BodyFault> {
    let first = next_part(&mut body).await?.unwrap_or_default();
    if body.is_end_stream() && first.len() <= limit {
        return Ok(first);
    }
    let mut whole = BytesMut::from(first);
    if whole.len() > limit {
        return Err(BodyFault::TooLarge);
    }
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
        let Some(part) = next_part(body).await? else { return Ok(true) };
        if part.len() > limit - whole.len() {
            return Err(BodyFault::TooLarge);
        }
        whole.extend_from_slice(&part);
    }
    Ok(false)
}

/// The next bytes of a body; `None` when it has ended.
async fn next_part(body: &mut Incoming) -> Result<Option<Bytes>, BodyFault> {
    while let Some(frame) = body.frame().await {
        if let Ok(part) = frame.map_err(|_| BodyFault::Broken)?.into_data() {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_nothing_and_a_value_is_a_value() {
        assert_eq!(Unwound(Box::pin(async { 7 })).await, Some(7));
        assert_eq!(Unwound(Box::pin(async { panic!("on purpose") })).await, None::<()>);
    }
}
