//! Signs that insert or shape something in other programs and are sent to fans as they stand: `$1`, `{nickname}`, `\n` in
//! a block, the tags of web pages. What stands between double braces is left out.

use std::collections::HashSet;
use std::ops::Range;

use crate::engine::fold::{is_chinese, is_invisible};
use crate::engine::template::Field;
use crate::language::doubt::slip::{Markup, Placeholder, SlipFault, WHOSE};
use crate::language::template::next_tag;
use crate::language::yaml::line::in_list;

type Found = (SlipFault, Range<usize>);

/// What other programs insert under a name in Chinese.
#[rustfmt::skip]
const INSERTED: &[&str] = &[
    "昵称", "姓名", "名字", "用户名", "称呼", "电话", "手机号", "微信号", "地址", "店名", "时间", "日期", "单号", "订单号", "网址",
    "链接", "内容", "关键词",
];

const TAGS: &[&str] = &[
    "br", "p", "a", "b", "i", "u", "div", "span", "img", "strong", "em", "font", "ul", "li", "hr", "h1",
    "h2", "h3",
];

const ENTITIES: &[&str] = &["&nbsp;", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];

/// So many bytes a sign has at most: what is longer is none.
const LONGEST: usize = 300;

/// Signs that are told of one text.
const MOST: usize = 20;

/// Each of these signs, in the order of the text and each spelling once. `groups` says how many groups the expressions of
/// the rule have, and `known` what can be inserted.
pub fn foreign_signs(text: &str, field: Field, groups: usize, known: impl Fn(&str) -> bool) -> Vec<Found> {
    let mut signs: Vec<Found> = Vec::new();
    for (start, part) in around_tags(text) {
        let mut found: Vec<Found> = dollar_groups(part, groups).chain(placeholders(part, &known)).collect();
        found.extend(nicknames(part).chain(entities(part)));
        if field == Field::Text {
            found.extend(newlines(part).chain(tags(part)).chain(links(part)).chain(addresses(part)));
        }
        found.sort_by_key(|(_, range)| range.start);
        signs.extend(found.into_iter().map(|(fault, at)| (fault, start + at.start..start + at.end)));
    }
    signs.retain(|(fault, range)| {
        !matches!(fault, SlipFault::UnknownPlaceholder { .. }) || !is_for_fans(text, range.start)
    });
    let mut seen = HashSet::new();
    signs.retain(|(_, range)| seen.insert(&text[range.clone()]));
    signs.truncate(MOST);
    signs
}

/// Whether fans are told before this place, on its line, to write what follows: `请回复 {姓名}`.
fn is_for_fans(text: &str, at: usize) -> bool {
    const ASKING: [&str; 6] = ["回复", "私信", "发送", "填写", "格式", "备注"];
    let before = &text[text.ceil_char_boundary(at.saturating_sub(LONGEST))..at];
    let line = before.rsplit('\n').next().unwrap_or_default();
    ASKING.iter().any(|word| line.contains(word))
}

/// The parts of a text around what stands between braces, each with its place.
fn around_tags(text: &str) -> Vec<(usize, &str)> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while let Some((start, closing)) = next_tag(&text[at..]) {
        parts.push((at, &text[at..at + start]));
        let Some(length) = text[at + start..].find(closing) else { return parts };
        at += start + length + closing.len();
    }
    parts.push((at, &text[at..]));
    parts
}

/// What begins at this place and is as long as a sign may be.
pub fn near(text: &str, at: usize) -> &str {
    &text[at..text.floor_char_boundary((at + LONGEST).min(text.len()))]
}

/// `$1`, `${1}` and `\1`, where the expressions have so many groups.
fn dollar_groups(text: &str, groups: usize) -> impl Iterator<Item = Found> {
    text.match_indices(['$', '\\']).filter_map(move |(at, sign)| {
        let rest = &near(text, at)[sign.len()..];
        let inside = rest.strip_prefix('{').unwrap_or(rest);
        let number = inside.bytes().take_while(u8::is_ascii_digit).count();
        let group: usize = inside[..number].parse().ok().filter(|group| (1..=groups).contains(group))?;
        let is_price = inside[number..].starts_with(['.', ','])
            && inside[number + 1..].starts_with(|c: char| c.is_ascii_digit());
        let closing = usize::from(inside.len() < rest.len() && inside[number..].starts_with('}'));
        let end = at + sign.len() + (rest.len() - inside.len()) + number + closing;
        let fault = SlipFault::DollarGroup {
            written: text[at..end].to_owned(),
            fixed: format!("{{{{ groups[{group}] }}}}"),
        };
        (!is_price).then_some((fault, at..end))
    })
}

