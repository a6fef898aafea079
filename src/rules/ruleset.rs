//! The ruleset: compiled rules that answer messages.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::source::SourceHash;
use crate::model::decision::Decision;
use crate::model::message::InboundMessage;

/// A compiled set of rules. Immutable; shared by all requests.
#[derive(Debug, Default)]
pub struct RuleSet {}

/// What a decision depends on beside the message.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The one instant that is the time of everything in this request.
    pub received_at: Timestamp,
    /// The account's zone.
    pub zone: &'a TimeZone,
    /// The account's configured name.
    pub account_name: &'a str,
}

impl RuleSet {
    /// The answer to a message. Pure and total.
    pub fn decide(&self, _message: &InboundMessage, _context: &Context) -> Decision {
        Decision::unanswered()
    }

    /// How many rules are in the set.
    pub fn len(&self) -> usize {
        0
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The hash of the source it was made from.
    pub fn hash(&self) -> SourceHash {
        super::source::RuleSource::default().hash()
    }
}
