//! Which rule answers a message and why, which do not and why, and the answer.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use crate::advice::explain::{Explanation, TriedRule};
use crate::language::diagnostic::Fault;
use crate::model::decision::{Due, FollowUp};
use crate::model::reply::{Article, Reply};
use crate::words::lang::Lang;

#[derive(Debug, Serialize)]
pub struct Explained {
    /// The words as they are compared.
    folded: String,
    /// Until when something may be sent, if this message allows it.
    window_closes: Option<String>,
    /// That the holidays of the year are not known by which a rule goes.
    unknown_holidays: Option<String>,
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
        let step = |step: &TriedRule| {
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
            unknown_holidays: explanation.unknown_holidays.as_ref().map(|fault| fault.message(lang)),
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

/// A reply, as every view has it.
pub fn reply(reply: &Reply) -> Value {
    match reply {
        Reply::Text(text) => json!({"type": "text", "text": text}),
        Reply::Position(position) => {
            json!({"type": "position", "longitude": position.longitude(), "latitude": position.latitude()})
        }
        Reply::Articles(articles) => {
            let card = |article: &Article| {
                let Article { title, summary, image, url } = article;
                json!({"title": title, "summary": summary, "image": image, "url": url})
            };
            json!({"type": "articles", "articles": articles.iter().map(card).collect::<Vec<_>>()})
        }
    }
}

pub fn follow_up(step: &FollowUp, zone: &TimeZone) -> Value {
    let due = match step.due {
        Due::At(due) => moment(due, zone).into(),
        Due::Never => Value::Null,
    };
    let mut replies = step.replies.iter().map(reply);
    json!({"due": due, "reply": replies.next(), "then": replies.collect::<Vec<_>>()})
}

/// A moment in the time of the account.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
