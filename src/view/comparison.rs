//! What two sets of rules answer differently.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::explanation::{follow_up, reply};
use crate::advice::compare::{Change, Comparison, Sample, Sort, gone, steps};
use crate::engine::follow_up::Step;
use crate::engine::ruleset::RuleSet;
use crate::model::decision::{Decision, FollowUp};
use crate::model::id::RuleName;
use crate::words::lang::Lang;

/// All changes; of `sets`, the old one and the new one.
pub fn compared(comparison: &Comparison, sets: [&RuleSet; 2], zone: &TimeZone, lang: Lang) -> Value {
    let side = |set: &RuleSet, decision: &Decision| {
        let steps = decision.follow_ups.iter().zip(steps(set, decision));
        let follow_up = |(promised, step): (&FollowUp, &Step)| {
            let mut value = follow_up(promised, zone);
            value["terms"] = step.all_terms(lang).into();
            value
        };
        json!({
            "rule": decision.rule.as_ref().map(ToString::to_string),
            "outcome": decision.outcome.as_str(),
            "replies": decision.replies().map(reply).collect::<Vec<_>>(),
            "follow_ups": steps.map(follow_up).collect::<Vec<_>>(),
        })
    };
    let sample = |sample: &Sample| json!({"line": sample.number, "message": sample.said});
    let change = |change: &Change| {
        json!({
            "sort": change.sort.as_str(),
            "messages": change.messages,
            "before": side(sets[0], &change.before),
            "after": side(sets[1], &change.after),
            "samples": change.samples.iter().map(sample).collect::<Vec<_>>(),
        })
    };
    json!({
        "messages": comparison.messages,
        "changed": comparison.changed(None),
        "newly_unanswered": comparison.changed(Some(Sort::NewlyUnanswered)),
        "newly_fallback": comparison.changed(Some(Sort::NewlyFallback)),
        "newly_answered": comparison.changed(Some(Sort::NewlyAnswered)),
        "same_words_of_another_rule": comparison.moved,
        "rules_gone_with_follow_ups": gone(sets).into_iter().map(RuleName::as_str).collect::<Vec<_>>(),
        "changes": comparison.changes().into_iter().map(change).collect::<Vec<_>>(),
    })
}
