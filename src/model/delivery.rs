//! The delivery: a reply that was promised and is kept until it has been sent, or there is a reason why it will not be.

use std::fmt;

use jiff::Timestamp;

use super::id::{RuleName, UserId};
use super::reply::Reply;
use super::worded::worded;

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
    /// Its place among the rule's follow-ups; `None` follows right after the passive answer, and what is below 0
    /// is no follow-up.
    pub step: Option<i32>,
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
    /// Sent at most once.
    pub single: bool,
    pub unless_replied: bool,
    pub unless_answered_by: Vec<RuleName>,
    /// When it may be tried (again), or for how long a try has it; `None` while another message to the
    /// same sender stands before it, and after its end.
    pub claimable_at: Option<Timestamp>,
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

worded! {
    /// Where a delivery stands.
    pub enum DeliveryState {
        Scheduled "scheduled",
        /// Somebody is sending it.
        Running "running",
        /// It was tried, and will be again.
        Retryable "retryable",
        Sent "sent",
        Cancelled "cancelled",
        /// The reply window closed first.
        Expired "expired",
        /// The platform does not want it.
        Failed "failed",
        /// Sent once, and no answer came: it must not be repeated.
        Unknown "unknown",
    }
}

worded! {
    /// Why a delivery ended. Used alike in logs, metrics, the console and tests.
    pub enum EndReason {
        Sent "sent",
        /// `unless: sender_replied`
        SenderReplied "sender_replied",
        /// `unless: {answered_by: …}`
        Answered "answered_by",
        Unfollowed "unfollowed",
        Unsubscribed "unsubscribed",
        /// No rule of that name is enabled any more.
        RuleRemoved "rule_removed",
        /// Its `hours` or `days` leave no moment before the window closes.
        OutsideHours "outside_hours",
        /// A person took it back.
        Operator "operator",
        /// `again: restart`: a later message promises the same step.
        Replaced "replaced",
        WindowClosed "window_closed",
        /// By the platform, with a code beside this word.
        Refused "refused",
        /// It may have arrived, and is not repeated.
        InDoubt "in_doubt",
        /// Its row is damaged, or was written by another program.
        Unreadable "unreadable",
    }
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
    /// Whether nothing more will become of it.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Scheduled | Self::Running | Self::Retryable)
    }
}

impl EndReason {
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
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
