//! `keyword`, `all_keywords`, `starts_with` and `ends_with`: words that stand in the message. A keyword that
//! begins or ends with a Latin letter or digit never matches inside a longer Latin word; at the ends of a message
//! a word may be a part of a longer one: `SF` begins `SF1234`.

use crate::engine::condition::word_set::WordSet;
use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::lexicon::Hit;
use crate::engine::subject::Subject;

/// The message contains one of the words.
#[derive(Debug)]
pub struct Keyword {
    pub words: WordSet,
    pub stands: Stands,
}

/// Where in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Anywhere,
    AtStart,
    AtEnd,
}

/// The message contains all of the words.
#[derive(Debug)]
pub struct AllKeywords(pub WordSet);

impl Stands {
    pub fn admits(self, hit: &Hit) -> bool {
        match self {
            Self::Anywhere => hit.whole,
            Self::AtStart => hit.at_start,
            Self::AtEnd => hit.at_end,
        }
    }
}

impl Keyword {
    /// The first of the words, in the author's order, on which there is a hit in its place.
    pub fn among(&self, hits: &[Hit]) -> Option<&str> {
        self.words.any(hits, |hit| self.stands.admits(hit))
    }

    /// Of several words the one that stands in the message, where no other does.
    pub fn only_word(&self, subject: &Subject) -> Option<&str> {
        self.words.only(&subject.hits, |hit| self.stands.admits(hit))
    }
}

impl Predicate for Keyword {
    fn holds(&self, subject: &Subject) -> bool {
        self.word(subject).is_some()
    }

    fn word(&self, subject: &Subject) -> Option<&str> {
        self.among(&subject.hits)
    }

    fn written(&self) -> String {
        let key = match self.stands {
            Stands::Anywhere => "keyword",
            Stands::AtStart => "starts_with",
            Stands::AtEnd => "ends_with",
        };
        listed(key, self.words.written())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.words.any_trigger())
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
