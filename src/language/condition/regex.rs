//! `regex`, and what people write for a regular expression that is none.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::condition::Condition;
use crate::engine::condition::regex::Regex;
use crate::engine::pattern::{Generality, MOST_OPEN, Pattern, PatternFault};
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::signs::between_slashes;
use crate::language::condition::{Clause, KindConstraint};
use crate::language::diagnostic::{Correction, LibraryMessage};
use crate::language::doubt::LintFault;
use crate::language::grammar::{Form, Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::reader::{Noted, Text};
use crate::language::yaml::{Node, Scalar, Style, Value};

pub static REGEX: Row<Clause> = Row {
    key: key(
        "regex",
        Form::OneOrMany(&Form::Text),
        "A regular expression matches, ignoring case; write it between single quotes. Named groups can be inserted into the reply.",
        "正则表达式能匹配上，不分大小写；请用单引号包起来。命名分组 `(?<名字>…)` 找到的内容可以插入回复。",
    ),
    read: Clause::Condition(KindConstraint::Words, read),
};

fn read(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    if let Some(fixed) = bracket_regex(reader, node) {
        let fixed = Correction::new(node.span.clone(), fixed);
        return reader.refuse(YamlFault::BracketRegex { fixed }, node.span.clone());
    }
    let texts = reader.yaml.texts(node);
    reader.yaml.warn_of_remarks(node);
    let patterns: Vec<_> = texts.iter().flat_map(|text| read_pattern(reader, text)).collect();
    Ok(Condition::Regex(Regex(reader.yaml.any_left(patterns, node)?)))
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

fn read_pattern(reader: &mut RuleReader, text: &Text) -> Result<Arc<Pattern>, Noted> {
    // it would match every message
    if text.value.trim().is_empty() {
        return reader.refuse(ConditionFault::NothingLeft { word: text.value.clone() }, text.span.clone());
    }
    if let Some(inside) = between_slashes(&text.value) {
        let fixed = format!("'{}'", inside.replace('\'', "''"));
        let fixed = Correction::new(text.span.clone(), fixed);
        reader.fault(ConditionFault::SlashesRoundRegex { fixed }, text.span.clone());
    }
    if let Some(at) = wide_signs(&text.value) {
        let span = reader.yaml.part_of(text, at);
        reader.fault(ConditionFault::WideSigns {}, span);
    }
    let lexicons = &mut *reader.lexicons;
    let span = text.span.clone();
    let pattern = match lexicons.patterns.intern(&text.value, &mut lexicons.literals) {
        Ok(pattern) => pattern,
        Err(PatternFault::TooLarge) => return reader.refuse(ConditionFault::RegexTooLarge {}, span),
        Err(PatternFault::TooManyOpen) => {
            return reader.refuse(ConditionFault::TooManyOpenRegexes { most: MOST_OPEN }, span);
        }
        Err(PatternFault::Syntax { reason, at }) => {
            let span = at.map_or(span, |at| reader.yaml.part_of(text, seen(&text.value, at)));
            return reader.refuse(ConditionFault::BadRegex { reason: LibraryMessage(reason) }, span);
        }
    };
    match pattern.expression.generality {
        Generality::Any => reader.fault(LintFault::MatchesAnything {}, span),
        Generality::Optional => reader.fault(LintFault::MatchesNothing {}, span),
        Generality::Particular if pattern.is_open() => {
            let place = reader.place(&span);
            reader.lexicons.open_patterns.push(place);
        }
        Generality::Particular => {}
    }
    Ok(pattern)
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

/// Full-width signs that look as if they were to have a meaning: brackets with `|` in them, with a repetition behind them
/// or with `?` at their beginning, a bar, and a repetition behind a class or a group.
fn wide_signs(pattern: &str) -> Option<Range<usize>> {
    let pairs = [('（', '）'), ('［', '］')];
    let brackets = pairs.into_iter().find_map(|(opening, closing)| {
        let start = pattern.find(opening).filter(|start| !pattern[..*start].ends_with('['))?;
        let inside = &pattern[start + opening.len_utf8()..];
        if ["?<", "?:", "?P<"].iter().any(|mark| inside.starts_with(mark)) {
            let end = pattern[start..].find(closing).map_or(opening.len_utf8(), |at| at + closing.len_utf8());
            return Some(start..start + end);
        }
        let end = start + pattern[start..].find(closing)? + closing.len_utf8();
        let groups = pattern[start..end].contains('|') || pattern[end..].starts_with(['*', '+', '?', '{']);
        groups.then_some(start..end)
    });
    brackets.or_else(|| wide_sign(pattern))
}

fn wide_sign(pattern: &str) -> Option<Range<usize>> {
    let means_something = |(at, sign): &(usize, char)| {
        let before = &pattern[..*at];
        let in_class = before.rfind('[').is_some_and(|open| !before[open..].contains(']'));
        let repeats = || before.ends_with([']', ')']) || before.ends_with("\\d");
        !in_class && (*sign == '｜' || (matches!(sign, '＋' | '＊' | '｛') && repeats()))
    };
    let (at, sign) = pattern.char_indices().find(means_something)?;
    Some(at..at + sign.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_signs_that_look_as_if_they_meant_something_are_found() {
        let found = |pattern: &str| wide_signs(pattern).map(|at| pattern[at].to_owned());
        assert_eq!(found("订单（号|单）").as_deref(), Some("（号|单）"));
        assert_eq!(found("订单［0-9］+").as_deref(), Some("［0-9］"));
        assert_eq!(found("（?<单号>[0-9]+）").as_deref(), Some("（?<单号>[0-9]+）"));
        assert_eq!(found("订单｜单号").as_deref(), Some("｜"));
        assert_eq!(found("单号[0-9]＋").as_deref(), Some("＋"));
        for fine in ["[｜]", "加＋号", "订单（新）", "[（](号|单)[）]", "（", "订单(号|单)"]
        {
            assert_eq!(found(fine), None, "{fine}");
        }
    }
}
