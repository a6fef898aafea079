//! What a message leaves behind, as values: its answer, what it changes about its sender, and what it
//! promises. Nothing of it is written here.

use bytes::Bytes;
use jiff::Timestamp;

use crate::model::delivery::{Again, EndReason};
use crate::model::id::{RuleName, UserId};
use crate::model::key::MessageKey;
use crate::model::kind::Kind;
use crate::model::message::Format;
use crate::model::reply::Reply;

/// The body that answered a message; `None` is silence.
pub type StoredAnswer = Option<(Format, Bytes)>;

/// A message, and all that is to be remembered of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    pub key: MessageKey,
    pub account: UserId,
    pub sender: UserId,
    pub kind: Kind,
    pub received_at: Timestamp,
    pub contact: ContactChange,
    pub answer: StoredAnswer,
    pub deliveries: Vec<NewDelivery>,
}

/// One step that a message promises: its replies become deliveries that are sent in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    pub rule: RuleName,
    /// Its place among the rule's follow-ups; `None` follows right after the passive answer.
    pub step: Option<u32>,
    pub again: Again,
    pub due: Timestamp,
    /// When the reply window of the message closes.
    pub expires: Timestamp,
    pub unless_replied: bool,
    pub unless_answered_by: Vec<RuleName>,
    /// Sent at most once, because no second one is granted: the answer to a mention.
    pub single: bool,
    pub replies: Vec<Reply>,
}

/// Whether a message was new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    First,
    /// It was recorded before. This is what it was answered, and nothing else happened now.
    Repeat {
        answer: StoredAnswer,
    },
}

/// What a message changes about its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// The reply window is open until then, or longer if it was; a sender who had left is back.
    pub opens_until: Option<Timestamp>,
    /// The sender has left, and this is how.
    pub closes: Option<EndReason>,
    /// It counts as a reply of the sender: a private message, menu press or scan.
    pub replied: bool,
    /// The rule that answered, where some follow-up asks about it.
    pub answered: Option<RuleName>,
}
