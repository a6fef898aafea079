//! Dates as authors write them: days from one to another, of one year or of every year.

use std::fmt;

use jiff::civil::Date;

use crate::schedule::written::{NotACalendar, parse_date, parse_month_day};

/// A stretch of days, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    Once {
        first: Date,
        last: Date,
    },
    /// Of every year, by month and day; a last day that stands before the first one is of the next year.
    Yearly {
        first: (i8, i8),
        last: (i8, i8),
    },
}

impl Dates {
    /// Reads `2026-02-01`, `2026-02-01..2026-02-15`, and for every year `02-14` or `12-24..01-02`; `至` and `~` stand
    /// for `..` too.
    ///
    /// # Errors
    /// There is no such date, or the last day is before the first.
    pub fn parse(text: &str) -> Result<Self, NotACalendar> {
        let (first, last) = ends(text);
        if let Ok(first) = parse_month_day(first) {
            return Ok(Self::Yearly { first, last: parse_month_day(last)? });
        }
        let (first, last) = (parse_date(first)?, parse_date(last)?);
        if last < first { Err(NotACalendar::Empty) } else { Ok(Self::Once { first, last }) }
    }

    pub fn contains(&self, date: Date) -> bool {
        match self {
            Self::Once { first, last } => *first <= date && date <= *last,
            Self::Yearly { first, last } => {
                let day = (date.month(), date.day());
                let (begun, not_over) = (*first <= day, day <= *last);
                if first <= last { begun && not_over } else { begun || not_over }
            }
        }
    }

    /// Whether every day of the other one lies in it, as far as that is certain.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Once { first, last }, Self::Once { first: from, last: to }) => first <= from && to <= last,
            _ => self == other,
        }
    }

    /// Its first and last days; of yearly ones, those of so many years.
    pub fn ends(&self, years: impl Iterator<Item = i16>) -> Vec<Date> {
        match self {
            Self::Once { first, last } => vec![*first, *last],
            Self::Yearly { first, last } => {
                let days = years.flat_map(|year| [first, last].map(|(month, day)| (year, *month, *day)));
                days.flat_map(|(year, month, day)| Date::new(year, month, day)).collect()
            }
        }
    }
}

/// Reads the days of a year, `10-01..10-07` or `2027-10-01`: their first and last.
///
/// # Errors
/// There is no such date, or the last day is before the first.
pub fn parse_stretch(text: &str, year: i16) -> Result<(Date, Date), NotACalendar> {
    let (first, last) = ends(text);
    let date = |text| match parse_month_day(text) {
        Ok((month, day)) => Date::new(year, month, day).map_err(|_| NotACalendar::NoSuch),
        Err(_) => parse_date(text),
    };
    let (first, last) = (date(first)?, date(last)?);
    if last < first { Err(NotACalendar::Empty) } else { Ok((first, last)) }
}

/// Both ends of what is written; one day is both.
fn ends(text: &str) -> (&str, &str) {
    let text = text.trim();
    let parts = ["..", "～", "~", "至", "到"].iter().find_map(|sign| text.split_once(sign));
    parts.unwrap_or((text, text))
}

impl fmt::Display for Dates {
    /// As an author would write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once { first, last } if first == last => write!(f, "{first}"),
            Self::Once { first: Date::MIN, last } => write!(f, "..{last}"),
            Self::Once { first, last: Date::MAX } => write!(f, "{first}.."),
            Self::Once { first, last } => write!(f, "{first}..{last}"),
            Self::Yearly { first: (month, day), last } => {
                write!(f, "{month:02}-{day:02}")?;
                if (*month, *day) != *last { write!(f, "..{:02}-{:02}", last.0, last.1) } else { Ok(()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_inclusive_and_must_exist() {
        let dates = Dates::parse("2026-02-01..2026-02-15").unwrap();
        assert!(dates.contains(date(2026, 2, 15)) && !dates.contains(date(2026, 2, 16)));
        assert_eq!(Dates::parse("2026年2月1日"), Dates::parse("2026-02-01"));
        assert_eq!(Dates::parse("2026-02-30"), Err(NotACalendar::NoSuch));
        assert_eq!(Dates::parse("2026-02-02..2026-02-01"), Err(NotACalendar::Empty));
        assert_eq!(Dates::parse("tomorrow"), Err(NotACalendar::Form));
    }

    #[test]
    fn a_date_without_a_year_comes_every_year() {
        let valentine = Dates::parse("02-14").unwrap();
        assert!(valentine.contains(date(2026, 2, 14)) && valentine.contains(date(2031, 2, 14)));
        assert!(!valentine.contains(date(2026, 2, 15)));
        assert_eq!(Dates::parse("2月14日"), Ok(valentine));
        assert_eq!(valentine.to_string(), "02-14");
        let holidays = Dates::parse("12-24..01-02").unwrap();
        assert!(holidays.contains(date(2026, 12, 31)) && holidays.contains(date(2027, 1, 2)));
        assert!(!holidays.contains(date(2027, 1, 3)) && !holidays.contains(date(2026, 12, 23)));
        let leap_day = Dates::parse("02-29").unwrap();
        assert!(leap_day.contains(date(2028, 2, 29)) && !leap_day.contains(date(2027, 2, 28)));
        for wrong in ["02-30", "13-01", "1-5", "2026-02", "02-14..2026-02-15", "2026-02-14..02-15"] {
            assert!(Dates::parse(wrong).is_err(), "{wrong}");
        }
    }
}
