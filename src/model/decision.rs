//! The decision: what a ruleset answers to one message. It is a plan: nothing of it has been sent or stored yet.

use jiff::Timestamp;

use super::id::RuleName;
use super::reply::Reply;
use super::worded::worded;

/// What is to be done about one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The rule that won, also when its answer is silence.
    pub rule: Option<RuleName>,
    pub outcome: Outcome,
    /// The passive answer, in the HTTP response.
    pub passive: Option<Reply>,
    /// What follows at once by the customer-service interface, in order.
    pub then: Vec<Reply>,
    pub follow_ups: Vec<FollowUp>,
    /// How many messages the platform would not take (a mention gets one only).
    pub lost: usize,
    /// How many texts lost the end of what was inserted, because an answer has only so many messages.
    pub cut: usize,
    /// How many regular expressions were not tried, because the message needed too much work.
    pub untried: usize,
    /// Why a template failed.
    pub problem: Option<String>,
}

worded! {
    /// How a message was answered. Used alike in logs, metrics and tests.
    pub enum Outcome {
        Answered "answered",
        /// Only a fallback rule had an answer: the question itself is open.
        Fallback "fallback",
        /// A rule says `silent: true`.
        Silent "silent",
        /// No rule matched.
        Unanswered "unanswered",
        /// A template failed while it was filled in: silence, counted and listed as a problem.
        TemplateFailed "template_failed",
    }
}

/// A step that a rule promises for later.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowUp {
    /// Its place among the rule's steps, from 0: with the rule's name, its stable identity.
    pub step: usize,
    /// When it is to be sent, or why it cannot be.
    pub due: Due,
    pub replies: Vec<Reply>,
}

/// When a follow-up is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    At(Timestamp),
    /// Its `hours` or `days` leave no moment before the reply window closes.
    Never,
}

impl Decision {
    /// Silence because no rule matched.
    pub fn unanswered() -> Self {
        Self::silence(None, Outcome::Unanswered)
    }

    /// An answer without anything in it, and why.
    pub fn silence(rule: Option<RuleName>, outcome: Outcome) -> Self {
        Self {
            rule,
            outcome,
            passive: None,
            then: Vec::new(),
            follow_ups: Vec::new(),
            lost: 0,
            cut: 0,
            untried: 0,
            problem: None,
        }
    }

    /// What the fan sees at once, in order.
    pub fn replies(&self) -> impl Iterator<Item = &Reply> {
        self.passive.iter().chain(&self.then)
    }

    /// How many messages need the customer-service interface.
    pub fn promised(&self) -> usize {
        self.then.len() + self.follow_ups.iter().map(|step| step.replies.len()).sum::<usize>()
    }

    /// How many messages will not be sent because the platform does not grant them; `grants` says whether the
    /// message opens a window or grants a reply beyond the passive answer.
    pub fn unsent(&self, grants: bool) -> usize {
        self.lost + if grants { 0 } else { self.promised() }
    }

    /// How many of these will not be sent, because their step finds no moment for it.
    pub fn never_due(&self) -> usize {
        let never = self.follow_ups.iter().filter(|step| step.due == Due::Never);
        never.map(|step| step.replies.len()).sum()
    }
}
