//! `hours`, `days` and `dates`, of conditions and of follow-ups.

use crate::language::condition::Clause;
use crate::language::condition::fault::ConditionFault;
use crate::language::grammar::{Form, Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::schedule::calendar::{Calendar, Dates, Days, Hours};

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
        "Weekdays: `mon-fri`, `sat`, `weekend`, `周一至周五`.",
        "星期：`周一至周五`、`周六`、`周末`、`工作日`。",
    ),
    read: Clause::Times(add_days),
};

pub static DATES: Row<Clause> = Row {
    key: key(
        "dates",
        Form::OneOrMany(&Form::Written("2026-02-01..2026-02-15")),
        "A day, or the days from one to another, both included.",
        "某一天，或从哪天到哪天，首尾两天都算。",
    ),
    read: Clause::Times(add_dates),
};

/// Takes what a text says into a calendar.
pub type AddTimes = fn(&mut Calendar, &str) -> Result<(), ConditionFault>;

/// Reads one time or several into a calendar.
pub fn read_times(reader: &mut RuleReader, node: &Node, calendar: &mut Calendar, add: AddTimes) {
    for text in reader.yaml.texts(node) {
        if let Err(fault) = add(calendar, &text.value) {
            reader.fault(fault, text.span);
        }
    }
}

/// # Errors
/// It is no interval of the day.
pub fn add_hours(calendar: &mut Calendar, text: &str) -> Result<(), ConditionFault> {
    let hours = Hours::parse(text).map_err(|_| ConditionFault::BadHours { text: text.to_owned() })?;
    calendar.hours.push(hours);
    Ok(())
}

/// # Errors
/// It names no days of the week.
pub fn add_days(calendar: &mut Calendar, text: &str) -> Result<(), ConditionFault> {
    let days = Days::parse(text).map_err(|_| ConditionFault::BadDays { text: text.to_owned() })?;
    calendar.days = Some(calendar.days.unwrap_or_default().with(days));
    Ok(())
}

fn add_dates(calendar: &mut Calendar, text: &str) -> Result<(), ConditionFault> {
    let dates = Dates::parse(text).map_err(|_| ConditionFault::BadDates { text: text.to_owned() })?;
    calendar.dates.push(dates);
    Ok(())
}
