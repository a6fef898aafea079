//! The push in Weibo's JSON, read and written (docs/protocol.md 2 and 4). Which fields a type needs is decided in
//! [`super::super::push`].

use serde::Serialize;
use serde_json::Value;

use crate::model::message::{Content, Format, InboundMessage, MediaId};
use crate::platform::weibo::instant;
use crate::platform::weibo::json::{Object, id, json, object};
use crate::platform::weibo::push::{Field, FieldValue, Push, event_key, event_text, place_word};
use crate::platform::{DecodeFault, Inbound};

pub(in crate::platform::weibo) fn decode(text: &str) -> Result<Inbound, DecodeFault> {
    read(&object(text)?)
}

pub(in crate::platform::weibo) fn read(push: &Object) -> Result<Inbound, DecodeFault> {
    let nothing = Object::new();
    // the documents call `data` a string and show an object (docs/protocol.md 2.1)
    let written = push.get("data").and_then(Value::as_str).and_then(|text| object(text).ok());
    let data = push.get("data").and_then(Value::as_object).or(written.as_ref()).unwrap_or(&nothing);
    Push {
        format: Format::Json,
        account: field("receiver_id", either(push, "receiver_id", "recipient_id")),
        sender: field("sender_id", push.get("sender_id")),
        created_at: field("created_at", push.get("created_at")),
        id: field("id", push.get("id")),
        kind: field("type", push.get("type")),
        subtype: field("data.subtype", data.get("subtype")),
        key: field("data.key", data.get("key")),
        text: field("text", push.get("text")),
        media: field("data.tovfid", either(data, "tovfid", "vfid")),
        longitude: coordinate("data.longitude", data.get("longitude")),
        latitude: coordinate("data.latitude", data.get("latitude")),
    }
    .read()
}

/// The value under a name, or under its other name when it says nothing.
fn either<'o>(object: &'o Object, name: &str, other: &str) -> Option<&'o Value> {
    let says_something = |value: &&Value| !value.is_null() && value.as_str() != Some("");
    object.get(name).filter(says_something).or_else(|| object.get(other))
}

fn field<'a>(name: &'static str, value: Option<&'a Value>) -> Field<'a> {
    let value = match value {
        None | Some(Value::Null) => FieldValue::Absent,
        Some(Value::String(text)) => FieldValue::of(text),
        Some(Value::Number(number)) if !number.is_f64() => FieldValue::Text(number.to_string().into()),
        Some(_) => FieldValue::Odd,
    };
    Field { name, value }
}

/// A string in every sample (docs/protocol.md 2.3); a number is understood too.
fn coordinate<'a>(name: &'static str, value: Option<&'a Value>) -> Field<'a> {
    match value {
        Some(Value::Number(number)) => Field { name, value: FieldValue::Text(number.to_string().into()) },
        value => field(name, value),
    }
}

/// Writes a push with the default texts that the platform puts into it (docs/protocol.md 2 and 4).
pub(in crate::platform::weibo) fn encode_message(message: &InboundMessage) -> String {
    json(&Envelope::of(message))
}

#[derive(Serialize)]
pub(in crate::platform::weibo) struct Envelope<'m> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    #[serde(rename = "type")]
    kind: &'static str,
    receiver_id: Value,
    sender_id: Value,
    created_at: String,
    text: &'m str,
    data: Data,
}

impl<'m> Envelope<'m> {
    pub(in crate::platform::weibo) fn of(message: &'m InboundMessage) -> Self {
        Self {
            id: message.platform_id,
            kind: match &message.content {
                Content::Mention(_) => "mention",
                Content::Event(_) => "event",
                // the rest of our words are the platform's own
                _ => message.kind().as_str(),
            },
            receiver_id: id(message.account),
            sender_id: id(message.sender),
            created_at: instant::created_at(message.created_at),
            text: text(&message.content),
            data: Data::of(&message.content),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data {
    Text {},
    Position {
        longitude: String,
        latitude: String,
    },
    Media {
        tovfid: Value,
    },
    Event {
        subtype: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
}

impl Data {
    fn of(content: &Content) -> Self {
        match content {
            Content::Text(_) => Self::Text {},
            Content::Position(position) => Self::Position {
                longitude: position.longitude().to_string(),
                latitude: position.latitude().to_string(),
            },
            Content::Voice(media) | Content::Image(media) => Self::Media { tovfid: file_id(media) },
            Content::Mention(mention) => {
                Self::Event { subtype: place_word(mention.place), key: Some(mention.key.clone()) }
            }
            Content::Event(event) => Self::Event { subtype: event.kind().as_str(), key: event_key(event) },
        }
    }
}

/// A number where it is one, as in the documents' samples (docs/protocol.md 2.4).
fn file_id(media: &MediaId) -> Value {
    match media.0.parse::<u64>() {
        Ok(number) if number.to_string() == media.0 => number.into(),
        _ => media.0.as_str().into(),
    }
}

fn text(content: &Content) -> &str {
    match content {
        Content::Text(text) => text,
        Content::Mention(mention) => &mention.text,
        Content::Position(_) => "发送了一个位置",
        Content::Voice(_) => "发了一个语音消息",
        Content::Image(_) => "发了一张图片",
        Content::Event(event) => event_text(event),
    }
}
