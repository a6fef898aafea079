//! Which rule answers a message and why, which do not and why, and the answer.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use super::decision::{follow_up, moment, reply};
use crate::advice::explain::{Explanation, Step};
use crate::words::lang::Lang;

#[derive(Debug, Serialize)]
pub struct Explained {
    /// The words as they are compared.
    folded: String,
    /// Until when something may be sent, if this message allows it.
    window_closes: Option<String>,
    rule: Option<String>,
    because: Vec<String>,
    reply: Value,
    then: Vec<Value>,
    follow_ups: Vec<Value>,
    steps: Vec<Value>,
    switched_off: Vec<Value>,
}

impl Explained {
    /// `closes_at` is when the message's reply window closes.
    pub fn of(explanation: &Explanation, closes_at: Option<Timestamp>, zone: &TimeZone, lang: Lang) -> Self {
        let decision = &explanation.decision;
        let step = |step: &Step| {
            json!({
                "rule": step.rule.as_str(),
                "matched": step.matched,
                "why": step.why.localized(lang),
                "file": &*step.place.file,
                "line": step.place.line,
            })
        };
        Self {
            folded: explanation.folded.clone(),
            window_closes: closes_at.map(|at| moment(at, zone)),
            because: explanation.because.iter().map(|held| held.localized(lang)).collect(),
            rule: decision.rule.as_ref().map(ToString::to_string),
            reply: decision.passive.as_ref().map_or_else(|| json!({"type": "none"}), reply),
            then: decision.then.iter().map(reply).collect(),
            follow_ups: decision.follow_ups.iter().map(|step| follow_up(step, zone)).collect(),
            steps: explanation.steps.iter().map(step).collect(),
            switched_off: explanation.switched_off.iter().map(step).collect(),
        }
    }
}
