//! What is committed of a message: its answer and its effects, in one transaction.

use bytes::Bytes;
use jiff::Timestamp;

use crate::engine::effect::Effects;
use crate::model::id::UserId;
use crate::model::key::MessageKey;
use crate::model::kind::Kind;
use crate::model::message::Format;
use crate::model::received::Received;

/// The bytes that answer a message, in its format; `None` is silence, an empty body, which is no reason to send the
/// message again (docs/protocol.md 3).
pub type PassiveAnswer = Option<(Format, Bytes)>;

/// A message, and all that is to be remembered of it: each table that a message changes has a field here or in its
/// effects.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    pub key: MessageKey,
    pub account: UserId,
    pub sender: UserId,
    pub kind: Kind,
    pub received_at: Timestamp,
    pub answer: PassiveAnswer,
    pub effects: Effects,
}

/// Whether a message was new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    First,
    /// It was recorded before. This is what it was answered, and nothing else happened now.
    Repeat {
        answer: PassiveAnswer,
    },
}

impl Commit {
    pub fn of(received: Received, effects: Effects, answer: PassiveAnswer) -> Self {
        let Received { key, message, at, .. } = received;
        Self {
            key,
            account: message.account,
            sender: message.sender,
            kind: message.kind(),
            received_at: at,
            answer,
            effects,
        }
    }
}
