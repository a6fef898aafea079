//! Weibo's own format: JSON pushes, and JSON replies whose content is percent-encoded JSON once more
//! (docs/protocol.md 2, 4 and 6). No id passes through a float.

mod message;
mod reply;

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
    let parsed = match serde_json::from_str(text) {
        Err(_) if has_lone_surrogate(text) => serde_json::from_str(&without_lone_surrogates(text)),
        parsed => parsed,
    };
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

/// Half of an emoji, as a client leaves it that cuts a text after so many code units.
fn has_lone_surrogate(text: &str) -> bool {
    surrogates(text).next().is_some()
}

/// The text with U+FFFD in the place of each half.
fn without_lone_surrogates(text: &str) -> String {
    let mut mended = text.to_owned();
    for at in surrogates(text) {
        mended.replace_range(at..at + 6, "\\ufffd");
    }
    mended
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
