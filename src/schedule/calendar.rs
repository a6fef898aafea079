//! Hours, days and dates as authors write them, and whether a moment lies in them. An interval that
//! wraps midnight belongs to the day on which it began: Saturday 01:00 is in `fri` `22:00-02:00`.

pub mod arrangements;
mod cover;
pub mod dates;
pub mod days;
mod named;
pub mod turning_points;

use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::written::{NotACalendar, minute_of, parse_minute, split_range, time_of};
use dates::Dates;
use days::Days;
pub use named::NamedTime;

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

/// When something holds: all of it must. An empty list is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    pub hours: Vec<Hours>,
    pub days: Option<Days>,
    pub dates: Vec<Dates>,
    /// Days that count besides those of `days` and `dates`.
    pub also: Vec<Dates>,
    /// Days that do not count, whatever else names them.
    pub except: Vec<Dates>,
    /// The first moment.
    pub from: Option<DateTime>,
    /// The moment from which on it no longer holds.
    pub until: Option<DateTime>,
    /// Of each of these lists one time must hold.
    pub times: Vec<Vec<Arc<NamedTime>>>,
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

impl NamedTime {
    fn holds(&self, moment: Moment) -> bool {
        self.any_of.iter().any(|calendar| calendar.holds(moment))
    }
}

impl Calendar {
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }

    /// It, and the calendars of the times that it names.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let named = self.times.iter().flatten().flat_map(|time| &time.any_of);
        std::iter::once(self).chain(named)
    }

    /// How many entries have to be looked at to know whether it holds.
    pub fn entries(&self) -> usize {
        self.parts().map(Self::own_entries).sum()
    }

    fn own_entries(&self) -> usize {
        let days = usize::from(self.days.is_some());
        days + self.hours.len() + self.dates.len() + self.also.len() + self.except.len()
    }

    /// Takes the other's conditions in, where none of them is of a sort that this one has already: then
    /// hours and days mean the same interval. `None` when they cannot be joined.
    pub fn try_merge(&mut self, other: &Self) -> Option<()> {
        let twice = (!self.hours.is_empty() && !other.hours.is_empty())
            || (self.days.is_some() && other.days.is_some())
            || (!self.dates.is_empty() && !other.dates.is_empty())
            || (self.from.is_some() && other.from.is_some())
            || (self.until.is_some() && other.until.is_some());
        let moves_days = [self, other].iter().any(|own| !own.also.is_empty() || !own.except.is_empty());
        if twice || moves_days {
            return None;
        }
        self.hours.extend(&other.hours);
        self.days = self.days.take().or_else(|| other.days.clone());
        self.dates.extend(&other.dates);
        (self.from, self.until) = (self.from.or(other.from), self.until.or(other.until));
        self.times.extend(other.times.iter().cloned());
        Some(())
    }

    /// Whether the moment lies in it. With hours, days and dates are asked of the day the interval began.
    pub fn holds(&self, moment: Moment) -> bool {
        self.from.is_none_or(|from| from <= moment.datetime())
            && self.until.is_none_or(|until| moment.datetime() < until)
            && self.hours_hold(moment)
            && self.times.iter().all(|times| times.iter().any(|time| time.holds(moment)))
    }

    fn hours_hold(&self, moment: Moment) -> bool {
        if self.hours.is_empty() {
            return self.day_holds(moment.date);
        }
        let minute = minute_of(moment.time);
        self.hours
            .iter()
            .filter_map(|hours| hours.began(moment.date, minute))
            .any(|date| self.day_holds(date))
    }

    fn day_holds(&self, date: Date) -> bool {
        let any = |dates: &[Dates]| dates.iter().any(|dates| dates.contains(date));
        let is_named = || {
            self.days.as_ref().is_none_or(|days| days.contains(date))
                && (self.dates.is_empty() || any(&self.dates))
        };
        !any(&self.except) && (any(&self.also) || is_named())
    }

    /// The last day on which it can hold, as far as its own dates and end tell; `None` where they tell none.
    pub fn last_day(&self) -> Option<Date> {
        let last_of = |dates: &Dates| match dates {
            Dates::Once { last, .. } => Some(*last),
            Dates::Yearly { .. } => None,
        };
        let days: Option<Vec<Date>> = self.dates.iter().chain(&self.also).map(last_of).collect();
        let last = days.filter(|_| !self.dates.is_empty()).and_then(|days| days.into_iter().max());
        let wraps = self.hours.iter().any(|hours| hours.wraps());
        let last = last.map(|day| if wraps { day.tomorrow().unwrap_or(day) } else { day });
        let ends = self.until.and_then(|until| until.checked_sub(1.nanosecond()).ok()).map(DateTime::date);
        last.into_iter().chain(ends).min()
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
            moments.filter(|moment| *moment > from).find(|moment| self.holds(*moment))
        })
    }

    /// The last moment, not after `until` and at most `within_days` before it, at which it holds: to the minute.
    pub fn last(&self, until: Moment, within_days: i32) -> Option<Moment> {
        if self.holds(until) {
            return Some(until);
        }
        let last_minutes = self.last_minutes();
        (0..=within_days).find_map(|day| {
            let date = until.date.checked_sub(day.days()).ok()?;
            let moments = last_minutes.iter().rev().map(|time| Moment { date, time: *time });
            moments.filter(|moment| *moment < until).find(|moment| self.holds(*moment))
        })
    }

    /// The times of day at which it can begin to hold, ascending.
    fn begins(&self) -> Vec<Time> {
        let hours = self.parts().flat_map(|part| part.hours.iter().map(|hours| hours.start));
        let from = self.from.map(|from| minute_of(from.time()));
        times_of(hours.chain(from).chain([0]))
    }

    /// The last minutes of a day in which it can hold, ascending.
    fn last_minutes(&self) -> Vec<Time> {
        let hours = self.parts().flat_map(|part| part.hours.iter().map(|hours| hours.end));
        let until = self.until.map(|until| minute_of(until.time()));
        times_of(hours.chain(until).chain([0]).map(|end| (end + 1_439) % 1_440))
    }
}

