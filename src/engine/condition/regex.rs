//! `regex`: a regular expression over the words as written, with full-width letters and digits made
//! half-width and ignoring case. It runs only where a literal was found that it cannot match without.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::index::Trigger;
use crate::engine::pattern::{Breadth, Generality, MOST_OPEN, NotAPattern, Pattern};
use crate::engine::subject::Subject;
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::signs::between_slashes;
use crate::language::diagnostic::LibraryMessage;
use crate::language::doubt::LintFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::reader::Text;
use crate::language::yaml::{Node, Scalar, Style, Value};

/// One or more expressions, any of which matches.
#[derive(Debug)]
pub struct Regex(Vec<Arc<Pattern>>);

impl Regex {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        if let Some(fixed) = bracket_regex(reader, node) {
            reader.fault(YamlFault::BracketRegex { fixed }, node.span.clone());
            return None;
        }
        let texts = reader.yaml.texts(node);
        reader.yaml.warn_of_remarks(node);
        let patterns: Vec<_> = texts.iter().filter_map(|text| read_pattern(reader, text)).collect();
        (!patterns.is_empty()).then_some(Self(patterns))
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        self.0.iter().any(|pattern| pattern.holds(subject))
    }

    /// The groups of the first expression that matches, by name or by an empty name.
    pub fn captured(&self, subject: &Subject) -> Option<Vec<(String, String)>> {
        self.0.iter().find_map(|pattern| {
            let texts = pattern.captured(&subject.prepared)?;
            let names = pattern.groups().iter().map(|name| name.clone().unwrap_or_default());
            Some(names.zip(texts).collect())
        })
    }

    /// What the first expression that matches matched.
    pub fn found<'s>(&self, subject: &'s Subject) -> Option<&'s str> {
        self.0.iter().find_map(|pattern| pattern.found(&subject.prepared))
    }

    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.0.iter().map(|pattern| &**pattern)
    }

    /// How much of all texts the broadest of the expressions matches.
    pub fn breadth(&self) -> Breadth {
        self.patterns().map(Pattern::breadth).max().unwrap_or(Breadth::Some)
    }

    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.patterns().map(Pattern::source)
    }

    /// `None` when one of the expressions has no literal to look for.
    pub fn triggers(&self) -> Option<Vec<Trigger>> {
        let known = self.patterns().all(|pattern| !pattern.literals().is_empty());
        let literals = self.patterns().flat_map(Pattern::literals);
        known.then(|| literals.map(|literal| Trigger::Literal(*literal)).collect())
    }
}

/// `[0-9]` is an expression to its author and a list of one to YAML.
fn bracket_regex(reader: &RuleReader, node: &Node) -> Option<String> {
    let Value::List(items) = &node.value else { return None };
    let [Node { value: Value::Scalar(Scalar { style: Style::Plain, .. }), .. }] = items.as_slice() else {
        return None;
    };
    let written = reader.yaml.file.text.get(node.span.clone())?;
    written.starts_with('[').then(|| format!("'{written}'"))
}

fn read_pattern(reader: &mut RuleReader, text: &Text) -> Option<Arc<Pattern>> {
    // it would match every message
    if text.value.trim().is_empty() {
        reader.fault(ConditionFault::NothingLeft { word: text.value.clone() }, text.span.clone());
        return None;
    }
    if let Some(inside) = between_slashes(&text.value) {
        let fixed = format!("'{}'", inside.replace('\'', "''"));
        reader.fault(ConditionFault::SlashesRoundRegex { fixed }, text.span.clone());
    }
    if let Some(at) = wide_group(&text.value) {
        let span = reader.yaml.part_of(text, at);
        reader.fault(ConditionFault::WideSigns {}, span);
    }
    let lexicons = &mut *reader.lexicons;
    let fault = match lexicons.patterns.intern(&text.value, &mut lexicons.literals) {
        Ok(pattern) => {
            match pattern.seems() {
                Generality::Any => reader.fault(LintFault::MatchesAnything {}, text.span.clone()),
                Generality::Optional => reader.fault(LintFault::MatchesNothing {}, text.span.clone()),
                Generality::Particular if pattern.literals().is_empty() => {
                    let place = reader.place(&text.span);
                    reader.lexicons.open_patterns.push(place);
                }
                Generality::Particular => {}
            }
            return Some(pattern);
        }
        Err(fault) => fault,
    };
    let (fault, span) = match fault {
        NotAPattern::TooLarge => (ConditionFault::RegexTooLarge {}, text.span.clone()),
        NotAPattern::TooManyOpen => {
            (ConditionFault::TooManyOpenRegexes { most: MOST_OPEN }, text.span.clone())
        }
        NotAPattern::Syntax { reason, at } => {
            let span = at.map_or(text.span.clone(), |at| reader.yaml.part_of(text, seen(&text.value, at)));
            (ConditionFault::BadRegex { reason: LibraryMessage(reason) }, span)
        }
    };
    reader.fault(fault, span);
    None
}

/// The place of a fault; where that is between two characters, one of them.
fn seen(pattern: &str, at: Range<usize>) -> Range<usize> {
    if !at.is_empty() {
        return at;
    }
    match pattern.get(at.start..).and_then(|rest| rest.chars().next()) {
        Some(next) => at.start..at.start + next.len_utf8(),
        None => pattern.char_indices().next_back().map_or(at, |(last, _)| last..pattern.len()),
    }
}

/// Full-width brackets that look as if they were to group: with `|` in them, or with a repetition behind them.
fn wide_group(pattern: &str) -> Option<Range<usize>> {
    let pairs = [('（', '）'), ('［', '］')];
    pairs.into_iter().find_map(|(opening, closing)| {
        let start = pattern.find(opening).filter(|start| !pattern[..*start].ends_with('['))?;
        let end = start + pattern[start..].find(closing)? + closing.len_utf8();
        let groups = pattern[start..end].contains('|') || pattern[end..].starts_with(['*', '+', '?', '{']);
        groups.then_some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_brackets_that_look_like_groups_are_found() {
        let found = |pattern: &str| wide_group(pattern).map(|at| pattern[at].to_owned());
        assert_eq!(found("订单（号|单）").as_deref(), Some("（号|单）"));
        assert_eq!(found("订单［0-9］+").as_deref(), Some("［0-9］"));
        for fine in ["订单（新）", "[（](号|单)[）]", "（", "订单(号|单)"] {
            assert_eq!(found(fine), None, "{fine}");
        }
    }
}
