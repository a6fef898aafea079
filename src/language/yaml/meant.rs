//! What was meant: when YAML cannot be parsed, finds in the author's own lines what went wrong. It looks
//! at the text alone; the parser's words are the last resort.

use crate::language::diagnostic::{Correction, LibraryMessage};
use crate::language::grammar::Grammar;
use crate::language::yaml::Span;
use crate::language::yaml::fault::{BlockBegin, MarkLine, YamlFault};
use crate::language::yaml::in_brackets::{in_brackets, open_quote};
use crate::language::yaml::indent::{lines, misfit};
use crate::language::yaml::items::{list_around, list_without_brackets};
use crate::language::yaml::keys::nearest_key;
use crate::language::yaml::line::{
    corrected, is_exchanged, is_key, key_and_value, quoted, quoted_value, value_start, with_blank,
};
use crate::language::yaml::lookalike::{Sign, lookalike, with_plain_key, without_lookalikes};
use crate::language::yaml::signs::{
    BEHIND_KEY, curly_quoted, half_width_brackets, is_wide_bracket, wrong_dash, wrong_sign,
};
use crate::language::yaml::words_alone::words_in_signs;

/// Bytes of a line that is looked at for what was meant: that takes time by the square of them.
const LONGEST_LINE: usize = 4 << 10;

/// What a line is meant as, by the line and where it begins in the file.
type Explain<'e> = dyn Fn(&str, usize) -> Option<(YamlFault, Span)> + 'e;

/// One or more faults for a place at which the parser gave up.
pub fn explain(text: &str, offset: usize, reason: &str, grammar: &Grammar) -> Vec<(YamlFault, Span)> {
    let indents = wrong_indents(text);
    if !indents.is_empty() {
        return indents;
    }
    let offset = offset.min(text.len());
    if reason.starts_with("unexpected character")
        && let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control() && !c.is_whitespace())
    {
        let sign = format!("U+{:04X}", u32::from(c));
        return vec![(YamlFault::ControlCharacter { sign }, at..at + c.len_utf8())];
    }
    if let Some(found) = list_around(text, offset) {
        return vec![found];
    }
    let at = line_at(text, offset);
    // the parser often stops at the first line after the one that is wrong
    let before = lines(text).into_iter().map(|line| line.span).take_while(|line| line.start <= at.end);
    let mut near: Vec<Span> = before.collect();
    near.reverse();
    let content = at.start + (text[at.clone()].len() - text[at.clone()].trim_start().len());
    if goes_on(text, &at, grammar) {
        return vec![(YamlFault::NotIndented { mark: MarkLine(None) }, content..at.end)];
    }
    // then the line itself is what is wrong, and not one above it
    let lacks_colon = reason.contains("simple key expected ':'")
        && !text[content..].starts_with('-')
        && !text[at.clone()].contains([':', '：']);
    near.truncate(if lacks_colon { 1 } else { 4 });
    let whole = near.into_iter().map(|line| line_at(text, line.start));
    let near: Vec<Span> = whole.filter(|line| line.len() <= LONGEST_LINE).collect();
    let find = |explain: &Explain| explain_near(text, &near, explain);
    if let Some(found) = find(&|line, _| mark_at_colon(line))
        .or_else(|| find(&|line, start| explain_line(line, below(text, start), grammar)))
        .or_else(|| find(&|line, start| missing_colon(line, &text[..start], grammar)))
        .or_else(|| find(&|line, start| wrong_dash_among_items(line, text, start)))
    {
        return found;
    }
    if lacks_colon {
        return vec![(no_colon(text, at.start, content..at.end), content..at.end)];
    }
    if let Some(found) = unclosed(text) {
        return vec![found];
    }
    if let Some(found) =
        find(&|line, _| colon_in_key(line, grammar)).or_else(|| find(&|line, _| missing_blank(line)))
    {
        return found;
    }
    if let Some(misfit) = misfit(text) {
        return vec![(YamlFault::WrongIndent { block: BlockBegin(Some(misfit.block)) }, misfit.span)];
    }
    if reason.contains("indent")
        || reason.contains("mapping")
        || reason.contains("'-'")
        || reason.contains("block")
    {
        let block = BlockBegin(deeper_first_line(text, &at));
        return vec![(YamlFault::WrongIndent { block }, content..at.end)];
    }
    let reason = LibraryMessage(reason.split(" at ").next().unwrap_or(reason).to_owned());
    vec![(YamlFault::Unreadable { reason }, offset..at.end.max(offset))]
}

