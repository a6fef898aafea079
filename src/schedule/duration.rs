//! Spans of time as authors write them: `30s`, `10m`, `2h`, `1d 3h`, `2小时`. There are no months or years, because their
//! length varies.

use jiff::SignedDuration;

use super::written::half_width;

/// Why a text is no span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotADuration {
    /// Nothing in it, or a unit without its number.
    NoNumber,
    /// A number without its unit.
    NoUnit,
    /// A word that is no unit.
    UnknownUnit,
    /// Longer than a hundred years.
    TooLong,
}

const UNITS: [(&[&str], i64); 5] = [
    (&["s", "sec", "secs", "second", "seconds", "秒", "秒钟"], 1),
    (&["m", "min", "mins", "minute", "minutes", "分", "分钟"], 60),
    (&["h", "hr", "hrs", "hour", "hours", "小时", "个小时", "时"], 3_600),
    (&["d", "day", "days", "天", "日"], 86_400),
    (&["w", "week", "weeks", "周", "星期"], 604_800),
];

const LONGEST: i64 = 100 * 366 * 86_400;

/// Reads a span of time. Blanks between number and unit, and between parts, do not matter.
pub fn parse(text: &str) -> Result<SignedDuration, NotADuration> {
    let text = half_width(text);
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(NotADuration::NoNumber);
    }
    let mut seconds: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(NotADuration::NoNumber);
        }
        let number: i64 = rest[..digits].parse().map_err(|_| NotADuration::TooLong)?;
        rest = rest[digits..].trim_start();
        let unit_end = rest.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(rest.len());
        let unit = rest[..unit_end].to_ascii_lowercase();
        if unit.is_empty() {
            return Err(NotADuration::NoUnit);
        }
        let (_, length) = UNITS
            .iter()
            .find(|(names, _)| names.contains(&unit.as_str()))
            .ok_or(NotADuration::UnknownUnit)?;
        seconds = number
            .checked_mul(*length)
            .and_then(|part| seconds.checked_add(part))
            .filter(|sum| *sum <= LONGEST)
            .ok_or(NotADuration::TooLong)?;
        rest = rest[unit_end..].trim_start();
    }
    Ok(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_in_both_languages() {
        let cases = [
            ("30s", 30),
            ("10m", 600),
            ("2h", 7_200),
            ("1d 3h", 97_200),
            ("1d3h", 97_200),
            ("2小时", 7_200),
            ("2 小时", 7_200),
            ("1天 30分钟", 88_200),
            ("1小时30分", 5_400),
            ("0s", 0),
        ];
        for (text, seconds) in cases {
            assert_eq!(parse(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused_with_its_reason() {
        let cases = [
            ("", NotADuration::NoNumber),
            ("h", NotADuration::NoNumber),
            ("-5m", NotADuration::NoNumber),
            ("2", NotADuration::NoUnit),
            ("2h 30", NotADuration::NoUnit),
            ("2 months", NotADuration::UnknownUnit),
            ("1.5h", NotADuration::UnknownUnit),
            ("99999999999999999999s", NotADuration::TooLong),
            ("9999999w", NotADuration::TooLong),
        ];
        for (text, reason) in cases {
            assert_eq!(parse(text), Err(reason), "{text}");
        }
    }
}
