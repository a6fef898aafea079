//! Where a word of a rule stands in its file. A compiled rule knows only where it begins, so the file is parsed once
//! more, and only when there is something to say about it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::place::Place;
use crate::language::registry::GRAMMAR;
use crate::language::source::RuleSource;
use crate::language::yaml::parse::{Parsed, parse};
use crate::language::yaml::{Node, Span, Value};

/// The files of a folder, parsed when something in them is looked for.
#[derive(Debug)]
pub struct Locator<'s> {
    source: &'s RuleSource,
    files: HashMap<Arc<str>, Option<Parsed>>,
}

impl<'s> Locator<'s> {
    pub fn new(source: &'s RuleSource) -> Self {
        Self { source, files: HashMap::new() }
    }

    /// The place of a word in the conditions of the rule at `rule`; the rule's own place when the word is
    /// brought in by a list or by the conditions of the file.
    pub fn word(&mut self, rule: &Place, word: &str) -> Place {
        let Some(parsed) = self.parsed(&rule.file) else { return rule.clone() };
        let node = parsed.root.as_ref().and_then(|root| find(root, &rule.span));
        let when = node.and_then(|node| entry(node, "when"));
        let span = when.and_then(|when| scalar(when, word));
        span.map_or_else(|| rule.clone(), |span| parsed.source.place(span))
    }

    fn parsed(&mut self, path: &Arc<str>) -> Option<&Parsed> {
        let parsed = || self.source.file(path).and_then(|file| parse(file, &GRAMMAR, &mut Vec::new()));
        self.files.entry(path.clone()).or_insert_with(parsed).as_ref()
    }
}

/// The node that takes up exactly these bytes.
fn find<'n>(node: &'n Node, span: &Span) -> Option<&'n Node> {
    if node.span == *span {
        return Some(node);
    }
    let holds = |node: &&Node| node.span.start <= span.start && span.end <= node.span.end;
    match &node.value {
        Value::List(items) => items.iter().filter(holds).find_map(|item| find(item, span)),
        Value::Map(entries) => {
            entries.iter().map(|entry| &entry.value).filter(holds).find_map(|value| find(value, span))
        }
        Value::Empty | Value::Scalar(_) => None,
    }
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    let is_key = |node: &Node| matches!(&node.value, Value::Scalar(scalar) if scalar.text == key);
    entries.iter().find(|entry| is_key(&entry.key)).map(|entry| &entry.value)
}

/// The first text below a node that is this word.
fn scalar(node: &Node, word: &str) -> Option<Span> {
    match &node.value {
        Value::Scalar(scalar) => (scalar.text == word).then(|| node.span.clone()),
        Value::List(items) => items.iter().find_map(|item| scalar(item, word)),
        Value::Map(entries) => entries.iter().find_map(|entry| scalar(&entry.value, word)),
        Value::Empty => None,
    }
}
