//! `when`: reads a mapping of conditions, or a list of mappings any of which may hold. It also finds
//! what a rule speaks to: a rule that names no kind speaks to private messages only.

use std::sync::Arc;

use crate::engine::condition::affix::{EndsWith, StartsWith};
use crate::engine::condition::exact::Exact;
use crate::engine::condition::keyword::{AllKeywords, Keyword};
use crate::engine::condition::menu::{Link, Menu};
use crate::engine::condition::near::Near;
use crate::engine::condition::people::{Account, Sender};
use crate::engine::condition::regex::Regex;
use crate::engine::condition::scan::Scan;
use crate::engine::condition::word_set::{WordSet, read_words};
use crate::engine::condition::{Condition, Conjunction};
use crate::language::condition::broad::warn_of_broad_words;
use crate::language::condition::fault::ConditionFault;
use crate::language::diagnostic::Suggestion;
use crate::language::doubt::LintFault;
use crate::language::grammar::condition::{CONDITIONS, EVENTS, MENTIONS, MESSAGES};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::keys::nearest_key;
use crate::language::yaml::line::{in_list, list_of};
use crate::language::yaml::reader::Text;
use crate::language::yaml::signs::several;
use crate::language::yaml::{Node, Span, Value};
use crate::model::kind::{Kind, KindSet};
use crate::schedule::calendar::{Calendar, Dates, Days, Hours};
use crate::schedule::written::NotACalendar;

/// Keys beside which a common word does no harm.
const NARROWING: &[&str] = &["all_keywords", "exact", "starts_with", "ends_with", "regex", "sender"];

/// The conditions of one mapping, before it is known what they speak to.
#[derive(Debug)]
pub struct Conditions {
    /// The kinds that are named, by the key that named them last.
    named: Option<(KindSet, &'static str)>,
    /// The key that looks at words, if there is one.
    words: Option<&'static str>,
    /// Something beside a keyword says more exactly which messages are meant.
    is_narrow: bool,
    calendar: Calendar,
    /// Shared, because those of a file are those of each of its rules.
    conditions: Vec<Arc<Condition>>,
    span: Span,
}

/// What a key says of the messages that it can hold for.
#[derive(Clone, Copy, Debug)]
enum KindConstraint {
    /// It looks at words, and names no kind of message by that.
    Words,
    Kinds(KindSet),
}

/// Reads what stands behind `when:`. Each mapping of the result is an alternative.
pub fn read_when(reader: &mut RuleReader, node: &Node) -> Vec<Conditions> {
    if let Some(fixed) = words_alone(node) {
        reader.fault(ConditionFault::WordsAlone { fixed }, node.span.clone());
        return Vec::new();
    }
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        _ => reader.yaml.one_or_many(node),
    };
    let read = |item: &Node| read_conditions(reader, item, false);
    let alternatives: Vec<Conditions> = items.iter().filter_map(read).collect();
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
            Some(format!("{{keyword: {}}}", several(word).unwrap_or_else(|| in_list(word))))
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
    let first = scalar.text.split(' ').next().unwrap_or_default();
    let is_word = !scalar.text.contains([':', '：', '=']) && CONDITIONS.names().all(|name| name != first);
    is_word.then_some(&*scalar.text)
}

fn read_conditions(reader: &mut RuleReader, node: &Node, inside_not: bool) -> Option<Conditions> {
    let fields = reader.yaml.map(node, &CONDITIONS)?;
    let mut conditions = Conditions {
        named: None,
        words: None,
        is_narrow: inside_not || fields.keys().any(|key| NARROWING.contains(&key)),
        calendar: Calendar::default(),
        conditions: Vec::new(),
        span: node.span.clone(),
    };
    for key in fields.keys() {
        let (Some(value), Some(span)) = (fields.get(key), fields.key_span(key)) else { continue };
        if key == "not" && inside_not {
            reader.fault(ConditionFault::NestedNot {}, span);
        } else {
            conditions.read_key(reader, key, value, span);
        }
    }
    if fields.keys().next().is_none() && !fields.has_faults {
        reader.fault(ConditionFault::NoCondition {}, node.span.clone());
        return None;
    }
    Some(conditions)
}

impl Conditions {
    /// The conditions of a rule without a `when` of its own.
    pub fn none(span: Span) -> Self {
        Self {
            named: None,
            words: None,
            is_narrow: false,
            calendar: Calendar::default(),
            conditions: Vec::new(),
            span,
        }
    }

    fn read_key(&mut self, reader: &mut RuleReader, key: &'static str, node: &Node, span: Span) {
        if let Some((speaks, condition)) = self.condition(reader, key, node) {
            if let Some(speaks) = speaks {
                self.narrow(reader, speaks, key, span);
            }
            self.conditions.extend(condition.map(Arc::new));
        }
    }

