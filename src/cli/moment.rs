//! Moments and spans of time, as commands read and print them: in the account's zone, and as short as the context
//! allows. The clock is asked only where `--at` is missing.

use anyhow::Context;
use clap::{Arg, ArgMatches};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::option;
use super::session::Session;
use crate::clock::Clock;
use crate::language::example::parse_moment;
use crate::schedule::written::{of_tomorrow, parse_time};
use crate::words::lang::Lang;

/// `--at TIME`
pub fn argument(lang: Lang) -> Arg {
    let help = lang.pick(
        "As if it were then: 22:30 (today), \"tomorrow 09:00\", or \"2026-11-23 09:00\"",
        "假设现在是这个时间：22:30（今天）、\"明天 09:00\" 或 \"2026-11-23 09:00\"",
    );
    option("at", "TIME", help)
}

/// The moment that `--at` names, or else now.
pub fn given(session: &Session, matches: &ArgMatches, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    let Some(text) = matches.get_one::<String>("at") else { return Ok(Clock::System.now()) };
    let now = Clock::System.now();
    read(text, zone).or_else(|| of_the_clock(text, now, zone)).with_context(|| {
        session.say(
            "--at is a time such as 22:30 or \"tomorrow 09:00\" or \"2026-11-23 09:00\"",
            "--at 要写时间，例如 22:30、\"明天 09:00\" 或 \"2026-11-23 09:00\"",
        )
    })
}

/// Reads a time of today, or of tomorrow: `22:30`, `tomorrow 09:00`.
pub fn of_the_clock(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let tomorrow = of_tomorrow(text);
    let time = parse_time(tomorrow.unwrap_or(text)).ok()?;
    let today = now.to_zoned_datetime(zone.clone()).date();
    let date = if tomorrow.is_some() { today.tomorrow().ok()? } else { today };
    zone.to_timestamp(date.to_datetime(time)).ok()
}

/// Reads an instant with its offset, or a local date and time.
pub fn read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local = || zone.to_timestamp(parse_moment(text)?.datetime()).ok();
    text.parse().ok().or_else(local)
}

/// With its date: `2026-11-23 09:00`.
pub fn full(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// With its date and weekday, by which rules go: `2026-11-23 09:00, Monday`.
pub fn of_a_day(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let day = usize::from(zone.to_datetime(at).weekday().to_monday_zero_offset().unsigned_abs());
    let en = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let zh = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let time = full(at, zone);
    lang.pick(format!("{time}, {}", en[day]), format!("{time}，{}", zh[day]))
}

/// As one says it at `now`: `14:05`, `tomorrow 09:00`, or with its date; and its seconds, where they matter.
pub fn said(at: Timestamp, now: Timestamp, seconds: bool, zone: &TimeZone, lang: Lang) -> String {
    let [moment, now] = [at, now].map(|at| at.to_zoned_datetime(zone.clone()));
    let time = moment.strftime(if seconds { "%H:%M:%S" } else { "%H:%M" });
    let (date, today) = (moment.date(), now.date());
    if date == today {
        time.to_string()
    } else if today.checked_add(1.day()).is_ok_and(|tomorrow| date == tomorrow) {
        lang.pick(format!("tomorrow {time}"), format!("明天 {time}"))
    } else {
        format!("{date} {time}")
    }
}

/// In its two largest units: `2 h`, `1 d 3 h`, `1 天 3 小时`.
pub fn span(span: SignedDuration, lang: Lang) -> String {
    let units = [(86_400, "d", "天"), (3_600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒")];
    let mut rest = span.as_secs();
    let mut parts = Vec::new();
    for (length, en, zh) in units {
        let number = rest / length;
        rest %= length;
        if number > 0 {
            parts.push(format!("{number} {}", lang.pick(en, zh)));
        }
    }
    parts.truncate(2);
    if parts.is_empty() { format!("0 {}", lang.pick("s", "秒")) } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_as_short_as_the_day_allows() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |text: &str| read(text, &zone).unwrap();
        let noon = at("2026-11-23 12:00");
        let shown = |text: &str| said(at(text), noon, false, &zone, Lang::En);
        let soon = at("2026-11-23T12:00:30+08:00");
        assert_eq!(said(soon, noon, true, &zone, Lang::En), "12:00:30");
        assert_eq!(shown("2026-11-23 14:05"), "14:05");
        assert_eq!(shown("2026-11-24 09:00"), "tomorrow 09:00");
        assert_eq!(shown("2026-11-25 11:00"), "2026-11-25 11:00");
        assert_eq!(said(at("2026-11-24 09:00"), noon, false, &zone, Lang::Zh), "明天 09:00");
        assert_eq!(of_a_day(noon, &zone, Lang::En), "2026-11-23 12:00, Monday");
        assert_eq!(of_a_day(at("2026-11-29 00:00"), &zone, Lang::Zh), "2026-11-29 00:00，周日");
        assert_eq!(read("noon", &zone), None);
        let clock = |text: &str| of_the_clock(text, noon, &zone);
        assert_eq!(clock("09:00"), Some(at("2026-11-23 09:00")));
        assert_eq!(clock("明天 22:30"), Some(at("2026-11-24 22:30")));
        assert_eq!(clock("noon"), None);
    }

    #[test]
    fn a_span_is_told_in_its_two_largest_units() {
        let told = |seconds, lang| span(SignedDuration::from_secs(seconds), lang);
        assert_eq!(told(7_200, Lang::En), "2 h");
        assert_eq!(told(97_261, Lang::En), "1 d 3 h");
        assert_eq!(told(97_200, Lang::Zh), "1 天 3 小时");
        assert_eq!(told(90, Lang::Zh), "1 分钟 30 秒");
        assert_eq!(told(0, Lang::En), "0 s");
    }
}