/// What is wrong with the first of these lines that can be explained.
fn explain_near(text: &str, near: &[Span], explain: &Explain) -> Option<Vec<(YamlFault, Span)>> {
    near.iter().find_map(|line| {
        let (mut fault, mut within) = explain(&text[line.clone()], line.start)?;
        // without such a character, nothing is wrong with the line
        let is_right = |plain: &String| explain(plain, line.start).is_none();
        let plain = || [with_plain_key, without_lookalikes].map(|mend| mend(&text[line.clone()]));
        if let Some((sign, at)) = lookalike(&text[line.clone()])
            && let Some(plain) = plain().into_iter().find(is_right)
        {
            let content = line.len() - text[line.clone()].trim_start().len();
            let fixed = Correction::new(content..line.len(), plain.trim_start());
            (fault, within) = (YamlFault::Lookalike { sign: Sign(sign), fixed }, at..at + sign.len_utf8());
        }
        if let Some(fixed) = fault.correction_mut() {
            fixed.shift(line.start);
        }
        Some(vec![(fault, line.start + within.start..line.start + within.end)])
    })
}

/// `key:|` and `key：|`, which leave the lines below them without the mark that makes them a text.
fn mark_at_colon(line: &str) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let found = missing_blank(line).or_else(|| wide_colon(line, value_start(line)));
    found.filter(|_| line.ends_with(['|', '>']))
}

/// A line of a mapping without its colon: one that goes on with a text, or a key with another sign behind it.
fn no_colon(text: &str, line_start: usize, content: Span) -> YamlFault {
    let above = text[..line_start].trim_end();
    let before = above.lines().next_back().unwrap_or_default();
    let is_block = before.contains(':') && ends_with_mark(before);
    let line = text[content.clone()].trim_end();
    let key = line.len() - line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    if is_block || key == 0 {
        return YamlFault::NotIndented { mark: MarkLine(is_block.then(|| above.lines().count())) };
    }
    let fixed = key_and_value(&line[..key], &line[key..]);
    let fixed = Correction::new(content.start..content.start + line.len(), fixed);
    YamlFault::NoColon { fixed }
}

/// Whether a line such as `电话：123` goes on with the text of the key above it, and is no key itself.
fn goes_on(text: &str, at: &Span, grammar: &Grammar) -> bool {
    let line = &text[at.clone()];
    let above = text[..at.start].trim_end().rsplit('\n').next().unwrap_or_default();
    let known: Vec<&str> = grammar.mappings.iter().flat_map(|mapping| mapping.names()).collect();
    let begins_with_key = |line: &str, sign: char| {
        let key = line.trim_start_matches([' ', '-']).split_once(sign).map_or("", |(key, _)| key);
        is_key(key) && nearest_key(key, &known).is_some()
    };
    let is_text = line.contains('：') && !line.contains(": ") && !begins_with_key(line, '：');
    is_text && begins_with_key(above, ':') && !above.ends_with(':')
}

/// The first line of the text behind a `|`, where it is indented further than this later one: all others may be right.
fn deeper_first_line(text: &str, at: &Span) -> Option<usize> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let above: Vec<&str> = text[..at.start].lines().collect();
    let mark = above.iter().rposition(|line| ends_with_mark(line))?;
    let first = mark + 1 + above[mark + 1..].iter().position(|line| !line.trim().is_empty())?;
    (indent(above[first]) > indent(&text[at.clone()])).then_some(first + 1)
}

