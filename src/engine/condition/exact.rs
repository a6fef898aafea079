//! `exact`: the whole message is one of the words. Punctuation and blanks at the ends do not count,
//! unless nothing else is there.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::engine::condition::word_set::{read_words, warn_of_duplicate};
use crate::engine::fold::{fold, trim_punctuation};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::language::condition::fault::ConditionFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;

/// Whole messages, folded and trimmed, each with the author's spelling.
#[derive(Debug)]
pub struct Exact {
    /// Each text's place among the written ones.
    places: HashMap<Box<str>, usize>,
    written: Vec<Box<str>>,
}

impl Exact {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let mut exact = Self { places: HashMap::new(), written: Vec::new() };
        for text in read_words(reader, node) {
            let folded = fold(&text.value);
            if folded.is_empty() {
                reader.fault(ConditionFault::NothingLeft { word: text.value }, text.span);
                continue;
            }
            match exact.places.entry(trim_punctuation(&folded).into()) {
                Entry::Occupied(place) => warn_of_duplicate(reader, text, &exact.written[*place.get()]),
                Entry::Vacant(place) => {
                    place.insert(exact.written.len());
                    exact.written.push(text.value.into_boxed_str());
                }
            }
        }
        (!exact.written.is_empty()).then_some(exact)
    }

    /// The text that matched, as the author wrote it.
    pub fn found(&self, subject: &Subject) -> Option<&str> {
        self.places.get(subject.trimmed()).map(|place| &*self.written[*place])
    }

    /// Whether a whole message, folded and trimmed, is one of them.
    pub fn is(&self, trimmed: &str) -> bool {
        self.places.contains_key(trimmed)
    }

    /// In the author's order.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(|written| &**written)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.places.keys().map(|text| Trigger::Exact(text.clone())).collect()
    }
}
