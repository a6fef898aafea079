//! A rule: the conditions on which it answers, and what it answers.

use crate::engine::condition::{Condition, Conjunction};
use crate::engine::follow_up::Step;
use crate::engine::place::Place;
use crate::engine::reply::Script;
use crate::engine::subject::Subject;
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::model::profile::Profile;
use crate::schedule::calendar::Calendar;
use crate::words::lang::Lang;

/// A compiled rule.
#[derive(Debug)]
pub struct Rule {
    pub name: RuleName,
    /// Where it stands.
    pub place: Place,
    pub priority: i32,
    /// Tried only when no other rule matched.
    pub fallback: bool,
    /// It holds when any of these does.
    pub alternatives: Vec<Conjunction>,
    /// `None` is silence on purpose.
    pub script: Option<Script>,
    pub steps: Vec<Step>,
    /// Whether an answer needs the names that templates insert.
    pub inserts: bool,
    /// Whether an example shows what it answers; a menu item that carries its reply needs none.
    pub is_shown: bool,
    /// Whether it is the reply of a menu item.
    pub is_button: bool,
}

/// Why a rule does not answer a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It speaks to other kinds of message.
    Kind { speaks_to: KindSet, kind: Kind },
    /// The conditions of an alternative that do not hold, as the author wrote them.
    Conditions {
        failed: Vec<String>,
        /// Whether another one, on what the message says, does hold.
        is_near: bool,
    },
    /// Its expressions were not tried, because the message needs too much work.
    NotTried,
}

impl Rule {
    pub fn matches(&self, subject: &Subject) -> bool {
        self.matching(subject).is_some()
    }

    /// Whether it could match, as far as that is seen without trying expressions.
    pub fn could_match(&self, subject: &Subject) -> bool {
        self.alternatives.iter().any(|alternative| alternative.could_hold(subject))
    }

    /// The first alternative that holds.
    pub fn matching(&self, subject: &Subject) -> Option<&Conjunction> {
        self.alternatives.iter().find(|alternative| alternative.holds(subject))
    }

    /// Whether it can promise more than a passive answer holds: more messages, a longer text, something for
    /// later, or what some format cannot carry.
    pub fn promises(&self, profile: &Profile) -> bool {
        let beyond = |script: &Script| {
            script.most_messages() > 1
                || script.longest_text() > profile.text_limit
                || !script.fits_every_format(profile)
        };
        !self.steps.is_empty() || self.script.as_ref().is_some_and(beyond)
    }

    /// The kinds of message that it can answer.
    pub fn kinds(&self) -> KindSet {
        self.alternatives.iter().fold(KindSet::NONE, |kinds, alternative| kinds.with(alternative.kinds))
    }

    /// Why it does not match; of each alternative all that fails. What is asked for that is no part of a decision.
    pub fn mismatches(&self, subject: &Subject) -> Vec<Mismatch> {
        let mismatch = |alternative: &Conjunction| {
            if !alternative.kinds.contains(subject.kind) {
                return Some(Mismatch::Kind { speaks_to: alternative.kinds, kind: subject.kind });
            }
            let mut held = Vec::new();
            let mut failed = Vec::new();
            for condition in &alternative.conditions {
                let predicate = condition.predicate();
                match subject.aside(|| predicate.holds(subject)) {
                    Some(true) => held.push(predicate),
                    Some(false) => failed.push(predicate.written()),
                    None => return Some(Mismatch::NotTried),
                }
            }
            let is_near = held.iter().any(|predicate| predicate.asks_for_something());
            (!failed.is_empty()).then_some(Mismatch::Conditions { failed, is_near })
        };
        self.alternatives.iter().filter_map(mismatch).collect()
    }

    /// All its conditions, of every alternative.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.alternatives
            .iter()
            .flat_map(|alternative| alternative.conditions.iter().map(|condition| &**condition))
    }

    /// Its conditions on hours, days and dates.
    pub fn calendars(&self) -> Vec<&Calendar> {
        self.alternatives.iter().flat_map(Conjunction::calendars).collect()
    }
}

impl Mismatch {
    /// In words, without a full stop.
    pub fn localized(&self, lang: Lang) -> String {
        match self {
            Self::Kind { speaks_to, kind } => {
                let kinds: Vec<&str> = speaks_to.iter().map(|kind| kind.as_str()).collect();
                let kinds = kinds.join(", ");
                lang.pick(
                    format!("speaks to {kinds}, and this is {kind}"),
                    format!("只处理 {kinds}，而这条消息是 {kind}"),
                )
            }
            Self::Conditions { failed, .. } => lang.pick(
                format!("needs: {}", failed.join(", and ")),
                format!("需要：{}", failed.join("，并且 ")),
            ),
            Self::NotTried => lang
                .pick("is not tried: this message needs too much work", "没有尝试：这条消息需要的计算太多")
                .to_owned(),
        }
    }
}
