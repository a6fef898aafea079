//! Hours, days and dates as authors write them, and whether a moment lies in them. An interval that
//! wraps midnight belongs to the day on which it began: Saturday 01:00 is in `fri` `22:00-02:00`.

mod cover;

use std::fmt;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::written::{NotACalendar, parse_date, parse_minute, parse_weekday, split_range, time_of};

/// A local date and time of day, computed once for a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub date: Date,
    pub time: Time,
}

impl Moment {
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let local = zone.to_datetime(at);
        Self { date: local.date(), time: local.time() }
    }

    pub fn datetime(self) -> DateTime {
        self.date.to_datetime(self.time)
    }

    /// Whether it is an instant in every zone: the last day of the year 9999 is not.
    pub fn is_instant(&self) -> bool {
        [Offset::MIN, Offset::MAX].iter().all(|offset| offset.to_timestamp(self.datetime()).is_ok())
    }
}

/// One interval of a day, `09:00-18:00`: its end is exclusive, and it may wrap midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Minutes since midnight, 0 to 1439.
    start: u16,
    /// Minutes since midnight, 0 to 1440; not after `start` means the next day.
    end: u16,
}

/// A set of weekdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days(u8);

/// A stretch of days, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    pub first: Date,
    pub last: Date,
}

/// When something holds: all three must. An empty list is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    pub hours: Vec<Hours>,
    pub days: Option<Days>,
    pub dates: Vec<Dates>,
}

impl Hours {
    /// Reads `09:00-18:00`; `–`, `~`, `至` and full-width signs stand for `-` too.
    pub fn parse(text: &str) -> Result<Self, NotACalendar> {
        let (start, end) = split_range(text).ok_or(NotACalendar::Form)?;
        let (start, end) = (parse_minute(start)?, parse_minute(end)?);
        if start == end || start == 1_440 {
            return Err(NotACalendar::Empty);
        }
        Ok(Self { start, end })
    }

    /// Minutes since midnight at which it begins.
    pub fn start(self) -> u16 {
        self.start
    }

    fn wraps(self) -> bool {
        self.end <= self.start
    }

    /// The day on which the interval began that holds this minute of `date`, if one does.
    fn began(self, date: Date, minute: u16) -> Option<Date> {
        if self.wraps() && minute < self.end {
            date.yesterday().ok()
        } else if minute >= self.start && (self.wraps() || minute < self.end) {
            Some(date)
        } else {
            None
        }
    }
}

impl Days {
    pub const ALL: Self = Self(0b111_1111);

    /// Reads `mon`, `mon-fri`, `sat-mon`, `weekend`, `周一`, `周一至周五`, `工作日`, `周末`.
    pub fn parse(text: &str) -> Result<Self, NotACalendar> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "weekday" | "weekdays" | "工作日" => return Ok(Self(0b001_1111)),
            "weekend" | "weekends" | "周末" => return Ok(Self(0b110_0000)),
            "daily" | "everyday" | "每天" => return Ok(Self::ALL),
            _ => {}
        }
        if let Some(day) = parse_weekday(&text) {
            return Ok(Self(1 << day));
        }
        let (first, last) = split_range(&text).ok_or(NotACalendar::Form)?;
        let first = parse_weekday(first).ok_or(NotACalendar::Form)?;
        let last = parse_weekday(last).ok_or(NotACalendar::Form)?;
        let length = (last + 7 - first) % 7;
        Ok((0..=length).fold(Self(0), |days, step| Self(days.0 | 1 << ((first + step) % 7))))
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

impl Dates {
    /// Reads `2026-02-01` or `2026-02-01..2026-02-15`; `至` and `~` stand for `..` too.
    pub fn parse(text: &str) -> Result<Self, NotACalendar> {
        let text = text.trim();
        let parts = ["..", "～", "~", "至", "到"].iter().find_map(|sign| text.split_once(sign));
        let (first, last) = parts.unwrap_or((text, text));
        let dates = Self { first: parse_date(first)?, last: parse_date(last)? };
        if dates.last < dates.first {
            return Err(NotACalendar::Empty);
        }
        Ok(dates)
    }

    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

impl Calendar {
    pub fn is_always(&self) -> bool {
        self.hours.is_empty() && self.days.is_none() && self.dates.is_empty()
    }