/// What stands below the line that begins here.
fn below(text: &str, start: usize) -> &str {
    text[start..].split_once('\n').map_or("", |(_, below)| below)
}

/// The line that holds this byte, without its end.
fn line_at(text: &str, offset: usize) -> Span {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    start..end
}

/// Every line that is indented with something that only looks like blanks.
pub fn wrong_indents(text: &str) -> Vec<(YamlFault, Span)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(|c: char| {
            c.is_whitespace() || lookalike(c.encode_utf8(&mut [0; 4])).is_some()
        });
        let indent = if content.is_empty() { "" } else { &line[..line.len() - content.len()] };
        if let Some(at) = indent.find('\t') {
            found.push((YamlFault::TabIndent {}, start + at..start + at + 1));
        } else if let Some((at, c)) = indent.char_indices().find(|(_, c)| !matches!(c, ' ' | '\r')) {
            found.push((YamlFault::WideIndent { sign: Sign(c) }, start + at..start + at + c.len_utf8()));
        }
        start += line.len();
    }
    found
}

/// What is wrong with a line, looked at alone.
fn explain_line(line: &str, below: &str, grammar: &Grammar) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    if let Some(found) = wrong_sign(line) {
        return Some(found);
    }
    if let Some(found) = words_in_signs(line) {
        return Some(found);
    }
    let value_at = value_start(line);
    let (lead, value) = line.split_at(value_at);
    match value.chars().next()? {
        '#' => None,
        sign if is_wide_bracket(sign) => {
            let fixed = corrected(line, value_at, &half_width_brackets(value));
            Some((YamlFault::WideBracket { fixed }, value_at..value_at + sign.len_utf8()))
        }
        '-' if value.starts_with("- ") && lead.trim_end().ends_with(':') => {
            let fixed = corrected(line, value_at, &quoted(value));
            Some((YamlFault::LeadingSign { sign: '-', fixed }, value_at..line.len()))
        }
        quote @ ('"' | '\'') => {
            list_without_brackets(line, grammar).or_else(|| quoted_value(line, value_at, quote))
        }
        '[' | '{' => in_brackets(line, value_at),
        '“' | '”' | '‘' | '’' => {
            // quotes round a part of the text are to be seen
            let fixed = corrected(line, value_at, &quoted(curly_quoted(value).unwrap_or(value)));
            Some((YamlFault::CurlyQuotes { fixed }, value_at..line.len()))
        }
        '|' if !is_block_mark(value) => Some(text_behind_bar(line, value_at, below)),
        sign @ ('@' | '`' | '%' | '!' | '&' | '*' | '>' | ']' | '}' | ',' | '?') if !is_block_mark(value) => {
            let fault = YamlFault::LeadingSign { sign, fixed: corrected(line, value_at, &quoted(value)) };
            Some((fault, value_at..line.len()))
        }
        _ => colon_in_text(line, value_at, grammar).or_else(|| wide_colon(line, value_at)),
    }
}

/// `reply: |您好`
fn text_behind_bar(line: &str, value_at: usize, below: &str) -> (YamlFault, Span) {
    let (lead, value) = line.split_at(value_at);
    let text = value[1..].trim_start();
    let column = lead.len() - lead.trim_start_matches([' ', '-']).len();
    // further lines of the text say how far it is indented
    let next = below.lines().next().unwrap_or_default();
    let indent = next.len() - next.trim_start_matches(' ').len();
    let indent = if indent > column && !next.trim().is_empty() { indent } else { column + 2 };
    let below = format!("|\n{}{text}", " ".repeat(indent));
    // a fan may well begin a word with the sign
    let fixed = if lead.trim_end().ends_with(':') && !text.is_empty() {
        corrected(line, value_at, &below)
    } else {
        Correction::NONE
    };
    (YamlFault::TextBehindBar { fixed }, value_at..line.len())
}

