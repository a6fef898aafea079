//! The HTML of replies in other systems as plain text: links are spelled out, line ends and characters are kept. Every
//! address that cannot be kept is reported.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::finding::FindingKind;

#[allow(clippy::expect_used)] // the expressions are literals, and the tests use them
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?is)<a(?:\s([^>]*))?>(.*?)</a\s*>").expect("a valid expression"));
#[allow(clippy::expect_used)]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))"#).expect("a valid expression")
});
/// What ends a line, and after it what only changes how words look.
#[allow(clippy::expect_used)]
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(<br\s*/?>\n?|</(?:p|div|li|h[1-6]|tr)\s*>\n?)|</?(?:p|div|li|h[1-6]|tr|b|strong|i|em|u|s|del|small|big|span|font|center|section|ul|ol|img|hr|table|tbody|td|th)(?:\s[^<>]*)?/?>",
    )
    .expect("a valid expression")
});
#[allow(clippy::expect_used)]
static CHARACTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,6}));").expect("a valid expression")
});

/// The characters that people's editors write by name.
const NAMED: [(&str, &str); 18] = [
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", "\u{3000}"),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("middot", "·"),
    ("yen", "¥"),
    ("times", "×"),
];

/// The text without HTML, and what became of it.
pub fn plain(written: &str, found: &mut Vec<FindingKind>) -> String {
    let (text, mut lost) = without_links(written);
    if LINK.captures_iter(written).count() > lost.len() {
        found.push(FindingKind::Links);
    }
    found.append(&mut lost);
    let line_end = |tag: &Captures| if tag.get(1).is_some() { "\n" } else { "" };
    // a code may stand for a sign of HTML, which is then a sign and no more
    let bare = characters(&TAG.replace_all(&text, line_end));
    if bare != text {
        found.push(FindingKind::Html);
    }
    bare.trim_end().to_owned()
}

/// `<a href="url">text</a>` → `text url`, and the addresses that nothing but their own system can open.
fn without_links(text: &str) -> (String, Vec<FindingKind>) {
    let mut lost = Vec::new();
    let spelled = |found: &Captures| {
        let attributes = found.get(1).map_or("", |attributes| attributes.as_str());
        let address = ADDRESS.captures(attributes).and_then(|found| found.iter().skip(1).flatten().next());
        let address = characters(address.map_or("", |url| url.as_str().trim()));
        let words = found[2].trim();
        let Some(readable) = readable(&address) else {
            let address = if address.is_empty() { attributes.trim().to_owned() } else { address };
            lost.push(FindingKind::LinkLost { words: words.to_owned(), address });
            return words.to_owned();
        };
        let end = found.get(0).map_or(0, |whole| whole.end());
        // the text that follows must not become a part of the address
        let blank = if text[end..].starts_with(|c: char| !c.is_whitespace() && c != '<') { " " } else { "" };
        match words {
            "" => format!("{readable}{blank}"),
            words if words.contains(readable) => format!("{words}{blank}"),
            words => format!("{words} {readable}{blank}"),
        }
    };
    let text = LINK.replace_all(text, spelled).into_owned();
    (text, lost)
}

/// Whether the platform takes it as a link (`RelativeUrl`).
pub fn is_full(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// What a fan can open or write down: a full address, a telephone number, an e-mail address.
fn readable(address: &str) -> Option<&str> {
    if is_full(address) {
        return Some(address);
    }
    let (scheme, rest) = address.split_once(':')?;
    let rest = rest.split('?').next().unwrap_or_default();
    let is_known = ["tel", "sms", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (is_known && !rest.is_empty()).then_some(rest)
}

fn characters(text: &str) -> String {
    let character = |found: &Captures| {
        let number = match (found.get(1), found.get(2)) {
            (Some(decimal), _) => decimal.as_str().parse().ok(),
            (_, Some(hexadecimal)) => u32::from_str_radix(hexadecimal.as_str(), 16).ok(),
            _ => None,
        };
        let numbered = number.and_then(char::from_u32).filter(|c| !c.is_control() || *c == '\n');
        let named = || {
            let name = found.get(3)?.as_str();
            NAMED.iter().find(|(own, _)| *own == name).map(|(_, character)| (*character).to_owned())
        };
        numbered.map(String::from).or_else(named).unwrap_or_else(|| found[0].to_owned())
    };
    CHARACTER.replace_all(text, character).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_plain(written: &str) -> (String, Vec<FindingKind>) {
        let mut found = Vec::new();
        let text = plain(written, &mut found);
        (text, found)
    }

    #[test]
    fn links_are_spelled_out() {
        let cases = [
            (r#"看<a href="https://e.com/?a=1&amp;b=2">这里</a>吧"#, "看这里 https://e.com/?a=1&b=2 吧"),
            (r#"<A data-miniprogram-appid="wx1" HREF='http://e.com'>商城</A>"#, "商城 http://e.com"),
            (r#"<a href="https://e.com">https://e.com</a>"#, "https://e.com"),
            ("<a href=https://e.com>官网</a>\n再见", "官网 https://e.com\n再见"),
            (r#"<a href="tel:4000000000">打电话</a>！"#, "打电话 4000000000 ！"),
            (r#"<a href="tel:400">电话 400</a>"#, "电话 400"),
            (r#"<a href="mailto:a@e.com?subject=x">写信</a>"#, "写信 a@e.com"),
        ];
        for (written, expected) in cases {
            assert_eq!(made_plain(written), (expected.to_owned(), vec![FindingKind::Links]), "{written}");
        }
        assert_eq!(made_plain("1 <a> 2"), ("1 <a> 2".to_owned(), vec![]));
    }

    #[test]
    fn a_link_that_opens_nowhere_else_is_told_as_lost() {
        let lost = |words: &str, address: &str| FindingKind::LinkLost {
            words: words.to_owned(),
            address: address.to_owned(),
        };
        let menu = "weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=2";
        let written = r#"<a href="weixin://bizmsgmenu?msgmenucontent=1&amp;msgmenuid=2">人工</a>。"#;
        assert_eq!(made_plain(written), ("人工。".to_owned(), vec![lost("人工", menu)]));
        let both = r#"<a data-miniprogram-appid="wx1">商城</a><a href="http://e.com">官网</a>"#;
        let found = vec![FindingKind::Links, lost("商城", r#"data-miniprogram-appid="wx1""#)];
        assert_eq!(made_plain(both), ("商城官网 http://e.com".to_owned(), found));
    }

    #[test]
    fn tags_go_and_line_ends_and_characters_stay() {
        let written = "<p><b>营业&nbsp;时间</b><br/>9&#58;00&ndash;21&#x3A;00</p>";
        assert_eq!(made_plain(written), ("营业 时间\n9:00–21:00".to_owned(), vec![FindingKind::Html]));
        assert_eq!(made_plain("A&amp;lt;B").0, "A&lt;B");
        for untouched in ["a < b > c", "<3 & <你好> &unknown; R&D;", "<body>", "https://e.com/?a=1&b=2"] {
            assert_eq!(made_plain(untouched), (untouched.to_owned(), vec![]));
        }
    }
}
