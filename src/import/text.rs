//! Texts on their way into a template: line ends, links, braces. What a fan would see differently than before
//! is told, never silently changed.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::finding::What;

#[allow(clippy::expect_used)] // the expressions are literals, and the tests use them
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?is)<a(?:\s([^>]*))?>(.*?)</a\s*>").expect("a valid expression"));
#[allow(clippy::expect_used)]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))"#).expect("a valid expression")
});

/// A text as a template that renders exactly what a fan should see, and what is different about it.
pub fn template(written: &str) -> (String, Vec<What>) {
    let mut found = Vec::new();
    let text = tidy(written);
    let text = if LINK.is_match(&text) {
        found.push(What::Links);
        without_links(&text)
    } else {
        text
    };
    if text.contains("/:") {
        found.push(What::Emoticons);
    }
    let escaped = escape(&text);
    if escaped != text {
        found.push(What::Braces);
    }
    (escaped, found)
}

/// One kind of line end, and nothing that nobody sees at the ends.
pub fn tidy(written: &str) -> String {
    let text = written.replace("\r\n", "\n").replace('\r', "\n");
    text.trim_end().trim_start_matches('\n').to_owned()
}

/// A link as a template that renders the same.
pub fn link(written: &str) -> String {
    let url = written.trim();
    // braces in a link are written as the bytes that they would be sent as
    if escape(url) == url { url.to_owned() } else { url.replace('{', "%7B") }
}

/// Whether the platform takes it as a link (`RelativeUrl`).
pub fn is_full(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// `<a href="url">text</a>` → `text url`: Weibo shows no HTML.
fn without_links(text: &str) -> String {
    let spelled = |found: &Captures| {
        let attributes = found.get(1).map_or("", |attributes| attributes.as_str());
        let address = ADDRESS.captures(attributes).and_then(|found| found.iter().skip(1).flatten().next());
        let url = address.map_or("", |url| url.as_str().trim()).replace("&amp;", "&");
        let words = found[2].trim();
        let end = found.get(0).map_or(0, |whole| whole.end());
        // the text that follows must not become a part of the address
        let blank = if text[end..].starts_with(|c: char| !c.is_whitespace()) { " " } else { "" };
        match (is_full(&url), words == url || words.is_empty()) {
            (false, _) => words.to_owned(),
            (true, true) => format!("{url}{blank}"),
            (true, false) => format!("{words} {url}{blank}"),
        }
    };
    LINK.replace_all(text, spelled).into_owned()
}

/// `{{` and `{%` would begin something to fill in; as inserted texts they are what they are.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        escaped.push_str(before);
        let mark = ["{{", "{%"].into_iter().find(|mark| from.starts_with(mark));
        match mark {
            Some(mark) => escaped.push_str(&format!("{{{{ '{mark}' }}}}")),
            None => escaped.push('{'),
        }
        rest = &from[mark.map_or(1, str::len)..];
    }
    escaped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_spelled_out() {
        let cases = [
            (r#"看<a href="https://e.com/?a=1&amp;b=2">这里</a>吧"#, "看这里 https://e.com/?a=1&b=2 吧"),
            (r#"<A data-miniprogram-appid="wx1" HREF='http://e.com'>商城</A>"#, "商城 http://e.com"),
            (r#"<a href="weixin://bizmsgmenu?msgmenucontent=1">人工</a>。"#, "人工。"),
            (r#"<a href="https://e.com">https://e.com</a>"#, "https://e.com"),
            ("<a href=https://e.com>官网</a>\n再见", "官网 https://e.com\n再见"),
        ];
        for (written, expected) in cases {
            assert_eq!(template(written), (expected.to_owned(), vec![What::Links]), "{written}");
        }
        assert_eq!(template("1 <a> 2"), ("1 <a> 2".to_owned(), vec![]));
    }

    #[test]
    fn braces_stay_what_they_are() {
        assert_eq!(template("{{{x}} {%y"), ("{{ '{{' }}{x}} {{ '{%' }}y".to_owned(), vec![What::Braces]));
        assert_eq!(template("{x} {#话题#}"), ("{x} {#话题#}".to_owned(), vec![]));
        assert_eq!(link(" https://e.com/{{a}} "), "https://e.com/%7B%7Ba}}");
    }

    #[test]
    fn line_ends_are_one_and_paragraphs_stay_indented() {
        assert_eq!(tidy("\r\n　　您好\r\n再见\r \n"), "　　您好\n再见");
    }

    #[test]
    fn emoticons_of_the_other_platform_are_told() {
        assert_eq!(template("你好/::)").1, [What::Emoticons]);
        assert_eq!(template("https://e.com/a").1, []);
    }
}
