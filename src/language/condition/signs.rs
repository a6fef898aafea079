//! Warns of signs in words that mean something elsewhere: those of patterns and of templates, and those that
//! separate words. Here such a word is looked for as it stands.

use crate::engine::fold::is_chinese;
use crate::language::condition::fault::ConditionFault;
use crate::language::diagnostic::Correction;
use crate::language::yaml::line::list_of;
use crate::language::yaml::reader::{Reader, Text};

/// Warns of each word that looks as if more was meant than this very word.
pub fn warn_of_signs(reader: &mut Reader, words: &[Text]) {
    for word in words {
        let in_quotes =
            reader.file.text.get(word.span.clone()).is_some_and(|text| text.starts_with(['"', '\'']));
        let fault = if word.value.contains("{{") {
            ConditionFault::TemplateInWord { word: word.value.clone() }
        } else if is_pattern(&word.value) {
            ConditionFault::PatternAsWord { word: word.value.clone() }
        } else if let (false, Some(parts)) = (in_quotes, parted_by(&word.value, '/')) {
            ConditionFault::PartedWord { sign: '/', fixed: apart(reader, word, parts) }
        } else if let (false, Some(parts)) = (in_quotes, parted_by(&word.value, '+')) {
            ConditionFault::PartedWord { sign: '+', fixed: all_keywords(reader, word, parts) }
        } else {
            continue;
        };
        reader.fault(fault, word.span.clone());
    }
}

/// The words of `退款/运费` as a list, or as items of the list in brackets in which they stand.
fn apart(reader: &Reader, word: &Text, parts: Vec<&str>) -> Correction {
    let list = list_of(parts);
    let written = match reader.file.text[..word.span.start].trim_end().chars().next_back() {
        Some(':') => list.as_str(),
        Some('[' | ',') => list.trim_matches(['[', ']']),
        _ => return Correction::NONE,
    };
    Correction::new(word.span.clone(), written)
}

/// `keyword: 退款+运费` with the key that asks for all of the words.
fn all_keywords(reader: &Reader, word: &Text, parts: Vec<&str>) -> Correction {
    const KEY: &str = "keyword: ";
    let key = word.span.start.saturating_sub(KEY.len());
    let is_behind_key = reader.file.text.get(key..word.span.start) == Some(KEY);
    let fixed = || Correction::new(key..word.span.end, format!("all_keywords: {}", list_of(parts)));
    if is_behind_key { fixed() } else { Correction::NONE }
}

/// `^你好$`, `订单.*`, `订单\d+`, `*营业*` and `%营业%`.
fn is_pattern(word: &str) -> bool {
    let enclosed = |sign| {
        let inside = word.strip_prefix(sign).and_then(|word: &str| word.strip_suffix(sign));
        inside.is_some_and(|inside| !inside.is_empty() && !inside.contains(sign))
    };
    let has_text = word.contains(char::is_alphabetic);
    let has_signs =
        word.starts_with('^') || [".*", ".+", "\\d", "\\w", "\\s"].iter().any(|sign| word.contains(sign));
    has_text && (has_signs || enclosed('*') || enclosed('%'))
}

/// The Chinese words between which this sign stands.
fn parted_by(word: &str, sign: char) -> Option<Vec<&str>> {
    let parts: Vec<&str> = word.split(sign).map(str::trim).collect();
    let is_chinese = |part: &&str| !part.is_empty() && part.chars().all(is_chinese);
    (parts.len() > 1 && parts.iter().all(is_chinese)).then_some(parts)
}

/// The expression in `/订单\d+/i`, the way in which other languages write one.
pub fn between_slashes(expression: &str) -> Option<&str> {
    let (inside, flags) = expression.strip_prefix('/')?.rsplit_once('/')?;
    (!inside.is_empty() && flags.chars().all(|c| "gimsuy".contains(c))).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_told_from_a_word() {
        for pattern in ["^你好$", "订单.*", "订单\\d+", "*营业*", "%营业%"] {
            assert!(is_pattern(pattern), "{pattern}");
        }
        for word in ["100%", "5*5", "***", "^_^", "a.b", "C:\\x", "$100", "加*号"] {
            assert!(!is_pattern(word), "{word}");
        }
    }

    #[test]
    fn an_expression_is_taken_out_of_its_slashes() {
        assert_eq!(between_slashes("/订单[0-9]+/i"), Some("订单[0-9]+"));
        for none in ["/", "//", "a/b/", "/a/b"] {
            assert_eq!(between_slashes(none), None, "{none}");
        }
    }
}
