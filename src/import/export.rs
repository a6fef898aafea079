//! The way back: the rules of a folder as drafts. A rule becomes one if rows of a table can say all that it does; else its
//! keys that no row holds are findings, and the rule is left out.

use super::Gathered;
use super::draft::{Draft, DraftReply, Message, Way, When};
use super::finding::{FindingKind, FindingPlace, NotHeld};
use super::prove::ANYTHING;
use crate::language::registry::GRAMMAR;
use crate::language::source::RuleSource;
use crate::language::yaml::parse::{Parsed, parse};
use crate::language::yaml::{Entry, Node, Value};

/// The rules of a folder that could be served, in the order of files and lines.
pub fn drafts_of(source: &RuleSource) -> Gathered {
    let mut gathered = Gathered::default();
    // a folder that could be served has no faults
    let files = source.files().iter().filter_map(|file| parse(file, &GRAMMAR, &mut Vec::new()));
    for file in files {
        read_file(&file, &mut gathered);
    }
    gathered
}

fn read_file(file: &Parsed, gathered: &mut Gathered) {
    let path = &file.source.path;
    let root = file.root.as_ref().map(entries).unwrap_or_default();
    let is_conditional = root.iter().any(|entry| key_of(entry) == "when");
    for entry in root {
        match (key_of(entry), &entry.value.value) {
            ("rules", Value::List(rules)) => {
                for (rule, number) in rules.iter().zip(1..) {
                    read_rule(rule, &format!("{path}#{number}"), is_conditional, gathered);
                }
            }
            ("version" | "when", _) => {}
            (key, _) => gathered.find(
                FindingPlace::RuleFile(path.to_string()),
                FindingKind::NotHeld { key: key.to_owned(), why: NotHeld::NoColumn },
            ),
        }
    }
}

/// What was read of a rule.
#[derive(Default)]
struct Read {
    when: Option<When>,
    answer: Option<DraftReply>,
    /// Keys that no row holds.
    not_held: Vec<(String, NotHeld)>,
    /// Keys without which the rule answers the same.
    left_out: Vec<&'static str>,
}

fn read_rule(rule: &Node, by_place: &str, is_conditional: bool, gathered: &mut Gathered) {
    let name = rule.text_at("name");
    let at = FindingPlace::Rule(name.unwrap_or(by_place).to_owned());
    let is_fallback = rule.text_at("fallback") == Some("true");
    let mut read = Read::default();
    if is_conditional {
        read.not_held.push(("when".to_owned(), NotHeld::NoColumn));
    }
    for entry in entries(rule) {
        read.key(key_of(entry), &entry.value);
    }
    if is_fallback && read.when.replace(When::Fallback).is_some() {
        read.not_held.push(("when".to_owned(), NotHeld::NoColumn));
    }
    let examples = entries(rule).iter().find(|entry| key_of(entry) == "examples");
    if let (Some(examples), Some(when)) = (examples, &read.when)
        && !items(&examples.value).iter().all(|example| is_made_by_import(example, when))
    {
        read.left_out.push("examples");
    }
    let is_held = read.not_held.is_empty();
    for (key, why) in read.not_held {
        gathered.find(at.clone(), FindingKind::RuleNotHeld { key, why });
    }
    for key in read.left_out.into_iter().filter(|_| is_held) {
        gathered.find(at.clone(), FindingKind::LeftOut { key });
    }
    if let (true, Some(when), Some(answer)) = (is_held, read.when, read.answer) {
        let is_named = name.is_some();
        let first = when.words().next().map(|(_, word)| word);
        let name = name.or(first).unwrap_or(by_place).to_owned();
        let enabled = rule.text_at("enabled") != Some("false");
        gathered.drafts.push(Draft {
            origin: at,
            name,
            is_named,
            when,
            enabled,
            answer,
            examples: Vec::new(),
        });
    }
}

