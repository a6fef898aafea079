//! The accumulating reader: takes texts, lists and mappings out of a tree and notes every fault on the
//! way instead of stopping. What becomes of a text is in `text.rs`.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use crate::language::diagnostic::lines::RuleBegin;
use crate::language::diagnostic::{Diagnostic, Fault, Severity};
use crate::language::grammar::{Grammar, Mapping, Row};
use crate::language::source_text::SourceText;
use crate::language::yaml::line::in_lines;
use crate::language::yaml::value_fault::{Unwritten, ValueFault};
use crate::language::yaml::{Entry, Node, Span, Value};

/// A text that the author wrote, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub value: String,
    pub span: Span,
}

/// What a reader gives in the place of a value: an error is among the faults, so the set is refused. Only
/// [`Reader::refuse`] and [`Reader::noted`] make one, and so nothing that is written is left out silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted(());

/// Reads one file's tree and gathers its faults.
pub struct Reader<'f> {
    pub file: &'f SourceText,
    pub grammar: &'static Grammar,
    pub faults: &'f mut Vec<Diagnostic>,
}

/// The values of a mapping by its known keys; each is there at most once.
pub struct Fields<'n> {
    /// The mapping's own span, from its first key to its last value.
    pub span: Span,
    found: Vec<Field<'n>>,
    /// Something stood there that could not be understood; what seems to be missing may be just that.
    pub has_faults: bool,
}

/// A known key, and what stands behind it.
pub struct Field<'n> {
    pub name: &'static str,
    /// Where the key itself stands.
    pub key: Span,
    pub value: &'n Node,
}

impl<'n> Fields<'n> {
    fn find(&self, key: &str) -> Option<&Field<'n>> {
        self.found.iter().find(|field| field.name == key)
    }

    /// The value of a key, if the key stands there.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.find(key).map(|field| field.value)
    }

    /// Where the key itself stands.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.find(key).map(|field| field.key.clone())
    }

    /// The last key, if nothing stands behind it and this entry belongs below it.
    fn above(&self, entry: &Entry, mapping: &Mapping) -> Option<&'static str> {
        let Value::Scalar(key) = &entry.key.value else { return None };
        let last = self.found.last().filter(|last| last.value.value == Value::Empty)?;
        mapping.takes_key(last.name, &key.text).then_some(last.name)
    }

    /// Where a fault of the whole mapping is shown: at its first key.
    pub fn first_key(&self) -> Span {
        self.found.first().map_or_else(|| self.span.clone(), |field| field.key.clone())
    }

    /// The keys that stand there, in file order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.found.iter().map(|field| field.name)
    }

    /// What stands there of these rows, in file order.
    pub fn rows<R>(
        &self,
        rows: &'static [&'static Row<R>],
    ) -> impl Iterator<Item = (&'static Row<R>, &Field<'n>)> {
        let row = |field: &Field| rows.iter().copied().find(|row| row.key.name == field.name);
        self.found.iter().filter_map(move |field| Some((row(field)?, field)))
    }
}

impl<'n> Field<'n> {
    fn of(name: &'static str, entry: &'n Entry) -> Self {
        Self { name, key: entry.key.span.clone(), value: &entry.value }
    }
}

