//! Weibo's own format: JSON pushes, and JSON replies whose content is percent-encoded JSON once more
//! (docs/protocol.md 2, 4 and 6). No id passes through a float.

mod message;
mod reply;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::id::UserId;
use crate::platform::DecodeFault;

pub(super) use message::{Envelope, decode, encode_message, read};
pub use reply::ReplyContent;
pub(super) use reply::{decode_reply, encode_reply};

pub(super) type Object = Map<String, Value>;

/// Parses one object, whose doubled keys count by their last value.
pub(super) fn object(text: &str) -> Result<Object, DecodeFault> {
    let parsed = serde_json::from_str(text).or_else(|error| match mended(text) {
        Cow::Borrowed(_) => Err(error),
        Cow::Owned(mended) => serde_json::from_str(&mended),
    });
    match parsed {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(DecodeFault::NotAnObject),
        // the parser's words are about grammar and place, and never quote
        Err(error) => match error.to_string() {
            reason if reason.starts_with("recursion limit exceeded") => Err(DecodeFault::TooDeep),
            reason => Err(DecodeFault::BadJson { reason }),
        },
    }
}

/// An id as it stands in JSON: a number, as in every sample (docs/protocol.md 2.1).
pub(super) fn id(id: UserId) -> Value {
    id.number().map_or_else(|| id.as_str().into(), Value::from)
}

/// The text as its sender meant it, where it is no JSON: with U+FFFD for each half of an emoji, as a client leaves it that
/// cuts a text after so many code units; with escapes for raw tabs and line ends in strings; and without other raw
/// control characters.
fn mended(text: &str) -> Cow<'_, str> {
    let text = without_raw_controls(text);
    if surrogates(&text).next().is_none() {
        return text;
    }
    let mut mended = text.to_string();
    for at in surrogates(&text) {
        mended.replace_range(at..at + 6, "\\ufffd");
    }
    mended.into()
}

fn without_raw_controls(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| b.is_ascii_control()) {
        return text.into();
    }
    let mut mended = String::with_capacity(text.len() + 16);
    let (mut in_string, mut is_escaped) = (false, false);
    for c in text.chars() {
        match c {
            '\n' if in_string => mended.push_str(if is_escaped { "n" } else { "\\n" }),
            '\r' if in_string => mended.push_str(if is_escaped { "r" } else { "\\r" }),
            '\t' if in_string => mended.push_str(if is_escaped { "t" } else { "\\t" }),
            // what is dropped ends no escape
            '\0'..' ' if !"\n\r\t".contains(c) => continue,
            c => mended.push(c),
        }
        in_string ^= c == '"' && !is_escaped;
        is_escaped = in_string && !is_escaped && c == '\\';
    }
    mended.into()
}

/// Where escapes of surrogates stand without their other half.
fn surrogates(text: &str) -> impl Iterator<Item = usize> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = text.get(at..)?.find('\\').map(|found| at + found) {
            at = found + 2;
            match (unit(found), unit(found + 6)) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at = found + 12,
                (Some(0xD800..=0xDFFF), _) => {
                    at = found + 6;
                    return Some(found);
                }
                _ => {}
            }
        }
        None
    })
}

/// Writes a value whose parts are strings and numbers.
pub(super) fn json(value: &impl Serialize) -> String {
    #[allow(clippy::expect_used)] // it fails for maps whose keys are no strings, and we write none
    serde_json::to_string(value).expect("strings and numbers always have a JSON form")
}
