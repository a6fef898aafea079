//! What a message leaves behind: its decision turned into an action for the store. Pure; it neither writes
//! nor decides what is answered.

use jiff::{SignedDuration, Timestamp};

use super::Received;
use crate::engine::follow_up::{Step, Unless};
use crate::engine::rule::Rule;
use crate::engine::ruleset::RuleSet;
use crate::model::decision::{Decision, Due, FollowUp};
use crate::model::delivery::{Again, EndReason};
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::schedule::window::WEIBO;
use crate::store::{Action, ContactChange, NewDelivery, StoredAnswer};

/// What follows right after the passive answer must not overtake it.
pub const RIGHT_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// What counts as a reply of the fan: he did something himself, beyond coming or going (rules, follow_up).
const REPLIES: KindSet = KindSet::PRIVATE.with(KindSet::SCANS).with(KindSet::of(&[Kind::Click, Kind::View]));

/// Everything that is to be remembered of a message. Without `sends` nothing is promised, because nothing
/// could be kept.
pub fn action(
    received: Received,
    rules: &RuleSet,
    decision: &Decision,
    answer: StoredAnswer,
    sends: bool,
) -> Action {
    let Received { key, message, at } = received;
    let rule = decision.rule.as_ref().and_then(|name| rules.rule_named(name));
    let deliveries = if sends { promised(message.kind(), at, rule, decision) } else { Vec::new() };
    Action {
        key,
        account: message.account,
        sender: message.sender,
        kind: message.kind(),
        received_at: at,
        contact: contact_change(message.kind(), at, rules, decision),
        answer,
        deliveries,
    }
}

fn contact_change(kind: Kind, received_at: Timestamp, rules: &RuleSet, decision: &Decision) -> ContactChange {
    let closes = match kind {
        Kind::Unfollow => Some(EndReason::Unfollowed),
        Kind::Unsubscribe => Some(EndReason::Unsubscribed),
        _ => None,
    };
    ContactChange {
        // a mention is a grant of its own and opens no window
        opens_until: WEIBO.closes_at(kind, received_at).filter(|_| WEIBO.opened_by.contains(kind)),
        closes,
        replied: REPLIES.contains(kind),
        answered: decision.rule.clone().filter(|rule| rules.asks_about(rule)),
    }
}

fn promised(
    kind: Kind,
    received_at: Timestamp,
    rule: Option<&Rule>,
    decision: &Decision,
) -> Vec<NewDelivery> {
    let (Some(rule), Some(expires)) = (rule, WEIBO.closes_at(kind, received_at)) else { return Vec::new() };
    let promise = |due, replies| NewDelivery {
        rule: rule.name.clone(),
        step: None,
        again: Again::Add,
        due,
        expires,
        unless_replied: false,
        unless_answered_by: Vec::new(),
        single: WEIBO.grant(kind).is_some_and(|grant| grant.messages == Some(1)),
        replies,
    };
    let right_after = received_at.saturating_add(RIGHT_AFTER).unwrap_or(received_at);
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