    /// Takes the other's conditions in, where none of them is of a sort that this one has already: then
    /// hours and days mean the same interval. `None` when they cannot be joined.
    pub fn try_merge(&mut self, other: &Self) -> Option<()> {
        let twice = (!self.hours.is_empty() && !other.hours.is_empty())
            || (self.days.is_some() && other.days.is_some())
            || (!self.dates.is_empty() && !other.dates.is_empty());
        if twice {
            return None;
        }
        self.hours.extend(&other.hours);
        self.days = self.days.or(other.days);
        self.dates.extend(&other.dates);
        Some(())
    }

    /// Whether the moment lies in it. With hours, days and dates are asked of the day the interval began.
    pub fn holds(&self, moment: Moment) -> bool {
        if self.hours.is_empty() {
            return self.day_holds(moment.date);
        }
        let minute = moment.time.hour() as u16 * 60 + moment.time.minute() as u16;
        self.hours
            .iter()
            .filter_map(|hours| hours.began(moment.date, minute))
            .any(|date| self.day_holds(date))
    }

    fn day_holds(&self, date: Date) -> bool {
        self.days.is_none_or(|days| days.contains(date.weekday()))
            && (self.dates.is_empty() || self.dates.iter().any(|dates| dates.contains(date)))
    }

    /// The first moment, not before `from` and at most `within_days` later, at which it holds.
    pub fn next(&self, from: Moment, within_days: i32) -> Option<Moment> {
        if self.holds(from) {
            return Some(from);
        }
        let begins = self.begins();
        (0..=within_days).find_map(|day| {
            let date = from.date.checked_add(day.days()).ok()?;
            let moments = begins.iter().map(|time| Moment { date, time: *time });
            moments.filter(|moment| day > 0 || moment.time > from.time).find(|moment| self.holds(*moment))
        })
    }

