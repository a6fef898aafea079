//! `when` and `not`: reads a mapping of conditions, or a list of mappings any of which may hold. It also finds
//! what a rule speaks to: a rule that names no kind speaks to private messages only.

use std::sync::Arc;

use crate::engine::condition::{Condition, Conjunction, Not};
use crate::language::condition::broad::NARROWING;
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::kinds::read_kinds;
use crate::language::condition::times::{key_of_time, read_time};
use crate::language::condition::{CONDITIONS, Clause, KindConstraint, ROWS};
use crate::language::diagnostic::Correction;
use crate::language::doubt::LintFault;
use crate::language::doubt::slip::SlipFault;
use crate::language::grammar::{Form, Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::line::{in_list, list_of};
use crate::language::yaml::reader::Noted;
use crate::language::yaml::signs::several;
use crate::language::yaml::{Node, Scalar, Span, Value};
use crate::model::kind::KindSet;
use crate::schedule::calendar::Calendar;

pub static NOT: Row<Clause> = Row {
    key: key(
        "not",
        Form::Without(&CONDITIONS, &["not"]),
        "What stands in it must not hold; of several conditions in it, not all at once.",
        "里面的条件不能成立；里面写了几个条件时，不能同时成立。",
    ),
    read: Clause::Condition(KindConstraint::Any, read_not),
};

/// The conditions of one mapping, before it is known what they speak to.
#[derive(Debug)]
pub struct Conditions {
    /// The kinds that are named, by the key that named them last.
    named: Option<(KindSet, &'static str)>,
    /// The key that looks at words, if there is one.
    words: Option<&'static str>,
    calendar: Calendar,
    /// Shared, because those of a file are those of each of its rules.
    conditions: Vec<Arc<Condition>>,
    /// The key that asks for whole messages without an @, if there is one.
    exact: Option<Span>,
    span: Span,
}

/// Reads what stands behind `when:`. Each mapping of the result is an alternative.
pub fn read_when(reader: &mut RuleReader, node: &Node) -> Vec<Conditions> {
    if let Some(fixed) = words_alone(node) {
        // days and times may be meant as such
        let fixed = match holds_time(reader, node) {
            true => Correction::NONE,
            false => Correction::new(node.span.clone(), fixed),
        };
        reader.fault(ConditionFault::WordsAlone { fixed }, node.span.clone());
        return Vec::new();
    }
    let items = reader.yaml.one_or_many(node).iter();
    let alternatives: Vec<Conditions> = items.flat_map(|item| read_conditions(reader, item, false)).collect();
    warn_of_times_alone(reader, &alternatives);
    alternatives
}

/// Beside an alternative that asks for something, a time alone is hardly meant as one.
fn warn_of_times_alone(reader: &mut RuleReader, alternatives: &[Conditions]) {
    let (times, others): (Vec<&Conditions>, Vec<&Conditions>) =
        alternatives.iter().partition(|alternative| alternative.is_time_alone());
    if !others.is_empty() {
        for time in times {
            reader.fault(LintFault::TimeAlone {}, time.span.clone());
        }
    }
}

/// `when: 你好` and `when: [你好, 您好]`: words, and no key that says what about them.
fn words_alone(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(_) => {
            let word = word_alone(node)?;
            let words = several(word, false).unwrap_or_else(|| Some(in_list(word)));
            Some(format!("{{keyword: {}}}", words.unwrap_or_else(|| in_list(word))))
        }
        Value::List(items) if !items.is_empty() => {
            let words = items.iter().map(word_alone).collect::<Option<Vec<_>>>()?;
            Some(format!("{{keyword: {}}}", list_of(words)))
        }
        _ => None,
    }
}

fn word_alone(node: &Node) -> Option<&str> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let first =
        scalar.text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    let is_word = !scalar.text.contains([':', '：', '=']) && CONDITIONS.names().all(|name| name != first);
    is_word.then_some(&*scalar.text)
}

/// The key that is missing before this text, if that is clear.
fn key_alone(reader: &RuleReader, node: &Node) -> Option<&'static str> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let named = reader.names.times.contains_key(&scalar.text).then_some("time");
    let time = || key_of_time(node, &reader.names.arrangements);
    let word = || word_alone(node).filter(|word| several(word, false).is_none()).map(|_| "keyword");
    named.or_else(time).or_else(word)
}

/// Whether one of these words is a day, a time, or the name of one.
fn holds_time(reader: &RuleReader, node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(|item| holds_time(reader, item)),
        Value::Scalar(scalar) => scalar.text.split(['，', '、', '；', ',', ';']).any(|word| {
            let text = word.trim().to_owned();
            let word = Node { value: Value::Scalar(Scalar { text, ..scalar.clone() }), ..node.clone() };
            !matches!(key_alone(reader, &word), Some("keyword") | None)
        }),
        _ => false,
    }
}

/// It speaks to every kind of message, unless it names some.
fn read_not(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    let denied = read_conditions(reader, node, true)?;
    let kinds = denied.named.map_or(KindSet::ALL, |(named, _)| named);
    Ok(Condition::Not(Not(Conjunction::new(kinds, denied.into_conditions()))))
}