    /// What a key speaks to, and its matcher where it has one of its own.
    fn condition(
        &mut self,
        reader: &mut RuleReader,
        key: &'static str,
        node: &Node,
    ) -> Option<(Option<KindConstraint>, Option<Condition>)> {
        let to = |kinds| Some(KindConstraint::Kinds(kinds));
        let localized = |condition| Some((Some(KindConstraint::Words), Some(condition)));
        match key {
            "keyword" => {
                let words = read_words(reader, node);
                if !self.is_narrow {
                    warn_of_broad_words(reader, &words);
                }
                localized(Condition::Keyword(Keyword(WordSet::of(reader, words)?)))
            }
            "all_keywords" => localized(Condition::AllKeywords(AllKeywords(WordSet::read(reader, node)?))),
            "exact" => localized(Condition::Exact(Exact::read(reader, node)?)),
            "starts_with" => localized(Condition::StartsWith(StartsWith(WordSet::read(reader, node)?))),
            "ends_with" => localized(Condition::EndsWith(EndsWith(WordSet::read(reader, node)?))),
            "regex" => localized(Condition::Regex(Regex::read(reader, node)?)),
            "message" => Some((to(read_kinds(reader, "message", node, MESSAGES)?), None)),
            "event" => Some((to(read_kinds(reader, "event", node, EVENTS)?), None)),
            "mention" => Some((to(read_kinds(reader, "mention", node, MENTIONS)?), None)),
            "menu" => {
                let menu = Condition::Menu(Menu(read_keys(reader, node)?));
                Some((to(KindSet::of(&[Kind::Click])), Some(menu)))
            }
            "link" => {
                let link = Condition::Link(Link(read_keys(reader, node)?));
                Some((to(KindSet::of(&[Kind::View])), Some(link)))
            }
            "scan" => Some((to(KindSet::SCANS), Some(Condition::Scan(Scan::read(reader, node)?)))),
            "near" => Some((to(KindSet::POSITIONS), Some(Condition::Near(Near::read(reader, node)?)))),
            "sender" => Some((None, Some(Condition::Sender(Sender::read(reader, node)?)))),
            "account" => Some((None, Some(Condition::Account(Account::read(reader, node)?)))),
            "not" => {
                let inner = read_conditions(reader, node, true)?;
                Some((None, Some(Condition::Not(Box::new(inner.inverted())))))
            }
            "hours" | "days" | "dates" => {
                read_calendar(reader, key, node, &mut self.calendar);
                None
            }
            _ => {
                debug_assert!(false, "{key} is a key of `when` and nobody reads it");
                None
            }
        }
    }

    /// Narrows the kinds down to what this key can hold for.
    fn narrow(&mut self, reader: &mut RuleReader, speaks: KindConstraint, key: &'static str, span: Span) {
        match speaks {
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

    /// What a `not` denies: of every kind of message, unless it names some.
    fn inverted(self) -> Conjunction {
        let kinds = self.named.map_or(KindSet::ALL, |(named, _)| named);
        Conjunction { kinds, conditions: self.into_conditions() }
    }

    /// Joins the conditions of the file, those of the rule, and the days on which it is in force.
    pub fn join(
        file: Option<&Self>,
        rule: &Self,
        in_force: &Calendar,
        reader: &mut RuleReader,
    ) -> Option<Conjunction> {
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
        Some(Conjunction { kinds, conditions: all.into_conditions() })
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

    /// Whether there is no condition at all.
    pub fn is_empty(&self) -> bool {
        self.named.is_none() && self.conditions.is_empty() && self.calendar.is_always()
    }
}

/// Words of a fixed set, each standing for kinds of message.
pub fn read_kinds(
    reader: &mut RuleReader,
    key: &'static str,
    node: &Node,
    known: &[(&str, KindSet)],
) -> Option<KindSet> {
    let mut kinds = KindSet::NONE;
    for text in reader.yaml.texts(node) {
        match known.iter().find(|(word, _)| *word == text.value) {
            Some((_, more)) => kinds = kinds.with(*more),
            None => {
                let known: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                let nearest = Suggestion(nearest_key(&text.value, &known).map(str::to_owned));
                let known = known.join(", ");
                reader
                    .fault(ConditionFault::UnknownWord { key, word: text.value, nearest, known }, text.span);
            }
        }
    }
    (!kinds.is_empty()).then_some(kinds)
}

fn read_keys(reader: &mut RuleReader, node: &Node) -> Option<Vec<Box<str>>> {
    let keys: Vec<Box<str>> = read_texts(reader, node).into_iter().map(|text| text.value.into()).collect();
    (!keys.is_empty()).then_some(keys)
}

/// Texts that are compared letter for letter, or the name of a list of such.
fn read_texts(reader: &mut RuleReader, node: &Node) -> Vec<Text> {
    match &node.value {
        Value::Map(_) => read_words(reader, node),
        _ => reader.yaml.texts(node),
    }
}

/// `hours`, `days` or `dates`; also of a follow-up.
pub fn read_calendar(reader: &mut RuleReader, key: &str, node: &Node, calendar: &mut Calendar) {
    for Text { value: text, span } in reader.yaml.texts(node) {
        let wrong = |_: NotACalendar| match key {
            "hours" => ConditionFault::BadHours { text: text.clone() },
            "days" => ConditionFault::BadDays { text: text.clone() },
            _ => ConditionFault::BadDates { text: text.clone() },
        };
        let added = match key {
            "hours" => Hours::parse(&text).map(|hours| calendar.hours.push(hours)),
            "days" => Days::parse(&text)
                .map(|days| calendar.days = Some(calendar.days.unwrap_or_default().with(days))),
            _ => Dates::parse(&text).map(|dates| calendar.dates.push(dates)),
        };
        if let Err(fault) = added.map_err(wrong) {
            reader.fault(fault, span);
        }
    }
}
