//! A text while it is filled in, and when it is: which bytes of it were inserted.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::ops::Range;
use std::string::FromUtf8Error;

use minijinja::{Error, ErrorKind, Output, State, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Bytes of a text that was filled in.
const LONGEST_TEXT: usize = 64 << 10;

const TOO_LONG: &str = "the text gets too long";

/// Everything but RFC 3986's unreserved characters.
const INSERTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text that is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    /// The bytes of it that were inserted, in order.
    pub inserted: Vec<Range<usize>>,
}

thread_local! {
    /// Whether what is written to a text right now is inserted. The template engine tells that to its formatter alone,
    /// in the midst of writing, and the two share nothing else than their thread.
    static INSERTION: Cell<Insertion> = const { Cell::new(Insertion::None) };
}

#[derive(Clone, Copy, PartialEq)]
enum Insertion {
    None,
    Begins,
    GoesOn,
}

/// Inserts a value: the formatter of the template engine.
///
/// # Errors
///
/// The text gets too long.
pub fn insert(out: &mut Output, state: &State, value: &Value) -> Result<(), Error> {
    INSERTION.set(Insertion::Begins);
    // piece by piece: what is too long ends at its bound, and is never made as a whole
    let written =
        if state.name().starts_with('u') { write!(Encoded(out), "{value}") } else { write!(out, "{value}") };
    INSERTION.set(Insertion::None);
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, TOO_LONG))
}

/// A text while it is filled in.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    inserted: Vec<Range<usize>>,
}

impl Writer {
    /// # Errors
    ///
    /// What was written is no text, which cannot happen.
    pub fn finish(self) -> Result<Rendered, FromUtf8Error> {
        Ok(Rendered { text: String::from_utf8(self.bytes)?, inserted: self.inserted })
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (start, end) = (self.bytes.len(), self.bytes.len() + bytes.len());
        if end > LONGEST_TEXT {
            return Err(io::Error::other(TOO_LONG));
        }
        self.bytes.extend_from_slice(bytes);
        match (INSERTION.get(), self.inserted.last_mut()) {
            (Insertion::None, _) => {}
            (Insertion::GoesOn, Some(last)) => last.end = end,
            _ => {
                self.inserted.push(start..end);
                INSERTION.set(Insertion::GoesOn);
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Percent-encodes what is written through it.
struct Encoded<'o, W>(&'o mut W);

impl<W: fmt::Write> fmt::Write for Encoded<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        utf8_percent_encode(text, INSERTED).try_for_each(|piece| self.0.write_str(piece))
    }
}
