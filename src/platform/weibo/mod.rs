//! The wire: bytes of the platform to values of the model and back, in both of its formats. Pure: no
//! sockets, no clock, no configuration; and it decides nothing about what is said.
//!
//! What comes in is hostile until it is a value: decoding is bounded in depth and never quotes a body.

pub mod api;
pub mod codes;
mod decode_fault;
mod instant;
pub mod json;
pub mod line;
pub mod menu;
pub mod profile;
mod push;
pub mod signature;
mod xml;

use jiff::Timestamp;

use crate::model::id::UserId;
use crate::model::message::{Format, InboundMessage};
use crate::model::reply::Reply;

pub use decode_fault::DecodeFault;

/// What a push says.
#[derive(Clone, Debug, PartialEq)]
pub enum Inbound {
    Message(InboundMessage),
    /// A type or subtype that is not known. The platform asks to let them pass (protocol 2.5).
    Unknown {
        account: UserId,
        format: Format,
        /// The name of it: at most 64 characters, none of them a control character.
        what: String,
    },
}

/// The format of the answer has no form for this kind of reply (protocol 5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an XML answer cannot carry a reply of the kind {kind}")]
pub struct CannotCarry {
    pub kind: &'static str,
}

/// Reads a push in whichever format it is (protocol 2, 4 and 5).
///
/// Errors: it is no well-formed document, or lacks a field that its type needs.
pub fn decode(body: &[u8]) -> Result<Inbound, DecodeFault> {
    let text = text_of(body)?;
    match format_of(text)? {
        Format::Json => json::decode(text),
        Format::Xml => xml::decode(text),
    }
}

/// Writes the passive reply to a message, in the message's format (protocol 5.5 and 6.1).
///
/// Errors: the format cannot carry it, see [`Reply::fits`].
pub fn encode_reply(reply: &Reply, message: &InboundMessage, now: Timestamp) -> Result<Vec<u8>, CannotCarry> {
    let text = match message.format {
        Format::Json => json::encode_reply(reply, message),
        Format::Xml => xml::encode_reply(reply, message, now)?,
    };
    Ok(text.into_bytes())
}

/// Writes a push in the message's format, as the platform would. XML leaves out characters it cannot hold.
pub fn encode_message(message: &InboundMessage) -> Vec<u8> {
    let text = match message.format {
        Format::Json => json::encode_message(message),
        Format::Xml => xml::encode_message(message),
    };
    text.into_bytes()
}

/// Reads a passive reply, as the platform would: `None` for an empty body or `""` (protocol 3).
///
/// Errors: as [`decode`]; also articles that are none or too many.
pub fn decode_reply(body: &[u8]) -> Result<Option<Reply>, DecodeFault> {
    let text = text_of(body)?;
    match format_of(text) {
        Err(DecodeFault::Empty) => Ok(None),
        _ if text.trim_end() == r#""""# => Ok(None),
        Ok(Format::Json) => json::decode_reply(text).map(Some),
        Ok(Format::Xml) => xml::decode_reply(text).map(Some),
        Err(fault) => Err(fault),
    }
}

/// The body from its first character that counts.
fn text_of(body: &[u8]) -> Result<&str, DecodeFault> {
    let text = std::str::from_utf8(body).map_err(|_| DecodeFault::NotUtf8)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).trim_ascii_start())
}

/// The format shows in the first character (protocol 5.1).
fn format_of(text: &str) -> Result<Format, DecodeFault> {
    match text.as_bytes().first() {
        None => Err(DecodeFault::Empty),
        Some(b'{') => Ok(Format::Json),
        Some(b'<') => Ok(Format::Xml),
        Some(_) => Err(DecodeFault::NeitherJsonNorXml),
    }
}
