//! Lines that a mapping lacks: below which line they belong, and where a rule lacks its dash.

use crate::language::diagnostic::lines::{Below, RuleBegin};
use crate::language::grammar::Mapping;
use crate::language::yaml::reader::{Fields, Reader};

/// Keys of a rule behind which nothing but others of them is written.
const LAST: [&str; 3] = ["follow_up", "examples", "counterexamples"];

impl Reader<'_> {
    /// The first line behind the last empty one between two keys of the same name, where both stand in a rule.
    pub(super) fn rule_begin(&self, first: usize, second: usize, mapping: &Mapping) -> RuleBegin {
        /// Bytes before the second key that are looked at.
        const LONGEST: usize = 4 << 10;
        if mapping.name != "rule" {
            return RuleBegin(None);
        }
        let from = self.file.text.ceil_char_boundary(first.max(second.saturating_sub(LONGEST)));
        let between = &self.file.text[from..second];
        let begin = between.rfind("\n\n").and_then(|empty| {
            let mut at = from + empty + 2;
            for line in between[empty + 2..].split_inclusive('\n') {
                let begins_with_key = || {
                    let key = line.trim_start().split(':').next().unwrap_or_default();
                    mapping.names().any(|name| name == key)
                };
                if !line.trim_start().starts_with('#') {
                    // else it is a line of a text
                    return Some(at).filter(|_| begins_with_key());
                }
                at += line.len();
            }
            None
        });
        RuleBegin(begin.map(|at| self.file.place(at..at).line))
    }

    /// Below which line of this mapping a key belongs that it lacks. In braces there is none.
    pub fn below(&self, fields: &Fields) -> Below {
        let in_braces = self.file.text[..fields.span.end.min(self.file.text.len())].ends_with('}')
            && self.file.text[fields.span.start..].starts_with('{');
        let last = fields.keys().filter(|key| !LAST.contains(key)).last().filter(|_| !in_braces);
        let end = last.and_then(|key| Some((fields.key_span(key)?, fields.get(key)?)));
        Below(end.map(|(key, value)| {
            let end = key.end.max(value.span.end);
            let written = self.file.text[..end.min(self.file.text.len())].trim_end();
            self.file.place(written.len()..written.len()).line
        }))
    }
}