/// `{nickname}`, `{电话}` and `{0}`, where nothing of that name can be inserted.
fn placeholders(text: &str, known: impl Fn(&str) -> bool) -> impl Iterator<Item = Found> {
    text.match_indices('{').filter_map(move |(at, _)| {
        let length = near(text, at).find('}')?;
        let name = text[at + 1..at + length].trim();
        let is_word = name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        let is_number = name.len() == 1 && name.starts_with(|c: char| c.is_ascii_digit());
        let is_inserted = is_word || is_number || INSERTED.contains(&name);
        let start = if text[..at].ends_with('$') { at - 1 } else { at };
        let range = start..at + length + 1;
        let fault = SlipFault::UnknownPlaceholder {
            written: text[range.clone()].to_owned(),
            instead: Placeholder(name.to_owned()),
        };
        (is_inserted && !known(name)).then_some((fault, range))
    })
}

/// `[昵称]`, `#昵称#`, `【粉丝昵称】`: the one thing that every other program inserts, in whatever signs it does so.
fn nicknames(text: &str) -> impl Iterator<Item = Found> {
    const SIGNS: [(char, char); 6] =
        [('{', '}'), ('[', ']'), ('【', '】'), ('%', '%'), ('#', '#'), ('<', '>')];
    let words = ["昵称", "用户名", "nickname"].into_iter();
    words.flat_map(|word| text.match_indices(word)).filter_map(|(at, word)| {
        let before = &text[..at];
        let of_whom = WHOSE.iter().find_map(|whose| before.strip_suffix(whose));
        let (start, end) = (of_whom.unwrap_or(before).len(), at + word.len());
        let (opening, closing) = (text[..start].chars().next_back()?, text[end..].chars().next()?);
        let range = start - opening.len_utf8()..end + closing.len_utf8();
        let fault = SlipFault::UnknownPlaceholder {
            written: text[range.clone()].to_owned(),
            instead: Placeholder(text[start..end].to_owned()),
        };
        SIGNS.contains(&(opening, closing)).then_some((fault, range))
    })
}

/// `\n`, and `/n` between Chinese characters; `C:\new` is a path.
fn newlines(text: &str) -> impl Iterator<Item = Found> {
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    ["\\n", "/n"].into_iter().flat_map(move |written| {
        text.match_indices(written).filter_map(move |(at, _)| {
            let (before, after) = (text[..at].chars().next_back(), text[at + written.len()..].chars().next());
            let is_path = match written {
                "/n" => before.is_none_or(|c| c.is_ascii()) || after.is_none_or(|c| c.is_ascii()),
                _ => (is_latin(before) || matches!(before, Some(':' | '\\'))) && is_latin(after),
            };
            (!is_path).then_some((SlipFault::NewlineInText { written }, at..at + written.len()))
        })
    })
}

/// `<br>`, `</br>` and `<a href="…">`.
fn tags(text: &str) -> impl Iterator<Item = Found> {
    text.match_indices('<').filter_map(move |(at, _)| {
        let tag = near(text, at);
        let inside = tag[1..].strip_prefix("/br").map_or(&tag[1..], |_| &tag[2..]);
        let name = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_tag = TAGS.contains(&inside[..name].to_ascii_lowercase().as_str())
            && inside[name..].starts_with(['>', ' ', '/']);
        let end = at + tag.find('>')? + 1;
        is_tag.then(|| markup(text, at..end))
    })
}

/// `[官网](https://…)`.
fn links(text: &str) -> impl Iterator<Item = Found> {
    text.match_indices("](http").filter_map(move |(middle, _)| {
        let from = text.ceil_char_boundary(middle.saturating_sub(LONGEST));
        let start = from + text[from..middle].rfind('[')?;
        let end = middle + near(text, middle).find(')')? + 1;
        Some(markup(text, start..end))
    })
}

/// An address with a character in it that nobody sees.
fn addresses(text: &str) -> impl Iterator<Item = Found> {
    let schemes = ["https://", "http://"].into_iter();
    schemes.flat_map(|scheme| text.match_indices(scheme)).filter_map(|(at, _)| {
        let address = near(text, at).split(|c: char| c.is_whitespace() || is_chinese(c)).next()?;
        Some((invisible_in(address)?, at..at + address.len()))
    })
}

