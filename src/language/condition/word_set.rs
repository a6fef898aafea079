//! The words of a condition: one, a list, or the name of a list that the folder has under `lists`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::engine::condition::word_set::WordSet;
use crate::engine::fold::fold;
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::signs::{warn_of_half_pairs, warn_of_signs};
use crate::language::doubt::LintFault;
use crate::language::doubt::field::warn_of_field;
use crate::language::grammar::{Form, Mapping, Needs, key, words};
use crate::language::rule_reader::{MOST_LISTED, RuleReader};
use crate::language::yaml::keys::nearest_key;
use crate::language::yaml::reader::{Noted, Reader, Text};
use crate::language::yaml::{Node, Value};

/// Words, or the name of a list of them.
pub const WORDS: Form = Form::Told(
    words("a word or a list of words; also `{list: NAME}`", "一个词或一个列表，也可以写 `{list: 名字}`"),
    &Form::OneOrMany(&Form::Either(&[Form::Text, Form::Is(&LIST)])),
);

pub static LIST: Mapping = Mapping {
    name: "list",
    title: words("The name of a list", "词表的名字"),
    about: words("Stands wherever words may stand.", "可以写词的地方都可以写。"),
    keys: &[key("list", Form::Text, "A name under `lists`.", "`lists` 里的一个名字。")],
    needs: &[Needs::All(&["list"])],
};

/// The words of these texts, which stand at `node`.
pub fn word_set(reader: &mut RuleReader, texts: Vec<Text>, node: &Node) -> Result<WordSet, Noted> {
    let words = distinct(&mut reader.yaml, texts, |folded| {
        (!folded.is_empty()).then(|| reader.lexicons.words.intern(folded))
    });
    Ok(WordSet::new(reader.yaml.any_left(words, node)?))
}

/// Each text once, with what it is compared by, which `compared_by` makes of its folded form. `None` is a
/// fault: nothing is left of the text.
pub fn distinct<K: Clone + Eq + Hash>(
    reader: &mut Reader,
    texts: Vec<Text>,
    mut compared_by: impl FnMut(&str) -> Option<K>,
) -> Vec<(K, Box<str>)> {
    let mut distinct: Vec<(K, Box<str>)> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for Text { value: word, span } in texts {
        let Some(compared_by) = compared_by(&fold(&word)) else {
            reader.fault(ConditionFault::NothingLeft { word }, span);
            continue;
        };
        match places.entry(compared_by.clone()) {
            Entry::Occupied(place) => {
                let first = distinct[*place.get()].1.to_string();
                reader.fault(LintFault::DuplicateWord { word, first }, span);
            }
            Entry::Vacant(place) => {
                place.insert(distinct.len());
                distinct.push((compared_by, word.into_boxed_str()));
            }
        }
    }
    distinct
}

/// Texts that are compared letter for letter, or the name of a list of such.
pub fn read_texts(reader: &mut RuleReader, node: &Node) -> Vec<Text> {
    match &node.value {
        Value::Map(_) => read_words(reader, node),
        _ => reader.yaml.texts(node),
    }
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
            warn_of_signs(&mut reader.yaml, node, &words);
            warn_of_half_pairs(&mut reader.yaml, &words);
            words.iter().for_each(|word| warn_of_field(&mut reader.yaml, word, &["list", "lists"]));
            words
        }
    }
}

fn read_list(reader: &mut RuleReader, node: &Node) -> Vec<Text> {
    // a mapping that names no list is a word with a colon in it
    let Value::Map(entries) = &node.value else { return Vec::new() };
    let names_list = entries.iter().any(|entry| match &entry.key.value {
        Value::Scalar(key) => {
            let name = key.text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            nearest_key(name, &["list"]).is_some()
        }
        _ => false,
    });
    if !names_list {
        return reader.yaml.words_in_braces(node).into_iter().collect();
    }
    let Ok(fields) = reader.yaml.map(node, &LIST) else { return Vec::new() };
    let Some(Ok(name)) = fields.get("list").map(|name| reader.yaml.text(name)) else {
        return Vec::new();
    };
    reader.used.lists.insert(name.value.clone());
    match reader.names.lists.get(&name.value) {
        // faults of the list's own words were noted where it stands
        Some(words) if !reader.lexicons.may_take(words.len()) => {
            reader.fault(ConditionFault::TooManyListed { most: MOST_LISTED }, name.span);
            Vec::new()
        }
        Some(words) => {
            let here = |word: &String| Text { value: word.clone(), span: name.span.clone() };
            words.iter().map(here).collect()
        }
        None => {
            let known = reader.known_names("lists", &name.value);
            reader.fault(ConditionFault::UnknownList { name: name.value, known }, name.span);
            Vec::new()
        }
    }
}