/// `reply: 地址: 中山路`; and `unless: answered_by: 取消`, where what follows is a key and its value.
fn colon_in_text(line: &str, value_at: usize, grammar: &Grammar) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let colon = value.find(": ").or(value.ends_with(':').then(|| value.len() - 1))?;
    let at = value_at + colon;
    let key = lead.trim_end().trim_end_matches(':').rsplit(' ').next().unwrap_or_default();
    let mut forms = grammar.keys(key).map(|key| key.form);
    let fault = if forms.any(|form| form.takes_key(&value[..colon])) {
        let value = format!("{{{}}}", key_and_value(&value[..colon], &value[colon + 1..]));
        YamlFault::KeyBehindKey { fixed: corrected(line, value_at, &value) }
    } else {
        // a text with one brace was perhaps meant as `{list: …}`
        let has_brace = value.replace("{{", "").contains('{');
        let fixed = if has_brace { Correction::NONE } else { corrected(line, value_at, &quoted(value)) };
        YamlFault::ColonInText { fixed }
    };
    lead.trim_end().ends_with(':').then_some((fault, at..at + 1))
}

/// `keyword：你好`
fn wide_colon(line: &str, value_at: usize) -> Option<(YamlFault, Span)> {
    let (lead, value) = line.split_at(value_at);
    let colon = value.find('：').filter(|colon| is_key(&value[..*colon]))?;
    let meant = key_and_value(&value[..colon], &value[colon + '：'.len_utf8()..]);
    let at = value_at + colon;
    let fault = YamlFault::WideColon { fixed: corrected(line, value_at, &meant) };
    (!lead.trim_end().ends_with(':')).then_some((fault, at..at + '：'.len_utf8()))
}

/// `reply 你好`, or a key alone without its colon.
fn missing_colon(line: &str, above: &str, grammar: &Grammar) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let start = value_start(line);
    let content = &line[start..];
    let key = content.split(BEHIND_KEY).next().unwrap_or_default();
    let is_key = grammar.keys(key).next().is_some();
    let fixed = Correction::new(start..line.len(), key_and_value(key, &content[key.len()..]));
    let is_value = line[..start].trim_end().ends_with(':');
    (is_key && !is_value && !content.contains(':'))
        .then_some((YamlFault::NoColon { fixed }, start..start + key.len()))
        .or_else(|| name_without_colon(line, above))
}

/// `营业 {hours: 09:00-18:00}` among the names of a file. What begins with no bracket and no quote may be a line of a text.
fn name_without_colon(line: &str, above: &str) -> Option<(YamlFault, Span)> {
    const NAMING: [&str; 5] = ["lists:", "values:", "replies:", "times:", "holidays:"];
    let start = line.len() - line.trim_start().len();
    let (name, value) = line[start..].split_once(' ')?;
    let home = above.lines().rev().find(|line| !line.starts_with([' ', '#']) && !line.trim().is_empty())?;
    let is_enclosed = value.trim_start().starts_with(['{', '[', '"', '\'']);
    let is_name = start > 0 && is_key(name) && !name.starts_with('-') && is_enclosed;
    let fixed = Correction::new(start..line.len(), key_and_value(name, value));
    (is_name && NAMING.contains(&home.trim_end()))
        .then_some((YamlFault::NoColon { fixed }, start..start + name.len()))
}

/// `－ 你好` beside an item with its `-` in the same column. The line begins at `start`.
fn wrong_dash_among_items(line: &str, text: &str, start: usize) -> Option<(YamlFault, Span)> {
    let content = line.trim();
    let sign = wrong_dash(content).filter(|sign| content[sign.len()..].starts_with(' '))?;
    let column = line.len() - line.trim_start().len();
    let above = text[..start].lines().next_back();
    let below = text[start..].lines().nth(1);
    let is_item = |other: &str| {
        other.trim_start_matches(' ').len() + column == other.len() && other[column..].starts_with("- ")
    };
    let fixed =
        Correction::new(column..column + content.len(), format!("- {}", content[sign.len()..].trim_start()));
    let fault = YamlFault::WrongDash { sign: sign.to_owned(), fixed };
    [above, below].into_iter().flatten().any(is_item).then_some((fault, column..column + sign.len()))
}

