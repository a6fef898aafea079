//! Writing log lines to stderr: a thread of its own does it, so that a reader that stalls or a disk that is full
//! delays neither answers nor a stop. What finds no room is lost and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

/// Bytes of lines that may wait to be written; some thousand lines.
const ROOM: usize = 1 << 20;
/// How long a program that ends waits for what is not written yet.
const LAST_WAIT: Duration = Duration::from_secs(1);
/// Lines that were lost. There is one log for the whole program, however many servers run in it.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Lines that found no room, or could not be written, since the program began.
pub(super) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// Takes whole lines, and never waits. Clones lead to the same place.
#[derive(Clone, Debug)]
pub struct Lines {
    written: Sender<Piece>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Piece {
    Line(Box<[u8]>),
    /// Wants to be told when everything before it is written.
    Mark(SyncSender<()>),
}

impl Lines {
    /// # Errors
    /// The system gives us no thread.
    pub(super) fn to(place: impl Write + Send + 'static) -> io::Result<Self> {
        let (written, pieces) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let room = waiting.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || write(&pieces, &room, place))?;
        Ok(Self { written, waiting })
    }

    fn add(&self, line: &[u8]) {
        let before = self.waiting.fetch_add(line.len(), Ordering::Relaxed);
        if before + line.len() > ROOM || self.written.send(Piece::Line(line.into())).is_err() {
            self.waiting.fetch_sub(line.len(), Ordering::Relaxed);
            LOST.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything is written, a second at most.
    pub(super) fn finish(&self) {
        let (mark, reached) = sync_channel(1);
        if self.written.send(Piece::Mark(mark)).is_ok() {
            // nobody reads any more: what is left is lost with the program
            let _ = reached.recv_timeout(LAST_WAIT);
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(pieces: &Receiver<Piece>, waiting: &AtomicUsize, mut place: impl Write) {
    for piece in pieces {
        match piece {
            Piece::Line(line) => {
                if place.write_all(&line).is_err() {
                    LOST.fetch_add(1, Ordering::Relaxed);
                }
                waiting.fetch_sub(line.len(), Ordering::Relaxed);
            }
            // whoever waited may have gone
            Piece::Mark(mark) => drop(mark.try_send(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_went_in() {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut lines = Lines::to(writer).unwrap();
        for line in ["one\n", "two\n"] {
            lines.write_all(line.as_bytes()).unwrap();
        }
        lines.finish();
        drop(lines);
        assert_eq!(io::read_to_string(&mut reader).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn what_a_reader_leaves_unread_is_bounded_and_the_rest_counted() {
        let (_nobody_reads, writer) = io::pipe().unwrap();
        let mut lines = Lines::to(writer).unwrap();
        let (before, line) = (lost(), [b'x'; 64 << 10]);
        let most = 2 + ROOM / line.len();
        for _ in 0..most + 100 {
            lines.write_all(&line).unwrap();
        }
        assert!(lines.waiting.load(Ordering::Relaxed) <= ROOM);
        assert!(lost() - before >= 100, "{}", lost() - before);
        lines.finish();
    }
}
