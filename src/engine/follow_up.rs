//! `follow_up`: what a rule promises for later. It is read and checked here, and its time is computed
//! for a message; whether it is still wanted then is judged when it is sent.

use std::collections::HashSet;

use jiff::SignedDuration;

use crate::engine::reply::Script;
use crate::language::condition::times::{AddTimes, add_days, add_hours, read_times};
use crate::language::grammar::reply::FORMS;
use crate::language::grammar::rule::{ANSWERED, FOLLOW_UP};
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::reader::{Fields, Text};
use crate::language::yaml::{Node, Value};
use crate::model::delivery::Again;
use crate::model::id::RuleName;
use crate::schedule::calendar::Calendar;
use crate::schedule::due::Wanted;
use crate::schedule::duration;
use crate::schedule::written::{of_tomorrow, parse_time};
use crate::words::lang::Lang;

/// One step of a rule's follow-ups.
#[derive(Clone, Debug)]
pub struct Step {
    pub wanted: Wanted,
    /// When it may be sent.
    pub allowed: Calendar,
    /// Any of these and it is not sent.
    pub unless: Vec<Unless>,
    pub again: Again,
    pub script: Script,
}

/// What makes a follow-up unwanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unless {
    SenderReplied,
    /// The rule of this name has answered the sender since.
    AnsweredBy(Text),
}

impl Unless {
    /// In words, without a full stop.
    fn localized(&self, lang: Lang) -> String {
        match self {
            Self::SenderReplied => lang.pick("the fan replies", "粉丝又发来消息").to_owned(),
            Self::AnsweredBy(name) => {
                let name = &name.value;
                lang.pick(format!("\"{name}\" answers"), format!("“{name}”回复过"))
            }
        }
    }

    /// The rule that it asks about.
    pub fn rule(&self) -> Option<RuleName> {
        match self {
            Self::SenderReplied => None,
            Self::AnsweredBy(name) => Some(RuleName::new(name.value.as_str())),
        }
    }
}

impl Step {
    /// On which terms it is sent, in words and without a full stop; empty when there are none.
    pub fn terms(&self, lang: Lang) -> String {
        let mut terms = Vec::new();
        if !self.allowed.is_always() {
            terms.push(self.allowed.to_string());
        }
        if !self.unless.is_empty() {
            let unless: Vec<String> = self.unless.iter().map(|unless| unless.localized(lang)).collect();
            let unless = unless.join(lang.pick(" or ", "或"));
            terms.push(lang.pick(format!("unless {unless} before"), format!("此前{unless}则不发")));
        }
        terms.join(lang.pick("; ", "；"))
    }

    /// The same, with what becomes of an earlier one that is still pending.
    pub fn all_terms(&self, lang: Lang) -> String {
        let again = match self.again {
            Again::Restart => "",
            Again::Keep => "again: keep",
            Again::Add => "again: add",
        };
        let terms = [self.terms(lang), again.to_owned()].into_iter().filter(|term| !term.is_empty());
        terms.collect::<Vec<_>>().join(lang.pick("; ", "；"))
    }

    /// Whether it is sent on the terms of another.
    pub fn has_terms_of(&self, other: &Self) -> bool {
        let unless = |step: &Self| {
            step.unless.iter().map(|unless| unless.rule()).collect::<HashSet<Option<RuleName>>>()
        };
        self.allowed == other.allowed && self.again == other.again && unless(self) == unless(other)
    }

    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let fields = reader.yaml.map(node, &FOLLOW_UP)?;
        let wanted = read_wanted(reader, &fields);
        let mut allowed = Calendar::default();
        for (key, add) in [("hours", add_hours as AddTimes), ("days", add_days)] {
            if let Some(node) = fields.get(key) {
                read_times(reader, node, &mut allowed, add);
            }
        }
        let unless = fields.get("unless").map(|node| read_unless(reader, node)).unwrap_or_default();
        let again = fields.get("again").and_then(|node| read_again(reader, node)).unwrap_or_default();
        let direct = fields.keys().any(|key| FORMS.contains(&key));
        let script = match fields.get("reply") {
            Some(reply) if !direct => Script::read(reader, reply),
            None if !direct => {
                reader.fault(ReplyFault::NoReply {}, fields.span.clone());
                None
            }
            Some(_) => {
                reader.fault(ReplyFault::NoKind { known: FORMS.join(", ") }, fields.span.clone());
                None
            }
            None => Script::read_fields(reader, &fields),
        };
        Some(Self { wanted: wanted?, allowed, unless, again, script: script? })
    }
}

fn read_wanted(reader: &mut RuleReader, fields: &Fields) -> Option<Wanted> {
    let times: Vec<&str> =
        fields.keys().filter(|key| matches!(*key, "after" | "at" | "before_window_closes")).collect();
    let [key] = times.as_slice() else {
        reader.fault(ReplyFault::NoTime {}, fields.span.clone());
        return None;
    };
    let text = reader.yaml.text(fields.get(key)?)?;
    match *key {
        "after" => read_span(reader, text).map(Wanted::After),
        "before_window_closes" => read_before_close(reader, text).map(Wanted::BeforeWindowCloses),
        _ => read_at(reader, text),
    }
}

/// A span that fits into the reply window.
fn read_span(reader: &mut RuleReader, text: Text) -> Option<SignedDuration> {
    let fault = match duration::parse(&text.value) {
        Ok(span) if span < reader.surroundings.profile.open.lasts => return Some(span),
        Ok(_) => ReplyFault::BeyondWindow { text: text.value },
        Err(_) => ReplyFault::BadDuration { text: text.value },
    };
    reader.fault(fault, text.span);
    None
}

/// Once the window has closed nothing is sent any more.
fn read_before_close(reader: &mut RuleReader, text: Text) -> Option<SignedDuration> {
    let at = text.span.clone();
    let span = read_span(reader, text)?;
    if span.is_zero() {
        reader.fault(ReplyFault::WindowClosed {}, at);
        return None;
    }
    Some(span)
}

fn read_at(reader: &mut RuleReader, text: Text) -> Option<Wanted> {
    let trimmed = text.value.trim();
    let tomorrow = of_tomorrow(trimmed);
    match parse_time(tomorrow.unwrap_or(trimmed)) {
        Ok(time) => Some(if tomorrow.is_some() { Wanted::TomorrowAt(time) } else { Wanted::At(time) }),
        Err(_) => {
            reader.fault(ReplyFault::BadTime { text: text.value }, text.span);
            None
        }
    }
}

fn read_unless(reader: &mut RuleReader, node: &Node) -> Vec<Unless> {
    let mut unless = Vec::new();
    for item in reader.yaml.one_or_many(node) {
        if let Value::Map(_) = item.value {
            let Some(fields) = reader.yaml.map(item, &ANSWERED) else { continue };
            if let Some(names) = fields.get("answered_by") {
                unless.extend(reader.yaml.texts(names).into_iter().map(Unless::AnsweredBy));
            }
        } else if let Some(text) = reader.yaml.text(item) {
            if text.value == "sender_replied" {
                unless.push(Unless::SenderReplied);
            } else {
                reader.fault(ReplyFault::BadUnless { text: text.value }, text.span);
            }
        }
    }
    unless
}

fn read_again(reader: &mut RuleReader, node: &Node) -> Option<Again> {
    let text = reader.yaml.text(node)?;
    match text.value.as_str() {
        "restart" => Some(Again::Restart),
        "keep" => Some(Again::Keep),
        "add" => Some(Again::Add),
        _ => {
            reader.fault(ReplyFault::BadAgain { text: text.value }, text.span);
            None
        }
    }
}
