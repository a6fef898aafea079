//! What is counted while messages are answered. A fan's text never becomes a label.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::Metrics;
use super::register::Register;
use super::rule_hits::RuleHits;
use super::times::Times;
use crate::model::decision::Outcome;
use crate::model::hits::Hits;
use crate::model::id::RuleName;
use crate::model::kind::Kind;
use crate::telemetry::labels::{Ignored, IgnoredLabels, MessageLabels, Refusal, RefusalLabels};

/// Upper bounds in seconds: an answer takes milliseconds, and after five seconds the platform hangs up
/// (docs/protocol.md 3).
const REPLY_TIMES: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

#[derive(Debug)]
pub(super) struct Answering {
    /// One for each kind and outcome, those of a kind one behind the other.
    messages: Vec<Counter>,
    reply_time: Times<13>,
    refused: Family<RefusalLabels, Counter>,
    ignored: Family<IgnoredLabels, Counter>,
    repeats: Counter,
    rule_hits: RuleHits,
    not_sent: Counter,
    cut: Counter,
    not_tried: Counter,
    not_recorded: Counter,
}

impl Answering {
    pub fn joining(register: &mut Register) -> Self {
        let messages: Family<MessageLabels, Counter> =
            register.add("messages", "Messages, by kind and what became of them");
        let of_kind = |kind| Outcome::ALL.map(|outcome| MessageLabels { kind, outcome });
        let labels = Kind::ALL.into_iter().flat_map(of_kind);
        let rule_hits = RuleHits::default();
        register.collected(rule_hits.clone());
        Self {
            // made now, so that each is there at once and shows its zero
            messages: labels.map(|labels| messages.get_or_create(&labels).clone()).collect(),
            reply_time: register.times("reply", "Time from a whole request to its answer", REPLY_TIMES),
            refused: register.add("refused", "Requests that were refused, by reason"),
            ignored: register.add("ignored", "Messages that were let pass without an answer, by reason"),
            repeats: register
                .add("repeats", "Messages that the platform pushed again and that got the same answer"),
            rule_hits,
            not_sent: register
                .add("not_sent", "Messages that were promised and are lost because they cannot be sent"),
            cut: register.add(
                "texts_cut",
                "Texts of which the end of what they insert was cut, for they were too long",
            ),
            not_tried: register.add(
                "regexes_not_tried",
                "Regular expressions that were not tried, because a message needed too much work",
            ),
            not_recorded: register.add(
                "not_recorded",
                "Messages that a recording lacks because the disk could not keep up, or they were too long",
            ),
        }
    }

    /// Counters whose labels are known show their zero: a rate needs a first value to rise from.
    pub fn begin_at_zero(&self) {
        for reason in Refusal::ALL {
            drop(self.refused.get_or_create(&RefusalLabels { reason }));
        }
        for reason in Ignored::ALL {
            drop(self.ignored.get_or_create(&IgnoredLabels { reason }));
        }
    }
}

impl Metrics {
    /// A message was answered, or met with silence.
    pub fn message(&self, kind: Kind, outcome: Outcome) {
        self.0.answering.messages[kind as usize * Outcome::ALL.len() + outcome as usize].inc();
    }

    /// How long an answer took.
    pub fn reply_took(&self, time: Duration) {
        self.0.answering.reply_time.note(time);
    }

    pub fn refused(&self, reason: Refusal) {
        self.0.answering.refused.get_or_create(&RefusalLabels { reason }).inc();
    }

    /// A message was let pass.
    pub fn ignored(&self, reason: Ignored) {
        self.0.answering.ignored.get_or_create(&IgnoredLabels { reason }).inc();
    }

    /// The platform pushed a message again.
    pub fn repeat(&self) {
        self.0.answering.repeats.inc();
    }

    /// What counts the messages that a rule wins. The name is one of a ruleset, never a text from outside.
    pub fn hits_of(&self, rule: &RuleName) -> Hits {
        self.0.answering.rule_hits.of(rule)
    }

    /// No set that serves has this rule any more.
    pub fn rule_gone(&self, rule: &RuleName) {
        self.0.answering.rule_hits.remove(rule);
    }

    /// So many promised messages are lost because they cannot be sent.
    pub fn not_sent(&self, messages: u64) {
        self.0.answering.not_sent.inc_by(messages);
    }

    /// So many texts lost the end of what they insert.
    pub fn texts_cut(&self, texts: u64) {
        self.0.answering.cut.inc_by(texts);
    }

    /// So many expressions were not tried on a message.
    pub fn not_tried(&self, expressions: u64) {
        self.0.answering.not_tried.inc_by(expressions);
    }

    /// So many messages are missing from the recording.
    pub fn not_recorded(&self, messages: u64) {
        self.0.answering.not_recorded.inc_by(messages);
    }
}
