//! `keyword` and `all_keywords`: words that stand anywhere in the message. A word that begins or ends
//! with a Latin letter or digit never matches inside a longer Latin word.

use crate::engine::condition::word_set::WordSet;
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;

/// The message contains one of the words.
#[derive(Debug)]
pub struct Keyword(pub WordSet);

/// The message contains all of the words.
#[derive(Debug)]
pub struct AllKeywords(pub WordSet);

impl Keyword {
    pub fn holds(&self, subject: &Subject) -> bool {
        self.found(subject).is_some()
    }

    /// The word that matched, as the author wrote it.
    pub fn found(&self, subject: &Subject) -> Option<&str> {
        self.0.any(&subject.hits, |hit| hit.whole)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.any_trigger()
    }
}

impl AllKeywords {
    pub fn holds(&self, subject: &Subject) -> bool {
        self.0.all(&subject.hits, |hit| hit.whole)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.all_trigger()
    }
}
