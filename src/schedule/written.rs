//! Times of day, dates and weekdays as authors write them, in both languages.

use jiff::civil::{Date, Time};

/// Why a text is no time, day or date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotACalendar {
    /// Not of the expected form.
    Form,
    /// Of the form, but there is no such time or date (`25:00`, `2026-02-30`).
    NoSuch,
    /// The end is the beginning, or a last date is before the first.
    Empty,
}

/// The text with the signs and digits of full-width mode made half-width.
pub fn half_width(text: &str) -> String {
    let half = |c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(half).collect()
}

/// Reads a time of day, `09:00`; `9:00`, `09：00` and `9点` and `9点30分` too.
pub fn parse_time(text: &str) -> Result<Time, NotACalendar> {
    let minute = parse_minute(text)?;
    if minute == 1_440 {
        return Err(NotACalendar::NoSuch);
    }
    Ok(time_of(minute))
}

/// Minutes since midnight of a time of day.
pub(super) fn minute_of(time: Time) -> u16 {
    // an hour and a minute are never negative
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// The time of day that lies so many minutes after midnight, 0 to 1439.
pub fn time_of(minute: u16) -> Time {
    Time::constant((minute / 60) as i8, (minute % 60) as i8, 0, 0)
}

/// What stands behind a word for the next day, `tomorrow 09:00` or `明天 09:00`.
pub fn of_tomorrow(text: &str) -> Option<&str> {
    ["tomorrow", "明天", "次日", "第二天"].iter().find_map(|word| text.trim().strip_prefix(word))
}

/// Reads a date, `2026-02-01`; `2026/2/1` and `2026年2月1日` too.
pub fn parse_date(text: &str) -> Result<Date, NotACalendar> {
    let text = half_width(text);
    let text = text.trim().trim_end_matches('日');
    let mut parts = text.split(['-', '/', '年', '月']);
    let mut number =
        || parts.next().and_then(|part| part.trim().parse::<i16>().ok()).ok_or(NotACalendar::Form);
    let (year, month, day) = (number()?, number()?, number()?);
    if parts.next().is_some() || year < 1_000 {
        return Err(NotACalendar::Form);
    }
    let small = |number: i16| i8::try_from(number).map_err(|_| NotACalendar::NoSuch);
    Date::new(year, small(month)?, small(day)?).map_err(|_| NotACalendar::NoSuch)
}

/// Reads a month and a day of any year, `02-14`; `2/14` and `2月14日` too. With a dash both have two digits, so that `1-5`
/// is none.
///
/// # Errors
/// It is of another form, or no year has such a day.
pub fn parse_month_day(text: &str) -> Result<(i8, i8), NotACalendar> {
    const LEAP_YEAR: i16 = 2024;
    let text = half_width(text);
    let text = text.trim().trim_end_matches(['日', '号']);
    let (month, day) = text.split_once(['-', '/', '月']).ok_or(NotACalendar::Form)?;
    if text.contains('-') && (month.len(), day.len()) != (2, 2) {
        return Err(NotACalendar::Form);
    }
    let number = |part: &str| part.trim().parse::<i8>().map_err(|_| NotACalendar::Form);
    let (month, day) = (number(month)?, number(day)?);
    Date::new(LEAP_YEAR, month, day).map(|_| (month, day)).map_err(|_| NotACalendar::NoSuch)
}

/// Minutes since midnight, 0 to 1440.
pub fn parse_minute(text: &str) -> Result<u16, NotACalendar> {
    let text = half_width(text);
    let text = text.trim().trim_end_matches(['分', '整']);
    let (hour, minute) = text.split_once([':', '点', '时']).ok_or(NotACalendar::Form)?;
    // spreadsheets add seconds
    let minute = minute.strip_suffix(":00").unwrap_or(minute);
    let minute = if minute.is_empty() && !text.ends_with(':') { "0" } else { minute };
    let number = |part: &str| {
        let digits = !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
        if digits { part.parse::<u16>().map_err(|_| NotACalendar::Form) } else { Err(NotACalendar::Form) }
    };
    match (number(hour)?, number(minute)?) {
        (24, 0) => Ok(1_440),
        (hour @ 0..=23, minute @ 0..=59) => Ok(hour * 60 + minute),
        _ => Err(NotACalendar::NoSuch),
    }
}

/// Both ends of what is written as a range.
pub fn split_range(text: &str) -> Option<(&str, &str)> {
    ["-", "–", "—", "－", "~", "～", "至", "到"].iter().find_map(|sign| text.split_once(sign))
}

/// A day of the week; 0 is Monday.
pub fn parse_weekday(text: &str) -> Option<i8> {
    let text = text.trim();
    let english = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let by_name = english.iter().position(|day| *day == text || (text.len() >= 3 && day.starts_with(text)));
    let chinese = || {
        let rest = ["星期", "礼拜", "周"].iter().find_map(|prefix| text.strip_prefix(prefix))?;
        let names = ["一", "二", "三", "四", "五", "六", "日"];
        names.iter().position(|name| *name == rest).or((rest == "天").then_some(6))
    };
    by_name.or_else(chinese).map(|day| day as i8)
}
