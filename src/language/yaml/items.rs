//! Lists whose items are not separated by one half-width comma each: by a Chinese comma, by two commas, or by
//! none. Only the text of the list is looked at; lists of lists and of mappings are left alone.

use crate::language::diagnostic::Correction;
use crate::language::grammar::Grammar;
use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::{corrected, list_of, quoted_end, value_start};

/// The list in brackets in which the parser gave up, where its items are badly parted.
pub fn list_around(text: &str, offset: usize) -> Option<(YamlFault, Span)> {
    let offset = text.floor_char_boundary(offset);
    let end = offset + text[offset..].chars().next().map_or(0, char::len_utf8);
    let open = text[..end].rfind('[')?;
    let begins_value = text[..open].trim_end().ends_with([':', '-', ',']);
    let close = open + text[open..].find(']').filter(|_| begins_value)?;
    let inside = &text[open + 1..close];
    // a bracket that is never closed is no list up to the next one
    let holds_key =
        inside.contains('\n') && inside.lines().any(|line| line.contains(": ") || line.ends_with(':'));
    if inside.contains(['{', '}', '#']) || holds_key {
        return None;
    }
    let (items, is_whole) = items(inside)?;
    let at = open..close + 1;
    let fixed = Correction::new(at.clone(), list_of(items));
    (!is_whole).then_some((YamlFault::BadlyParted { fixed }, at))
}

/// `keyword: "你好", "您好"`: items in quotes without the brackets round them.
pub fn list_without_brackets(line: &str, grammar: &Grammar) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let value_at = value_start(line);
    let value = &line[value_at..];
    let key = line[..value_at].trim_end().strip_suffix(':')?;
    let key = key.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    if !value.starts_with(['"', '\'']) || !grammar.keys(key).any(|key| key.form.takes_several()) {
        return None;
    }
    let (items, _) = items(value)?;
    let fixed = corrected(line, value_at, &list_of(items.iter().copied()));
    let fault = YamlFault::BadlyParted { fixed };
    (items.len() > 1).then_some((fault, value_at..line.len()))
}

/// The items without their quotes, and whether one half-width comma stands between each two. `None` when there
/// is something else beside a text in quotes.
fn items(inside: &str) -> Option<(Vec<&str>, bool)> {
    const SIGNS: [char; 5] = [',', '，', '、', ';', '；'];
    let is_gap = |c: char| c.is_whitespace() || SIGNS.contains(&c);
    let (mut items, mut is_whole, mut is_after_quotes) = (Vec::new(), true, false);
    let mut rest = inside;
    loop {
        let item = rest.trim_start_matches(is_gap);
        let gap: String = rest[..rest.len() - item.len()].split_whitespace().collect();
        if item.is_empty() {
            is_whole &= gap.is_empty() || gap == ",";
            return (!items.is_empty()).then_some((items, is_whole));
        }
        is_whole &= gap == if items.is_empty() { "" } else { "," };
        if is_after_quotes && gap.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        let end = match item.chars().next() {
            Some(quote @ ('"' | '\'')) => quoted_end(item, quote)?,
            _ => item.find([',', '\n']).unwrap_or(item.len()),
        };
        is_after_quotes = item.starts_with(['"', '\'']);
        let word = item[..end].trim();
        items.push(if is_after_quotes { &word[1..word.len() - 1] } else { word });
        rest = &item[end..];
    }
}