/// The times of day at these minutes, ascending, each once.
fn times_of(minutes: impl Iterator<Item = u16>) -> Vec<Time> {
    let mut minutes: Vec<u16> = minutes.map(|minute| minute % 1_440).collect();
    minutes.sort_unstable();
    minutes.dedup();
    minutes.into_iter().map(time_of).collect()
}

impl fmt::Display for Calendar {
    /// As an author would write it: `hours: 09:00-18:00; days: mon, tue`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The first few are enough to know which list it is.
        const SHOWN: usize = 5;
        fn joined<T: ToString>(items: &[T]) -> String {
            let shown = items.iter().take(SHOWN).map(T::to_string).collect::<Vec<_>>().join(", ");
            if items.len() > SHOWN { shown + ", …" } else { shown }
        }
        let moment = |moment: DateTime| moment.strftime("%Y-%m-%d %H:%M").to_string();
        let mut parts = vec![
            ("hours", joined(&self.hours)),
            ("days", self.days.as_ref().map(Days::to_string).unwrap_or_default()),
            ("dates", joined(&self.dates)),
            ("also", joined(&self.also)),
            ("except", joined(&self.except)),
            ("from", self.from.map(moment).unwrap_or_default()),
            ("until", self.until.map(moment).unwrap_or_default()),
        ];
        parts.extend(self.times.iter().map(|times| ("time", joined(times))));
        parts.retain(|(_, text)| !text.is_empty());
        f.write_str(&parts.iter().map(|(key, text)| format!("{key}: {text}")).collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
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
            days: days.map(|text| Days::parse(text, &Arc::default()).unwrap()),
            ..Calendar::default()
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
    fn times_that_are_none_are_refused() {
        assert_eq!(Hours::parse("9-18"), Err(NotACalendar::Form));
        assert_eq!(Hours::parse("09:00-25:00"), Err(NotACalendar::NoSuch));
        assert_eq!(Hours::parse("09:00-09:00"), Err(NotACalendar::Empty));
        assert_eq!(parse_time("24:00"), Err(NotACalendar::NoSuch));
        assert_eq!(parse_time("9:30:00"), Ok(time(9, 30, 0, 0)), "as a spreadsheet writes it");
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

    #[test]
    fn the_last_moment_is_that_before_the_end_of_the_hours() {
        let office = calendar(&["09:00-12:00", "14:00-18:00"], Some("mon-fri"));
        assert_eq!(office.last(moment(23, 10, 30), 7), Some(moment(23, 10, 30)));
        assert_eq!(office.last(moment(23, 13, 0), 7), Some(moment(23, 11, 59)));
        assert_eq!(office.last(moment(24, 3, 0), 7), Some(moment(23, 17, 59)));
        assert_eq!(office.last(moment(30, 8, 0), 7), Some(moment(27, 17, 59)), "over the weekend");
        assert_eq!(office.last(moment(30, 8, 0), 1), None);
    }

    #[test]
    fn a_named_time_has_days_of_its_own_and_holds_beside_the_rest() {
        let dates = |text| vec![Dates::parse(text).unwrap()];
        let weekly = Calendar {
            also: dates("2026-11-28"),
            except: dates("2026-11-25"),
            ..calendar(&["09:00-18:00"], Some("mon-fri"))
        };
        let open = NamedTime { name: "open".into(), any_of: vec![weekly, calendar(&["20:00-21:00"], None)] };
        let named = Calendar { times: vec![vec![Arc::new(open)]], ..Calendar::default() };
        for (day, hour, holds) in [
            (24, 10, true),
            (25, 10, false),
            (25, 20, true),
            (28, 10, true),
            (29, 10, false),
            (24, 19, false),
        ] {
            assert_eq!(named.holds(moment(day, hour, 0)), holds, "{day} {hour}:00");
        }
        let mut late = calendar(&["17:00-20:30"], None);
        late.try_merge(&named).unwrap();
        assert!(late.holds(moment(24, 17, 30)) && late.holds(moment(24, 20, 15)));
        assert!(!late.holds(moment(24, 16, 0)) && !late.holds(moment(24, 20, 45)));
        assert_eq!(late.next(moment(24, 18, 30), 1), Some(moment(24, 20, 0)));
        assert_eq!(late.last(moment(24, 19, 30), 1), Some(moment(24, 17, 59)));
        assert_eq!(
            late.to_string(),
            "hours: 17:00-20:30; time: open (hours: 09:00-18:00; days: mon-fri; also: 2026-11-28; \
             except: 2026-11-25 | hours: 20:00-21:00)"
        );
    }

    #[test]
    fn from_and_until_may_be_moments() {
        let mut sale = calendar(&[], None);
        sale.from = Some(moment(23, 10, 0).datetime());
        sale.until = Some(moment(24, 18, 0).datetime());
        assert!(!sale.holds(moment(23, 9, 59)) && sale.holds(moment(23, 10, 0)));
        assert!(sale.holds(moment(24, 17, 59)) && !sale.holds(moment(24, 18, 0)));
        assert_eq!(sale.next(moment(22, 12, 0), 2), Some(moment(23, 10, 0)));
        assert_eq!(sale.last(moment(25, 12, 0), 2), Some(moment(24, 17, 59)));
        assert_eq!(sale.to_string(), "from: 2026-11-23 10:00; until: 2026-11-24 18:00");
    }
}
