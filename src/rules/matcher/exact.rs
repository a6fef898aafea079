//! `exact`: the whole message is one of the words. Punctuation and blanks at the ends do not count,
//! unless nothing else is there.

use std::collections::HashMap;

use super::fault::MatcherFault;
use super::word_set::read_words;
use crate::rules::fold::{fold, trim_punctuation};
use crate::rules::index::Trigger;
use crate::rules::read::Reading;
use crate::rules::subject::Subject;
use crate::rules::yaml::Node;

/// Whole messages, folded and trimmed, each with the author's spelling.
#[derive(Debug)]
pub struct Exact(HashMap<Box<str>, Box<str>>);

impl Exact {
    pub fn read(reading: &mut Reading, node: &Node) -> Option<Self> {
        let mut texts = HashMap::new();
        for text in read_words(reading, node) {
            let folded = fold(&text.value);
            if folded.is_empty() {
                reading.fault(MatcherFault::NothingLeft { word: text.value }, text.span);
            } else {
                texts.entry(trim_punctuation(&folded).into()).or_insert_with(|| text.value.into_boxed_str());
            }
        }
        (!texts.is_empty()).then_some(Self(texts))
    }

    /// The text that matched, as the author wrote it.
    pub fn found(&self, subject: &Subject) -> Option<&str> {
        self.0.get(subject.trimmed()).map(|written| &**written)
    }

    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|written| &**written)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.keys().map(|text| Trigger::Exact(text.clone())).collect()
    }
}
