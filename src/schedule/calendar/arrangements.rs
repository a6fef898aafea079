//! The State Council's arrangements of holidays: which days are off, and which days of a weekend are worked instead. The
//! program has a table of some years; a rules folder can add others. The week tells the rest.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::dates::parse_stretch;

/// The arrangement of a year, as the notice of the State Council's General Office has it.
struct Notice {
    year: i16,
    off: &'static str,
    /// Days of a weekend that are worked.
    work: &'static str,
}

const NOTICES: &[Notice] = &[
    // 国办发明电〔2023〕7号 of 25 October 2023
    Notice {
        year: 2024,
        off: "01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10 09-15..09-17 10-01..10-07",
        work: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    },
    // 国办发明电〔2024〕12号 of 12 November 2024
    Notice {
        year: 2025,
        off: "01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
        work: "01-26 02-08 04-27 09-28 10-11",
    },
    // 国办发明电〔2025〕7号 of 4 November 2025
    Notice {
        year: 2026,
        off: "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
        work: "01-04 02-14 02-28 05-09 09-20 10-10",
    },
];

/// Days, by month and day, that the law gives off in every year; the others go by the moon.
const OFF_IN_EVERY_YEAR: [(i8, i8); 6] = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

/// The years of which it is known what is off and what is worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangements {
    /// The days that the notice of a year names, and whether they are off. Its first holiday may begin in the year before.
    years: BTreeMap<i16, BTreeMap<Date, bool>>,
}

impl Default for Arrangements {
    /// The years that the program knows.
    fn default() -> Self {
        let mut all = Self { years: BTreeMap::new() };
        for Notice { year, off, work } in NOTICES {
            let stretches =
                |text: &str| text.split(' ').flat_map(|text| parse_stretch(text, *year)).collect();
            let (off, work): (Vec<_>, Vec<_>) = (stretches(off), stretches(work));
            all.put(*year, &off, &work);
        }
        all
    }
}

impl Arrangements {
    /// Takes in the arrangement of a year, instead of the one that is known. Stretches of days include both ends.
    pub fn put(&mut self, year: i16, off: &[(Date, Date)], work: &[(Date, Date)]) {
        let named = self.years.entry(year).or_default();
        named.clear();
        for (stretches, is_off) in [(off, true), (work, false)] {
            let days = stretches
                .iter()
                .flat_map(|(first, last)| first.series(1.day()).take_while(move |date| date <= last));
            named.extend(days.map(|date| (date, is_off)));
        }
    }

    /// Whether it is a day off by law or by a notice. An ordinary weekend is not.
    pub fn is_holiday(&self, date: Date) -> bool {
        let by_law = || !self.knows(date) && OFF_IN_EVERY_YEAR.contains(&(date.month(), date.day()));
        self.named(date).unwrap_or_else(by_law)
    }

    /// Whether people work: from Monday to Friday, and on the days of a weekend that a notice names, but on no
    /// holiday.
    pub fn is_workday(&self, date: Date) -> bool {
        let in_the_week = !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        !self.is_holiday(date) && (in_the_week || self.named(date).is_some())
    }

    /// Whether the arrangement of its year is known.
    pub fn knows(&self, date: Date) -> bool {
        self.years.contains_key(&date.year())
    }

    /// What notices say of a day: that of the next year is the later one.
    fn named(&self, date: Date) -> Option<bool> {
        let of = |year: i16| self.years.get(&year)?.get(&date).copied();
        of(date.year().saturating_add(1)).or_else(|| of(date.year()))
    }

    /// The days that notices name, and those that are off in each of these years.
    pub fn special_days(&self, years: Range<i16>) -> impl Iterator<Item = Date> {
        let of_year = |year| {
            OFF_IN_EVERY_YEAR.iter().filter_map(move |(month, day)| Date::new(year, *month, *day).ok())
        };
        self.years.values().flat_map(|named| named.keys().copied()).chain(years.flat_map(of_year))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_table_has_every_day_of_the_notices() {
        let table = Arrangements::default();
        let count =
            |year: i16, is_off: bool| table.years[&year].values().filter(|off| **off == is_off).count();
        // 2024: 1 + 8 + 3 + 5 + 1 + 3 + 7; 2025: 1 + 8 + 3 + 5 + 3 + 8; 2026: 3 + 9 + 3 + 5 + 3 + 3 + 7
        assert_eq!([2024, 2025, 2026].map(|year| count(year, true)), [28, 28, 33]);
        assert_eq!([2024, 2025, 2026].map(|year| count(year, false)), [8, 5, 6]);
        for (date, is_off) in table.years.values().flatten() {
            let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert!(*is_off || is_weekend, "only a day of a weekend can be moved: {date}");
        }
    }

    #[test]
    fn people_work_on_moved_days_and_not_on_holidays() {
        let table = Arrangements::default();
        assert!(table.is_workday(date(2026, 10, 10)), "a Saturday that is worked");
        assert!(!table.is_workday(date(2026, 10, 7)) && table.is_holiday(date(2026, 10, 7)));
        assert!(table.is_workday(date(2026, 10, 8)) && !table.is_holiday(date(2026, 10, 8)));
        assert!(!table.is_workday(date(2026, 10, 17)) && !table.is_holiday(date(2026, 10, 17)), "a weekend");
    }

    #[test]
    fn in_a_year_that_is_not_known_the_week_counts_and_the_days_that_never_change() {
        let table = Arrangements::default();
        assert!(!table.knows(date(2040, 1, 1)));
        assert!(table.is_holiday(date(2040, 10, 1)) && !table.is_holiday(date(2040, 10, 4)));
        assert!(table.is_workday(date(2040, 10, 4)), "a Thursday");
    }

    #[test]
    fn the_order_in_which_years_are_written_does_not_matter() {
        let day = |year, month, day| (date(year, month, day), date(year, month, day));
        let next = |table: &mut Arrangements| table.put(2031, &[(date(2030, 12, 31), date(2031, 1, 2))], &[]);
        let this = |table: &mut Arrangements| table.put(2030, &[day(2030, 10, 1)], &[day(2030, 12, 31)]);
        let (mut one, mut other) = (Arrangements::default(), Arrangements::default());
        next(&mut one);
        this(&mut one);
        this(&mut other);
        next(&mut other);
        assert_eq!(one, other);
        assert!(one.is_holiday(date(2030, 12, 31)), "the later notice counts");
    }

    #[test]
    fn a_year_of_the_folder_takes_the_place_of_the_one_that_is_known() {
        let mut table = Arrangements::default();
        table.put(
            2026,
            &[(date(2026, 10, 1), date(2026, 10, 3))],
            &[(date(2026, 10, 11), date(2026, 10, 11))],
        );
        assert!(table.is_workday(date(2026, 10, 5)) && table.is_workday(date(2026, 10, 11)));
        assert!(!table.is_workday(date(2026, 10, 10)) && table.is_holiday(date(2025, 10, 5)));
    }
}