fn read_conditions(reader: &mut RuleReader, node: &Node, inside_not: bool) -> Result<Conditions, Noted> {
    if let Some(key) = key_alone(reader, node) {
        reader.yaml.refuse_alone(key, node);
        return Err(reader.yaml.noted(&node.span));
    }
    let fields = reader.yaml.map(node, &CONDITIONS)?;
    let mut conditions = Conditions::none(node.span.clone());
    let is_narrow = inside_not || fields.keys().any(|key| NARROWING.contains(&key));
    let outer = std::mem::replace(&mut reader.is_narrow, is_narrow);
    for (row, field) in fields.rows(ROWS) {
        if inside_not && field.name == "not" {
            reader.fault(ConditionFault::NestedNot {}, field.key.clone());
        } else if let Ok(constraint) = conditions.read(reader, row, field.value) {
            conditions.narrow(reader, constraint, field.name, field.key.clone());
            conditions.note_exact(field.key.clone());
        }
    }
    reader.is_narrow = outer;
    if fields.keys().next().is_none() && !fields.has_faults {
        return reader.refuse(ConditionFault::NoCondition {}, node.span.clone());
    }
    Ok(conditions)
}

impl Conditions {
    /// The conditions of a rule without a `when` of its own.
    pub fn none(span: Span) -> Self {
        Self {
            named: None,
            words: None,
            calendar: Calendar::default(),
            conditions: Vec::new(),
            exact: None,
            span,
        }
    }

    /// Takes in what stands behind a key. What the key says of the kinds is left to be narrowed by.
    fn read(
        &mut self,
        reader: &mut RuleReader,
        row: &Row<Clause>,
        node: &Node,
    ) -> Result<KindConstraint, Noted> {
        match row.read {
            Clause::Condition(constraint, read) => {
                self.conditions.push(Arc::new(read(reader, node)?));
                Ok(constraint)
            }
            Clause::Kinds(known) => read_kinds(reader, row.key.name, node, known).map(KindConstraint::Kinds),
            Clause::Times(add) => {
                add(&mut reader.yaml, &reader.names.arrangements, node, &mut self.calendar);
                Ok(KindConstraint::Any)
            }
            Clause::Time => {
                self.calendar.times.push(read_time(reader, node));
                Ok(KindConstraint::Any)
            }
        }
    }

    /// Narrows the kinds down to what this key can hold for.
    fn narrow(&mut self, reader: &mut RuleReader, constraint: KindConstraint, key: &'static str, span: Span) {
        match constraint {
            KindConstraint::Any => {}
            KindConstraint::Words => self.words = Some(key),
            KindConstraint::Kinds(kinds) => {
                let named = self.named.map_or(kinds, |(named, _)| named & kinds);
                if let (true, Some((_, first))) = (named.is_empty(), self.named) {
                    reader.fault(ConditionFault::NeverTogether { first, second: key }, span);
                    return;
                }
                self.named = Some((named, key));
            }
        }
        if let (Some((named, first)), Some(second)) = (self.named, self.words)
            && (named & KindSet::WORDED).is_empty()
        {
            reader.fault(ConditionFault::NeverTogether { first, second }, span);
            self.words = None;
        }
    }

    /// Remembers where whole messages are asked for, none of which holds the @ of a mention.
    fn note_exact(&mut self, key: Span) {
        if let Some(Condition::Exact(exact)) = self.conditions.last().map(|condition| &**condition)
            && !exact.texts().any(|text| text.contains(['@', '＠']))
        {
            self.exact.get_or_insert(key);
        }
    }

    /// Joins the conditions of the file, those of the rule, and the days on which it is in force.
    pub fn join(
        file: Option<&Self>,
        rule: &Self,
        in_force: &Calendar,
        reader: &mut RuleReader,
    ) -> Conjunction {
        let mut all = Self::none(rule.span.clone());
        for part in file.into_iter().chain([rule]) {
            if let Some((kinds, key)) = part.named {
                all.narrow(reader, KindConstraint::Kinds(kinds), key, rule.span.clone());
            }
            if let Some(key) = part.words {
                all.narrow(reader, KindConstraint::Words, key, rule.span.clone());
            }
            all.conditions.extend(part.conditions.iter().cloned());
            all.add_calendar(&part.calendar);
        }
        all.add_calendar(in_force);
        let speaks_to = all.named.map_or(KindSet::PRIVATE, |(named, _)| named);
        let kinds = if all.words.is_some() { speaks_to & KindSet::WORDED } else { speaks_to };
        if let Some(exact) = rule.exact.clone().filter(|_| kinds & KindSet::MENTIONS == kinds) {
            reader.fault(SlipFault::ExactMention {}, exact);
        }
        Conjunction::new(kinds, all.into_conditions())
    }

    fn add_calendar(&mut self, other: &Calendar) {
        if self.calendar.try_merge(other).is_none() {
            self.conditions.push(Arc::new(Condition::Calendar(other.clone())));
        }
    }

    fn into_conditions(mut self) -> Vec<Arc<Condition>> {
        if !self.calendar.is_always() {
            self.conditions.push(Arc::new(Condition::Calendar(self.calendar)));
        }
        self.conditions
    }

    fn is_time_alone(&self) -> bool {
        self.named.is_none() && self.conditions.is_empty() && !self.calendar.is_always()
    }
}
