//! What was meant: when YAML cannot be parsed, finds in the author's own lines what went wrong. It looks
//! at the text alone; the parser's words are the last resort.

use super::Span;
use super::fault::{BlockBegin, YamlFault};
use super::indent::{lines, misfit};
use crate::rules::diagnostic::Meant;
use crate::rules::grammar::MAPPINGS;

/// One or more faults for a place at which the parser gave up.
pub fn explain(text: &str, offset: usize, reason: &str) -> Vec<(YamlFault, Span)> {
    let indents = wrong_indents(text);
    if !indents.is_empty() {
        return indents;
    }
    let offset = offset.min(text.len());
    let at = line_at(text, offset);
    // the parser often stops at the first line after the one that is wrong
    let before = lines(text).into_iter().map(|line| line.span).take_while(|line| line.start <= at.end);
    let mut near: Vec<Span> = before.collect();
    near.reverse();
    near.truncate(4);
    let near: Vec<Span> = near.into_iter().map(|line| line_at(text, line.start)).collect();
    let find = |explain: fn(&str) -> Option<(YamlFault, Span)>| {
        near.iter().find_map(|line| {
            let (fault, within) = explain(&text[line.clone()])?;
            Some(vec![(fault, line.start + within.start..line.start + within.end)])
        })
    };
    if let Some(found) = find(explain_line).or_else(|| find(missing_colon)) {
        return found;
    }
    if let Some(found) = unclosed(text) {
        return vec![found];
    }
    if let Some(found) = find(missing_blank) {
        return found;
    }
    if let Some(misfit) = misfit(text) {
        return vec![(YamlFault::WrongIndent { block: BlockBegin(Some(misfit.block)) }, misfit.span)];
    }
    let content = at.start + (text[at.clone()].len() - text[at.clone()].trim_start().len());
    if reason.contains("indent")
        || reason.contains("mapping")
        || reason.contains("'-'")
        || reason.contains("block")
    {
        return vec![(YamlFault::WrongIndent { block: BlockBegin(None) }, content..at.end)];
    }
    let reason = reason.split(" at ").next().unwrap_or(reason).to_owned();
    vec![(YamlFault::Unreadable { reason }, offset..at.end.max(offset))]
}

/// The line that holds this byte, without its end.
fn line_at(text: &str, offset: usize) -> Span {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    start..end
}

/// Every line that is indented with something that only looks like blanks.
pub fn wrong_indents(text: &str) -> Vec<(YamlFault, Span)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let indent = &line[..line.len() - line.trim_start().len()];
        let is_blank = line.trim().is_empty();
        if let (false, Some(at)) = (is_blank, indent.find('\t')) {
            found.push((YamlFault::TabIndent {}, start + at..start + at + 1));
        } else if let (false, Some((at, c))) =
            (is_blank, indent.char_indices().find(|(_, c)| !matches!(c, ' ' | '\r')))
        {
            found.push((YamlFault::WideIndent {}, start + at..start + at + c.len_utf8()));
        }
        start += line.len();
    }
    found
}

/// What is wrong with a line, looked at alone.
fn explain_line(line: &str) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let value_at = value_start(line);
    let (lead, value) = line.split_at(value_at);
    match value.chars().next()? {
        '#' => None,
        quote @ ('"' | '\'') => quoted_value(line, value_at, quote),
        '[' | '{' => in_brackets(line, value_at),
        '“' | '”' | '‘' | '’' => {
            let inside = value.trim_matches(['“', '”', '‘', '’']);
            Some((YamlFault::CurlyQuotes { fixed: fixed(lead, &quoted(inside)) }, value_at..line.len()))
        }
        sign @ ('@' | '`' | '%' | '!' | '&' | '*' | '|' | '>' | ']' | '}' | ',' | '?')
            if !is_block_mark(value) =>
        {
            let fault = YamlFault::LeadingSign { sign, fixed: fixed(lead, &quoted(value)) };
            Some((fault, value_at..line.len()))
        }
        _ => colon_in_text(line, value_at).or_else(|| wide_colon(line, value_at)),
    }
}

