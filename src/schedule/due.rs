//! When a follow-up is due: its wanted time, moved into its allowed hours, inside the reply window. This is decided
//! once, when the message is received; whether the follow-up is still wanted is judged when it is sent.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::calendar::{Calendar, Moment};
use crate::model::decision::Due;

/// When an author wants a follow-up sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This long after the message was received.
    After(SignedDuration),
    /// The next time the clock shows it.
    At(Time),
    /// On the day after the message was received.
    TomorrowAt(Time),
    /// This long before the reply window closes.
    BeforeWindowCloses(SignedDuration),
}

/// The moment at which a follow-up is due. `closes_at` is when the reply window closes; what would be
/// due then or later is never due.
pub fn due(
    wanted: Wanted,
    allowed: &Calendar,
    received_at: Timestamp,
    closes_at: Timestamp,
    zone: &TimeZone,
) -> Due {
    let moment = wanted_moment(wanted, received_at, closes_at, zone)
        .and_then(|moment| moved(wanted, moment, received_at, allowed, zone))
        .filter(|due| *due < closes_at && *due >= received_at);
    moment.map_or(Due::Never, Due::At)
}

fn wanted_moment(
    wanted: Wanted,
    received_at: Timestamp,
    closes_at: Timestamp,
    zone: &TimeZone,
) -> Option<Timestamp> {
    match wanted {
        Wanted::After(span) => received_at.checked_add(span).ok(),
        Wanted::BeforeWindowCloses(span) => closes_at.checked_sub(span).ok(),
        Wanted::At(time) => {
            let now = Moment::of(received_at, zone);
            let date = if time > now.time { now.date } else { now.date.tomorrow().ok()? };
            instant(Moment { date, time }, zone)
        }
        Wanted::TomorrowAt(time) => {
            let date = Moment::of(received_at, zone).date.checked_add(1.day()).ok()?;
            instant(Moment { date, time }, zone)
        }
    }
}

/// How long before its hours end a last word is due: the rate, and a platform that is away for a while, make it late.
const MARGIN: SignedDuration = SignedDuration::from_mins(30);

/// Where a moment is not allowed, the next one that is. Before the end of the reply window it is one before, in the last
/// allowed stretch that reaches beyond `earliest`.
pub fn moved(
    wanted: Wanted,
    moment: Timestamp,
    earliest: Timestamp,
    allowed: &Calendar,
    zone: &TimeZone,
) -> Option<Timestamp> {
    // the window is two days long, so a moment further off could not be used
    const DAYS: i32 = 3;
    let local = Moment::of(moment, zone);
    if allowed.is_always() || allowed.holds(local) {
        return Some(moment);
    }
    let before = || {
        let last = instant(allowed.last(local, DAYS)?, zone)?;
        let in_time = last.checked_sub(MARGIN).unwrap_or(last);
        let moments = [in_time.max(earliest), last.max(earliest)];
        moments.into_iter().find(|moment| allowed.holds(Moment::of(*moment, zone)))
    };
    let after = || instant(allowed.next(local, DAYS)?, zone);
    match wanted {
        Wanted::BeforeWindowCloses(_) => before().or_else(after),
        _ => after(),
    }
}

fn instant(moment: Moment, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(moment.date.to_datetime(moment.time)).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::time;

    use super::*;
    use crate::schedule::calendar::Hours;
    use crate::schedule::calendar::days::Days;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        format!("{text}+08:00").parse().unwrap()
    }

    fn due_at(wanted: Wanted, allowed: &Calendar, received: &str) -> Option<Timestamp> {
        let received = at(received);
        let closes = received.checked_add(SignedDuration::from_hours(48)).unwrap();
        match due(wanted, allowed, received, closes, &shanghai()) {
            Due::At(moment) => Some(moment),
            Due::Never => None,
        }
    }

    #[test]
    fn a_follow_up_is_counted_from_receipt() {
        let two_hours = Wanted::After(SignedDuration::from_hours(2));
        assert_eq!(
            due_at(two_hours, &Calendar::default(), "2026-11-23T10:00:00"),
            Some(at("2026-11-23T12:00:00"))
        );
    }

    #[test]
    fn at_is_the_next_time_the_clock_shows_it() {
        let nine = Wanted::At(time(9, 0, 0, 0));
        let always = Calendar::default();
        assert_eq!(due_at(nine, &always, "2026-11-23T08:00:00"), Some(at("2026-11-23T09:00:00")));
        assert_eq!(due_at(nine, &always, "2026-11-23T09:00:00"), Some(at("2026-11-24T09:00:00")));
        let tomorrow = Wanted::TomorrowAt(time(9, 0, 0, 0));
        assert_eq!(due_at(tomorrow, &always, "2026-11-23T08:00:00"), Some(at("2026-11-24T09:00:00")));
    }

    #[test]
    fn outside_its_hours_it_is_shifted_inside_the_window() {
        let mut office =
            Calendar { hours: vec![Hours::parse("09:00-18:00").unwrap()], ..Calendar::default() };
        let two_hours = Wanted::After(SignedDuration::from_hours(2));
        assert_eq!(due_at(two_hours, &office, "2026-11-23T17:00:00"), Some(at("2026-11-24T09:00:00")));
        office.days = Some(Days::parse("mon", &Arc::default()).unwrap());
        assert_eq!(due_at(two_hours, &office, "2026-11-23T17:00:00"), None, "next Monday is too late");
    }

    #[test]
    fn before_the_window_closes_means_before_it() {
        let last_word = Wanted::BeforeWindowCloses(SignedDuration::from_hours(1));
        let always = Calendar::default();
        assert_eq!(due_at(last_word, &always, "2026-11-23T10:00:00"), Some(at("2026-11-25T09:00:00")));
        let too_early = Wanted::BeforeWindowCloses(SignedDuration::from_hours(49));
        assert_eq!(due_at(too_early, &always, "2026-11-23T10:00:00"), None);
    }

    #[test]
    fn before_the_window_closes_and_outside_its_hours_it_is_earlier() {
        let last_word = Wanted::BeforeWindowCloses(SignedDuration::from_hours(1));
        let mut day = Calendar { hours: vec![Hours::parse("09:00-21:00").unwrap()], ..Calendar::default() };
        // the window closes at 08:00, before the hours of that day begin
        assert_eq!(due_at(last_word, &day, "2026-11-23T08:00:00"), Some(at("2026-11-24T20:29:00")));
        assert_eq!(due_at(last_word, &day, "2026-11-23T23:30:00"), Some(at("2026-11-25T20:29:00")));
        assert_eq!(due_at(last_word, &day, "2026-11-23T15:00:00"), Some(at("2026-11-25T14:00:00")));
        // a Thursday's message: by Saturday morning only the Friday is left
        day.days = Some(Days::parse("mon-fri", &Arc::default()).unwrap());
        assert_eq!(due_at(last_word, &day, "2026-11-26T10:00:00"), Some(at("2026-11-27T20:29:00")));
        // nothing allowed lies before, but half an hour of the window does behind
        day.days = Some(Days::parse("sun", &Arc::default()).unwrap());
        assert_eq!(due_at(last_word, &day, "2026-11-27T09:30:00"), Some(at("2026-11-29T09:00:00")));
        assert_eq!(due_at(last_word, &day, "2026-11-24T10:00:00"), None, "no Sunday comes");
    }
}
