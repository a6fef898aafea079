//! `starts_with` and `ends_with`: words at the ends of the folded message. Unlike keywords they may be
//! a part of a longer Latin word: `SF` begins `SF1234`.

use crate::engine::condition::word_set::WordSet;
use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;

/// The message begins with one of the words.
#[derive(Debug)]
pub struct StartsWith(pub WordSet);

/// The message ends with one of the words.
#[derive(Debug)]
pub struct EndsWith(pub WordSet);

impl Predicate for StartsWith {
    fn holds(&self, subject: &Subject) -> bool {
        self.word(subject).is_some()
    }

    fn word(&self, subject: &Subject) -> Option<&str> {
        self.0.any(&subject.hits, |hit| hit.at_start)
    }

    fn written(&self) -> String {
        listed("starts_with", self.0.written())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.any_trigger())
    }
}

impl Predicate for EndsWith {
    fn holds(&self, subject: &Subject) -> bool {
        self.word(subject).is_some()
    }

    fn word(&self, subject: &Subject) -> Option<&str> {
        self.0.any(&subject.hits, |hit| hit.at_end)
    }

    fn written(&self) -> String {
        listed("ends_with", self.0.written())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.any_trigger())
    }
}
