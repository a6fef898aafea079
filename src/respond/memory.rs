//! What a message leaves behind: its decision turned into an action for the store. Pure; it neither writes
//! nor decides what is answered.

use jiff::SignedDuration;

use super::Received;
use crate::engine::follow_up::{Step, Unless};
use crate::engine::rule::Rule;
use crate::engine::ruleset::RuleSet;
use crate::model::decision::{Decision, Due, FollowUp};
use crate::model::delivery::{Again, EndReason};
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::store::{Action, ContactChange, NewDelivery, StoredAnswer};

/// What follows right after the passive answer must not overtake it.
pub const RIGHT_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// Everything that is to be remembered of a message. Without `sends` nothing is promised, because nothing
/// could be kept.
pub fn action(
    received: Received,
    rules: &RuleSet,
    decision: &Decision,
    answer: StoredAnswer,
    sends: bool,
) -> Action {
    let Received { key, message, at, .. } = received;
    let rule = decision.rule.as_ref().and_then(|name| rules.rule_named(name));
    let deliveries = if sends { promised(received, rule, decision) } else { Vec::new() };
    Action {
        key,
        account: message.account,
        sender: message.sender,
        kind: message.kind(),
        received_at: at,
        contact: contact_change(received, rules, decision),
        answer,
        deliveries,
    }
}

fn contact_change(received: Received, rules: &RuleSet, decision: &Decision) -> ContactChange {
    let (kind, profile) = (received.message.kind(), received.profile);
    let closes = match kind {
        Kind::Unfollow => Some(EndReason::Unfollowed),
        Kind::Unsubscribe => Some(EndReason::Unsubscribed),
        _ => None,
    };
    ContactChange {
        // a mention is a grant of its own and opens no window
        opens_until: profile.closes_at(kind, received.at).filter(|_| profile.opened_by.contains(kind)),
        closes,
        replied: KindSet::REPLIES.contains(kind),
        answered: decision.rule.clone().filter(|rule| rules.asks_about(rule)),
    }
}

fn promised(received: Received, rule: Option<&Rule>, decision: &Decision) -> Vec<NewDelivery> {
    let (kind, profile) = (received.message.kind(), received.profile);
    let (Some(rule), Some(expires)) = (rule, profile.closes_at(kind, received.at)) else { return Vec::new() };
    let promise = |due, replies| NewDelivery {
        rule: rule.name.clone(),
        step: None,
        again: Again::Add,
        due,
        expires,
        unless_replied: false,
        unless_answered_by: Vec::new(),
        single: profile.grant(kind).is_some_and(|grant| grant.messages == Some(1)),
        replies,
    };
    let right_after = received.at.saturating_add(RIGHT_AFTER).unwrap_or(received.at);
    let then = (!decision.then.is_empty()).then(|| promise(right_after, decision.then.clone()));
    let later = decision.follow_ups.iter().filter_map(|follow_up| {
        let Due::At(due) = follow_up.due else { return None };
        Some(of_step(promise(due, follow_up.replies.clone()), follow_up, rule.steps.get(follow_up.step)?))
    });
    then.into_iter().chain(later).collect()
}

fn of_step(promise: NewDelivery, follow_up: &FollowUp, step: &Step) -> NewDelivery {
    let answered_by: Vec<RuleName> = step.unless.iter().filter_map(Unless::rule).collect();
    NewDelivery {
        step: u32::try_from(follow_up.step).ok(),
        again: step.again,
        unless_replied: step.unless.contains(&Unless::SenderReplied),
        unless_answered_by: answered_by,
        ..promise
    }
}
