//! `hours`, `days` and `dates`, of conditions, of follow-ups and of the times that a folder gives a name under `times`.

use std::sync::Arc;

use crate::language::condition::Clause;
use crate::language::condition::fault::{ConditionFault, WhyNoDates};
use crate::language::condition::spoken;
use crate::language::diagnostic::{Correction, Fault};
use crate::language::doubt::LintFault;
use crate::language::grammar::{Form, Mapping, Needs, Row, key, keys_of, words};
use crate::language::rule_reader::{MOST_LISTED, RuleReader};
use crate::language::yaml::reader::{Noted, Reader, Text};
use crate::language::yaml::{Node, Scalar, Span, Value};
use crate::schedule::calendar::arrangements::Arrangements;
use crate::schedule::calendar::dates::Dates;
use crate::schedule::calendar::days::Days;
use crate::schedule::calendar::{Calendar, Hours, NamedTime};

const SOME_DATES: Form = Form::OneOrMany(&Form::Written("2026-02-01..2026-02-15"));

pub static HOURS: Row<Clause> = Row {
    key: key(
        "hours",
        Form::OneOrMany(&Form::Written("09:00-18:00")),
        "The time of day; it may pass midnight, and its end no longer counts.",
        "时段，可以跨过零点；结束的那一刻不算。",
    ),
    read: Clause::Times(add_hours),
};

pub static DAYS: Row<Clause> = Row {
    key: key(
        "days",
        Form::OneOrMany(&Form::Written("mon-fri")),
        "Days of the week: `mon-fri`, `sat`, `weekend`; `workdays` and `holidays` go by the State Council's arrangements.",
        "星期：`周一至周五`、`周六`、`周末`；`法定工作日`、`法定节假日` 按国务院的放假安排算。",
    ),
    read: Clause::Times(add_days),
};

pub static DATES: Row<Clause> = Row {
    key: key(
        "dates",
        SOME_DATES,
        "A day, or the days from one to another, both included; without a year every year: `02-14`.",
        "某一天，或从哪天到哪天，首尾两天都算；不写年份就是每年：`02-14`。",
    ),
    read: Clause::Times(add_dates),
};

pub static TIME: Row<Clause> = Row {
    key: key(
        "time",
        Form::OneOrMany(&Form::Text),
        "The name of a time under `times`.",
        "`times` 里一个时间的名字。",
    ),
    read: Clause::Time,
};

/// The keys of a named time.
static PARTS: &[&Row<AddTimes>] = &[
    &Row { key: HOURS.key, read: add_hours },
    &Row { key: DAYS.key, read: add_days },
    &Row { key: DATES.key, read: add_dates },
    &Row {
        key: key(
            "also",
            SOME_DATES,
            "Days that count besides those of `days` and `dates`.",
            "除了 `days`、`dates` 之外也算的日子。",
        ),
        read: add_also,
    },
    &Row {
        key: key(
            "except",
            SOME_DATES,
            "Days that do not count, whatever else names them.",
            "不算的日子，别处写了也不算。",
        ),
        read: add_except,
    },
];

pub static NAMED_TIME: Mapping = Mapping {
    name: "named_time",
    title: words("A named time", "有名字的时间"),
    about: words(
        "All its lines must hold at once; in a list, one entry is enough.",
        "写在一起的都要满足；写成列表时，满足其中一个就行。",
    ),
    keys: &keys_of::<_, { PARTS.len() }>(PARTS),
    needs: &[Needs::Something],
};

/// Reads what stands behind a key into a calendar.
pub type AddTimes = fn(&mut Reader, &Arc<Arrangements>, &Node, &mut Calendar);

pub fn add_hours(reader: &mut Reader, _: &Arc<Arrangements>, node: &Node, calendar: &mut Calendar) {
    calendar.hours.extend(read_each(reader, node, Hours::parse, |text, _| {
        let fixed = corrected(&text, spoken::hours);
        ConditionFault::BadHours { text: text.value, fixed }
    }));
}

pub fn add_days(reader: &mut Reader, table: &Arc<Arrangements>, node: &Node, calendar: &mut Calendar) {
    for text in reader.texts(node) {
        if text.value.trim() == "工作日" {
            reader.fault(LintFault::WhichWorkdays {}, text.span.clone());
        }
        let days = Days::parse(&text.value, table).ok();
        if let Ok(days) = reader.parsed_apart(days, text, node, |text| ConditionFault::BadDays { text }) {
            calendar.days = Some(calendar.days.take().unwrap_or_default().with(days));
        }
    }
}

fn add_dates(reader: &mut Reader, _: &Arc<Arrangements>, node: &Node, calendar: &mut Calendar) {
    calendar.dates.extend(read_dates(reader, node));
}

