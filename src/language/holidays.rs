//! `holidays`: the holidays of a year that the program does not know yet, as authors write them.

use jiff::civil::{Date, date};

use crate::language::condition::fault::{ConditionFault, WhyNoDates};
use crate::language::diagnostic::Correction;
use crate::language::grammar::{Form, Mapping, Needs, key, words};
use crate::language::yaml::Node;
use crate::language::yaml::reader::{Reader, Text};
use crate::schedule::calendar::arrangements::Arrangements;
use crate::schedule::calendar::dates::parse_stretch;

pub static ARRANGEMENT: Mapping = Mapping {
    name: "arrangement",
    title: words("The holidays of a year", "一年的节假日"),
    about: words(
        "As the State Council's General Office announces them each November. They take the place of what fanreply knows of that year.",
        "按国务院办公厅每年 11 月前后的通知写。写了哪一年，哪一年就以这里为准。",
    ),
    keys: &[
        key(
            "off",
            Form::OneOrMany(&Form::Written("10-01..10-07")),
            "The days off, those of a weekend within a holiday included.",
            "放假的日子，假期里的周末也要算进去。",
        ),
        key(
            "work",
            Form::OneOrMany(&Form::Written("10-10")),
            "The days of a weekend that are worked instead.",
            "调休上班的周末。",
        ),
    ],
    needs: &[Needs::All(&["off"])],
};

/// Reads the holidays of a year into the others.
pub fn read_arrangement(reader: &mut Reader, year: &Text, node: &Node, arrangements: &mut Arrangements) {
    let number = year.value.parse::<i16>().ok().filter(|year| (2000..=2100).contains(year));
    let Some(number) = number else {
        reader.fault(ConditionFault::BadYear { text: year.value.clone() }, year.span.clone());
        return;
    };
    let Ok(fields) = reader.map(node, &ARRANGEMENT) else { return };
    if fields.get("off").is_none() && !fields.has_faults {
        let below = reader.below(&fields);
        reader
            .fault(ConditionFault::MissingKey { key: "off", within: "holidays", below }, fields.first_key());
    }
    let mut days =
        |key: &str| fields.get(key).map(|node| read_days(reader, node, number)).unwrap_or_default();
    let (off, work) = (days("off"), days("work"));
    arrangements.put(number, &off, &work);
}

/// Days of one year; a holiday at its beginning may begin in the last month before.
fn read_days(reader: &mut Reader, node: &Node, year: i16) -> Vec<(Date, Date)> {
    let range = date(year - 1, 12, 1)..=date(year, 12, 31);
    let mut days = Vec::new();
    for text in reader.texts(node) {
        match parse_stretch(&text.value, year) {
            Ok((first, last)) if range.contains(&first) && range.contains(&last) => days.push((first, last)),
            Ok(_) => reader.fault(ConditionFault::OtherYear { text: text.value, year }, text.span),
            Err(why) => {
                let fault = ConditionFault::BadDates {
                    text: text.value,
                    why: WhyNoDates(why),
                    fixed: Correction::NONE,
                };
                reader.fault(fault, text.span);
            }
        }
    }
    days
}