/// What is wrong with an address in which a character stands that nobody sees.
pub fn invisible_in(address: &str) -> Option<SlipFault> {
    let invisible = address.chars().find(|c| is_invisible(*c))?;
    let seen: String = address.chars().filter(|c| !is_invisible(*c)).collect();
    Some(SlipFault::InvisibleInUrl { code: format!("U+{:04X}", u32::from(invisible)), fixed: in_list(&seen) })
}

fn entities(text: &str) -> impl Iterator<Item = Found> {
    let of_one = move |entity: &'static str| text.match_indices(entity);
    ENTITIES
        .iter()
        .flat_map(move |entity| of_one(entity))
        .map(move |(at, entity)| markup(text, at..at + entity.len()))
}

fn markup(text: &str, range: Range<usize>) -> Found {
    let written = text[range.clone()].to_owned();
    (SlipFault::MarkupInText { instead: Markup(written.clone()), written }, range)
}

/// ` ＃备注`, in a text without quotes; `＃话题＃` is a hashtag.
pub fn wide_remark(text: &str) -> Option<Found> {
    let (before, remark) = text.split_once(" ＃").or_else(|| text.split_once("\u{3000}＃"))?;
    let is_remark = !remark.trim().is_empty() && !remark.contains(['＃', '#', '\n']);
    let start = text.len() - remark.len() - '＃'.len_utf8();
    let fault = SlipFault::WideRemark { remark: text[start..].to_owned() };
    (is_remark && !before.trim().is_empty()).then_some((fault, start..text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let found = foreign_signs(text, Field::Text, 1, |name| name == "text");
        found.into_iter().map(|(_, range)| text[range].to_owned()).collect()
    }

    #[test]
    fn signs_of_other_programs_are_found_where_they_stand() {
        for (text, sign) in [
            ("您好 $1！", "$1"),
            ("您好 ${1}！", "${1}"),
            ("亲爱的{nickname}", "{nickname}"),
            ("{{ text }}，${ userName }", "${ userName }"),
            ("请打{电话}", "{电话}"),
            ("[昵称]您好", "[昵称]"),
            ("感谢私信\n{nickname}您好", "{nickname}"),
            ("#粉丝昵称#您好", "#粉丝昵称#"),
            ("第一行\\n第二行", "\\n"),
            ("第一行/n第二行", "/n"),
            ("第一行<BR/>第二行", "<BR/>"),
            ("<a href=\"https://a.com\">点这里", "<a href=\"https://a.com\">"),
            ("看[官网](https://a.com)", "[官网](https://a.com)"),
            ("A&nbsp;B", "&nbsp;"),
            ("请看https://a.com/\u{200B}x，谢谢", "https://a.com/\u{200B}x"),
        ] {
            assert_eq!(found(text), [sign], "{text}");
        }
    }

    #[test]
    fn each_spelling_is_told_once_in_the_order_of_the_text() {
        assert_eq!(found("{name}好<br>{{ text }}<b>九折</b><br>{tel}"), ["{name}", "<br>", "<b>", "{tel}"]);
    }

    #[test]
    fn a_text_of_nothing_but_opening_signs_is_looked_through_once() {
        let began = std::time::Instant::now();
        for signs in ["{x", "<br ", "[a](http", "$1\\n", "{%x%}{{y}}"] {
            found(&signs.repeat(300_000 / signs.len()));
        }
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }

    #[test]
    fn what_people_write_to_fans_is_no_sign_of_another_program() {
        for text in [
            "$1.50 起",
            "$20",
            "{#话题#}",
            "{微笑}",
            "{满100减20}",
            "C:\\new",
            "https://a.com/n/1",
            "1 < 2 > 0",
            "<3",
            "A&B",
            "{{ groups|join('\\n') }}",
            "{% if text == '<br>' %}a{% endif %}",
            "[心]",
            "改昵称",
            "(昵称)",
            "请回复 {{ keyword }}：{姓名}+{电话}",
            "格式：[昵称]",
            "<活动>",
            "{text}",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_full_width_remark_is_told_from_a_hashtag() {
        assert!(wide_remark("您好 ＃给同事看").is_some());
        for text in ["参加 ＃双十二＃", "＃话题", "您好＃1", "您好 ＃"] {
            assert_eq!(wide_remark(text), None, "{text}");
        }
    }
}
