//! What a decision promises: the messages that follow its passive answer, and the steps for later.

use jiff::{SignedDuration, Timestamp};

use crate::engine::follow_up::{Step, Unless};
use crate::engine::ruleset::RuleSet;
use crate::model::decision::{Decision, Due, FollowUp};
use crate::model::delivery::Again;
use crate::model::id::RuleName;
use crate::model::received::Received;
use crate::model::reply::Reply;

/// What follows right after the passive answer must not overtake it.
pub const RIGHT_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// One step that a message promises: its replies become deliveries that are sent in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    pub rule: RuleName,
    /// Its place among the rule's follow-ups; `None` follows right after the passive answer, and what is below 0
    /// is no follow-up.
    pub step: Option<i32>,
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

pub(super) fn promised(received: Received, rules: &RuleSet, decision: &Decision) -> Vec<NewDelivery> {
    let Received { message, at, profile, .. } = received;
    let kind = message.kind();
    let rule = decision.rule.as_ref().and_then(|name| rules.rule_named(name));
    let (Some(rule), Some(expires)) = (rule, profile.closes_at(kind, at)) else { return Vec::new() };
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
    let right_after = at.saturating_add(RIGHT_AFTER).unwrap_or(at);
    let then = (!decision.then.is_empty()).then(|| promise(right_after, decision.then.clone()));
    let later = decision.follow_ups.iter().filter_map(|follow_up| {
        let Due::At(due) = follow_up.due else { return None };
        Some(of_step(promise(due, follow_up.replies.clone()), follow_up, rule.steps.get(follow_up.step)?))
    });
    then.into_iter().chain(later).collect()
}

fn of_step(promise: NewDelivery, follow_up: &FollowUp, step: &Step) -> NewDelivery {
    NewDelivery {
        step: i32::try_from(follow_up.step).ok(),
        again: step.again,
        unless_replied: step.unless.contains(&Unless::SenderReplied),
        unless_answered_by: step.unless.iter().filter_map(Unless::rule).collect(),
        ..promise
    }
}
