//! Hours and dates as people say them, `早上9点到晚上9点` or `10月1日-10月7日`, written as the language takes them. Nothing is
//! read by it: what it writes is shown to be copied.

use crate::schedule::calendar::Hours;
use crate::schedule::calendar::dates::Dates;
use crate::schedule::written::{half_width, split_range};

/// Bytes of a text that is looked at.
const LONGEST: usize = 100;

/// `09:00-21:00` for `早上9点到晚上9点`.
pub fn hours(text: &str) -> Option<String> {
    let (first, last) = split_range(text).filter(|_| text.len() <= LONGEST)?;
    let (first, last) = (Spoken::of(first)?, Spoken::of(last)?);
    // the evening goes on, and a morning does not tell which half of the day comes next
    let half = last.half.or(first.half.filter(|half| *half == Half::Second));
    let is_clear = last.half.is_some() || first.half != Some(Half::First) || first.minutes < last.minutes;
    let (first, last) = (first.minute(first.half)?, last.minute(half)?);
    let written = format!("{:02}:{:02}-{:02}:{:02}", first / 60, first % 60, last / 60, last % 60);
    (is_clear && Hours::parse(&written).is_ok()).then_some(written)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    First,
    Noon,
    Second,
}

const HALVES: [(&str, Half); 14] = [
    ("凌晨", Half::First),
    ("清晨", Half::First),
    ("早上", Half::First),
    ("早晨", Half::First),
    ("上午", Half::First),
    ("早", Half::First),
    ("中午", Half::Noon),
    ("下午", Half::Second),
    ("傍晚", Half::Second),
    ("晚上", Half::Second),
    ("夜里", Half::Second),
    ("晚", Half::Second),
    ("am", Half::First),
    ("pm", Half::Second),
];

/// A time of day, and the half of the day that is said with it.
struct Spoken {
    half: Option<Half>,
    minutes: u16,
}

impl Spoken {
    fn of(text: &str) -> Option<Self> {
        let text = half_width(text).to_lowercase();
        let text = text.trim();
        let half = HALVES.iter().find(|(word, _)| text.starts_with(word) || text.ends_with(word));
        let bare = half.map_or(text, |(word, _)| {
            text.strip_prefix(word).or(text.strip_suffix(word)).unwrap_or(text).trim()
        });
        let bare = bare.trim_end_matches(['钟', '整', '分']);
        let (hour, minute) = bare.split_once(['点', '时', ':']).or(half.map(|_| (bare, "")))?;
        let minute = match minute {
            "" => 0,
            "半" => 30,
            minute => number(minute).filter(|minute| *minute < 60)?,
        };
        let hour = number(hour).filter(|hour| *hour <= 24)?;
        Some(Self { half: half.map(|(_, half)| *half), minutes: hour * 60 + minute })
    }

    /// Minutes since midnight in this half of the day.
    fn minute(&self, half: Option<Half>) -> Option<u16> {
        const NOON: u16 = 12 * 60;
        let is_late = match half? == Half::Noon {
            // one o'clock at noon
            true => self.minutes < 10 * 60,
            false => half == Some(Half::Second) && self.minutes < NOON,
        };
        // at twelve in the evening the day ends
        let ends_day = half == Some(Half::Second) && self.minutes == NOON;
        Some(self.minutes + if is_late || ends_day { NOON } else { 0 })
    }
}

/// A number of at most two digits, or `十一`.
fn number(text: &str) -> Option<u16> {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let text = text.trim();
    if !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |text: &str, none: u16| {
        let mut chars = text.chars();
        let Some(c) = chars.next() else { return Some(none) };
        let value = if c == '两' { Some(2) } else { DIGITS.iter().position(|digit| *digit == c) };
        value.filter(|_| chars.next().is_none()).map(|value| value as u16)
    };
    match text.split_once('十') {
        Some((tens, ones)) => Some(digit(tens, 1)? * 10 + digit(ones, 0)?),
        None => digit(text, 0).filter(|_| !text.is_empty()),
    }
}

/// `10-01..10-07` for `10月1日-10月7日`.
pub fn dates(text: &str) -> Option<String> {
    let text = half_width(text);
    let text = text.trim();
    let is_told = text.len() <= LONGEST && text.contains(['月', '/', '.']);
    let apart = ["..", "至", "到", "~", "—", "–", "-"].iter().find_map(|sign| text.split_once(sign));
    let written = match apart.filter(|_| is_told) {
        Some((first, last)) => {
            let first = numbers(first)?;
            // what is not said again stays: `10月1日-7日`
            let mut whole = numbers(last)?;
            let kept = first.len().checked_sub(whole.len())?;
            whole.splice(0..0, first[..kept].iter().copied());
            format!("{}..{}", written(&first)?, written(&whole)?)
        }
        None => written(&numbers(text).filter(|_| is_told)?)?,
    };
    Dates::parse(&written).is_ok().then_some(written)
}

/// Year, month and day, month and day, or the day alone.
fn numbers(text: &str) -> Option<Vec<u16>> {
    let text = text.trim().trim_end_matches(['日', '号']);
    let numbers = text.split(['年', '月', '/', '.']).map(|part| part.trim().parse().ok());
    numbers.collect::<Option<Vec<u16>>>().filter(|numbers| numbers.len() <= 3)
}

fn written(numbers: &[u16]) -> Option<String> {
    match numbers {
        [month, day] => Some(format!("{month:02}-{day:02}")),
        [year, month, day] => Some(format!("{year:04}-{month:02}-{day:02}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_as_people_say_them_are_written_as_the_language_takes_them() {
        for (said, expected) in [
            ("早上9点到晚上9点", "09:00-21:00"),
            ("早上九点到晚上九点半", "09:00-21:30"),
            ("上午10点—下午6点30分", "10:00-18:30"),
            ("下午2点-6点", "14:00-18:00"),
            ("晚上10点到凌晨2点", "22:00-02:00"),
            ("下午两点到晚上十二点", "14:00-24:00"),
            ("中午12点至下午1点", "12:00-13:00"),
            ("9am-9pm", "09:00-21:00"),
        ] {
            assert_eq!(hours(said).as_deref(), Some(expected), "{said}");
        }
        for unclear in ["早上9点到6点", "早上到晚上", "9-21", "早上9点", "早上25点到晚上9点", "全天", ""]
        {
            assert_eq!(hours(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn dates_as_people_say_them_are_written_as_the_language_takes_them() {
        for (said, expected) in [
            ("10月1日-10月7日", "10-01..10-07"),
            ("10月1号—7号", "10-01..10-07"),
            ("10/1-10/7", "10-01..10-07"),
            ("10.1-10.7", "10-01..10-07"),
            ("2026年10月1日-7日", "2026-10-01..2026-10-07"),
            ("2026.10.1", "2026-10-01"),
        ] {
            assert_eq!(dates(said).as_deref(), Some(expected), "{said}");
        }
        for unclear in ["10月", "1-5", "2月30日", "2026年10月7日-1日", "国庆", ""] {
            assert_eq!(dates(unclear), None, "{unclear}");
        }
    }
}
