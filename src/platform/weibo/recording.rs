//! A message as one line of a file: what fanreply records, and other forms in which people have messages – the platform's
//! own push, an object with a text, or a bare JSON string. What a line leaves out is filled in by the caller.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::model::id::RuleName;
use crate::model::message::{Format, InboundMessage};
use crate::platform::weibo::json::{self, Envelope, Object, json};
use crate::platform::weibo::{format_of, instant, text_of, xml};
use crate::platform::{DecodeFault, Given, Inbound, Unsaid};

/// A line of a recording: a push in JSON with five more fields.
#[derive(Serialize)]
struct Recorded<'r> {
    received_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'r str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    answers: &'r [String],
    /// Of the push; nothing for JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(flatten)]
    push: Envelope<'r>,
}

/// Writes a message as a line, without its end, with what became of it.
pub fn encode_line(message: &InboundMessage, received_at: Timestamp, given: &Given) -> String {
    json(&Recorded {
        received_at,
        rule: given.rule.as_ref().map(RuleName::as_str),
        outcome: given.outcome.as_str(),
        answers: &given.answers,
        format: (message.format == Format::Xml).then_some("xml"),
        push: Envelope::of(message),
    })
}

/// Reads a line: the message, and when it was received, as far as the line knows.
///
/// # Errors
///
/// The line is in none of the forms, or lacks what its type needs.
pub fn decode_line(line: &[u8], unsaid: &Unsaid) -> Result<(Inbound, Timestamp), DecodeFault> {
    let text = text_of(line)?;
    if text.starts_with('"') {
        let bad = |fault: serde_json::Error| DecodeFault::BadJson { reason: fault.to_string() };
        let text = serde_json::from_str(text).map_err(bad)?;
        return Ok((Inbound::Message(unsaid.message(text)), unsaid.at));
    }
    match format_of(text)? {
        Format::Xml => xml::decode(text).map(|inbound| dated(inbound, None, unsaid)),
        Format::Json => {
            let mut object = json::object(text)?;
            let received_at = received_at(&object)?;
            complete(&mut object, unsaid);
            let mut inbound = json::read(&object)?;
            if let (Inbound::Message(message), Some("xml")) =
                (&mut inbound, object.get("format").and_then(Value::as_str))
            {
                message.format = Format::Xml;
            }
            Ok(dated(inbound, received_at, unsaid))
        }
    }
}

/// With the time of its receipt, or else of the fan's action.
fn dated(inbound: Inbound, received_at: Option<Timestamp>, unsaid: &Unsaid) -> (Inbound, Timestamp) {
    let of_push = match &inbound {
        Inbound::Message(message) => message.created_at,
        Inbound::Unknown { .. } => unsaid.at,
    };
    (inbound, received_at.unwrap_or(of_push))
}

fn received_at(object: &Object) -> Result<Option<Timestamp>, DecodeFault> {
    let Some(value) = object.get("received_at") else { return Ok(None) };
    let at = value.as_str().and_then(|text| text.parse().ok());
    at.map(Some).ok_or(DecodeFault::BadField { field: "received_at" })
}

fn complete(object: &mut Object, unsaid: &Unsaid) {
    let mut fill = |field: &str, value: Value| {
        object.entry(field).or_insert(value);
    };
    fill("type", "text".into());
    fill("receiver_id", json::id(unsaid.account));
    fill("sender_id", json::id(unsaid.sender));
    fill("created_at", instant::created_at(unsaid.at).into());
}
