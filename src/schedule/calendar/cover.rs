//! Whether one calendar holds whenever another does. Where this is not sure, the answer is no.

use jiff::civil::Date;

use super::Calendar;
use super::days::Days;

impl Calendar {
    /// Whether it holds at every moment at which the other one holds, as far as that is certain.
    pub fn covers(&self, other: &Self) -> bool {
        let any_day = self.days.as_ref().is_none_or(Days::is_every_day)
            && self.dates.is_empty()
            && self.except.is_empty();
        let all = (any_day || self.covers_days(other)) && self.covers_hours(other, any_day);
        all && self.covers_bounds(other) && self.covers_times(other)
    }

    fn covers_days(&self, other: &Self) -> bool {
        let days =
            |own: &Days| own.is_every_day() || other.days.as_ref().is_some_and(|other| own.covers(other));
        let dates = || other.dates.iter().all(|other| self.dates.iter().any(|own| own.covers(other)));
        self.days.as_ref().is_none_or(days)
            && (self.dates.is_empty() || !other.dates.is_empty() && dates())
            && self.except.iter().all(|own| other.except.contains(own))
            && other.also.iter().all(|other| self.also.contains(other))
    }

    fn covers_bounds(&self, other: &Self) -> bool {
        self.from.is_none_or(|own| other.from.is_some_and(|other| own <= other))
            && self.until.is_none_or(|own| other.until.is_some_and(|other| other <= own))
    }

    fn covers_times(&self, other: &Self) -> bool {
        let follows =
            |own: &Vec<_>| other.times.iter().any(|other| other.iter().all(|time| own.contains(time)));
        self.times.iter().all(follows)
    }

    /// Between two turns of the clock at which an interval begins or ends nothing changes. Where the day
    /// counts, both must ask it of the same one.
    fn covers_hours(&self, other: &Self, any_day: bool) -> bool {
        let both = self.hours.iter().chain(&other.hours);
        let mut turns = both.flat_map(|hours| [hours.start, hours.end % 1_440]).chain([0]);
        turns.all(|minute| {
            let own = self.began(minute);
            other.began(minute).iter().all(|date| if any_day { !own.is_empty() } else { own.contains(date) })
        })
    }

    /// The days on which the intervals began that hold this minute of some day.
    fn began(&self, minute: u16) -> Vec<Date> {
        const SOME_DAY: Date = Date::constant(2_000, 1, 1);
        if self.hours.is_empty() {
            return vec![SOME_DAY];
        }
        self.hours.iter().filter_map(|hours| hours.began(SOME_DAY, minute)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::ToSpan;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::super::dates::Dates;
    use super::super::{Hours, Moment, NamedTime};
    use super::*;

    fn calendar(hours: &[&str], days: &[&str], dates: &[&str]) -> Calendar {
        let all = |text: &&str| Days::parse(text, &Arc::default()).unwrap();
        Calendar {
            hours: hours.iter().map(|text| Hours::parse(text).unwrap()).collect(),
            days: (!days.is_empty()).then(|| days.iter().map(all).fold(Days::default(), Days::with)),
            dates: all_dates(dates),
            ..Calendar::default()
        }
    }

    fn all_dates(texts: &[&str]) -> Vec<Dates> {
        texts.iter().map(|text| Dates::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_wider_calendar_covers_a_narrower_one() {
        let covers = |own: &Calendar, other: &Calendar| own.covers(other);
        let hours = |hours| calendar(&[hours], &[], &[]);
        let days = |days| calendar(&[], &[days], &[]);
        assert!(covers(&hours("09:00-18:00"), &hours("12:00-13:00")));
        assert!(covers(&hours("00:00-24:00"), &hours("22:00-02:00")));
        assert!(covers(&hours("00:00-24:00"), &Calendar::default()));
        assert!(covers(&hours("22:00-06:00"), &hours("01:00-03:00")));
        assert!(covers(&calendar(&["09:00-12:00", "12:00-18:00"], &[], &[]), &hours("11:00-13:00")));
        assert!(covers(&days("mon-fri"), &days("wed")));
        assert!(covers(&days("mon-fri"), &calendar(&["09:00-18:00"], &["wed"], &[])));
        assert!(covers(
            &calendar(&[], &[], &["2026-02-01..2026-02-15"]),
            &calendar(&[], &[], &["2026-02-03"])
        ));
        for (own, other) in [("12:00-13:00", "09:00-18:00"), ("09:00-18:00", "17:00-19:00")] {
            assert!(!covers(&hours(own), &hours(other)), "{own} {other}");
        }
        assert!(!covers(&days("wed"), &Calendar::default()));
        // Saturday 01:00 is Friday's night
        assert!(!covers(&days("fri"), &calendar(&["22:00-02:00"], &["fri"], &[])));
    }

    const HOURS: &[&str] = &[
        "09:00-18:00",
        "12:00-13:00",
        "00:00-24:00",
        "22:00-02:00",
        "20:00-06:00",
        "01:00-02:00",
        "00:00-12:00",
        "12:00-24:00",
    ];
    const DAYS: &[&str] = &["mon-fri", "wed", "sat-mon", "mon-sun", "sat", "workdays", "holidays"];
    const DATES: &[&str] =
        &["2026-02-01..2026-02-15", "2026-02-03", "2026-02-14..2026-02-20", "02-14", "02-10..02-20"];

    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let some = |texts, most: usize| prop::collection::vec(prop::sample::select(texts), 0..most);
        let plain = (some(HOURS, 3), some(DAYS, 2), some(DATES, 2), some(DATES, 2), some(DATES, 2));
        let plain = plain.prop_map(|(hours, days, dates, also, except)| Calendar {
            also: all_dates(&also),
            except: all_dates(&except),
            ..calendar(&hours, &days, &dates)
        });
        let bound = || prop::option::of((1..20_i8).prop_map(|day| date(2026, 2, day).at(10, 0, 0, 0)));
        let times = prop::collection::vec(prop::sample::subsequence(vec![0, 1, 2], 1..3), 0..2);
        (plain, bound(), bound(), times).prop_map(|(plain, from, until, times)| {
            let named = |hours: &usize| {
                let name = hours.to_string();
                Arc::new(NamedTime { name, any_of: vec![calendar(&[HOURS[*hours]], &[], &[])] })
            };
            let times = times.iter().map(|times| times.iter().map(named).collect()).collect();
            Calendar { from, until, times, ..plain }
        })
    }

    proptest! {
        #[test]
        fn a_calendar_holds_whenever_one_holds_that_it_covers(
            own in any_calendar(), other in any_calendar(),
            moments in prop::collection::vec((-3..25_i64, 0..24_i8, prop::sample::select(&[0_i8, 30, 59][..])), 40),
        ) {
            if own.covers(&other) {
                for (day, hour, minute) in moments {
                    let date = date(2026, 2, 1).saturating_add(day.days());
                    let moment = Moment { date, time: time(hour, minute, 0, 0) };
                    prop_assert!(own.holds(moment) || !other.holds(moment), "{moment:?}");
                }
            }
        }
    }
}
