//! One line of a rule file: where its value begins, what its quotes hold, and the line as it should be.

use crate::language::diagnostic::Correction;
use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;

/// The line as it should be: what leads to its value, and this value.
pub fn corrected(line: &str, value_at: usize, value: &str) -> Correction {
    // what looks blank may be part of the value: a lone carriage return, a full-width blank
    let content = (line.len() - line.trim_start().len()).min(value_at);
    Correction::new(content..line.len(), format!("{}{value}", &line[content..value_at]))
}

/// Where the value of a line begins: behind `- ` and `key: `.
pub fn value_start(line: &str) -> usize {
    let mut at = line.len() - line.trim_start().len();
    while let Some(rest) = line[at..].strip_prefix("- ") {
        at = line.len() - rest.trim_start().len();
    }
    let rest = &line[at..];
    if let Some(colon) = rest.find(": ").filter(|colon| is_key(&rest[..*colon])) {
        let value = rest[colon + 2..].trim_start();
        return line.len() - value.len();
    }
    if let Some(key) = rest.strip_suffix(':').filter(|key| is_key(key)) {
        return at + key.len() + 1;
    }
    at
}

pub fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= 24
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// A value in quotes that does not end where its quotes do, or that holds an unknown `\x`.
pub fn quoted_value(line: &str, value_at: usize, quote: char) -> Option<(YamlFault, Span)> {
    let value = &line[value_at..];
    let end = quoted_end(value, quote);
    if quote == '"'
        && let Some((escape, within)) = unknown_escape(&value[..end.unwrap_or(value.len())])
    {
        let (text, behind) = value.split_at(end.unwrap_or(value.len()));
        let text = text[1..].trim_end_matches('"').replace('\'', "''");
        let fixed = corrected(line, value_at, &format!("'{text}'{behind}"));
        let span = value_at + within.start..value_at + within.end;
        return Some((YamlFault::UnknownEscape { escape, fixed }, span));
    }
    let (whole, behind) = value.split_at(end?);
    let span = value_at + whole.len()..line.len();
    if behind.starts_with('#') {
        let remark = format!("{whole} # {}", behind.trim_start_matches(['#', ' ']));
        return Some((YamlFault::WrongComment { fixed: corrected(line, value_at, &remark) }, span));
    }
    let behind = behind.trim_start();
    if behind.is_empty() || behind.starts_with(['#', ',', ']', '}', ':']) {
        return None;
    }
    let inside = value[1..].strip_suffix(quote).unwrap_or(value);
    Some((YamlFault::TextBehindQuote { fixed: corrected(line, value_at, &quoted(inside)) }, span))
}

/// The first `\x` between double quotes that means nothing, and where it stands.
pub fn unknown_escape(quoted: &str) -> Option<(String, Span)> {
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (escaped_at, escaped) = chars.next()?;
        let behind = escaped_at + escaped.len_utf8();
        let digits = quoted[behind..].chars().take_while(char::is_ascii_hexdigit).count();
        let needed = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if !"0abtnvfre \"/\\N_LPxuU\t".contains(escaped) || digits < needed {
            return Some((quoted[at..behind].to_owned(), at..behind));
        }
    }
    None
}

/// The key and its value as they should be written. What stands between them as a sign of its own (`=`, `=>`, `;`) is
/// dropped, and a value that YAML would misread is put in quotes.
pub fn key_and_value(key: &str, value: &str) -> String {
    let value =
        value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '＝' | '→' | ';' | '；'));
    let value =
        ["->", "> ", ":", "："].into_iter().find_map(|sign| value.strip_prefix(sign)).unwrap_or(value).trim();
    let is_mark = value.chars().next().is_some_and(|first| "@`%&*!],}?#".contains(first))
        || (value.starts_with(['|', '>']) && value.contains(|c: char| c.is_alphanumeric()));
    let is_mapping = value.contains(": ") || value.ends_with(':');
    let is_enclosed = value.starts_with(['"', '\'', '[', '{']);
    let value = if !is_enclosed && (is_mark || is_mapping) { quoted(value) } else { value.to_owned() };
    format!("{}: {value}", key.trim()).trim_end().to_owned()
}

/// The key and its value, with a blank behind the colon, where it is certain what the value is.
pub fn with_blank(at: Span, key: &str, value: &str) -> Correction {
    if is_exchanged(value) { Correction::NONE } else { Correction::new(at, key_and_value(key, value)) }
}

/// Whether a blank may have changed places with the sign before it, as in `menu:D RINKS`: then nobody knows the text.
pub fn is_exchanged(behind_sign: &str) -> bool {
    behind_sign.chars().nth(1) == Some(' ')
}

/// The words as a list in brackets, in quotes where one needs them there.
pub fn list_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(in_list).collect();
    format!("[{}]", words.join(", "))
}

/// A word as it stands inside brackets.
pub fn in_list(word: &str) -> String {
    let is_mark = word.starts_with(|first: char| "@`%&*!|>?#-:\"'".contains(first));
    let is_split = word.contains([',', '[', ']', '{', '}']) || word.ends_with(':');
    let needs_quotes = is_mark || is_split || word.contains(": ") || word.contains(" #");
    if needs_quotes { quoted(word) } else { word.to_owned() }
}

/// Where a text in quotes ends, behind its closing quotation mark.
pub fn quoted_end(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => _ = chars.next(),
            '\'' if quote == c && chars.peek().is_some_and(|(_, next)| *next == c) => _ = chars.next(),
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The text in quotes that change nothing in it.
pub fn quoted(text: &str) -> String {
    if text.contains('"') || text.contains('\\') {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

/// Where an offset of a text of several lines lies in what is written, indented as it is there.
pub fn in_lines(written: &str, value: &str, offset: usize) -> Option<usize> {
    let begin = value[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = value[begin..].lines().next().filter(|line| !line.trim().is_empty())?;
    let number = value[..begin].matches('\n').count();
    // the line of the mark is the first one, where it belongs to what is written
    let skipped = usize::from(written.starts_with(['|', '>']));
    let at = written.split_inclusive('\n').take(number + skipped).map(str::len).sum::<usize>();
    let there = written.get(at..)?.lines().next()?;
    Some(at + there.find(line)? + offset - begin)
}
