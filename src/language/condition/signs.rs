//! Warns of signs in words that mean something elsewhere: those of patterns and of templates, and those that
//! separate words. Here such a word is looked for as it stands.

use std::collections::HashSet;

use crate::engine::fold::{fold, is_chinese, is_word_char};
use crate::language::condition::fault::ConditionFault;
use crate::language::doubt::slip::{SlipFault, WordPlace, WordsApart};
use crate::language::yaml::reader::{Reader, Text};
use crate::language::yaml::signs::EMOTICONS;
use crate::language::yaml::{Node, Scalar, Style, Value};

/// What stands between words that were meant as several, and whether all of them were meant.
const PARTING: &[(&str, bool)] = &[
    ("/", false),
    (" or ", false),
    (" OR ", false),
    ("+", true),
    ("&", true),
    (" and ", true),
    (" AND ", true),
];

/// Warns of each word that looks as if more was meant than this very word. They stand at `node`.
pub fn warn_of_signs(reader: &mut Reader, node: &Node, words: &[Text]) {
    let place = place_of(reader, node);
    for word in words {
        let is_plain = is_plain(reader, word);
        let apart = |(sign, words, all): (&'static str, Vec<&str>, bool)| {
            let words = words.into_iter().map(str::to_owned).collect();
            ConditionFault::PartedWord { sign: sign.trim(), instead: WordsApart { words, all, place } }
        };
        let fault = if word.value.contains("{{") {
            ConditionFault::TemplateInWord { word: word.value.clone() }
        } else if is_pattern(&word.value) {
            ConditionFault::PatternAsWord { word: word.value.clone() }
        } else if let (true, Some(parted)) = (is_plain, parted(&word.value, place)) {
            apart(parted)
        } else {
            continue;
        };
        reader.fault(fault, word.span.clone());
    }
}

/// Warns of each word with one half of a pair of brackets or quotes: most often the other half was forgotten.
pub fn warn_of_half_pairs(reader: &mut Reader, words: &[Text]) {
    const PAIRS: &[(char, char)] =
        &[('[', ']'), ('【', '】'), ('「', '」'), ('《', '》'), ('（', '）'), ('“', '”')];
    for word in words.iter().filter(|word| is_plain(reader, word)).collect::<Vec<_>>() {
        let count = |sign: char| word.value.matches(sign).count();
        let half = PAIRS.iter().find(|(opening, closing)| count(*opening) != count(*closing));
        let Some((opening, closing)) = half else { continue };
        let sign = if count(*opening) > count(*closing) { *opening } else { *closing };
        let bare = word.value.replace(sign, "").trim().to_owned();
        if bare.chars().any(is_word_char) || bare.chars().any(is_chinese) {
            reader.fault(SlipFault::HalfPair { sign, bare }, word.span.clone());
        }
    }
}

/// Warns of each word that ends with a sign which many fans leave out, where no other word is the one without it.
pub fn warn_of_last_signs(reader: &mut Reader, words: &[Text]) {
    let known: HashSet<String> = words.iter().map(|word| fold(&word.value)).collect();
    for word in words {
        let is_missing = |bare: &&str| is_plain(reader, word) && !known.contains(&fold(bare));
        if let Some(bare) = without_last_sign(&word.value).filter(is_missing) {
            let sign = word.value[bare.len()..].chars().next().unwrap_or_default();
            let fault = SlipFault::SignDemanded { word: word.value.clone(), sign, bare: bare.to_owned() };
            reader.fault(fault, word.span.clone());
        }
    }
}

/// Warns of each word at the end of a message behind which fans may write a question mark, where no other word has it.
pub fn warn_of_questions(reader: &mut Reader, node: &Node, words: &[Text]) {
    const PARTICLES: &[char] = &['吗', '嗎', '呢', '么', '嘛', '吧', '啊', '呀'];
    let place = place_of(reader, node);
    let known: HashSet<String> = words.iter().map(|word| fold(&word.value)).collect();
    for word in words.iter().filter(|word| word.value.ends_with(PARTICLES)) {
        let marked = format!("{}？", word.value);
        let is_there = known.contains(&fold(&marked));
        let stands_here =
            reader.file.text.get(word.span.clone()).is_some_and(|written| written.contains(&word.value));
        if stands_here && !is_there {
            let instead = WordsApart { words: vec![word.value.clone(), marked], all: false, place };
            reader.fault(SlipFault::EndOfQuestion { word: word.value.clone(), instead }, word.span.clone());
        }
    }
}

/// Warns of the name of an emoticon that its brackets make a list of one word.
pub fn warn_of_emoticon(reader: &mut Reader, node: &Node) {
    let Value::List(items) = &node.value else { return };
    if let [Node { value: Value::Scalar(Scalar { text, style: Style::Plain, .. }), .. }] = items.as_slice()
        && EMOTICONS.contains(&text.as_str())
        && place_of(reader, node) == WordPlace::InBrackets
    {
        let fixed = format!("\"[{text}]\"");
        reader.fault(SlipFault::EmoticonAsList { name: text.clone(), fixed }, node.span.clone());
    }
}

/// Where the words at `node` stand.
fn place_of(reader: &Reader, node: &Node) -> WordPlace {
    match &node.value {
        Value::List(_) => match reader.file.text.get(node.span.clone()) {
            Some(written) if written.starts_with('[') => WordPlace::InBrackets,
            _ => WordPlace::OnALine,
        },
        _ => {
            let before = reader.file.text.get(..node.span.start).unwrap_or_default().trim_end();
            let mut keys = before.trim_end_matches(':').rsplit(|c: char| !(c.is_alphanumeric() || c == '_'));
            let is_keyword = keys.next().is_some_and(|key| matches!(key, "keyword" | "all_keywords"));
            if is_keyword { WordPlace::BehindKeyword } else { WordPlace::Alone }
        }
    }
}

