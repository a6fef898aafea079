//! What a message leaves behind: its answer, what it changes about its sender, and what it promises; all of
//! it or nothing. It decides nothing that the rules or the window decide.

use bytes::Bytes;
use jiff::Timestamp;
use rusqlite::{Connection, Result};

use super::contacts::{ContactChange, change_contact};
use super::messages::{answer_of, keep_if_new};
use super::outbox::promise;
use crate::model::delivery::Again;
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

/// Records a message that was not recorded before.
pub(super) fn record(db: &Connection, action: &Action) -> Result<Recorded> {
    let Some(message) = keep_if_new(db, action)? else {
        return answer_of(db, action.key).map(|answer| Recorded::Repeat { answer });
    };
    change_contact(db, action)?;
    promise(db, message, action)?;
    Ok(Recorded::First)
}
