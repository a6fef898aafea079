//! Signs that look like those of YAML and are none: full-width brackets, curly quotes, dashes of other lengths,
//! other marks of a comment and between words. It looks at one line or word alone.

use crate::engine::fold::is_chinese;
use crate::language::diagnostic::Correction;
use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::{in_list as word_in_list, is_key, key_and_value};

/// Emoticons of Weibo that are hardly ever asked for as words.
#[rustfmt::skip]
pub const EMOTICONS: &[&str] = &[
    "微笑", "心", "嘻嘻", "偷笑", "泪", "害羞", "抓狂", "馋嘴", "挤眼", "亲亲", "抱抱", "作揖", "允悲", "吃瓜", "二哈", "doge",
    "笑cry", "太开心", "憧憬", "跪了", "摊手", "好爱哦", "给你小心心",
];

/// `－ when: …`, `· when: …`, `＃ note` and `// note` at the beginning of a line.
pub fn wrong_sign(line: &str) -> Option<(YamlFault, Span)> {
    let start = line.len() - line.trim_start().len();
    let content = &line[start..];
    if content.starts_with("```") {
        return Some((YamlFault::MarkdownFence {}, start..line.len()));
    }
    if let Some(sign) = wrong_dash(content) {
        let rest = content[sign.len()..].trim_start();
        let has_key = rest.split_once([':', '：']).is_some_and(|(key, _)| is_key(key));
        // what stands below is indented as far as what stands behind the sign
        let width = content[..content.len() - rest.len()].chars().count().saturating_sub(1).max(1);
        let fixed = Correction::new(start..line.len(), format!("-{}{rest}", " ".repeat(width)));
        let fault = YamlFault::WrongDash { sign: sign.to_owned(), fixed };
        return has_key.then_some((fault, start..start + sign.len()));
    }
    let mark = ["＃", "//"].into_iter().find(|mark| content.starts_with(mark))?;
    let remark = format!("# {}", content[mark.len()..].trim_start());
    let fixed = Correction::new(start..line.len(), remark);
    Some((YamlFault::WrongComment { fixed }, start..start + mark.len()))
}

/// What people write for the `-` of a list: another dash, a dot, a star, a number.
pub fn wrong_dash(content: &str) -> Option<&str> {
    let digits = content.len() - content.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sign = content[digits..].chars().next()?;
    let marks: &[char] = if digits > 0 { &['.', '、', ')', '．'] } else { &WRONG_DASHES };
    marks.contains(&sign).then(|| &content[..digits + sign.len_utf8()])
}

const WRONG_DASHES: [char; 10] = ['－', '–', '—', '‐', '−', '·', '•', '●', '*', '+'];

pub fn is_wide_bracket(sign: char) -> bool {
    matches!(sign, '｛' | '［')
}

/// `【你好】`: the Chinese input method types these for `[ ]`.
fn in_lenticular_brackets(text: &str) -> bool {
    let closed = text.starts_with('【').then(|| text.find('】')).flatten();
    closed.is_some_and(|at| at + '】'.len_utf8() == text.len())
}

