//! Conditions: what a rule asks of a message. One kind a file; this one joins them: all of a mapping
//! must hold. A condition looks at a subject and changes nothing.

pub mod affix;
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
    StartsWith(affix::StartsWith),
    EndsWith(affix::EndsWith),
    Regex(regex::Regex),
    Menu(menu::Menu),
    Link(menu::Link),
    Scan(scan::Scan),
    Near(near::Near),
    Sender(people::Sender),
    Account(people::Account),
    /// `hours`, `days` and `dates` of one mapping, which hold together.
    Calendar(Calendar),
    Not(Box<Conjunction>),
}

/// Conditions that must all hold, for messages of these kinds.
#[derive(Debug)]
pub struct Conjunction {
    pub kinds: KindSet,
    pub conditions: Vec<Arc<Condition>>,
}

impl Condition {
    pub fn holds(&self, subject: &Subject) -> bool {
        match self {
            Self::Keyword(keyword) => keyword.holds(subject),
            Self::AllKeywords(keywords) => keywords.holds(subject),
            Self::Exact(exact) => subject.has_words() && exact.found(subject).is_some(),
            Self::StartsWith(affix) => affix.found(subject).is_some(),
            Self::EndsWith(affix) => affix.found(subject).is_some(),
            Self::Regex(regex) => subject.has_words() && regex.holds(subject),
            Self::Menu(menu) => menu.holds(subject),
            Self::Link(link) => link.holds(subject),
            Self::Scan(scan) => scan.holds(subject),
            Self::Near(near) => near.holds(subject),
            Self::Sender(sender) => sender.holds(subject),
            Self::Account(account) => account.holds(subject),
            Self::Calendar(calendar) => calendar.holds(subject.moment),
            Self::Not(inner) => !inner.holds(subject),
        }
    }

    /// The word for templates: the one that matched, as the author wrote it.
    pub fn word<'a>(&'a self, subject: &Subject) -> Option<&'a str> {
        match self {
            Self::Keyword(keyword) => keyword.found(subject),
            Self::AllKeywords(keywords) => keywords.0.written().next(),
            Self::Exact(exact) => exact.found(subject),
            Self::StartsWith(affix) => affix.found(subject),
            Self::EndsWith(affix) => affix.found(subject),
            _ => None,
        }
    }

    /// What it found in the message, for `explain`: the word as the author wrote it, or what an expression
    /// matched.
    pub fn found(&self, subject: &Subject) -> Option<String> {
        match self {
            Self::AllKeywords(_) => None,
            Self::Regex(regex) => regex.found(subject).map(str::to_owned),
            _ => self.word(subject).map(str::to_owned),
        }
    }

    /// Whether it asks for something in the message, and not only for a time, an account or an absence.
    pub fn asks_for_something(&self) -> bool {
        !matches!(self, Self::Calendar(_) | Self::Account(_) | Self::Not(_))
    }

    /// The condition in the words of the rule file, for `explain`.
    pub fn written(&self) -> String {
        fn list<T: AsRef<str>>(key: &str, items: impl Iterator<Item = T>) -> String {
            const SHOWN: usize = 5;
            let mut items: Vec<T> = items.take(SHOWN + 1).collect();
            let more = if items.len() > SHOWN { ", …" } else { "" };
            items.truncate(SHOWN);
            let items: Vec<String> = items.iter().map(|item| reveal(item.as_ref())).collect();
            format!("{key}: {}{more}", items.join(", "))
        }
        match self {
            Self::Keyword(keyword) => list("keyword", keyword.0.written()),
            Self::AllKeywords(keywords) => list("all_keywords", keywords.0.written()),
            Self::Exact(exact) => list("exact", exact.written()),
            Self::StartsWith(affix) => list("starts_with", affix.0.written()),
            Self::EndsWith(affix) => list("ends_with", affix.0.written()),
            Self::Regex(regex) => list("regex", regex.written()),
            Self::Menu(menu) => list("menu", menu.0.iter()),
            Self::Link(link) => list("link", link.0.iter()),
            Self::Scan(scan) => list("scan", scan.written()),
            Self::Near(near) => format!(
                "near: {}, {}, within {} m",
                near.centre.longitude(),
                near.centre.latitude(),
                near.metres
            ),
            Self::Sender(sender) => list("sender", sender.written()),
            Self::Account(account) => list("account", account.0.iter()),
            Self::Calendar(calendar) => calendar.to_string(),
            Self::Not(inner) => {
                let inner: Vec<String> =
                    inner.conditions.iter().map(|condition| condition.written()).collect();
                format!("not {{{}}}", inner.join("; "))
            }
        }
    }

    /// How rarely its triggers show, best first, and the triggers; `None` when it has none.
    fn triggers(&self) -> Option<(u8, Vec<Trigger>)> {
        match self {
            Self::Exact(exact) => Some((0, exact.triggers())),
            Self::Menu(menu) => Some((0, menu.triggers())),
            Self::Link(link) => Some((0, link.triggers())),
            Self::Scan(scan) => scan.triggers().map(|triggers| (0, triggers)),
            Self::Near(near) => near.triggers().map(|triggers| (0, triggers)),
            Self::AllKeywords(keywords) => Some((1, keywords.triggers())),
            Self::Keyword(keyword) => Some((1, keyword.triggers())),
            Self::StartsWith(affix) => Some((1, affix.triggers())),
            Self::EndsWith(affix) => Some((1, affix.triggers())),
            Self::Regex(regex) => regex.triggers().map(|triggers| (2, triggers)),
            Self::Sender(sender) => Some((3, sender.triggers())),
            Self::Account(_) | Self::Calendar(_) | Self::Not(_) => None,
        }
    }
}

impl Conjunction {
    pub fn holds(&self, subject: &Subject) -> bool {
        self.kinds.contains(subject.kind) && self.conditions.iter().all(|condition| condition.holds(subject))
    }

    /// Something that shows in every message it holds for.
    pub fn triggers(&self) -> Vec<Trigger> {
        let best = self
            .conditions
            .iter()
            .filter_map(|condition| condition.triggers())
            .min_by_key(|(rarity, _)| *rarity);
        best.map_or_else(|| self.kinds.iter().map(Trigger::Kind).collect(), |(_, triggers)| triggers)
    }

    /// The conditions on hours, days and dates, also those inside a `not`.
    pub fn calendars(&self) -> Vec<&Calendar> {
        let mut calendars = Vec::new();
        for condition in &self.conditions {
            match &**condition {
                Condition::Calendar(calendar) => calendars.push(calendar),
                Condition::Not(inner) => calendars.extend(inner.calendars()),
                _ => {}
            }
        }
        calendars
    }
}
