//! Conditions: what a rule asks of a message. Each sort has a file; this one joins them into conjunctions, whose
//! conditions must all hold.

pub mod exact;
pub mod keyword;
pub mod menu;
pub mod near;
pub mod people;
pub mod regex;
pub mod scan;
pub mod word_set;

use std::sync::Arc;

use crate::engine::fold::reveal;
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::model::kind::KindSet;
use crate::schedule::calendar::Calendar;

/// One condition, ready to be asked.
#[derive(Debug)]
pub enum Condition {
    Keyword(keyword::Keyword),
    AllKeywords(keyword::AllKeywords),
    Exact(exact::Exact),
    Regex(regex::Regex),
    Menu(menu::Menu),
    Link(menu::Link),
    Scan(scan::Scan),
    Near(near::Near),
    Sender(people::Sender),
    Account(people::Account),
    /// `hours`, `days` and `dates` of one mapping, which hold together.
    Calendar(Calendar),
    Not(Not),
}

/// Conditions that must all hold, for messages of these kinds.
#[derive(Debug)]
pub struct Conjunction {
    pub kinds: KindSet,
    pub conditions: Vec<Arc<Condition>>,
    /// Whether one of them may try expressions.
    is_slow: bool,
}

/// Conditions that must not all hold.
#[derive(Debug)]
pub struct Not(pub Conjunction);

/// What every sort of condition can be asked.
pub trait Predicate {
    fn holds(&self, subject: &Subject) -> bool;

    /// The word for templates: the one that matched, as the author wrote it.
    fn word(&self, _: &Subject) -> Option<&str> {
        None
    }

    /// What it found in the message, for `explain`: the word as the author wrote it, or what an expression
    /// matched.
    fn found(&self, subject: &Subject) -> Option<String> {
        self.word(subject).map(str::to_owned)
    }

    /// The condition in the words of the rule file, for `explain`.
    fn written(&self) -> String;

    /// Every message for which it holds shows one of these; `None` where no such triggers are known.
    fn triggers(&self) -> Option<Vec<Trigger>> {
        None
    }

    /// Whether it asks for something in the message, and not only for a time, an account or an absence.
    fn asks_for_something(&self) -> bool {
        true
    }
}

impl Condition {
    pub fn predicate(&self) -> &dyn Predicate {
        match self {
            Self::Keyword(keyword) => keyword,
            Self::AllKeywords(keywords) => keywords,
            Self::Exact(exact) => exact,
            Self::Regex(regex) => regex,
            Self::Menu(menu) => menu,
            Self::Link(link) => link,
            Self::Scan(scan) => scan,
            Self::Near(near) => near,
            Self::Sender(sender) => sender,
            Self::Account(account) => account,
            Self::Calendar(calendar) => calendar,
            Self::Not(not) => not,
        }
    }

    /// Whether it may try expressions, which takes far longer than anything else.
    fn is_slow(&self) -> bool {
        match self {
            Self::Regex(_) => true,
            Self::Not(Not(denied)) => denied.is_slow,
            _ => false,
        }
    }

    /// Whether it holds as far as that is seen fast.
    fn could_hold(&self, subject: &Subject) -> bool {
        match self {
            Self::Regex(regex) => regex.could_hold(subject),
            Self::Not(_) if self.is_slow() => true,
            fast => fast.predicate().holds(subject),
        }
    }
}

impl Conjunction {
    pub fn new(kinds: KindSet, conditions: Vec<Arc<Condition>>) -> Self {
        let is_slow = conditions.iter().any(|condition| condition.is_slow());
        Self { kinds, conditions, is_slow }
    }

    /// Expressions are tried last, and only where all else holds. So a message that shows no trigger of the conjunction
    /// pays for none, whether the index is asked or the rule itself.
    pub fn holds(&self, subject: &Subject) -> bool {
        let mut slow = self.conditions.iter().filter(|condition| condition.is_slow());
        self.could_hold(subject)
            && (!self.is_slow || slow.all(|condition| condition.predicate().holds(subject)))
    }

    /// Whether it holds as far as that is seen without trying expressions.
    pub fn could_hold(&self, subject: &Subject) -> bool {
        let mut conditions = self.conditions.iter();
        if !self.kinds.contains(subject.kind) {
            false
        } else if self.is_slow {
            conditions.all(|condition| condition.could_hold(subject))
        } else {
            conditions.all(|condition| condition.predicate().holds(subject))
        }
    }

    /// Triggers of which every message it holds for shows one.
    pub fn triggers(&self) -> Vec<Trigger> {
        let known = self.conditions.iter().filter_map(|condition| condition.predicate().triggers());
        let rarest = known.min_by_key(|triggers| triggers.first().map(Trigger::commonness));
        rarest.unwrap_or_else(|| self.kinds.iter().map(Trigger::Kind).collect())
    }

    /// The conditions on hours, days and dates, also those inside a `not`.
    pub fn calendars(&self) -> Vec<&Calendar> {
        let mut calendars = Vec::new();
        for condition in &self.conditions {
            match &**condition {
                Condition::Calendar(calendar) => calendars.push(calendar),
                Condition::Not(denied) => calendars.extend(denied.0.calendars()),
                _ => {}
            }
        }
        calendars
    }
}

impl Predicate for Not {
    /// What was not tried or not looked for is not denied either.
    fn holds(&self, subject: &Subject) -> bool {
        let untried = subject.untried();
        subject.is_searched && !self.0.holds(subject) && subject.untried() == untried
    }

    fn written(&self) -> String {
        let denied = self.0.conditions.iter().map(|condition| condition.predicate().written());
        format!("not {{{}}}", denied.collect::<Vec<_>>().join("; "))
    }

    fn asks_for_something(&self) -> bool {
        false
    }
}

impl Predicate for Calendar {
    fn holds(&self, subject: &Subject) -> bool {
        Calendar::holds(self, subject.moment)
    }

    fn written(&self) -> String {
        self.to_string()
    }

    fn asks_for_something(&self) -> bool {
        false
    }
}

/// A key with the first few of its values.
fn listed<T: AsRef<str>>(key: &str, values: impl Iterator<Item = T>) -> String {
    const SHOWN: usize = 5;
    let mut values = values.peekable();
    let shown: Vec<String> = values.by_ref().take(SHOWN).map(|value| reveal(value.as_ref())).collect();
    let more = if values.peek().is_some() { ", …" } else { "" };
    format!("{key}: {}{more}", shown.join(", "))
}
