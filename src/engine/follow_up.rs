//! Follow-ups: what a rule promises for later, and on which terms. Whether one is still wanted is judged when
//! it is sent.

use std::collections::HashSet;

use crate::engine::reply::Script;
use crate::model::delivery::Again;
use crate::model::id::RuleName;
use crate::schedule::calendar::Calendar;
use crate::schedule::due::Wanted;
use crate::words::lang::Lang;

/// One step of a rule's follow-ups.
#[derive(Clone, Debug)]
pub struct Step {
    pub wanted: Wanted,
    /// When it may be sent.
    pub allowed: Calendar,
    /// Any of these and it is not sent.
    pub unless: Vec<Unless>,
    pub again: Again,
    pub script: Script,
}

/// What makes a follow-up unwanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unless {
    SenderReplied,
    /// The rule of this name has answered the sender since.
    AnsweredBy(RuleName),
}

impl Unless {
    /// In words, without a full stop.
    fn localized(&self, lang: Lang) -> String {
        match self {
            Self::SenderReplied => lang.pick("the fan replies", "粉丝又发来消息").to_owned(),
            Self::AnsweredBy(name) => lang.pick(format!("\"{name}\" answers"), format!("“{name}”回复过")),
        }
    }

    /// The rule that it asks about.
    pub fn rule(&self) -> Option<RuleName> {
        match self {
            Self::SenderReplied => None,
            Self::AnsweredBy(name) => Some(name.clone()),
        }
    }
}

impl Step {
    /// On which terms it is sent, in words and without a full stop; empty when there are none.
    pub fn terms(&self, lang: Lang) -> String {
        let mut terms = Vec::new();
        if !self.allowed.is_always() {
            terms.push(self.allowed.to_string());
        }
        if !self.unless.is_empty() {
            let unless: Vec<String> = self.unless.iter().map(|unless| unless.localized(lang)).collect();
            let unless = unless.join(lang.pick(" or ", "或"));
            terms.push(lang.pick(format!("unless {unless} before"), format!("此前{unless}则不发")));
        }
        terms.join(lang.pick("; ", "；"))
    }

    /// The same, with what becomes of an earlier one that is still pending.
    pub fn all_terms(&self, lang: Lang) -> String {
        let again = match self.again {
            Again::Restart => "",
            Again::Keep => "again: keep",
            Again::Add => "again: add",
        };
        let terms = [self.terms(lang), again.to_owned()].into_iter().filter(|term| !term.is_empty());
        terms.collect::<Vec<_>>().join(lang.pick("; ", "；"))
    }

    /// Whether it is sent on the terms of another.
    pub fn has_terms_of(&self, other: &Self) -> bool {
        let [unless, others] = [self, other].map(|step| step.unless.iter().collect::<HashSet<_>>());
        self.allowed == other.allowed && self.again == other.again && unless == others
    }
}
