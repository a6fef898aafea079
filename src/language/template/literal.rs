//! What looks like a template and is none: full-width signs between the braces, full-width braces, and single
//! braces round a name that could be inserted.

use crate::language::template::Flaw;
use crate::language::template::fault::TemplateFault;
use crate::language::template::foreign::near;

/// The signs of templates as Chinese input methods type them.
#[rustfmt::skip]
const WIDE_SIGNS: &[(char, char)] = &[
    ('“', '"'), ('”', '"'), ('‘', '\''), ('’', '\''), ('（', '('), ('）', ')'), ('｜', '|'), ('，', ','), ('．', '.'),
    ('。', '.'), ('＝', '='), ('！', '!'), ('＞', '>'), ('＜', '<'),
];

/// The first full-width sign between double braces, outside of straight quotes.
pub fn wide_sign(text: &str) -> Option<Flaw> {
    let (mut inside, mut quote) = (false, None);
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if rest.starts_with("{{") || rest.starts_with("{%") => inside = true,
            None if rest.starts_with("}}") || rest.starts_with("%}") => inside = false,
            None if inside && matches!(c, '"' | '\'') => quote = Some(c),
            None if inside => {
                if let Some((sign, half)) = WIDE_SIGNS.iter().find(|(sign, _)| *sign == c) {
                    let fault = TemplateFault::WideSign { sign: *sign, half: *half };
                    return Some(Flaw { fault, range: at..at + c.len_utf8() });
                }
            }
            None => {}
        }
    }
    None
}

/// `｛｛text｝｝`, `{text}` and `${text}`, where `known` says what could be inserted.
pub fn literal_braces(text: &str, known: impl Fn(&str) -> bool) -> Option<Flaw> {
    for (at, c) in text.char_indices() {
        let (closing, wide) = match c {
            '｛' if !text[..at].ends_with('｛') => ('｝', true),
            '{' if !text[..at].ends_with('{') => ('}', false),
            _ => continue,
        };
        let rest = text[at..].trim_start_matches(c);
        let Some(length) = near(rest, 0).find(closing) else { continue };
        let name = rest[..length].trim();
        if (wide && text[at..].starts_with("｛｛")) || known(name) {
            let behind = &rest[length..];
            let end = text.len() - behind.trim_start_matches(closing).len();
            let is_template = text[at..].starts_with("{{") && behind.starts_with("}}");
            if !is_template && !name.contains(['{', '｛']) {
                let (written, fixed) = (text[at..end].to_owned(), format!("{{{{ {name} }}}}"));
                let fault = TemplateFault::LiteralBraces { written, fixed };
                return Some(Flaw { fault, range: at..end });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_that_insert_nothing_are_found() {
        let found =
            |text| literal_braces(text, |name| name == "text").map(|flaw| text[flaw.range].to_owned());
        assert_eq!(found("您好 {text}！").as_deref(), Some("{text}"));
        assert_eq!(found("您好 ${ text }").as_deref(), Some("{ text }"));
        assert_eq!(found("您好 ｛｛ 昵称 ｝｝").as_deref(), Some("｛｛ 昵称 ｝｝"));
        for fine in
            ["{{ text }}", "{#话题#}", "{其他}", "｛注｝", "{", "{{text}} {% if text %}{{ text }}{% endif %}"]
        {
            assert_eq!(found(fine), None, "{fine}");
        }
    }

    #[test]
    fn full_width_signs_count_between_braces_and_outside_of_quotes() {
        let sign = |text| wide_sign(text).map(|flaw| text[flaw.range].to_owned());
        assert_eq!(sign("（好） {{ text｜upper }}").as_deref(), Some("｜"));
        assert_eq!(sign("{{ text|default(\"，\") }}，"), None);
    }
}
