//! YAML as a tree of texts with positions. No word is converted into a number, a boolean or null; anchors,
//! aliases, tags and merge keys are faults.

pub mod fault;
mod in_brackets;
mod indent;
mod items;
pub mod keys;
pub mod line;
mod lookalike;
pub mod looks;
mod meant;
mod missing;
pub mod parse;
pub mod reader;
pub mod signs;
mod slips;
mod text;
mod unfit;
pub mod value_fault;
mod words_alone;

use std::ops::Range;

/// Byte offsets into the file.
pub type Span = Range<usize>;

/// One value of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub value: Value,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing at all stands there (`reply:` and the end of the line).
    Empty,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

impl Node {
    /// Whether it is a mapping with this key.
    pub fn has_key(&self, key: &str) -> bool {
        let Value::Map(entries) = &self.value else { return false };
        entries.iter().any(|entry| matches!(&entry.key.value, Value::Scalar(scalar) if scalar.text == key))
    }

    /// The text behind a key, if it is a mapping and a text stands there.
    pub fn text_at(&self, key: &str) -> Option<&str> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find_map(|entry| match (&entry.key.value, &entry.value.value) {
            (Value::Scalar(name), Value::Scalar(text)) if name.text == key => Some(text.text.as_str()),
            _ => None,
        })
    }
}

/// A text as written, with what a reader needs to see that YAML changed it silently.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    pub text: String,
    pub style: Style,
    /// The comment behind it on its last line, from its `#` on.
    pub comment: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// One `key: value` of a mapping, in file order; duplicates are still in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
}
