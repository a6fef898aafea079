//! `keyword` and `all_keywords`: words that stand anywhere in the message. A word that begins or ends
//! with a Latin letter or digit never matches inside a longer Latin word.

use crate::engine::condition::word_set::WordSet;
use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;

/// The message contains one of the words.
#[derive(Debug)]
pub struct Keyword(pub WordSet);

/// The message contains all of the words.
#[derive(Debug)]
pub struct AllKeywords(pub WordSet);

impl Predicate for Keyword {
    fn holds(&self, subject: &Subject) -> bool {
        self.word(subject).is_some()
    }

    fn word(&self, subject: &Subject) -> Option<&str> {
        self.0.any(&subject.hits, |hit| hit.whole)
    }

    fn written(&self) -> String {
        listed("keyword", self.0.written())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.any_trigger())
    }
}

impl Predicate for AllKeywords {
    fn holds(&self, subject: &Subject) -> bool {
        self.0.all(&subject.hits, |hit| hit.whole)
    }

    fn word(&self, _: &Subject) -> Option<&str> {
        self.0.written().next()
    }

    /// All of them were, which `written` says already.
    fn found(&self, _: &Subject) -> Option<String> {
        None
    }

    fn written(&self) -> String {
        listed("all_keywords", self.0.written())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.all_trigger())
    }
}
