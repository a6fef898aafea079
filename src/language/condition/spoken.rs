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
    let begin = first.minute(first.part?)?;
    // a morning does not tell which part of the day comes next, and an afternoon or evening goes on
    let goes_on = || first.part.filter(|part| matches!(part, Part::Afternoon | Part::Evening));
    let end = last.minute(last.part.or_else(goes_on)?)?;
    // midnight ends what it does not begin
    let end = if end == 0 { DAY } else { end };
    if last.part.is_none() && end <= begin {
        return None;
    }
    let written = format!("{:02}:{:02}-{:02}:{:02}", begin / 60, begin % 60, end / 60, end % 60);
    (begin < DAY && Hours::parse(&written).is_ok()).then_some(written)
}

/// Minutes.
const NOON: u16 = 12 * 60;
const DAY: u16 = 24 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Twelve o'clock is its beginning.
    SmallHours,
    Morning,
    Noon,
    /// Twelve o'clock is its beginning.
    Afternoon,
    /// Twelve o'clock is its end.
    Evening,
}

const PARTS: [(&str, Part); 14] = [
    ("凌晨", Part::SmallHours),
    ("清晨", Part::Morning),
    ("早上", Part::Morning),
    ("早晨", Part::Morning),
    ("上午", Part::Morning),
    ("早", Part::Morning),
    ("中午", Part::Noon),
    ("下午", Part::Afternoon),
    ("傍晚", Part::Afternoon),
    ("晚上", Part::Evening),
    ("夜里", Part::Evening),
    ("晚", Part::Evening),
    ("am", Part::SmallHours),
    ("pm", Part::Afternoon),
];

/// A time of day, and the part of the day that is said with it.
struct Spoken {
    part: Option<Part>,
    minutes: u16,
}

impl Spoken {
    fn of(text: &str) -> Option<Self> {
        let text = half_width(text).to_lowercase();
        let text = text.trim();
        let part = PARTS.iter().find(|(word, _)| text.starts_with(word) || text.ends_with(word));
        let bare = part.map_or(text, |(word, _)| {
            text.strip_prefix(word).or(text.strip_suffix(word)).unwrap_or(text).trim()
        });
        let bare = bare.trim_end_matches(['钟', '整', '分']);
        let (hour, minute) = bare.split_once(['点', '时', ':']).or(part.map(|_| (bare, "")))?;
        let minute = match minute {
            "" => 0,
            "半" => 30,
            minute => number(minute).filter(|minute| *minute < 60)?,
        };
        let hour = number(hour).filter(|hour| *hour <= 24)?;
        Some(Self { part: part.map(|(_, part)| *part), minutes: hour * 60 + minute })
    }

    /// Minutes since midnight, in this part of the day. `None` where it is not clear, as two o'clock in the evening.
    fn minute(&self, part: Part) -> Option<u16> {
        const SIX: u16 = 6 * 60;
        let said = self.minutes;
        let is_twelve = (NOON..NOON + 60).contains(&said);
        match part {
            Part::SmallHours if is_twelve => Some(said - NOON),
            Part::SmallHours | Part::Morning => Some(said).filter(|said| *said < NOON),
            // one o'clock at noon
            Part::Noon => Some(if said < SIX { said + NOON } else { said }),
            Part::Afternoon if said < NOON => Some(said + NOON),
            Part::Evening if said < SIX => None,
            Part::Evening if said <= NOON => Some(said + NOON),
            Part::Afternoon | Part::Evening => Some(said).filter(|said| *said <= DAY),
        }
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
            ("9am-12pm", "09:00-12:00"),
            ("12am-6am", "00:00-06:00"),
            ("凌晨12点到早上6点", "00:00-06:00"),
            ("晚上10点到凌晨12点", "22:00-24:00"),
            ("晚上8点到晚上12点", "20:00-24:00"),
        ] {
            assert_eq!(hours(said).as_deref(), Some(expected), "{said}");
        }
        for unclear in [
            "早上9点到6点",
            "晚上10点到2点",
            "晚上8点到夜里2点",
            "早上12点到下午2点",
            "早上到晚上",
            "9-21",
            "早上9点",
            "早上25点到晚上9点",
            "全天",
            "",
        ] {
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