impl Read {
    fn key(&mut self, key: &str, value: &Node) {
        let text = text_of(value);
        match key {
            "name" | "enabled" | "fallback" | "examples" => {}
            "note" => self.left_out.push("note"),
            "counterexamples" => self.left_out.push("counterexamples"),
            "when" => match when_of(value) {
                Ok(when) => self.when = Some(when),
                Err((below, why)) => self.not_held.push((joined(key, &below), why)),
            },
            "reply" => match answer_of(value) {
                Ok(answer) => self.answer = Some(answer),
                Err((below, why)) => self.not_held.push((joined(key, &below), why)),
            },
            "priority" if text == Some("0") => {}
            "silent" if text == Some("false") => {}
            key => self.not_held.push((key.to_owned(), NotHeld::NoColumn)),
        }
    }
}

/// `when.hours`, or `when` alone.
fn joined(key: &str, below: &str) -> String {
    if below.is_empty() { key.to_owned() } else { format!("{key}.{below}") }
}

/// A key, if there is one, and why no row holds what stands behind it.
type Why = (String, NotHeld);

/// One way to look for words, or the two events of new followers.
fn when_of(node: &Node) -> Result<When, Why> {
    if let Value::List(alternatives) = &node.value {
        return match alternatives.as_slice() {
            [alone] => when_of(alone),
            _ => Err((String::new(), NotHeld::SeveralWays)),
        };
    }
    let no_column = |entry: &Entry| (key_of(entry).to_owned(), NotHeld::NoColumn);
    let conditions = entries(node);
    match conditions {
        [event] if key_of(event) == "event" => {
            let mut events: Vec<_> = items(&event.value).iter().filter_map(text_of).collect();
            events.sort_unstable();
            if events == ["follow", "scan_follow"] { Ok(When::Follow) } else { Err(no_column(event)) }
        }
        [words] => {
            let way = way_of(words).ok_or_else(|| no_column(words))?;
            let list: Option<Vec<&str>> = items(&words.value).iter().map(text_of).collect();
            let list = list.ok_or_else(|| no_column(words))?;
            Ok(When::Words(vec![(way, list.into_iter().map(str::to_owned).collect())]))
        }
        several => match several.iter().find(|entry| way_of(entry).is_none()) {
            Some(other) => Err(no_column(other)),
            None => Err((String::new(), NotHeld::SeveralWays)),
        },
    }
}

fn way_of(entry: &Entry) -> Option<Way> {
    Way::ALL.into_iter().find(|way| way.key() == key_of(entry))
}

/// Texts: one, several, or several of which one is drawn.
fn answer_of(node: &Node) -> Result<DraftReply, Why> {
    let texts = |nodes: &[Node]| nodes.iter().map(message_of).collect::<Result<Vec<_>, Why>>();
    if let Value::List(messages) = &node.value {
        return DraftReply::of(texts(messages)?, false).ok_or((String::new(), NotHeld::NoText));
    }
    match entries(node) {
        [one_of] if key_of(one_of) == "one_of" => {
            DraftReply::of(texts(items(&one_of.value))?, true).ok_or((String::new(), NotHeld::NoText))
        }
        _ => message_of(node).map(DraftReply::One),
    }
}

fn message_of(node: &Node) -> Result<Message, Why> {
    let text = match entries(node) {
        [text] if key_of(text) == "text" => text_of(&text.value),
        _ => text_of(node),
    };
    let form = || entries(node).first().map(|entry| key_of(entry).to_owned()).unwrap_or_default();
    text.map(|text| Message::Text(text.to_owned())).ok_or_else(|| (form(), NotHeld::NoText))
}

/// Whether import makes this example anew.
fn is_made_by_import(example: &Node, when: &When) -> bool {
    match (when, text_of(example)) {
        (When::Follow, None) => example.text_at("event").is_some() && entries(example).len() == 1,
        (When::Fallback, Some(text)) => ANYTHING.contains(&text),
        (When::Words(_), Some(text)) => when.words().any(|(_, word)| word == text),
        _ => false,
    }
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    }
}

/// The items of a list, or the one value.
fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(scalar) => Some(&scalar.text),
        _ => None,
    }
}

fn key_of(entry: &Entry) -> &str {
    text_of(&entry.key).unwrap_or_default()
}