fn add_also(reader: &mut Reader, _: &Arc<Arrangements>, node: &Node, calendar: &mut Calendar) {
    calendar.also.extend(read_dates(reader, node));
}

fn add_except(reader: &mut Reader, _: &Arc<Arrangements>, node: &Node, calendar: &mut Calendar) {
    calendar.except.extend(read_dates(reader, node));
}

fn read_dates(reader: &mut Reader, node: &Node) -> Vec<Dates> {
    read_each(reader, node, Dates::parse, |text, why| {
        let fixed = corrected(&text, spoken::dates);
        ConditionFault::BadDates { text: text.value, why: WhyNoDates(why), fixed }
    })
}

/// The text as it should be, where that is known.
fn corrected(text: &Text, written: fn(&str) -> Option<String>) -> Correction {
    written(&text.value).map_or(Correction::NONE, |written| Correction::new(text.span.clone(), written))
}

/// What each of the texts at `node` says; one that says nothing is a fault.
fn read_each<T, E, F: Fault + 'static>(
    reader: &mut Reader,
    node: &Node,
    parse: impl Fn(&str) -> Result<T, E>,
    fault: impl Fn(Text, E) -> F,
) -> Vec<T> {
    let mut read = Vec::new();
    for text in reader.texts(node) {
        match parse(&text.value) {
            Ok(value) => read.push(value),
            Err(why) => {
                let fault = fault(text.clone(), why);
                _ = reader.parsed_apart(None::<T>, text, node, |_| fault);
            }
        }
    }
    read
}

/// Bounds what a rule asks about times: each entry may have to be looked at for every message.
///
/// # Errors
///
/// There are too many, which is refused at `span`.
pub fn check_entries<'c>(
    reader: &mut RuleReader,
    calendars: impl Iterator<Item = &'c Calendar>,
    span: Span,
) -> Result<(), Noted> {
    /// Entries of all times of one rule, or of one follow-up.
    const MOST_ENTRIES: usize = 1_000;
    if calendars.map(Calendar::entries).sum::<usize>() > MOST_ENTRIES {
        return reader.refuse(ConditionFault::TooManyTimes { most: MOST_ENTRIES }, span);
    }
    Ok(())
}

/// Reads a time of `times`.
pub fn read_named_time(
    reader: &mut Reader,
    arrangements: &Arc<Arrangements>,
    name: &str,
    node: &Node,
) -> NamedTime {
    let mut any_of = Vec::new();
    for item in reader.one_or_many(node) {
        if let Some(key) = key_of_time(item, arrangements) {
            reader.refuse_alone(key, item);
            continue;
        }
        let Ok(fields) = reader.map(item, &NAMED_TIME) else { continue };
        let mut calendar = Calendar::default();
        for (row, field) in fields.rows(PARTS) {
            (row.read)(reader, arrangements, field.value, &mut calendar);
        }
        let names_days = ["days", "dates"].iter().any(|key| fields.get(key).is_some());
        if let Some(span) = fields.key_span("also").filter(|_| !names_days) {
            reader.fault(ConditionFault::AlsoAlone {}, span);
        }
        if fields.keys().next().is_none() && !fields.has_faults {
            reader.fault(ConditionFault::EmptyTime {}, item.span.clone());
        }
        any_of.push(calendar);
    }
    NamedTime { name: name.to_owned(), any_of }
}

/// The key behind which this text may stand, if it is a time.
pub fn key_of_time(node: &Node, arrangements: &Arc<Arrangements>) -> Option<&'static str> {
    let Value::Scalar(Scalar { text, .. }) = &node.value else { return None };
    let hours = Hours::parse(text).is_ok().then_some("hours");
    let days = || Days::parse(text, arrangements).is_ok().then_some("days");
    let dates = || Dates::parse(text).is_ok().then_some("dates");
    hours.or_else(days).or_else(dates)
}

/// The times that stand here by their names.
pub fn read_time(reader: &mut RuleReader, node: &Node) -> Vec<Arc<NamedTime>> {
    let names = reader.names;
    let mut times = Vec::new();
    for name in reader.yaml.texts(node) {
        match names.times.get(&name.value) {
            Some(time) if !reader.lexicons.may_take(time.entries()) => {
                reader.fault(ConditionFault::TooManyListed { most: MOST_LISTED }, name.span);
            }
            Some(time) => times.push(Arc::clone(time)),
            None => {
                let known = reader.known_names("times", &name.value);
                reader.fault(ConditionFault::UnknownTime { name: name.value.clone(), known }, name.span);
            }
        }
        reader.used.times.insert(name.value);
    }
    times
}
