//! The moments at which calendars can begin or cease to hold, to look for one at which several of them do.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::{Calendar, Moment};
use crate::schedule::written::time_of;

/// So many years have every date on every day of the week, February 29 included.
const YEARS: i16 = 28;

/// How far around a turning point the days of the week may matter.
const WEEK: i32 = 7;

/// The moments, ascending, at which any of these calendars can begin or cease to hold: in the week from
/// `from` on, in the weeks on both sides of every first and last date, and around the days that the State Council has
/// arranged. Whenever all of them together can hold at all, they do so at one of these moments or at `from`.
pub fn turning_points(calendars: &[&Calendar], from: Moment) -> Vec<Moment> {
    let parts: Vec<&Calendar> = calendars.iter().flat_map(|calendar| calendar.parts()).collect();
    let dates = parts.iter().flat_map(|part| [&part.dates, &part.also, &part.except]).flatten();
    let years = from.date.year()..from.date.year().saturating_add(YEARS);
    let arranged = parts.iter().filter_map(|part| part.days.as_ref()?.arrangements());
    let turns = dates
        .flat_map(|dates| dates.ends(years.clone()))
        .chain(bounds(&parts).map(|bound| bound.date()))
        .chain([from.date])
        .flat_map(|date| around(date, WEEK));
    let arranged =
        arranged.flat_map(|table| table.special_days(years.clone())).flat_map(|date| around(date, 1));
    let days: BTreeSet<Date> = turns.chain(arranged).collect();
    moments(&parts, from.time, days.into_iter())
}

/// The turning points of the next week. Most calendars hold at one of them, and they are few.
pub fn turning_points_of_week(calendars: &[&Calendar], from: Moment) -> Vec<Moment> {
    let parts: Vec<&Calendar> = calendars.iter().flat_map(|calendar| calendar.parts()).collect();
    let mut points = moments(&parts, from.time, (0..=WEEK).flat_map(|day| from.date.checked_add(day.days())));
    points.retain(|point| *point >= from);
    points.sort_unstable();
    points
}

/// These days at this time, and at every time of day at which one of the calendars can begin or cease to hold.
fn moments(parts: &[&Calendar], time: Time, days: impl Iterator<Item = Date>) -> Vec<Moment> {
    let hours = parts.iter().flat_map(|part| &part.hours);
    let times: BTreeSet<Time> = hours
        .flat_map(|hours| [hours.start, hours.end % 1_440])
        .map(time_of)
        .chain(bounds(parts).map(|bound| bound.time()))
        .chain([Time::midnight(), time])
        .collect();
    days.flat_map(|date| times.iter().map(move |time| Moment { date, time: *time })).collect()
}

fn bounds(parts: &[&Calendar]) -> impl Iterator<Item = DateTime> {
    parts.iter().flat_map(|part| [part.from, part.until]).flatten()
}

/// The days around one, and the day itself.
fn around(date: Date, days: i32) -> impl Iterator<Item = Date> {
    (-days..=days).filter_map(move |day| date.checked_add(day.days()).ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::{date, time};

    use super::super::dates::Dates;
    use super::super::days::Days;
    use super::*;

    #[test]
    fn what_can_hold_together_does_so_at_a_turning_point() {
        let from = Moment { date: date(2024, 1, 1), time: time(12, 0, 0, 0) };
        let cases = [
            ("sun", "02-14"),
            ("mon", "02-29"),
            ("法定节假日", "2026-03-01..2026-04-30"),
            ("法定工作日", "10-10"),
            ("法定节假日", "2047-03-01..2047-06-30"),
        ];
        for (days, dates) in cases {
            let calendar = Calendar {
                days: Some(Days::parse(days, &Arc::default()).unwrap()),
                dates: vec![Dates::parse(dates).unwrap()],
                ..Calendar::default()
            };
            let points = turning_points(&[&calendar], from);
            assert!(points.iter().any(|point| calendar.holds(*point)), "{days} {dates}");
            assert!(points.is_sorted() && points.contains(&from));
        }
    }
}