/// Whether the word stands in the file as it is, without quotes, and not under the name of a list.
fn is_plain(reader: &Reader, word: &Text) -> bool {
    reader.file.text.get(word.span.clone()).is_some_and(|written| written.trim_end() == word.value)
}

/// `^你好$`, `订单.*`, `订单\d+`, `*营业*`, `几点*`, `%营业%` and `/几点/`.
fn is_pattern(word: &str) -> bool {
    let enclosed = |sign| {
        let inside = word.strip_prefix(sign).and_then(|word: &str| word.strip_suffix(sign));
        inside.is_some_and(|inside| !inside.is_empty() && !inside.contains(sign))
    };
    let one_star = word.matches('*').count() == 1;
    let behind = word.strip_suffix(['*', '$']).or_else(|| word.strip_prefix('*'));
    let is_open = one_star || word.ends_with('$');
    let beside_chinese = is_open && behind.is_some_and(|rest| rest.chars().all(is_chinese));
    let has_text = word.contains(char::is_alphabetic);
    let has_signs =
        word.starts_with('^') || [".*", ".+", "\\d", "\\w", "\\s"].iter().any(|sign| word.contains(sign));
    has_text
        && (has_signs
            || enclosed('*')
            || enclosed('%')
            || beside_chinese
            || between_slashes(word).is_some_and(|inside| !inside.contains('/')))
}

/// The Chinese words between which a sign stands, that sign, and whether all of them are meant.
fn parted(word: &str, place: WordPlace) -> Option<(&'static str, Vec<&str>, bool)> {
    let is_chinese = |part: &&str| part.chars().all(is_chinese);
    let by_sign = PARTING.iter().find_map(|(sign, all)| {
        let parts = parts(word, sign);
        (parts.len() > 1 && parts.iter().all(is_chinese)).then_some((*sign, parts, *all))
    });
    // a comma may stand in a phrase that is an item; alone behind the key it parts words
    let by_comma = || {
        let parts = parts(word, ",");
        let are_words = parts.iter().all(|part| part.contains(char::is_alphabetic));
        // with a blank behind it, it is refused
        let is_said = word.contains(", ");
        let is_alone = matches!(place, WordPlace::Alone | WordPlace::BehindKeyword);
        (is_alone && !is_said && parts.len() > 1 && are_words).then_some((",", parts, false))
    };
    by_sign.or_else(by_comma)
}

fn parts<'w>(word: &'w str, sign: &str) -> Vec<&'w str> {
    word.split(sign).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The word without the marks at its end, where it ends with a question mark or, behind a Chinese character, with another
/// mark of a sentence. `C++`, `100%` and `Yahoo!` are words.
fn without_last_sign(word: &str) -> Option<&str> {
    const MARKS: &[char] = &['?', '？', '!', '！', '。', '～', '~', '…', ',', '，'];
    let bare = word.trim_end_matches(MARKS);
    let last = bare.chars().next_back()?;
    let is_question = word[bare.len()..].contains(['?', '？']);
    let counts = (is_chinese(last) && last.is_alphabetic()) || (is_question && is_word_char(last));
    (bare.len() < word.len() && counts).then_some(bare)
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
        for pattern in
            ["^你好$", "订单.*", "订单\\d+", "*营业*", "几点*", "*几点", "你好$", "%营业%", "/几点/"]
        {
            assert!(is_pattern(pattern), "{pattern}");
        }
        for word in
            ["100%", "5*5", "***", "^_^", "a.b", "C:\\x", "$100", "加*号", "A*", "f**k", "1/2/3", "24/7"]
        {
            assert!(!is_pattern(word), "{word}");
        }
    }

    #[test]
    fn several_words_are_told_from_one_with_a_sign_in_it() {
        let parted_by = |word, place| parted(word, place).map(|(sign, words, _)| (sign, words.len()));
        assert_eq!(parted_by("退款&运费", WordPlace::InBrackets), Some(("&", 2)));
        assert_eq!(parted_by("退款 and 税费", WordPlace::OnALine), Some((" and ", 2)));
        assert_eq!(parted_by("地址,在哪,wifi", WordPlace::Alone), Some((",", 3)));
        for (word, place) in [
            ("您好,在吗", WordPlace::OnALine),
            ("1,000", WordPlace::Alone),
            ("A&B", WordPlace::Alone),
            ("iPhone 15/16", WordPlace::Alone),
            ("C++", WordPlace::Alone),
            ("Tom and Jerry", WordPlace::Alone),
            ("退款&", WordPlace::Alone),
        ] {
            assert_eq!(parted_by(word, place), None, "{word}");
        }
    }

    #[test]
    fn a_mark_that_fans_leave_out_is_told_from_a_part_of_a_word() {
        for (word, bare) in [("几点开门?", "几点开门"), ("多少钱？！", "多少钱"), ("how much?", "how much")]
        {
            assert_eq!(without_last_sign(word), Some(bare), "{word}");
        }
        for word in ["C++", "100%", "Yahoo!", "?", "？！", "No.", "你好", "3.5折", "[心]"] {
            assert_eq!(without_last_sign(word), None, "{word}");
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
