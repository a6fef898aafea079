//! Instants as the platform writes them, in bodies and in signatures.

use jiff::Timestamp;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{self, TimeZone};

/// `EEE MMM dd HH:mm:ss Z yyyy` (docs/protocol.md 2.1).
const CREATED_AT: &str = "%a %b %d %H:%M:%S %z %Y";
/// The zone in which the platform writes (docs/protocol.md 2.1).
const CHINA: tz::Offset = tz::offset(8);
/// From here on a number is milliseconds: as seconds it would be the year 5138, as these it is 1973.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// An instant as decimal digits: Unix seconds, or milliseconds when it is that large (docs/protocol.md 1.1).
pub(super) fn of_digits(text: &str) -> Option<Timestamp> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let instant = if number < MILLISECONDS_FROM {
        Timestamp::from_second(number)
    } else {
        Timestamp::from_millisecond(number)
    };
    instant.ok()
}

/// The time of a push, in either notation, to the second: `Mon Jul 16 18:09:20 +0800 2012` or digits.
pub(super) fn of_created_at(text: &str) -> Option<Timestamp> {
    let instant = of_digits(text).or_else(|| of_words(text))?;
    Timestamp::from_second(instant.as_second()).ok()
}

fn of_words(text: &str) -> Option<Timestamp> {
    let mut time = BrokenDownTime::parse(CREATED_AT, text).ok()?;
    // it adds nothing to the date, and bodies written by hand get it wrong
    time.set_weekday(None);
    time.to_timestamp().ok()
}

/// The platform's own notation.
pub(super) fn created_at(instant: Timestamp) -> String {
    instant.to_zoned_datetime(TimeZone::fixed(CHINA)).strftime(CREATED_AT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        of_created_at(text).map(Timestamp::as_second)
    }

    #[test]
    fn a_time_is_read_in_any_zone_and_in_digits() {
        for text in [
            "Tue Aug 12 10:40:06 +0800 2014",
            "Tue Aug 12 02:40:06 +0000 2014",
            "Mon Aug 11 21:10:06 -0530 2014",
            "tue aug 12 10:40:06 +0800 2014",
            "Sun Aug 12 10:40:06 +0800 2014",
            "1407811206",
            "1407811206999",
        ] {
            assert_eq!(seconds(text), Some(1_407_811_206), "{text}");
        }
        assert_eq!(seconds("Wed Aug 6 00:00:00 +0800 2014"), seconds("Wed Aug 06 00:00:00 +0800 2014"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "Tue Aug 12 10:40:06 2014",
            "Tue Aug 32 10:40:06 +0800 2014",
            "Tue Aug 12 10:40:06 +0800 2014 later",
            "-1407811206",
            "1407811206.5",
            "99999999999999999999",
            "9223372036854775807",
            "２０１４",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_written_as_the_platform_does() {
        assert_eq!(
            created_at(Timestamp::from_second(1_407_811_206).unwrap()),
            "Tue Aug 12 10:40:06 +0800 2014"
        );
        assert_eq!(
            created_at(Timestamp::from_second(1_342_433_360 + 86_400 * 21).unwrap()),
            "Mon Aug 06 18:09:20 +0800 2012"
        );
    }
}
