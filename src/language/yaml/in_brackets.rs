//! What was meant inside brackets: values such as `{keyword: 你好}` that YAML cannot parse. It looks at one
//! line alone.

use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::{fixed, is_key, quoted, unknown_escape};
use crate::language::yaml::signs::half_width_brackets;

/// What is wrong with a value that begins with a bracket.
pub fn in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let whole = value_at..line.len();
    if value.starts_with("{{") || value.starts_with("{%") {
        return Some((YamlFault::LeadingBraces { fixed: fixed(lead, &quoted(value)) }, whole));
    }
    if value.starts_with('[') && lead.contains("regex") {
        return Some((YamlFault::BracketRegex { fixed: fixed(lead, &format!("'{value}'")) }, whole));
    }
    let inside = regex_in_braces(line, value_at)
        .or_else(|| braces_in_brackets(line, value_at))
        .or_else(|| escape_in_brackets(line, value_at))
        .or_else(|| sign_in_brackets(line, value_at));
    if inside.is_some() {
        return inside;
    }
    let sign = if value.starts_with('[') { '[' } else { '{' };
    let Some(closed) = closing_bracket(value) else {
        if let Some(at) = value.find(['｝', '］']) {
            let fixed = fixed(lead, &half_width_brackets(value));
            return Some((YamlFault::WideBracket { fixed }, value_at + at..value_at + at + '｝'.len_utf8()));
        }
        return Some((YamlFault::Unclosed { sign }, value_at..value_at + 1));
    };
    let behind = value[closed..].trim_start();
    if behind.is_empty() || behind.starts_with(['#', ':']) {
        return None;
    }
    // `[心]您好` is a text, `{keyword: 你好};` has something too much
    if sign == '[' && !behind.starts_with([']', '}', ',', ';', '，', '；', '。']) {
        return Some((YamlFault::LeadingSign { sign, fixed: fixed(lead, &quoted(value)) }, whole));
    }
    let fault = YamlFault::BehindBracket { fixed: fixed(lead, &value[..closed]) };
    Some((fault, line.len() - behind.len()..line.len()))
}

/// Where the bracket with which a value begins is closed: behind it.
fn closing_bracket(value: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in outside_quotes(value, 0) {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// The characters from here on that no quotes enclose.
fn outside_quotes(line: &str, from: usize) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quote = None;
    line.char_indices().skip_while(move |(at, _)| *at < from).filter(move |(_, c)| match quote {
        Some(open) => {
            if *c == open {
                quote = None;
            }
            false
        }
        None => {
            quote = matches!(c, '"' | '\'').then_some(*c);
            quote.is_none()
        }
    })
}

/// `{regex: 订单\d{6,8}}`: brackets of its own in an expression without quotes.
fn regex_in_braces(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let key = value_at + line[value_at..].find("regex:")? + "regex:".len();
    let start = line.len() - line[key..].trim_start().len();
    if !line[start..].starts_with('[') {
        return bare_expression(line, start);
    }
    let items = line[start..].match_indices(['[', ',']).map(|(at, _)| start + at + 1);
    items.filter_map(|at| bare_expression(line, line.len() - line[at..].trim_start().len())).next()
}

/// An expression that begins here, has no quotes, and has brackets of its own.
fn bare_expression(line: &str, start: usize) -> Option<(YamlFault, Span)> {
    let mut depth = 0_usize;
    let end = line[start..].char_indices().find(|(_, c)| {
        match c {
            '{' | '[' | '(' => depth += 1,
            ',' | '}' | ']' if depth == 0 => return true,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    });
    let written = line[start..start + end?.0].trim_end();
    let is_plain = !written.starts_with(['"', '\'', '[', '{']);
    let fixed = format!("'{}'", written.replace('\'', "''"));
    (is_plain && written.contains(['{', '[']))
        .then_some((YamlFault::BracketRegex { fixed }, start..start + written.len()))
}

/// `{regex: "\d+"}`
fn escape_in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let mut at = value_at;
    while let Some(open) = line[at..].find('"').map(|found| at + found) {
        let close = open + 1 + line[open + 1..].find('"')?;
        if let Some((escape, within)) = unknown_escape(&line[open..=close]) {
            let fixed = format!("'{}'", &line[open + 1..close]);
            return Some((
                YamlFault::UnknownEscape { escape, fixed },
                open + within.start..open + within.end,
            ));
        }
        at = close + 1;
    }
    None
}

/// `{text: 您好 {{ text }}}`: the text ends at the next `,` or at the bracket behind the braces.
fn braces_in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let mut begins = value_at;
    for (at, c) in outside_quotes(line, value_at) {
        match c {
            '{' if line[at..].starts_with("{{") && at > value_at => {
                let closed = at + line[at..].find("}}")? + 2;
                let end = closed + line[closed..].find([',', '}', ']']).unwrap_or(line.len() - closed);
                let text = trimmed(line, begins..end);
                return Some((YamlFault::BracesInBrackets { fixed: quoted(&line[text.clone()]) }, text));
            }
            ':' | ',' | '[' | '{' => begins = at + 1,
            _ => {}
        }
    }
    None
}

/// `{keyword: @客服}`, `{keyword: #优惠#}` and `{keyword: 价格: 多少}`: a text that needs quotes.
fn sign_in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    // where the text begins, and whether a key stands before it
    let (mut begins, mut has_key) = (value_at, false);
    for (at, c) in outside_quotes(line, value_at) {
        let end = at + line[at..].find([',', '}', ']']).unwrap_or(line.len() - at);
        let text = trimmed(line, begins..end);
        let first = text.start == at;
        match c {
            '@' | '`' | '%' | '|' | '>' if first => {
                let fixed = quoted(&line[text.clone()]);
                return Some((YamlFault::LeadingSign { sign: c, fixed }, text));
            }
            '#' if line[..at].ends_with(' ') && text.start <= at && end < line.len() => {
                return Some((YamlFault::CutByHash { fixed: quoted(&line[text.clone()]) }, text));
            }
            // `{keyword: 你好，hours: 9:00-18:00}`
            ':' if has_key
                && line[begins..at].rsplit_once('，').is_some_and(|(_, key)| is_key(key.trim())) =>
            {
                let comma = begins + line[begins..at].rfind('，')?;
                let fixed = fixed(&line[..value_at], &half_width_brackets(&line[value_at..]));
                return Some((YamlFault::WideComma { fixed }, comma..comma + '，'.len_utf8()));
            }
            ':' if has_key && line[at + 1..].starts_with(' ') => {
                let fixed = quoted(&line[text]);
                return Some((YamlFault::ColonInText { fixed }, at..at + 1));
            }
            ':' if line[at + 1..].starts_with(' ') => (begins, has_key) = (at + 1, true),
            ',' | '[' | '{' => (begins, has_key) = (at + 1, false),
            _ => {}
        }
    }
    None
}

/// The part without the blanks at its ends.
fn trimmed(line: &str, part: Span) -> Span {
    let text = &line[part.clone()];
    let start = part.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}
