//! Days as authors write them: days of the week, and the days of work and of rest that the State Council arranges.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::arrangements::Arrangements;
use crate::schedule::written::{NotACalendar, parse_weekday, split_range};

/// A set of days. Two are equal that have the same days, whatever they are called.
#[derive(Clone, Debug, Default)]
pub struct Days {
    /// As the author calls them.
    written: Vec<Box<str>>,
    /// Days of the week, a bit for each; the lowest is Monday.
    week: u8,
    /// The days of work that these arrangements tell.
    workdays: Option<Arc<Arrangements>>,
    /// The days off that these arrangements tell.
    holidays: Option<Arc<Arrangements>>,
}

const WHOLE_WEEK: u8 = 0b111_1111;

impl Days {
    /// Reads `mon`, `mon-fri`, `sat-mon`, `weekend`, `周一`, `周一至周五`, `周末`, `法定工作日`, `法定节假日`.
    ///
    /// # Errors
    /// It names no days.
    pub fn parse(text: &str, arrangements: &Arc<Arrangements>) -> Result<Self, NotACalendar> {
        let days = Self::named(&text.trim().to_lowercase(), arrangements)?;
        Ok(Self { written: vec![text.trim().into()], ..days })
    }

    fn named(text: &str, arrangements: &Arc<Arrangements>) -> Result<Self, NotACalendar> {
        let arranged = || Some(Arc::clone(arrangements));
        match text {
            "weekday" | "weekdays" | "工作日" => return Ok(Self::of_week(0b001_1111)),
            "weekend" | "weekends" | "周末" => return Ok(Self::of_week(0b110_0000)),
            "daily" | "everyday" | "每天" => return Ok(Self::of_week(WHOLE_WEEK)),
            "workday" | "workdays" | "法定工作日" => {
                return Ok(Self { workdays: arranged(), ..Self::default() });
            }
            "holiday" | "holidays" | "法定节假日" | "法定假日" => {
                return Ok(Self { holidays: arranged(), ..Self::default() });
            }
            _ => {}
        }
        if let Some(day) = parse_weekday(text) {
            return Ok(Self::of_week(1 << day));
        }
        let (first, last) = split_range(text).ok_or(NotACalendar::Form)?;
        let first = parse_weekday(first).ok_or(NotACalendar::Form)?;
        let last = parse_weekday(last).ok_or(NotACalendar::Form)?;
        let length = (last + 7 - first) % 7;
        Ok(Self::of_week((0..=length).fold(0, |days, step| days | 1 << ((first + step) % 7))))
    }

    fn of_week(week: u8) -> Self {
        Self { week, ..Self::default() }
    }

    pub fn with(mut self, other: Self) -> Self {
        self.written.extend(other.written);
        Self {
            written: self.written,
            week: self.week | other.week,
            workdays: self.workdays.or(other.workdays),
            holidays: self.holidays.or(other.holidays),
        }
    }

    pub fn contains(&self, date: Date) -> bool {
        let by_week = self.week & (1 << date.weekday().to_monday_zero_offset()) != 0;
        by_week
            || self.workdays.as_ref().is_some_and(|table| table.is_workday(date))
            || self.holidays.as_ref().is_some_and(|table| table.is_holiday(date))
    }

    pub fn is_every_day(&self) -> bool {
        self.week == WHOLE_WEEK
    }

    /// Whether every day of the other one lies in it, as far as that is certain.
    pub fn covers(&self, other: &Self) -> bool {
        self.is_every_day()
            || other.week & !self.week == 0
                && (other.workdays.is_none() || self.workdays == other.workdays)
                && (other.holidays.is_none() || self.holidays == other.holidays)
    }

    /// The arrangements by which it goes.
    pub fn arrangements(&self) -> Option<&Arc<Arrangements>> {
        self.workdays.as_ref().or(self.holidays.as_ref())
    }
}

impl PartialEq for Days {
    fn eq(&self, other: &Self) -> bool {
        let days = |days: &Self| (days.week, days.workdays.clone(), days.holidays.clone());
        days(self) == days(other)
    }
}

impl Eq for Days {}

impl fmt::Display for Days {
    /// As the author wrote it, and the first few of very many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 7;
        let more = if self.written.len() > SHOWN { ", …" } else { "" };
        write!(f, "{}{more}", self.written[..self.written.len().min(SHOWN)].join(", "))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(text: &str) -> Days {
        Days::parse(text, &Arc::default()).unwrap()
    }

    #[test]
    fn days_are_read_in_both_languages_and_may_wrap() {
        let same = [
            ("mon-fri", "周一至周五"),
            ("mon-fri", "工作日"),
            ("sat-sun", "周末"),
            ("sunday", "星期天"),
            ("workdays", "法定工作日"),
            ("holidays", "法定节假日"),
        ];
        for (english, chinese) in same {
            assert_eq!(days(english), days(chinese), "{english} {chinese}");
        }
        // 2026-11-22 is a Sunday
        let around_sunday = days("sat-mon");
        assert!(around_sunday.contains(date(2026, 11, 22)) && around_sunday.contains(date(2026, 11, 23)));
        assert!(!around_sunday.contains(date(2026, 11, 27)));
        assert_eq!(Days::parse("someday", &Arc::default()), Err(NotACalendar::Form));
    }

    #[test]
    fn days_of_work_and_days_of_the_week_may_stand_together() {
        let open = days("法定工作日").with(days("sat"));
        assert!(open.contains(date(2026, 10, 10)), "a Saturday");
        assert!(open.contains(date(2026, 9, 20)), "a Sunday that is worked");
        assert!(!open.contains(date(2026, 10, 1)) && !open.contains(date(2026, 10, 18)));
        assert_eq!(open.to_string(), "法定工作日, sat");
    }
}