/// `whe:n` and `repl:y 你好`
fn colon_in_key(line: &str, grammar: &Grammar) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let content = line.len() - line.trim_start_matches([' ', '-']).len();
    let (before, behind) = line[content..].split_once(':')?;
    let (rest, value) = behind.split_once(' ').unwrap_or((behind, ""));
    let key = format!("{before}{rest}");
    let is_key =
        !rest.is_empty() && grammar.keys(&key).next().is_some() && grammar.keys(before).next().is_none();
    let at = content + before.len();
    let fixed = corrected(line, content, &key_and_value(&key, value));
    is_key.then_some((YamlFault::ColonInKey { fixed }, at..at + 1))
}

/// `keyword:你好` and `-你好`, which YAML reads as one word.
fn missing_blank(line: &str) -> Option<(YamlFault, Span)> {
    let line = line.trim_end();
    let content = line.len() - line.trim_start().len();
    let text = &line[content..];
    if let Some(rest) =
        text.strip_prefix('-').filter(|rest| !rest.starts_with([' ', '-']) && !rest.is_empty())
    {
        let fixed = || Correction::new(content..line.len(), format!("- {}", rest.trim_start()));
        let fixed = if is_exchanged(rest) { Correction::NONE } else { fixed() };
        let fault = YamlFault::NoBlankAfterDash { fixed };
        return Some((fault, content..content + 1));
    }
    let text = text.strip_prefix("- ").unwrap_or(text);
    let start = line.len() - text.len();
    let colon = text.find(':')?;
    // a wide blank is none to YAML
    let behind = text[colon + 1..].chars().next()?;
    // the blank may stand before the colon, as in `after :2h`
    let (key, value) = (text[..colon].trim_end(), &text[colon + 1..]);
    (is_key(key) && !matches!(behind, ' ' | '\t')).then(|| {
        let fixed = with_blank(start..line.len(), key, value);
        (YamlFault::NoBlankAfterColon { fixed }, start + colon..start + colon + 1)
    })
}

/// A quote or bracket that is opened and never closed: where it was opened.
fn unclosed(text: &str) -> Option<(YamlFault, Span)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (lead, value) = line.trim_end().split_at(value_start(line.trim_end()));
        let sign = value.chars().next().unwrap_or(' ');
        let is_closed = match sign {
            '"' | '\'' => value.len() > 1 && value.ends_with(sign),
            '[' => value.contains(']'),
            '{' => value.contains('}'),
            _ => true,
        };
        let at = start + lead.len();
        if let Some((within, sign)) = open_quote(value).filter(|_| matches!(sign, '[' | '{')) {
            return Some((YamlFault::Unclosed { sign }, at + within..at + within + 1));
        }
        if !is_closed {
            let inside = value.strip_prefix(['"', '\'']);
            let curly = inside.and_then(|inside| inside.strip_suffix(['”', '’', '“', '＂']));
            return Some(match curly {
                Some(inside) => {
                    let mut fixed = corrected(line.trim_end(), lead.len(), &quoted(inside));
                    fixed.shift(start);
                    (YamlFault::CurlyQuotes { fixed }, at..at + value.len())
                }
                None => (YamlFault::Unclosed { sign }, at..at + 1),
            });
        }
        start += line.len();
    }
    None
}

fn ends_with_mark(line: &str) -> bool {
    line.trim_end().rsplit(' ').next().is_some_and(is_block_mark)
}

/// `|`, `>-` and the like at the end of a line begin a text of several lines.
fn is_block_mark(value: &str) -> bool {
    value.starts_with(['|', '>']) && value[1..].chars().all(|c| matches!(c, '-' | '+' | '0'..='9'))
}