/// The text with the brackets, commas and colons of YAML in the place of the full-width ones.
pub fn half_width_brackets(text: &str) -> String {
    let is_list = text.starts_with(['[', '［', '【']);
    let half = |c: char| match c {
        '【' if is_list => "[".to_owned(),
        '】' if is_list => "]".to_owned(),
        '、' if is_list => ", ".to_owned(),
        '｛' => "{".to_owned(),
        '｝' => "}".to_owned(),
        '［' => "[".to_owned(),
        '］' => "]".to_owned(),
        '，' => ", ".to_owned(),
        '：' => ": ".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(half).collect()
}

/// What stands between curly quotes that enclose the whole text and nothing else; one of them may be straight.
pub fn curly_quoted(text: &str) -> Option<&str> {
    const MARKS: [char; 8] = ['“', '”', '‘', '’', '＂', '＇', '"', '\''];
    let inside = text.strip_prefix(['“', '”', '‘', '＂', '＇'])?.strip_suffix(MARKS)?;
    (!inside.contains(MARKS)).then_some(inside)
}

/// Keys that nobody writes at the beginning of a line to a fan.
const ENDING_A_TEXT: &[&str] =
    &["when", "follow_up", "examples", "counterexamples", "fallback", "priority", "one_of", "articles"];

/// Whether a line of a text was to be the next key of the rule, or an item of it.
pub fn is_next_key(line: &str) -> bool {
    let line = line.trim();
    let (key, value) = line.split_once(':').unwrap_or((line, "?"));
    line.starts_with("- {") || ENDING_A_TEXT.contains(&key) && (value.is_empty() || value.starts_with(' '))
}

/// Lines that YAML joins because each begins with something else than the `-` of a list.
pub fn listed_with_other_sign(text: &str, at: &Span) -> Option<YamlFault> {
    let first = text.chars().next().filter(|first| WRONG_DASHES.contains(first))?;
    let item = |line: &str| {
        let (indent, item) = line.split_once(first).filter(|(indent, _)| indent.trim().is_empty())?;
        Some(format!("{indent}- {}", item.trim_start()))
    };
    let items: Vec<String> = text.lines().map(item).collect::<Option<_>>()?;
    let fixed = Correction::new(at.start..at.start + text.len(), items.join("\n"));
    Some(YamlFault::WrongDash { sign: first.to_string(), fixed })
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    BehindItsKey,
    InBrackets,
    OnItsLine,
}

/// What is wrong with a word without quotes, alone or inside of the brackets of a list. On a line of its own it may hold
/// signs that separate words elsewhere.
pub fn misread_word(word: &str, at: &Span, stands: Stands) -> Option<YamlFault> {
    let first = word.chars().next()?;
    let correction = |fixed| Correction::new(at.clone(), fixed);
    if WRONG_DASHES.contains(&first) && word[first.len_utf8()..].starts_with(char::is_whitespace) {
        let fixed = format!("- {}", word[first.len_utf8()..].trim_start());
        return Some(YamlFault::WrongDash { sign: first.to_string(), fixed: correction(fixed) });
    }
    if is_wide_bracket(first) {
        return Some(YamlFault::WideBracket { fixed: correction(half_width_brackets(word)) });
    }
    if stands == Stands::OnItsLine {
        return None;
    }
    if in_lenticular_brackets(word) {
        return Some(YamlFault::WideBracket { fixed: correction(half_width_brackets(word)) });
    }
    let several = several(word, stands == Stands::InBrackets)?;
    if has_quoted_part(word) {
        let fixed = within_quotes(word).map_or(Correction::NONE, correction);
        return Some(YamlFault::SignsRoundWords { fixed });
    }
    Some(YamlFault::SeveralWords { fixed: several.map_or(Correction::NONE, correction) })
}

/// `包含“开门”` and `几点“开”门`: quotes round a part of a word.
fn has_quoted_part(word: &str) -> bool {
    let is_beside = |c: char| c.is_alphanumeric();
    let is_joining = |text: &str| [EITHER.as_slice(), &ALL_OF].concat().contains(&text);
    let opens = word.match_indices('“').any(|(at, _)| word[..at].ends_with(is_beside));
    let closes = word.match_indices('”').any(|(at, sign)| word[at + sign.len()..].starts_with(is_beside));
    let outside = word.split('“').map(|part| part.rsplit('”').next().unwrap_or_default().trim());
    (opens || closes)
        && word.matches('“').count() == word.matches('”').count()
        && !outside.clone().any(is_joining)
}

/// The word around one pair of quotes and between them, where text stands on both sides.
fn within_quotes(word: &str) -> Option<String> {
    let (before, rest) = word.split_once('“')?;
    let (quoted, behind) = rest.split_once('”')?;
    let is_text = |part: &&str| !part.is_empty() && part.chars().all(char::is_alphanumeric);
    [before, quoted, behind].iter().all(is_text).then(|| format!("{before}{quoted}{behind}"))
}

/// What several words are that are written as one: a list, or inside of a list its items. `None` where it is one word.
pub fn several(word: &str, in_list: bool) -> Option<Option<String>> {
    let mut parts = parts(word)?;
    parts.retain(|part| !EITHER.contains(&part.as_str()));
    // a blank slips into a word as well, and who says "and" means no list
    let is_doubtful = in_list && !word.contains(SEPARATORS)
        || parts.iter().any(|part| part.chars().count() > LONGEST_WORD || ALL_OF.contains(&part.as_str()))
        // nor where half of a pair of quotes was to begin or to end
        || parts.iter().any(|part| part.starts_with(QUOTES) || part.ends_with(QUOTES))
        || word.matches('“').count() != word.matches('”').count()
        // half of a pair of brackets: nobody knows where the list was to begin or to end
        || word.contains(['。', '\n', '[', ']', '【', '】', '「', '」']);
    let items: Vec<String> = parts.iter().map(|part| word_in_list(part)).collect();
    let written = if in_list { items.join(", ") } else { format!("[{}]", items.join(", ")) };
    Some((!is_doubtful).then_some(written))
}

const QUOTES: [char; 6] = ['"', '\'', '‘', '’', '＂', '＇'];
/// Characters of what is taken for one of several words.
const LONGEST_WORD: usize = 20;
const SEPARATORS: [char; 9] = ['，', '、', '；', ';', '|', '｜', '“', '”', ','];
const EITHER: [&str; 2] = ["或", "或者"];
const ALL_OF: [&str; 6] = ["和", "与", "及", "跟", "且", "并且"];

/// The words that are written as one.
fn parts(word: &str) -> Option<Vec<String>> {
    let word = word.replace(", ", "，");
    let word = semicolons_as_commas(&blanks_as_commas(&word));
    let mut brackets = [('(', ')'), ('（', '）')].into_iter();
    let inside = brackets.find_map(|(opening, closing)| word.strip_prefix(opening)?.strip_suffix(closing));
    let word = inside.filter(|inside| !inside.contains(['(', '（'])).unwrap_or(&word);
    let parts: Vec<&str> = word.split(['，', '、', '；', '|', '｜', '“', '”']).map(str::trim).collect();
    let found: Vec<String> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| (*part).to_owned()).collect();
    (parts.len() > 1 && !found.is_empty()).then_some(found)
}

