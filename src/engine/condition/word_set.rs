//! The words of one condition, in the author's spelling and as ids of the lexicon. It never looks at a
//! text itself; it only asks which words the lexicon found.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::engine::fold::fold;
use crate::engine::index::Trigger;
use crate::engine::lexicon::{Hit, WordId, find};
use crate::language::condition::fault::MatcherFault;
use crate::language::condition::signs::warn_of_signs;
use crate::language::doubt::LintFault;
use crate::language::grammar::condition::LIST;
use crate::language::rule_reader::Reading;
use crate::language::yaml::reader::Text;
use crate::language::yaml::{Node, Value};

/// Words, at least one of them.
#[derive(Debug)]
pub struct WordSet {
    /// In the author's order and spelling.
    words: Box<[(WordId, Box<str>)]>,
    /// Places in `words`, ordered by id, so that a hit is found without looking at every word.
    by_id: Box<[u32]>,
}

impl WordSet {
    pub fn read(reading: &mut Reading, node: &Node) -> Option<Self> {
        let texts = read_words(reading, node);
        Self::of(reading, texts)
    }

    /// The words of these texts; `None` when none of them is one.
    pub fn of(reading: &mut Reading, texts: Vec<Text>) -> Option<Self> {
        let mut words: Vec<(WordId, Box<str>)> = Vec::new();
        let mut first: HashMap<WordId, usize> = HashMap::new();
        for text in texts {
            let folded = fold(&text.value);
            if folded.is_empty() {
                reading.fault(MatcherFault::NothingLeft { word: text.value }, text.span);
                continue;
            }
            let id = reading.lexicons.words.intern(&folded);
            match first.entry(id) {
                Entry::Occupied(place) => warn_of_duplicate(reading, text, &words[*place.get()].1),
                Entry::Vacant(place) => {
                    place.insert(words.len());
                    words.push((id, text.value.into_boxed_str()));
                }
            }
        }
        let mut by_id: Vec<u32> = (0..words.len() as u32).collect();
        by_id.sort_by_key(|place| words[*place as usize].0);
        (!words.is_empty()).then(|| Self { words: words.into(), by_id: by_id.into() })
    }

    /// The first of the words, in the author's order, of which a hit passes.
    pub fn any(&self, hits: &[Hit], passes: impl Fn(&Hit) -> bool) -> Option<&str> {
        let place = |hit: &Hit| {
            let at = self.by_id.partition_point(|place| self.words[*place as usize].0 < hit.word);
            let place = *self.by_id.get(at)?;
            (self.words[place as usize].0 == hit.word).then_some(place)
        };
        let first = hits.iter().filter(|hit| passes(hit)).filter_map(place).min()?;
        Some(&self.words[first as usize].1)
    }

    /// Whether of every word a hit passes.
    pub fn all(&self, hits: &[Hit], passes: impl Fn(&Hit) -> bool) -> bool {
        self.words.iter().all(|(word, _)| find(hits, *word).is_some_and(&passes))
    }

    pub fn ids(&self) -> impl Iterator<Item = WordId> {
        self.words.iter().map(|(word, _)| *word)
    }

    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(_, written)| &**written)
    }

    /// Any of the words shows.
    pub fn any_trigger(&self) -> Vec<Trigger> {
        self.words.iter().map(|(word, _)| Trigger::Word(*word)).collect()
    }

    /// The word that shows most rarely: the longest.
    pub fn all_trigger(&self) -> Vec<Trigger> {
        let longest = self.words.iter().max_by_key(|(_, written)| written.len());
        longest.map(|(word, _)| Trigger::Word(*word)).into_iter().collect()
    }
}

/// The same word once more, perhaps in other letters.
pub fn warn_of_duplicate(reading: &mut Reading, word: Text, first: &str) {
    let first = first.to_owned();
    reading.fault(LintFault::DuplicateWord { word: word.value, first }, word.span);
}

/// One word, a list of words, or `{list: NAME}` in the place of any of them.
pub fn read_words(reading: &mut Reading, node: &Node) -> Vec<Text> {
    match &node.value {
        Value::Map(_) => read_list(reading, node),
        Value::List(items) if items.iter().any(|item| matches!(item.value, Value::Map(_))) => {
            items.iter().flat_map(|item| read_words(reading, item)).collect()
        }
        _ => {
            let words = reading.reader.words(node);
            warn_of_signs(&mut reading.reader, &words);
            words
        }
    }
}

fn read_list(reading: &mut Reading, node: &Node) -> Vec<Text> {
    // a mapping that names no list is a word with a colon in it
    let names_list = matches!(&node.value, Value::Map(entries)
        if entries.iter().any(|entry| matches!(&entry.key.value, Value::Scalar(key) if key.text == "list" || key.text == "lists")));
    if !names_list {
        return reading.reader.text(node).into_iter().collect();
    }
    let Some(fields) = reading.reader.map(node, &LIST) else { return Vec::new() };
    let Some(name) = fields.get("list").and_then(|name| reading.reader.text(name)) else {
        return Vec::new();
    };
    reading.used.lists.insert(name.value.clone());
    match reading.names.lists.get(&name.value) {
        // faults of the list's own words were noted where it stands
        Some(words) => {
            let here = |word: &String| Text { value: word.clone(), span: name.span.clone() };
            words.iter().map(here).collect()
        }
        None => {
            let nearest = reading.nearest(&name.value, reading.names.lists.keys());
            reading.fault(MatcherFault::UnknownList { name: name.value, nearest }, name.span);
            Vec::new()
        }
    }
}
