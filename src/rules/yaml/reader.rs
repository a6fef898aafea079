//! The accumulating reader: takes texts, lists and mappings out of a tree and notes every fault on the
//! way instead of stopping. What YAML silently made of a text is refused here, where a text is expected.

use std::sync::Arc;

use super::{Node, Span};
use crate::rules::diagnostic::{Diagnostic, Fault};

/// A text that the author wrote, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub value: String,
    pub span: Span,
}

/// Reads one file's tree and gathers its faults.
pub struct Reader<'f> {
    pub path: &'f Arc<str>,
    /// The whole file.
    pub source: &'f str,
    pub faults: &'f mut Vec<Diagnostic>,
}

/// The values of a mapping by its known keys; each is there at most once.
pub struct Fields<'n> {
    /// The mapping's own span (its first key to its last value).
    pub span: Span,
    found: Vec<(&'static str, &'n Node, Span)>,
}

impl<'n> Fields<'n> {
    /// The value of a key, if the key stands there.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.found.iter().find(|(name, ..)| *name == key).map(|(_, node, _)| *node)
    }

    /// Where the key itself stands.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.found.iter().find(|(name, ..)| *name == key).map(|(.., span)| span.clone())
    }

    /// The keys that stand there, in file order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.found.iter().map(|(name, ..)| *name)
    }
}

impl Reader<'_> {
    /// Notes a fault at these bytes.
    pub fn fault(&mut self, fault: impl Fault + 'static, span: Span) {
        self.faults.push(Diagnostic::new(fault, self.path, self.source, span));
    }

    /// The mapping at `node`. Faults: it is none; a key is unknown (with the nearest of `known`) or
    /// stands twice. Unknown keys are left out, so that reading goes on. `None` when it is no mapping.
    pub fn map<'n>(&mut self, node: &'n Node, known: &[&'static str]) -> Option<Fields<'n>> {
        todo!()
    }

    /// The one text at `node`. Faults: it is empty, a list or a mapping, or YAML changed it.
    pub fn text(&mut self, node: &Node) -> Option<Text> {
        todo!()
    }

    /// One text or a list of texts, at least one. Faults as [`Reader::text`], for each of them.
    pub fn texts(&mut self, node: &Node) -> Vec<Text> {
        todo!()
    }

    /// The items of a list, or the one value as a list of one (`when:`, `follow_up:`). Fault: empty.
    pub fn one_or_many<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        todo!()
    }

    /// The items of a list. Faults: it is none, or it is empty.
    pub fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        todo!()
    }

    /// `true` or `false`; `yes`, `on`, `是` and the like are faults that name the right word.
    pub fn truth(&mut self, node: &Node) -> Option<bool> {
        todo!()
    }

    /// A whole number in this range; full-width digits are a fault that shows the half-width ones.
    pub fn integer(&mut self, node: &Node, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        todo!()
    }
}

/// The nearest of the known words, when it is near enough to be what was meant.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    todo!()
}
