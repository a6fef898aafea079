//! Weibo: its pushes and passive replies as bytes, in both of its formats, and its interfaces. All but [`api`] is pure: no
//! sockets, no clock, no configuration.
//!
//! What comes in is not trusted: decoding is bounded in depth, and its faults do not quote the body.

pub mod api;
pub mod codes;
mod instant;
pub mod json;
mod menu;
pub mod profile;
mod push;
pub mod recording;
pub mod signature;
mod xml;

use jiff::Timestamp;
use signature::Signed;

use crate::model::message::{Format, InboundMessage};
use crate::model::reply::Reply;
use crate::platform::{CannotCarry, DecodeFault, Inbound, Protocol};

pub(super) static PROTOCOL: Protocol = Protocol {
    profile: &profile::WEIBO,
    verify: |secret, query, now, max_age| signature::verify(secret, Signed::of(query), now, max_age),
    once: |query| Signed::of(query).signature.to_ascii_lowercase(),
    sign: signature::signed,
    decode,
    encode_message,
    encode_reply,
    decode_reply,
    encode_line: recording::encode_line,
    decode_line: recording::decode_line,
    send: |platform, token, receiver, reply| Box::pin(api::send(platform, token, receiver, reply)),
    menu: |platform, token| Box::pin(api::menu(platform, token)),
    publish_menu: |platform, token, menu| Box::pin(api::publish_menu(platform, token, menu)),
    delete_menu: |platform, token| Box::pin(api::delete_menu(platform, token)),
    set_format: |platform, token, format| Box::pin(api::set_format(platform, token, format)),
};

/// Reads a push in whichever format it is (docs/protocol.md 2, 4 and 5).
///
/// # Errors
///
/// The body is no well-formed document, or lacks a field that its type needs.
pub fn decode(body: &[u8]) -> Result<Inbound, DecodeFault> {
    let text = text_of(body)?;
    match format_of(text)? {
        Format::Json => json::decode(text),
        Format::Xml => xml::decode(text),
    }
}

/// Writes the passive reply to a message, in the message's format (docs/protocol.md 5.5 and 6.1).
///
/// # Errors
///
/// The format cannot carry the reply, see `fits` of the profile.
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

/// Reads a passive reply, as the platform would: `None` for an empty body or `""` (docs/protocol.md 3).
///
/// # Errors
///
/// As [`decode`]; also no articles, or too many.
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

/// The format shows in the first character (docs/protocol.md 5.1).
fn format_of(text: &str) -> Result<Format, DecodeFault> {
    match text.as_bytes().first() {
        None => Err(DecodeFault::Empty),
        Some(b'{') => Ok(Format::Json),
        Some(b'<') => Ok(Format::Xml),
        Some(_) => Err(DecodeFault::NeitherJsonNorXml),
    }
}