    /// The times of day at which it can begin to hold, ascending.
    pub fn begins(&self) -> Vec<Time> {
        let mut minutes: Vec<u16> = self.hours.iter().map(|hours| hours.start).chain([0]).collect();
        minutes.sort_unstable();
        minutes.dedup();
        minutes.into_iter().map(time_of).collect()
    }
}

/// The moments, ascending, at which any of these calendars can begin or cease to hold: in the week from
/// `from` on, and in the weeks on both sides of every first and last date. Whenever all of them together
/// can hold at all, they do so at one of these moments or at `from`.
pub fn turning_points(calendars: &[&Calendar], from: Moment) -> Vec<Moment> {
    const WEEK: i32 = 7;
    let dates = calendars.iter().flat_map(|calendar| &calendar.dates);
    let turns = dates.flat_map(|dates| [dates.first, dates.last]).chain([from.date]);
    let days = turns.flat_map(|turn| (-WEEK..=WEEK).filter_map(move |day| turn.checked_add(day.days()).ok()));
    let mut times: Vec<Time> = calendars
        .iter()
        .flat_map(|calendar| calendar.hours.iter().flat_map(|hours| [hours.start, hours.end % 1_440]))
        .map(time_of)
        .chain([Time::midnight(), from.time])
        .collect();
    times.sort_unstable();
    times.dedup();
    let mut points: Vec<Moment> =
        days.flat_map(|date| times.iter().map(move |time| Moment { date, time: *time })).collect();
    points.sort_unstable();
    points.dedup();
    points
}

impl fmt::Display for Calendar {
    /// As an author would write it: `hours: 09:00-18:00; days: mon, tue`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |items: Vec<String>| items.join(", ");
        let hours = joined(self.hours.iter().map(ToString::to_string).collect());
        let days = self.days.map(|days| days.to_string()).unwrap_or_default();
        let dates = joined(self.dates.iter().map(ToString::to_string).collect());
        let parts = [("hours", hours), ("days", days), ("dates", dates)];
        let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
        f.write_str(&parts.map(|(key, text)| format!("{key}: {text}")).collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let own = names.iter().enumerate().filter(|(day, _)| self.0 & (1 << day) != 0);
        f.write_str(&own.map(|(_, name)| *name).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (first, last) if first == last => write!(f, "{first}"),
            (Date::MIN, last) => write!(f, "..{last}"),
            (first, Date::MAX) => write!(f, "{first}.."),
            (first, last) => write!(f, "{first}..{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::super::written::parse_time;
    use super::*;

    fn moment(day: i8, hour: i8, minute: i8) -> Moment {
        // 2026-11-23 is a Monday
        Moment { date: date(2026, 11, day), time: time(hour, minute, 0, 0) }
    }

    fn calendar(hours: &[&str], days: Option<&str>) -> Calendar {
        Calendar {
            hours: hours.iter().map(|text| Hours::parse(text).unwrap()).collect(),
            days: days.map(|text| Days::parse(text).unwrap()),
            dates: Vec::new(),
        }
    }

    #[test]
    fn the_end_of_hours_is_exclusive() {
        let open = calendar(&["09:00-18:00"], None);
        assert!(open.holds(moment(23, 9, 0)));
        assert!(open.holds(moment(23, 17, 59)));
        assert!(!open.holds(moment(23, 18, 0)));
        assert!(!open.holds(moment(23, 8, 59)));
        assert!(calendar(&["18:00-24:00"], None).holds(moment(23, 23, 59)));
    }

    #[test]
    fn a_wrapping_interval_belongs_to_the_day_it_began() {
        let friday_night = calendar(&["22:00-02:00"], Some("fri"));
        assert!(friday_night.holds(moment(27, 22, 0)));
        assert!(friday_night.holds(moment(28, 1, 0)), "Saturday 01:00");
        assert!(!friday_night.holds(moment(27, 1, 0)), "Friday 01:00 is Thursday's night");
        assert!(!friday_night.holds(moment(28, 22, 30)));
    }

    #[test]
    fn days_are_read_in_both_languages_and_may_wrap() {
        let same =
            [("mon-fri", "周一至周五"), ("mon-fri", "工作日"), ("sat-sun", "周末"), ("sunday", "星期天")];
        for (english, chinese) in same {
            assert_eq!(Days::parse(english), Days::parse(chinese), "{english} {chinese}");
        }
        let days = Days::parse("sat-mon").unwrap();
        assert!(days.contains(Weekday::Sunday) && days.contains(Weekday::Monday));
        assert!(!days.contains(Weekday::Friday));
        assert_eq!(Days::parse("someday"), Err(NotACalendar::Form));
    }

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
    fn times_that_are_none_are_refused() {
        assert_eq!(Hours::parse("9-18"), Err(NotACalendar::Form));
        assert_eq!(Hours::parse("09:00-25:00"), Err(NotACalendar::NoSuch));
        assert_eq!(Hours::parse("09:00-09:00"), Err(NotACalendar::Empty));
        assert_eq!(parse_time("24:00"), Err(NotACalendar::NoSuch));
        assert_eq!(parse_time("9点30分"), Ok(time(9, 30, 0, 0)));
    }

    #[test]
    fn the_next_moment_is_the_first_that_holds() {
        let office = calendar(&["09:00-12:00", "14:00-18:00"], Some("mon-fri"));
        assert_eq!(office.next(moment(23, 10, 0), 7), Some(moment(23, 10, 0)));
        assert_eq!(office.next(moment(23, 12, 30), 7), Some(moment(23, 14, 0)));
        assert_eq!(office.next(moment(27, 18, 0), 7), Some(moment(30, 9, 0)), "over the weekend");
        assert_eq!(office.next(moment(27, 18, 0), 1), None);
    }
}
