//! How an expected answer and the one that came are shown beside each other, so that a reader finds what
//! differs in a long text too.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::engine::fold::{is_invisible, reveal};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// A text is shown whole up to this many characters: one message of the platform.
const WHOLE: usize = 300;
/// What is shown of a longer one before its first difference, in characters.
const LEAD: usize = 40;
/// Two texts of one line, neither longer than this, are compared at a glance.
const GLANCE: usize = 30;
/// What is quoted from the first difference on, in characters.
const QUOTED: usize = 12;
/// The same where code points are written out.
const SPELT: usize = 3;

/// The answer that an example expects, and the one that came; they are not equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub expected: String,
    pub actual: String,
}

/// An answer as it came, or what it lacks.
#[derive(Clone, Debug, PartialEq)]
pub struct Excerpt(pub String);

impl Difference {
    /// How many characters they begin with alike.
    fn alike(&self) -> usize {
        self.expected
            .chars()
            .zip(self.actual.chars())
            .take_while(|(expected, actual)| expected == actual)
            .count()
    }

    /// Whether a look at both tells them apart.
    fn is_seen(&self) -> bool {
        let is_short = |text: &str| !text.contains('\n') && text.chars().count() <= GLANCE;
        let seen = |text: &str| -> String {
            let is_seen = |c: &char| !c.is_whitespace() && !is_invisible(*c);
            composed(text).chars().filter(is_seen).collect()
        };
        let (expected, actual) = (&self.expected, &self.actual);
        is_short(expected) && is_short(actual) && seen(expected) != seen(actual)
    }

    /// Where they part and with what, where that is not seen at a glance.
    fn parting(&self, lang: Lang) -> Option<String> {
        if self.is_seen() {
            return None;
        }
        let alike = self.alike();
        let before: String = self.expected.chars().take(alike).collect();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let is_spelt = composed(&self.expected) == composed(&self.actual);
        let [expected, actual] =
            [&self.expected, &self.actual].map(|text| quoted(text, alike, is_spelt, lang));
        Some(lang.pick(
            format!("\ndiffers:  line {line}, character {column}: {expected} expected, {actual} came"),
            format!("\n不同：第 {line} 行第 {column} 个字，预期是{expected}，实际是{actual}"),
        ))
    }
}

impl Localize for Difference {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let from = self.alike().saturating_sub(LEAD);
        let [expected, actual] = lang.pick(["expected: ", "actual:   "], ["预期：", "实际："]);
        let below = lang.pick(10, 6);
        format!(
            "{expected}{}\n{actual}{}{}",
            excerpt(&self.expected, from, below),
            excerpt(&self.actual, from, below),
            self.parting(lang).unwrap_or_default()
        )
    }
}

impl Localize for Excerpt {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        excerpt(&self.0, 0, lang.pick(16, 8))
    }
}

/// The text, or of a long one what stands from a character on; its further lines stand `below` its first.
fn excerpt(text: &str, from: usize, below: usize) -> String {
    let length = text.chars().count();
    let from = if length <= WHOLE { 0 } else { from.min(length) };
    let shown: String = text.chars().skip(from).take(WHOLE).collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if from + WHOLE < length { "…" } else { "" });
    format!("{before}{}{after}", reveal(&shown).replace('\n', &format!("\n{}", " ".repeat(below))))
}

/// The first characters from there on, in quotes; or that the text ends there. Two texts that are the same to
/// the eye are spelt, each character by its code point.
fn quoted(text: &str, from: usize, is_spelt: bool, lang: Lang) -> String {
    let length = if is_spelt { SPELT } else { QUOTED };
    let shown: String = text.chars().skip(from).take(length).collect();
    let more = if text.chars().nth(from + length).is_some() { "…" } else { "" };
    let shown = match is_spelt {
        true => shown.chars().map(|c| format!("⟨U+{:04X}⟩", c as u32)).collect(),
        false => reveal(&shown).replace('\n', "⏎"),
    };
    match shown.is_empty() {
        true => lang.pick("the end", "（没有了）").to_owned(),
        false => lang.pick(format!("\"{shown}{more}\""), format!("“{shown}{more}”")),
    }
}

/// With marks and letters as one, as they are seen.
fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(expected: &str, actual: &str, lang: Lang) -> String {
        Difference { expected: expected.to_owned(), actual: actual.to_owned() }.localized(lang).to_string()
    }

    #[test]
    fn short_texts_stand_below_one_another() {
        assert_eq!(rendered("您好", "您好！", Lang::En), "expected: 您好\nactual:   您好！");
        assert_eq!(rendered("您好", "您好！", Lang::Zh), "预期：您好\n实际：您好！");
    }

    #[test]
    fn what_nobody_sees_is_written_out() {
        for (expected, actual, said) in [
            ("您好", "您好\u{200B}", "character 3: the end expected, \"⟨U+200B⟩\" came"),
            ("您 好", "您\u{A0}好", "character 2: \" 好\" expected, \"⟨U+00A0⟩好\" came"),
            ("您好 ", "您好", "character 3: \" \" expected, the end came"),
            ("一\n二", "一\r\n二", "character 2: \"⏎二\" expected, \"⟨U+000D⟩⏎二\" came"),
            ("❤\u{FE0F}", "❤", "character 2: \"⟨U+FE0F⟩\" expected, the end came"),
            ("café", "cafe\u{301}", "\"⟨U+00E9⟩\" expected, \"⟨U+0065⟩⟨U+0301⟩\" came"),
        ] {
            let rendered = rendered(expected, actual, Lang::En);
            assert!(rendered.ends_with(said), "{rendered}");
            assert!(!rendered.contains(['\r', '\u{200B}', '\u{A0}']), "{rendered:?}");
        }
        assert_eq!(
            Excerpt("九\u{200B}点\r\n好".to_owned()).localized(Lang::Zh).to_string(),
            "九⟨U+200B⟩点⟨U+000D⟩\n        好"
        );
    }

    #[test]
    fn several_lines_are_indented_and_the_first_difference_is_named() {
        assert_eq!(
            rendered("一\n二三\n四", "一\n二五\n四", Lang::En),
            "expected: 一\n          二三\n          四\nactual:   一\n          二五\n          四\n\
             differs:  line 2, character 2: \"三⏎四\" expected, \"五⏎四\" came"
        );
        assert!(
            rendered("一\n二", "一", Lang::Zh)
                .ends_with("不同：第 1 行第 2 个字，预期是“⏎二”，实际是（没有了）")
        );
    }

    #[test]
    fn of_a_very_long_text_what_stands_round_the_first_difference_is_shown() {
        let (expected, actual) = (format!("{}甲", "长".repeat(1_000)), format!("{}乙", "长".repeat(1_000)));
        let rendered = rendered(&expected, &actual, Lang::En);
        assert!(rendered.starts_with(&format!("expected: …{}甲\n", "长".repeat(LEAD))), "{rendered}");
        assert!(rendered.ends_with("line 1, character 1001: \"甲\" expected, \"乙\" came"), "{rendered}");
    }
}