/// The line as it should be: what leads to the value, and the value.
fn fixed(lead: &str, value: &str) -> String {
    format!("{}{value}", lead.trim_start())
}

/// `reply: 地址: 中山路`
fn colon_in_text(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let colon = value.find(": ").or(value.ends_with(':').then(|| value.len() - 1))?;
    let at = value_at + colon;
    let fault = YamlFault::ColonInText { fixed: fixed(lead, &quoted(value)) };
    lead.trim_end().ends_with(':').then_some((fault, at..at + 1))
}

/// `keyword：你好`
fn wide_colon(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let colon = value.find('：').filter(|colon| is_key(&value[..*colon]))?;
    let behind = value[colon + '：'.len_utf8()..].trim_start();
    let line = format!("{}: {behind}", &value[..colon]);
    let at = value_at + colon;
    let fault = YamlFault::WideColon { fixed: fixed(lead, line.trim_end()) };
    (!lead.trim_end().ends_with(':')).then_some((fault, at..at + '：'.len_utf8()))
}

/// What is wrong with a value that begins with a bracket.
fn in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let whole = value_at..line.len();
    if value.starts_with("{{") || value.starts_with("{%") {
        return Some((YamlFault::LeadingBraces { fixed: fixed(lead, &quoted(value)) }, whole));
    }
    if value.starts_with('[') && lead.contains("regex") {
        return Some((YamlFault::BracketRegex { fixed: fixed(lead, &format!("'{value}'")) }, whole));
    }
    if let Some(found) = braces_in_brackets(line, value_at).or_else(|| escape_in_brackets(line, value_at)) {
        return Some(found);
    }
    let (sign, closing) = if value.starts_with('[') { ('[', ']') } else { ('{', '}') };
    if !value.contains(closing) {
        return Some((YamlFault::Unclosed { sign }, value_at..value_at + 1));
    }
    let goes_on = !value.ends_with([']', '}']) && !value.contains(" #");
    goes_on.then(|| (YamlFault::LeadingSign { sign, fixed: fixed(lead, &quoted(value)) }, whole))
}

/// `{regex: "\d+"}`
fn escape_in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let mut at = value_at;
    while let Some(open) = line[at..].find('"').map(|found| at + found) {
        let close = open + 1 + line[open + 1..].find('"')?;
        if let Some((YamlFault::UnknownEscape { escape, .. }, span)) =
            quoted_value(&line[..=close], open, '"')
        {
            let fixed = format!("'{}'", &line[open + 1..close]);
            return Some((YamlFault::UnknownEscape { escape, fixed }, span));
        }
        at = close + 1;
    }
    None
}

/// `{text: 您好 {{ text }}}`: the text ends at the next `,` or at the bracket behind the braces.
fn braces_in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let mut quote = None;
    let mut begins = value_at;
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < value_at) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') if line[at..].starts_with("{{") && at > value_at => {
                let closed = at + line[at..].find("}}")? + 2;
                let end = closed + line[closed..].find([',', '}', ']']).unwrap_or(line.len() - closed);
                let begin = begins + (line[begins..].len() - line[begins..].trim_start().len());
                let text = line[begin..end].trim_end();
                return Some((
                    YamlFault::BracesInBrackets { fixed: quoted(text) },
                    begin..begin + text.len(),
                ));
            }
            (None, ':' | ',' | '[' | '{') => begins = at + 1,
            _ => {}
        }
    }
    None
}

