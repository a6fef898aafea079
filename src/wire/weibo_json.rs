//! Weibo's own format: JSON pushes, and JSON replies whose content is percent-encoded JSON once more
//! (protocol 2, 4 and 6). No id passes through a float.

mod message;
mod reply;

use serde::Serialize;
use serde_json::{Map, Value};

use super::DecodeFault;

pub(super) use message::{decode, encode_message};
pub(super) use reply::{decode_reply, encode_reply};
pub use reply::{reply_data, reply_type};

type Object = Map<String, Value>;

/// Parses one object, whose doubled keys count by their last value.
fn object(text: &str) -> Result<Object, DecodeFault> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(DecodeFault::NotAnObject),
        // the parser's words are about grammar and place, and never quote
        Err(error) => match error.to_string() {
            reason if reason.starts_with("recursion limit exceeded") => Err(DecodeFault::TooDeep),
            reason => Err(DecodeFault::BadJson { reason }),
        },
    }
}

/// Writes a value whose parts are strings and numbers.
fn json(value: &impl Serialize) -> String {
    // only maps with odd keys and failing `Serialize`s have no JSON, and none of ours is one
    #[allow(clippy::expect_used)] // a map with keys that are no strings would be needed to fail
    serde_json::to_string(value).expect("strings and numbers always have a JSON form")
}
