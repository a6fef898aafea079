//! What a message changes about its sender: the reply window, whether he has left, and what counts against a
//! follow-up's `unless`.

use jiff::Timestamp;

use crate::engine::ruleset::RuleSet;
use crate::model::decision::Decision;
use crate::model::delivery::EndReason;
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::model::received::Received;

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

pub(super) fn change(received: Received, rules: &RuleSet, decision: &Decision) -> ContactChange {
    let (kind, profile) = (received.message.kind(), received.profile);
    let how = if kind == Kind::Unsubscribe { EndReason::Unsubscribed } else { EndReason::Unfollowed };
    ContactChange {
        // a mention is a grant of its own and opens no window
        opens_until: profile.closes_at(kind, received.at).filter(|_| profile.opened_by.contains(kind)),
        closes: profile.closed_by.contains(kind).then_some(how),
        replied: KindSet::REPLIES.contains(kind),
        answered: decision.rule.clone().filter(|rule| rules.asks_about(rule)),
    }
}
