//! `starts_with` and `ends_with`: words at the ends of the folded message. Unlike keywords they may be
//! a part of a longer Latin word: `SF` begins `SF1234`.

use crate::engine::condition::word_set::WordSet;
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;

/// The message begins with one of the words.
#[derive(Debug)]
pub struct StartsWith(pub WordSet);

/// The message ends with one of the words.
#[derive(Debug)]
pub struct EndsWith(pub WordSet);

impl StartsWith {
    pub fn found(&self, subject: &Subject) -> Option<&str> {
        self.0.any(&subject.hits, |hit| hit.at_start)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.any_trigger()
    }
}

impl EndsWith {
    pub fn found(&self, subject: &Subject) -> Option<&str> {
        self.0.any(&subject.hits, |hit| hit.at_end)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.any_trigger()
    }
}
