//! The words of one condition, in the author's spelling and as ids of the lexicon. It never looks at a
//! text itself; it only asks which words the lexicon found.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::engine::fold::fold;
use crate::engine::index::Trigger;
use crate::engine::lexicon::{Hit, WordId, find};
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::signs::warn_of_signs;
use crate::language::doubt::LintFault;
use crate::language::grammar::condition::LIST;
use crate::language::rule_reader::RuleReader;
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
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let texts = read_words(reader, node);
        Self::of(reader, texts)
    }

    /// The words of these texts; `None` when none of them is one.
    pub fn of(reader: &mut RuleReader, texts: Vec<Text>) -> Option<Self> {
        let mut words: Vec<(WordId, Box<str>)> = Vec::new();
        let mut first: HashMap<WordId, usize> = HashMap::new();
        for text in texts {
            let folded = fold(&text.value);
            if folded.is_empty() {
                reader.fault(ConditionFault::NothingLeft { word: text.value }, text.span);
                continue;
            }
            let id = reader.lexicons.words.intern(&folded);
            match first.entry(id) {
                Entry::Occupied(place) => warn_of_duplicate(reader, text, &words[*place.get()].1),
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
pub fn warn_of_duplicate(reader: &mut RuleReader, word: Text, first: &str) {
    let first = first.to_owned();
    reader.fault(LintFault::DuplicateWord { word: word.value, first }, word.span);
}

/// One word, a list of words, or `{list: NAME}` in the place of any of them.
pub fn read_words(reader: &mut RuleReader, node: &Node) -> Vec<Text> {
    match &node.value {
        Value::Map(_) => read_list(reader, node),
        Value::List(items) if items.iter().any(|item| matches!(item.value, Value::Map(_))) => {
            items.iter().flat_map(|item| read_words(reader, item)).collect()
        }
        _ => {
            let words = reader.yaml.words(node);
            warn_of_signs(&mut reader.yaml, &words);
            words
        }
    }
}

fn read_list(reader: &mut RuleReader, node: &Node) -> Vec<Text> {
    // a mapping that names no list is a word with a colon in it
    let names_list = matches!(&node.value, Value::Map(entries)
        if entries.iter().any(|entry| matches!(&entry.key.value, Value::Scalar(key) if key.text == "list" || key.text == "lists")));
    if !names_list {
        return reader.yaml.text(node).into_iter().collect();
    }
    let Some(fields) = reader.yaml.map(node, &LIST) else { return Vec::new() };
    let Some(name) = fields.get("list").and_then(|name| reader.yaml.text(name)) else {
        return Vec::new();
    };
    reader.used.lists.insert(name.value.clone());
    match reader.names.lists.get(&name.value) {
        // faults of the list's own words were noted where it stands
        Some(words) => {
            let here = |word: &String| Text { value: word.clone(), span: name.span.clone() };
            words.iter().map(here).collect()
        }
        None => {
            let nearest = reader.nearest(&name.value, reader.names.lists.keys());
            reader.fault(ConditionFault::UnknownList { name: name.value, nearest }, name.span);
            Vec::new()
        }
    }
}