/// `reply 你好`, or a key alone without its colon.
fn missing_colon(line: &str) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let start = value_start(line);
    let content = &line[start..];
    let key = content.split(' ').next().unwrap_or_default();
    let is_key = MAPPINGS.iter().any(|mapping| mapping.names().any(|name| name == key));
    let value = content[key.len()..].trim_start();
    let fixed = if value.is_empty() { format!("{key}:") } else { format!("{key}: {value}") };
    let fault = YamlFault::MissingColon { key: key.to_owned(), fixed };
    let is_value = line[..start].trim_end().ends_with(':');
    (is_key && !is_value && !content.contains(':')).then_some((fault, start..start + key.len()))
}

/// `keyword:你好` and `-你好`, which YAML reads as one word.
fn missing_blank(line: &str) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let content = line.len() - line.trim_start().len();
    let text = &line[content..];
    if let Some(rest) =
        text.strip_prefix('-').filter(|rest| !rest.starts_with([' ', '-']) && !rest.is_empty())
    {
        return Some((YamlFault::NoBlankAfterDash { fixed: format!("- {rest}") }, content..content + 1));
    }
    let text = text.strip_prefix("- ").unwrap_or(text);
    let start = line.len() - text.len();
    let colon = text.find(':')?;
    let behind = text[colon + 1..].chars().next()?;
    (is_key(&text[..colon]) && !behind.is_whitespace()).then(|| {
        let fixed = format!("{}: {}", &text[..colon], &text[colon + 1..]);
        (YamlFault::NoBlankAfterColon { fixed }, start + colon..start + colon + 1)
    })
}

/// A value in quotes that does not end where its quotes do, or that holds an unknown `\x`.
fn quoted_value(line: &str, value_at: usize, quote: char) -> Option<(YamlFault, Span)> {
    let value = &line[value_at..];
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                let (_, escaped) = chars.next()?;
                if !"0abtnvfre \"/\\N_LPxuU\t".contains(escaped) {
                    let span = value_at + at..value_at + at + 1 + escaped.len_utf8();
                    let inside = value[1..].trim_end_matches('"');
                    let fixed = format!("{}'{inside}'", line[..value_at].trim_start());
                    return Some((YamlFault::UnknownEscape { escape: format!("\\{escaped}"), fixed }, span));
                }
            }
            '\'' if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
            }
            c if c == quote => {
                let behind = value[at + 1..].trim_start();
                if behind.is_empty() || behind.starts_with(['#', ',', ']', '}', ':']) {
                    return None;
                }
                let start = value_at + at + 1;
                let fixed = format!("{}'{}'", line[..value_at].trim_start(), value.replace('\'', "''"));
                return Some((YamlFault::TextBehindQuote { fixed }, start..line.len()));
            }
            _ => {}
        }
    }
    None
}

/// A quote or bracket that is opened and never closed: where it was opened.
fn unclosed(text: &str) -> Option<(YamlFault, Span)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value_at = value_start(line.trim_end());
        let value = line.trim_end().get(value_at..).unwrap_or("");
        let first = value.chars().next().unwrap_or(' ');
        let closed = match first {
            '"' => value.len() > 1 && value.trim_end().ends_with('"'),
            '\'' => value.len() > 1 && value.trim_end().ends_with('\''),
            '[' => value.contains(']'),
            '{' => value.contains('}'),
            _ => true,
        };
        if !closed {
            let at = start + value_at;
            return Some((YamlFault::Unclosed { sign: first }, at..at + 1));
        }
        start += line.len();
    }
    None
}

/// Where the value of a line begins: behind `- ` and `key: `.
fn value_start(line: &str) -> usize {
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

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= 24
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// `|`, `>-` and the like at the end of a line begin a text of several lines.
fn is_block_mark(value: &str) -> bool {
    value.starts_with(['|', '>']) && value[1..].chars().all(|c| matches!(c, '-' | '+' | '0'..='9'))
}

/// The text in quotes that change nothing in it.
pub fn quoted(text: &str) -> String {
    if text.contains('"') || text.contains('\\') {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

/// The word that was perhaps meant.
pub fn meant(word: Option<&str>) -> Meant {
    Meant(word.map(str::to_owned))
}
