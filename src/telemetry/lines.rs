//! Writing log lines to stderr: a thread of its own does it, so that a reader that stalls or a disk that is full
//! delays neither answers nor a stop. What finds no room is lost and counted. It escapes what would do something
//! instead of showing itself.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::escape::{Form, escaped, escaped_but_colours};

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
    /// A line of the log, with its end.
    Line(Box<[u8]>),
    /// Lines of the program's own between those of the log.
    Said(Box<[u8]>),
    /// Wants to be told when everything before it is written.
    Mark(SyncSender<()>),
}

impl Lines {
    /// Lines of this form; colours pass where they are wanted.
    ///
    /// # Errors
    /// The system gives us no thread.
    pub(super) fn to(place: impl Write + Send + 'static, form: Form, colours: bool) -> io::Result<Self> {
        let (written, pieces) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let writer = Writer { place, form, colours, waiting: waiting.clone() };
        thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(&pieces))?;
        Ok(Self { written, waiting })
    }

    /// Takes a text of the program's own, of one line or more.
    pub(super) fn say(&self, text: &str) {
        self.add(text.len(), Piece::Said(text.as_bytes().into()));
    }

    fn add(&self, length: usize, piece: Piece) {
        let before = self.waiting.fetch_add(length, Ordering::Relaxed);
        if before + length > ROOM || self.written.send(piece).is_err() {
            self.waiting.fetch_sub(length, Ordering::Relaxed);
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
        self.add(line.len(), Piece::Line(line.into()));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The thread's end of it.
struct Writer<W> {
    place: W,
    form: Form,
    colours: bool,
    waiting: Arc<AtomicUsize>,
}

impl<W: Write> Writer<W> {
    fn run(mut self, pieces: &Receiver<Piece>) {
        for piece in pieces {
            match piece {
                Piece::Line(line) => self.write(&line, self.form),
                Piece::Said(text) => self.write(&text, Form::Lines),
                // whoever waited may have gone
                Piece::Mark(mark) => drop(mark.try_send(())),
            }
        }
    }

    fn write(&mut self, piece: &[u8], form: Form) {
        let text = String::from_utf8_lossy(piece);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let mut shown =
            if self.colours { escaped_but_colours(text, form) } else { escaped(text, form) }.into_owned();
        shown.push('\n');
        if self.place.write_all(shown.as_bytes()).is_err() {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
        self.waiting.fetch_sub(piece.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_went_in() {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut lines = Lines::to(writer, Form::Line, false).unwrap();
        for line in ["one\n", "two\n"] {
            lines.write_all(line.as_bytes()).unwrap();
        }
        lines.finish();
        drop(lines);
        assert_eq!(io::read_to_string(&mut reader).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_line_of_the_log_is_one_line_that_does_nothing_whatever_stands_in_it() {
        for (form, expected) in
            [(Form::Line, "a\\u{1b}[31mb\\nc\\u{202e}\n"), (Form::Json, "a\\u001b[31mb\nc\\u202e\n")]
        {
            let (mut reader, writer) = io::pipe().unwrap();
            let mut lines = Lines::to(writer, form, false).unwrap();
            lines.write_all("a\u{1b}[31mb\nc\u{202e}\n".as_bytes()).unwrap();
            lines.finish();
            drop(lines);
            assert_eq!(io::read_to_string(&mut reader).unwrap(), expected);
        }
    }

    #[test]
    fn what_a_reader_leaves_unread_is_bounded_and_the_rest_counted() {
        let (_nobody_reads, writer) = io::pipe().unwrap();
        let mut lines = Lines::to(writer, Form::Line, false).unwrap();
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
