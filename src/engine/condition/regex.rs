//! `regex`: a regular expression over the words as they were written, with full-width letters and digits made
//! half-width, and without regard to case. An expression runs only if one of the literals it cannot match without was
//! found in the message.

use std::sync::Arc;

use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::pattern::{Breadth, Pattern};
use crate::engine::subject::Subject;

/// One or more expressions, any of which matches.
#[derive(Debug)]
pub struct Regex(pub Vec<Arc<Pattern>>);

impl Regex {
    /// The groups of the first expression that matches, by name or by an empty name.
    pub fn captured(&self, subject: &Subject) -> Option<Vec<(String, String)>> {
        self.possible(subject).find_map(|pattern| {
            let texts = pattern.captured(&subject.prepared)?;
            let names = pattern.expression.groups.iter().map(|name| name.clone().unwrap_or_default());
            Some(names.zip(texts).collect())
        })
    }

    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.0.iter().map(|pattern| &**pattern)
    }

    /// Those that are worth trying on this message. Most often there are none.
    fn possible(&self, subject: &Subject) -> impl Iterator<Item = &Pattern> {
        self.patterns().filter(|pattern| pattern.could_hold(subject))
    }

    /// Whether one of them is worth trying on this message.
    pub fn could_hold(&self, subject: &Subject) -> bool {
        subject.has_words() && self.possible(subject).next().is_some()
    }

    /// How much of all texts the broadest of the expressions matches.
    pub fn breadth(&self) -> Breadth {
        self.patterns().map(|pattern| pattern.expression.breadth).max().unwrap_or(Breadth::Some)
    }

    /// The expressions as the author wrote them.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.patterns().map(|pattern| pattern.expression.source.as_str())
    }
}

impl Predicate for Regex {
    /// Behind one that is not tried, because too little fuel is left, no other is either.
    fn holds(&self, subject: &Subject) -> bool {
        let mut tried = self.possible(subject).map_while(|pattern| pattern.holds(subject));
        subject.has_words() && tried.any(|matches| matches)
    }

    /// What the first expression that matches matched.
    fn found(&self, subject: &Subject) -> Option<String> {
        self.possible(subject).find_map(|pattern| pattern.found(&subject.prepared)).map(str::to_owned)
    }

    fn written(&self) -> String {
        listed("regex", self.sources())
    }

    /// `None` when one of the expressions has no literal to look for.
    fn triggers(&self) -> Option<Vec<Trigger>> {
        let known = self.patterns().all(|pattern| !pattern.literals.is_empty());
        let literals = self.patterns().flat_map(|pattern| &pattern.literals);
        known.then(|| literals.map(|literal| Trigger::Literal(*literal)).collect())
    }
}
