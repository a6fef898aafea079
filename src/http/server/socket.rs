//! A client's socket, guarded in two ways: a client that does not read its answer loses the connection, and a refusal
//! reaches a client that is still sending.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use super::open::RequestState;

/// After our last byte, how long and how much we still listen to a client. Closing while it sends would
/// reset the connection, and throw away our answer before the client has read it.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1 << 20;

/// A connection to a client.
pub struct Socket {
    stream: TcpStream,
    /// Told when the client has taken a part of its answer.
    state: RequestState,
    /// How long one write may wait for the client to read.
    patience: Duration,
    /// Runs while a write waits, and again while we linger.
    timer: Option<Pin<Box<Sleep>>>,
    /// The bytes read since our last byte was written; none before that.
    lingered: Option<usize>,
    /// Changes when the server stops: it lingers no more then.
    stop: watch::Receiver<()>,
}

impl Socket {
    pub fn new(
        stream: TcpStream,
        state: RequestState,
        patience: Duration,
        stop: watch::Receiver<()>,
    ) -> Self {
        Self { stream, state, patience, timer: None, lingered: None, stop }
    }

    /// Passes on what a write came to, unless it waits for too long.
    fn unless_stalled<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.timer = None;
            self.state.written();
            return write;
        }
        ready!(self.poll_timer(cx, self.patience));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read its answer")))
    }

    /// Ready when this time has passed since the timer was first asked.
    fn poll_timer(&mut self, cx: &mut Context<'_>, after: Duration) -> Poll<()> {
        self.timer.get_or_insert_with(|| Box::pin(sleep(after))).as_mut().poll(cx)
    }

    /// Reads and drops what still comes, until the client is done or enough is enough.
    fn poll_linger(&mut self, cx: &mut Context<'_>, mut dropped: usize) -> Poll<()> {
        let mut space = [0; 4096];
        while dropped < LINGER_BYTES && !is_over(&self.stop) {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => dropped += buffer.filled().len(),
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    self.lingered = Some(dropped);
                    return self.poll_timer(cx, LINGER_TIME);
                }
            }
        }
        Poll::Ready(())
    }
}

/// Whether the server stops. Asking this takes no lock.
pub fn is_over(stop: &watch::Receiver<()>) -> bool {
    // a sender that is gone is a server that is gone
    stop.has_changed().unwrap_or(true)
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.unless_stalled(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.unless_stalled(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let dropped = match self.lingered {
            Some(dropped) => dropped,
            None => {
                ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
                self.timer = None;
                0
            }
        };
        self.poll_linger(cx, dropped).map(Ok)
    }
}
