//! Judging, right before a delivery is sent: is it still wanted, by the rules and the contact of this moment? Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::engine::ruleset::RuleSet;
use crate::model::delivery::EndReason;
use crate::schedule::due::{Wanted, moved};
use crate::store::Claimed;

/// What is to become of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Send,
    End(EndReason),
    /// Not now: its hours or days are over for today, or the window whose end it waits for was extended.
    Later(Timestamp),
}

/// When the reply window closes for this delivery: a later message of the fan may have extended it. It does not
/// extend the time for the single reply to a mention.
pub fn closes_at(Claimed { delivery, contact }: &Claimed) -> Timestamp {
    let extended = contact.window_closes.filter(|_| !delivery.single);
    extended.map_or(delivery.expires, |extended| extended.max(delivery.expires))
}

/// Judges a delivery by the rules that serve now.
pub fn judge(claimed: &Claimed, rules: &RuleSet, now: Timestamp, zone: &TimeZone) -> Judgement {
    let Claimed { delivery, contact } = claimed;
    if let Some((left, at)) = contact.left
        && at >= delivery.created
    {
        return Judgement::End(left);
    }
    let closes_at = closes_at(claimed);
    if now >= closes_at {
        return Judgement::End(EndReason::WindowClosed);
    }
    let since = |at: Timestamp| at > delivery.created;
    if delivery.unless_replied && contact.replied_at.is_some_and(since) {
        return Judgement::End(EndReason::SenderReplied);
    }
    let answered = |(rule, at): &(_, Timestamp)| delivery.unless_answered_by.contains(rule) && since(*at);
    if contact.answered.iter().any(answered) {
        return Judgement::End(EndReason::Answered);
    }
    // what follows right after an answer belongs to it, whatever became of the rule since
    let Some(step) = delivery.step.and_then(|step| usize::try_from(step).ok()) else {
        return Judgement::Send;
    };
    let Some(rule) = rules.rule_named(&delivery.rule) else { return Judgement::End(EndReason::RuleRemoved) };
    // a step that is gone has lost its hours; its words were promised all the same
    let Some(step) = rule.steps.get(step) else { return Judgement::Send };
    let wanted = match step.wanted {
        Wanted::BeforeWindowCloses(span) => closes_at.checked_sub(span).unwrap_or(now).max(now),
        _ => now,
    };
    match moved(step.wanted, wanted, now, &step.allowed, zone).filter(|at| *at < closes_at) {
        Some(at) if at <= now => Judgement::Send,
        Some(at) => Judgement::Later(at),
        None => Judgement::End(EndReason::OutsideHours),
    }
}
