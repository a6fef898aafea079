//! The delivery: a reply that was promised and is kept until it was sent or has a reason why not. It does
//! not know how it is kept, nor how it is sent.

use std::fmt;

use jiff::Timestamp;

use super::id::{RuleName, UserId};
use super::reply::Reply;

/// The number of a delivery in its store; none is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub i64);

/// One promised reply, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub account: UserId,
    pub sender: UserId,
    pub rule: RuleName,
    /// Its place among the rule's follow-ups; `None` follows right after the passive answer.
    pub step: Option<u32>,
    /// Its place among the replies of one step, from 0.
    pub part: u32,
    pub reply: Reply,
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempt: u32,
    /// The receipt of the message that promised it.
    pub created: Timestamp,
    /// When it was to be sent; the order in which a sender gets his messages.
    pub due: Timestamp,
    /// When the reply window of the message closes.
    pub expires: Timestamp,
    /// When it may be tried (again), or for how long a try has it; `None` while another message to the
    /// same sender stands before it, and after its end.
    pub turn: Option<Timestamp>,
    pub end: Option<End>,
    /// The platform's code of the last try that failed.
    pub code: Option<u32>,
}

/// How and when a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    pub reason: EndReason,
    pub at: Timestamp,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    Scheduled,
    /// Somebody is sending it.
    Running,
    /// It was tried, and will be again.
    Retryable,
    Sent,
    Cancelled,
    /// The reply window closed first.
    Expired,
    /// The platform does not want it.
    Failed,
    /// Sent once, and no answer came: it must not be repeated.
    Unknown,
}

/// Why a delivery ended. Used alike in logs, metrics, the console and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    Sent,
    /// `unless: sender_replied`
    SenderReplied,
    /// `unless: {answered_by: …}`
    Answered,
    Unfollowed,
    Unsubscribed,
    /// No rule of that name is enabled any more.
    RuleRemoved,
    /// Its `hours` or `days` leave no moment before the window closes.
    OutsideHours,
    /// A person took it back.
    Operator,
    /// `again: restart`: a later message promises the same step.
    Replaced,
    WindowClosed,
    /// By the platform, with a code beside this word.
    Refused,
    /// It may have arrived, and is not repeated.
    InDoubt,
    /// Its row is damaged, or was written by another program.
    Unreadable,
}

/// What becomes of a step that is already pending for its sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Again {
    /// It is replaced by the new one.
    #[default]
    Restart,
    /// It stays, and the new one is dropped.
    Keep,
    /// Both are sent.
    Add,
}

impl DeliveryState {
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Running,
        Self::Retryable,
        Self::Sent,
        Self::Cancelled,
        Self::Expired,
        Self::Failed,
        Self::Unknown,
    ];

    /// The word of logs and metrics. It is kept on disk: never change one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Retryable => "retryable",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing more will become of it.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Scheduled | Self::Running | Self::Retryable)
    }
}

impl EndReason {
    pub const ALL: [Self; 13] = [
        Self::Sent,
        Self::SenderReplied,
        Self::Answered,
        Self::Unfollowed,
        Self::Unsubscribed,
        Self::RuleRemoved,
        Self::OutsideHours,
        Self::Operator,
        Self::Replaced,
        Self::WindowClosed,
        Self::Refused,
        Self::InDoubt,
        Self::Unreadable,
    ];

    /// The state in which a delivery ends for this reason.
    pub fn state(self) -> DeliveryState {
        match self {
            Self::Sent => DeliveryState::Sent,
            Self::WindowClosed => DeliveryState::Expired,
            Self::Refused | Self::Unreadable => DeliveryState::Failed,
            Self::InDoubt => DeliveryState::Unknown,
            Self::SenderReplied
            | Self::Answered
            | Self::Unfollowed
            | Self::Unsubscribed
            | Self::RuleRemoved
            | Self::OutsideHours
            | Self::Operator
            | Self::Replaced => DeliveryState::Cancelled,
        }
    }

    /// The word of logs and metrics. It is kept on disk: never change one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::SenderReplied => "sender_replied",
            Self::Answered => "answered_by",
            Self::Unfollowed => "unfollowed",
            Self::Unsubscribed => "unsubscribed",
            Self::RuleRemoved => "rule_removed",
            Self::OutsideHours => "outside_hours",
            Self::Operator => "operator",
            Self::Replaced => "replaced",
            Self::WindowClosed => "window_closed",
            Self::Refused => "refused",
            Self::InDoubt => "in_doubt",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
