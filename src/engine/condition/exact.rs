//! `exact`: the whole message is one of the words. Punctuation and blanks at the ends do not count,
//! unless nothing else is there.

use std::collections::HashMap;

use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;

/// Whole messages, folded and trimmed, each with the author's spelling.
#[derive(Debug)]
pub struct Exact {
    /// Each text's place among the written ones.
    places: HashMap<Box<str>, usize>,
    written: Vec<Box<str>>,
}

impl Exact {
    /// Texts, folded and trimmed, each once and with the author's spelling.
    pub fn new(texts: Vec<(Box<str>, Box<str>)>) -> Self {
        let (texts, written): (Vec<_>, Vec<_>) = texts.into_iter().unzip();
        Self { places: texts.into_iter().zip(0..).collect(), written }
    }

    /// Whether a whole message, folded and trimmed, is one of them.
    pub fn is(&self, trimmed: &str) -> bool {
        self.places.contains_key(trimmed)
    }

    /// In the author's order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(|written| &**written)
    }
}

impl Predicate for Exact {
    fn holds(&self, subject: &Subject) -> bool {
        subject.has_words() && self.is(subject.trimmed())
    }

    fn word(&self, subject: &Subject) -> Option<&str> {
        self.places.get(subject.trimmed()).map(|place| &*self.written[*place])
    }

    fn written(&self) -> String {
        listed("exact", self.texts())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.places.keys().cloned().map(Trigger::Exact).collect())
    }
}