impl Reader<'_> {
    /// Notes a fault at these bytes.
    pub fn fault(&mut self, fault: impl Fault + 'static, span: Span) {
        self.faults.push(Diagnostic::new(fault, self.file, span));
    }

    /// Notes an error where nothing can be read.
    pub fn refuse<T>(&mut self, fault: impl Fault + 'static, span: Span) -> Result<T, Noted> {
        debug_assert_eq!(fault.severity(), Severity::Error, "a warning refuses nothing");
        self.fault(fault, span);
        Err(Noted(()))
    }

    /// Gives up a value whose faults are noted. If there is no error among them, that nothing was read is one.
    pub fn noted(&mut self, span: &Span) -> Noted {
        if !self.faults.iter().any(Diagnostic::is_error) {
            self.fault(ValueFault::NothingThere { place: Unwritten(None) }, span.clone());
        }
        Noted(())
    }

    /// What is left of the values at `node`, if not each was a fault.
    pub fn any_left<T>(&mut self, items: Vec<T>, node: &Node) -> Result<Vec<T>, Noted> {
        if items.is_empty() { Err(self.noted(&node.span)) } else { Ok(items) }
    }

    /// What a text was parsed to. `None` is a fault, which `fault` makes of the text.
    pub fn parsed<T, F: Fault + 'static>(
        &mut self,
        parsed: Option<T>,
        text: Text,
        fault: impl FnOnce(String) -> F,
    ) -> Result<T, Noted> {
        if parsed.is_none() {
            self.refuse_lookalike(&text.value, &text.span)?;
        }
        parsed.map_or_else(|| self.refuse(fault(text.value), text.span), Ok)
    }

    /// The mapping at `node`. Faults: it is none; a key is unknown (with the nearest one of its own) or
    /// stands twice. An unknown key is read as the one that was meant, or left out, so that all faults are seen at
    /// once.
    pub fn map<'n>(&mut self, node: &'n Node, mapping: &Mapping) -> Result<Fields<'n>, Noted> {
        let Value::Map(entries) = &node.value else { return self.not_a_mapping(node, mapping) };
        let mut fields = Fields { span: node.span.clone(), found: Vec::new(), has_faults: false };
        let mut meant: Vec<(&'static str, &Entry)> = Vec::new();
        let mut emptied: Vec<&'static str> = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            match self.key(entries, at, mapping, &fields) {
                Ok(name) => fields.found.push(Field::of(name, entry)),
                Err(name) => {
                    fields.has_faults = true;
                    emptied.extend(fields.above(entry, mapping));
                    meant.extend(name.map(|name| (name, entry)));
                }
            }
        }
        // what stands beside it was to stand below it, and is told
        fields.found.retain(|field| !emptied.contains(&field.name));
        for (name, entry) in meant {
            if fields.get(name).is_none() {
                fields.found.push(Field::of(name, entry));
            }
        }
        Ok(fields)
    }

    /// The key's name; where it has a fault, the name that was meant, if that is clear.
    fn key(
        &mut self,
        entries: &[Entry],
        at: usize,
        mapping: &Mapping,
        fields: &Fields,
    ) -> Result<&'static str, Option<&'static str>> {
        let entry = &entries[at];
        let span = entry.key.span.clone();
        let Value::Scalar(key) = &entry.key.value else {
            self.fault(ValueFault::KeyIsNoText {}, span);
            return Err(None);
        };
        let Some(name) = mapping.names().find(|name| *name == key.text) else {
            return Err(self.unknown_key(entries, at, mapping, fields.found.last()));
        };
        if let Some(first) = fields.key_span(name) {
            let line = self.file.place(first.clone()).line;
            let begin = self.rule_begin(first.end, span.start, mapping);
            self.fault(ValueFault::DuplicateKey { key: key.text.clone(), line, begin }, span);
            return Err(None);
        }
        Ok(name)
    }

    /// The names and values of a mapping whose keys the author chooses (`lists:`, `replies:`,
    /// `values:`). Faults: it is no mapping; a name stands twice.
    pub fn named<'n>(&mut self, node: &'n Node) -> Vec<(Text, &'n Node)> {
        let Value::Map(entries) = &node.value else {
            return self.not_named(node).unwrap_or_default();
        };
        let mut named: Vec<(Text, &Node)> = Vec::new();
        let mut taken: HashMap<&str, &Span> = HashMap::new();
        for entry in entries {
            let Value::Scalar(key) = &entry.key.value else {
                self.fault(ValueFault::KeyIsNoText {}, entry.key.span.clone());
                continue;
            };
            if let Some(fault) = self.misnamed(&key.text, &entry.key.span) {
                self.fault(fault, entry.key.span.clone());
                continue;
            }
            if let Some(first) = taken.get(key.text.as_str()) {
                let line = self.file.place((*first).clone()).line;
                let fault = ValueFault::DuplicateKey { key: key.text.clone(), line, begin: RuleBegin(None) };
                self.fault(fault, entry.key.span.clone());
                continue;
            }
            taken.insert(&key.text, &entry.key.span);
            named.push((Text { value: key.text.clone(), span: entry.key.span.clone() }, &entry.value));
        }
        named
    }

    /// The items of a list, or the one value as a list of one (`when:`, `follow_up:`). Fault: empty.
    pub fn one_or_many<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Value::List(items) if items.is_empty() => {
                self.refuse(ValueFault::EmptyList {}, node.span.clone()).unwrap_or_default()
            }
            Value::List(items) => items,
            Value::Empty => self.nothing_there(node).unwrap_or_default(),
            _ => std::slice::from_ref(node),
        }
    }

    /// The items of a list. Faults: it is none, or it is empty.
    pub fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Value::List(_) | Value::Empty => self.one_or_many(node),
            _ => {
                let fixed = self.without_first_dash(node);
                self.refuse(ValueFault::NotAList { fixed }, node.span.clone()).unwrap_or_default()
            }
        }
    }

    /// `true` or `false`; `yes`, `on`, `是` and the like are faults that name the right word.
    pub fn boolean(&mut self, node: &Node) -> Result<bool, Noted> {
        let text = self.text(node)?;
        self.parsed(text.value.parse().ok(), text, |text| ValueFault::NotABoolean { text })
    }

    /// A whole number in this range; full-width digits are a fault that shows the half-width ones.
    pub fn integer(&mut self, node: &Node, range: RangeInclusive<i64>) -> Result<i64, Noted> {
        let text = self.text(node)?;
        let number = text.value.parse().ok().filter(|number| range.contains(number));
        let (least, most) = range.into_inner();
        self.parsed(number, text, |text| ValueFault::NotANumber { text, least, most })
    }

    /// The bytes of the file where this part of a text stands; the whole text where quotes or indentation
    /// hide its place.
    pub fn part_of(&self, text: &Text, part: Range<usize>) -> Span {
        let place = || {
            let written = self.file.text.get(text.span.clone())?;
            let wanted = text.value.get(part.clone()).filter(|wanted| !wanted.is_empty())?;
            let lead = written.find(&text.value).map(|lead| lead + part.start);
            let lead = lead.or_else(|| in_lines(written, &text.value, part.start));
            let start = text.span.start + lead.or_else(|| written.find(wanted))?;
            Some(start..start + wanted.len())
        };
        place().unwrap_or_else(|| text.span.clone())
    }

    pub(super) fn written(&self, span: &Span) -> &str {
        self.file.text.get(span.clone()).unwrap_or("").trim_end()
    }

    pub(super) fn line_from(&self, start: usize) -> &str {
        self.file.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("").trim_end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::diagnostic::Correction;
    use crate::language::registry::GRAMMAR;

    #[test]
    fn a_value_is_given_up_only_beside_an_error() {
        let file = SourceText::new("a.yaml".into(), "reply: 你好".to_owned());
        let mut faults = Vec::new();
        let mut reader = Reader { file: &file, grammar: &GRAMMAR, faults: &mut faults };
        reader.fault(ValueFault::RemarkBehindText { left: String::new(), fixed: Correction::NONE }, 0..5);
        let (once, again) = (reader.noted(&(7..13)), reader.noted(&(0..5)));
        assert_eq!(once, again);
        let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).collect();
        assert!(matches!(errors.as_slice(), [error] if error.place.span == (7..13)), "{faults:?}");
    }
}