/// `你好;您好`, with a comma in the place of the half-width semicolon.
fn semicolons_as_commas(word: &str) -> String {
    let parts: Vec<&str> = word.split(';').map(str::trim).collect();
    let are_chinese = parts.iter().all(|part| part.starts_with(is_chinese) && part.ends_with(is_chinese));
    if are_chinese { parts.join("，") } else { word.to_owned() }
}

/// `你好 您好`, where the blank would be dropped when words are compared, with a comma in its place.
fn blanks_as_commas(word: &str) -> String {
    let parts: Vec<&str> = word.split_whitespace().collect();
    let Some((first, rest)) = parts.split_first() else { return word.to_owned() };
    rest.iter().fold((*first).to_owned(), |joined, part| {
        let chinese = joined.ends_with(is_chinese) && part.starts_with(is_chinese);
        joined + if chinese { "，" } else { " " } + part
    })
}

/// Signs that stand behind a key in the place of its colon.
pub const BEHIND_KEY: [char; 5] = [' ', '=', '＝', ';', '；'];

/// `keyword 你好` and `keyword = 你好` with the colon, where the first word is one of the keys.
pub fn without_colon(line: &str, known: &[&str]) -> Option<String> {
    let (key, value) = line.split_at(line.find(|c: char| !(c.is_alphanumeric() || c == '_'))?);
    let value = value.strip_prefix(BEHIND_KEY)?.trim_start();
    (known.contains(&key) && !value.is_empty()).then(|| key_and_value(key, value))
}
