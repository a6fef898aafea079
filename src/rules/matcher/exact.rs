//! `exact`: the whole message is one of the words. Punctuation and blanks at the ends do not count,
//! unless nothing else is there.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::fault::MatcherFault;
use super::word_set::{read_words, warn_of_duplicate};
use crate::rules::fold::{fold, trim_punctuation};
use crate::rules::index::Trigger;
use crate::rules::read::Reading;
use crate::rules::subject::Subject;
use crate::rules::yaml::Node;

/// Whole messages, folded and trimmed, each with its place in the author's order and his spelling.
#[derive(Debug)]
pub struct Exact(HashMap<Box<str>, (u32, Box<str>)>);

impl Exact {
    pub fn read(reading: &mut Reading, node: &Node) -> Option<Self> {
        let mut texts: HashMap<Box<str>, (u32, Box<str>)> = HashMap::new();
        for text in read_words(reading, node) {
            let folded = fold(&text.value);
            if folded.is_empty() {
                reading.fault(MatcherFault::NothingLeft { word: text.value }, text.span);
                continue;
            }
            let place = texts.len() as u32;
            match texts.entry(trim_punctuation(&folded).into()) {
                Entry::Occupied(first) => warn_of_duplicate(reading, text, &first.get().1),
                Entry::Vacant(free) => {
                    free.insert((place, text.value.into_boxed_str()));
                }
            }
        }
        (!texts.is_empty()).then_some(Self(texts))
    }

    /// The text that matched, as the author wrote it.
    pub fn found(&self, subject: &Subject) -> Option<&str> {
        self.0.get(subject.trimmed()).map(|(_, written)| &**written)
    }

    /// Whether a whole message, folded and trimmed, is one of them.
    pub fn is(&self, trimmed: &str) -> bool {
        self.0.contains_key(trimmed)
    }

    /// In the author's order.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        let mut texts: Vec<&(u32, Box<str>)> = self.0.values().collect();
        texts.sort_unstable();
        texts.into_iter().map(|(_, written)| &**written)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.keys().map(|text| Trigger::Exact(text.clone())).collect()
    }
}
