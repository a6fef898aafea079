//! What was meant inside brackets: values such as `{keyword: 你好}` that YAML cannot parse. It looks at one
//! line alone.

use crate::language::diagnostic::Correction;
use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::{corrected, is_key, quoted, unknown_escape};
use crate::language::yaml::signs::half_width_brackets;

/// What is wrong with a value that begins with a bracket.
pub fn in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let whole = value_at..line.len();
    if value.starts_with("{{") || value.starts_with("{%") {
        // on a line without a key, it goes on with a text of several lines
        let is_value = !lead.trim().is_empty();
        let fixed = if is_value { corrected(line, value_at, &quoted(value)) } else { Correction::NONE };
        return Some((YamlFault::LeadingBraces { fixed }, whole));
    }
    if value.starts_with('[') && lead.contains("regex") {
        let (value, _) = expressions(value);
        return Some((YamlFault::BracketRegex { fixed: corrected(line, value_at, &value) }, whole));
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
        let is_wide = |sign: &char| matches!(sign, '｝' | '］') || *sign == '】' && value.ends_with('】');
        if let Some(at) = value.chars().find(is_wide).and_then(|sign| value.find(sign)) {
            let fixed = corrected(line, value_at, &half_width_brackets(value));
            return Some((YamlFault::WideBracket { fixed }, value_at + at..value_at + at + '｝'.len_utf8()));
        }
        let (at, sign) = open_quote(value).unwrap_or((0, sign));
        return Some((YamlFault::Unclosed { sign }, value_at + at..value_at + at + 1));
    };
    let behind = value[closed..].trim_start();
    if behind.is_empty() || behind.starts_with(['#', ':']) {
        return None;
    }
    // `[心]您好` and `{满减}活动` are texts, `{keyword: 你好};` has something too much
    let has_words = behind.contains(char::is_alphanumeric);
    if !value[..closed].contains(": ")
        && (has_words || !behind.starts_with([']', '}', ',', ';', '，', '；', '。']))
    {
        return Some((
            YamlFault::LeadingSign { sign, fixed: corrected(line, value_at, &quoted(value)) },
            whole,
        ));
    }
    let fixed = if has_words { Correction::NONE } else { corrected(line, value_at, &value[..closed]) };
    Some((YamlFault::BehindBracket { fixed }, line.len() - behind.len()..line.len()))
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

/// Where a quote begins an item in brackets that is not closed on its line.
pub fn open_quote(value: &str) -> Option<(usize, char)> {
    let mut open = None;
    for (at, c) in value.char_indices().filter(|(_, c)| matches!(c, '"' | '\'')) {
        match open {
            Some((_, quote)) if quote == c => open = None,
            None if value[..at].trim_end().ends_with(['[', '{', ',', ':']) => open = Some((at, c)),
            _ => {}
        }
    }
    open
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
    let (fixed, length) = if line[start..].starts_with('[') {
        expressions(&line[start..])
    } else {
        let length = item_end(&line[start..])?;
        (single_quoted(&line[start..start + length]), length)
    };
    let written = line[start..start + length].trim_end();
    let at = start..start + written.len();
    let is_split = written.trim_start_matches('[').contains(['{', '[']);
    (is_split && fixed != written)
        .then(|| (YamlFault::BracketRegex { fixed: Correction::new(at.clone(), fixed) }, at))
}

/// `[订单\d{8}, 单号\d{8}]` with each expression in quotes, or `[0-9]{8}` as one; and how long what is written is.
fn expressions(value: &str) -> (String, usize) {
    let mut items = Vec::new();
    let mut at = 1;
    while let Some(length) = item_end(&value[at..]) {
        items.push(single_quoted(&value[at..at + length]));
        at += length + 1;
        if value[..at].ends_with(']') {
            let behind = value[at..].trim_start();
            let is_list = items.len() > 1 || items[0].contains('{');
            if is_list && (behind.is_empty() || behind.starts_with([',', '}', '#'])) {
                return (format!("[{}]", items.join(", ")), at);
            }
            break;
        }
    }
    let length = item_end(value).unwrap_or(value.len());
    (single_quoted(&value[..length]), length)
}

/// Where an expression ends that stands in brackets: at the comma or bracket that is none of its own.
fn item_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let end = text.char_indices().find(|(_, c)| {
        match c {
            '{' | '[' | '(' => depth += 1,
            ',' | '}' | ']' if depth == 0 => return true,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    });
    end.map(|(at, _)| at)
}

/// An expression in single quotes, where a backslash is a backslash; one in quotes as it is.
fn single_quoted(expression: &str) -> String {
    let expression = expression.trim();
    let is_quoted = expression.starts_with(['"', '\'']);
    if is_quoted { expression.to_owned() } else { format!("'{}'", expression.replace('\'', "''")) }
}

/// `{regex: "\d+"}`
fn escape_in_brackets(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let mut at = value_at;
    while let Some(open) = line[at..].find('"').map(|found| at + found) {
        let close = open + 1 + line[open + 1..].find('"')?;
        if let Some((escape, within)) = unknown_escape(&line[open..=close]) {
            let fixed = Correction::new(open..close + 1, format!("'{}'", &line[open + 1..close]));
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
                return Some((YamlFault::BracesInBrackets { fixed: in_quotes(line, &text) }, text));
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
                let fixed = in_quotes(line, &text);
                return Some((YamlFault::LeadingSign { sign: c, fixed }, text));
            }
            '#' if line[..at].ends_with([' ', '[', '{', ',']) && text.start <= at && end < line.len() => {
                return Some((YamlFault::CutByHash { fixed: in_quotes(line, &text) }, text));
            }
            // `{keyword: 你好，hours: 9:00-18:00}`
            ':' if has_key
                && line[begins..at].rsplit_once('，').is_some_and(|(_, key)| is_key(key.trim())) =>
            {
                let comma = begins + line[begins..at].rfind('，')?;
                let fixed = corrected(line, value_at, &half_width_brackets(&line[value_at..]));
                return Some((YamlFault::WideComma { fixed }, comma..comma + '，'.len_utf8()));
            }
            ':' if has_key && line[at + 1..].starts_with(' ') => {
                let fixed = in_quotes(line, &text);
                return Some((YamlFault::ColonInText { fixed }, at..at + 1));
            }
            ':' if line[at + 1..].starts_with(' ') => (begins, has_key) = (at + 1, true),
            ',' | '[' | '{' => (begins, has_key) = (at + 1, false),
            _ => {}
        }
    }
    None
}

/// A part of the line in quotes.
fn in_quotes(line: &str, part: &Span) -> Correction {
    Correction::new(part.clone(), quoted(&line[part.clone()]))
}

/// The part without the blanks at its ends.
fn trimmed(line: &str, part: Span) -> Span {
    let text = &line[part.clone()];
    let start = part.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}
