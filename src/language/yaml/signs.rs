//! Signs that look like those of YAML and are none: full-width brackets, curly quotes, dashes of other lengths,
//! other marks of a comment and between words. It looks at one line or word alone.

use crate::engine::fold::is_chinese;
use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::{is_key, key_and_value, list_of};

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
        let fault = YamlFault::WrongDash { sign: sign.to_owned(), fixed: format!("- {rest}") };
        return has_key.then_some((fault, start..start + sign.len()));
    }
    let mark = ["＃", "//"].into_iter().find(|mark| content.starts_with(mark))?;
    let fixed = format!("# {}", content[mark.len()..].trim_start());
    Some((YamlFault::WrongComment { fixed }, start..start + mark.len()))
}

/// What people write for the `-` of a list: another dash, a dot, a star, a number.
fn wrong_dash(content: &str) -> Option<&str> {
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
    let is_list = text.starts_with(['［', '【']);
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
pub fn listed_with_other_sign(text: &str) -> Option<YamlFault> {
    let first = text.chars().next().filter(|first| WRONG_DASHES.contains(first))?;
    let fixed = format!("- {}", text.lines().next()?[first.len_utf8()..].trim());
    let all = text.lines().all(|line| line.trim_start().starts_with(first));
    all.then(|| YamlFault::WrongDash { sign: first.to_string(), fixed })
}

/// What is wrong with a word without quotes. Signs between words count where several words are not expected.
pub fn misread_word(word: &str, signs_count: bool) -> Option<YamlFault> {
    let first = word.chars().next()?;
    if WRONG_DASHES.contains(&first) && word[first.len_utf8()..].starts_with(char::is_whitespace) {
        let fixed = format!("- {}", word[first.len_utf8()..].trim_start());
        return Some(YamlFault::WrongDash { sign: first.to_string(), fixed });
    }
    if is_wide_bracket(first) {
        return Some(YamlFault::WideBracket { fixed: half_width_brackets(word) });
    }
    if !signs_count {
        return None;
    }
    if in_lenticular_brackets(word) {
        return Some(YamlFault::WideBracket { fixed: half_width_brackets(word) });
    }
    several(word).map(|fixed| YamlFault::SeveralWords { fixed })
}

/// The list of the words that are written as one; `None` where it is one.
pub fn several(word: &str) -> Option<String> {
    let word = word.replace(", ", "，");
    let word = semicolons_as_commas(&blanks_as_commas(&word));
    let mut brackets = [('(', ')'), ('（', '）')].into_iter();
    let inside = brackets.find_map(|(opening, closing)| word.strip_prefix(opening)?.strip_suffix(closing));
    let word = inside.filter(|inside| !inside.contains(['(', '（'])).unwrap_or(&word);
    let parts: Vec<&str> = word.split(['，', '、', '；', '|', '｜', '“', '”']).map(str::trim).collect();
    let found: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    (parts.len() > 1 && !found.is_empty()).then(|| list_of(found))
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

/// `keyword 你好` and `keyword = 你好` with the colon, where the first word is one of the keys.
pub fn without_colon(line: &str, known: &[&str]) -> Option<String> {
    let (key, value) = line.split_once([' ', '=', '＝'])?;
    let value = value.trim_start();
    (known.contains(&key) && !value.is_empty()).then(|| key_and_value(key, value))
}
