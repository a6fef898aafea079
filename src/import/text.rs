//! Texts on their way into a template: line ends, HTML, braces. Whatever a fan will see differently than before is
//! reported.

use super::finding::FindingKind;
use super::html::plain;

/// A text as a template that renders exactly what a fan should see, and what is different about it.
pub fn template(written: &str) -> (String, Vec<FindingKind>) {
    let mut found = Vec::new();
    // what tags stood before may begin with a line end
    let text = tidy(&plain(&tidy(written), &mut found));
    if text.contains("/:") {
        found.push(FindingKind::Emoticons);
    }
    let escaped = escape(&text);
    if escaped != text {
        found.push(FindingKind::Braces);
    }
    (escaped, found)
}

/// One kind of line end, and nothing that nobody sees at the ends.
pub fn tidy(written: &str) -> String {
    let text = written.replace("\r\n", "\n").replace('\r', "\n");
    text.trim_end().trim_start_matches('\n').to_owned()
}

/// The text that a template always renders; `None` where it inserts something.
pub fn sent(template: &str) -> Option<String> {
    let text = template.replace("{{ '{{' }}", "{{").replace("{{ '{%' }}", "{%");
    (escape(&text) == template).then_some(text)
}

/// A link as a template that renders the same.
pub fn link(written: &str) -> String {
    // blanks and braces in a link are written as the bytes that they would be sent as
    let url = written.split_whitespace().collect::<Vec<_>>().join("%20");
    if escape(&url) == url { url } else { url.replace('{', "%7B") }
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
    fn braces_stay_what_they_are() {
        assert_eq!(
            template("{{{x}} {%y"),
            ("{{ '{{' }}{x}} {{ '{%' }}y".to_owned(), vec![FindingKind::Braces])
        );
        assert_eq!(template("{x} {#话题#}"), ("{x} {#话题#}".to_owned(), vec![]));
        for text in ["{{{x} {%y", "{x} {#话题#}", "{{{{a}} '{%' }}"] {
            assert_eq!(sent(&template(text).0).as_deref(), Some(text));
        }
        assert_eq!(sent("您好 {{ text }}"), None);
        assert_eq!(link(" https://e.com/{{a}} "), "https://e.com/%7B%7Ba}}");
        assert_eq!(link("https://e.com/a b\n"), "https://e.com/a%20b");
    }

    #[test]
    fn line_ends_are_one_and_paragraphs_stay_indented() {
        assert_eq!(tidy("\r\n　　您好\r\n再见\r \n"), "　　您好\n再见");
        assert_eq!(template("<b>\n　您好</b>").0, "　您好");
    }

    #[test]
    fn emoticons_of_the_other_platform_are_told() {
        assert_eq!(template("你好/::)").1, [FindingKind::Emoticons]);
        assert_eq!(template("https://e.com/a").1, []);
    }
}
