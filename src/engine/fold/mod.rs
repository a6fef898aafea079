//! Folding: the form in which words and messages are compared, so that 營業時間, 营业时间 and ＨＩ, hi are the
//! same. It changes what is compared, never what is sent.

mod simplified;

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use simplified::simplified;

/// The folded form: NFKC, invisible characters dropped, case folded, traditional characters simplified,
/// blanks beside a Chinese character and at the ends dropped, other blanks collapsed to one.
/// Folding twice changes nothing more.
pub fn fold(text: &str) -> String {
    if is_simple(text) {
        return fold_chars(text.chars().map(narrow));
    }
    let mut folded = fold_once(text);
    // a dropped invisible character or a changed case can leave marks that compose anew
    loop {
        let again = fold_once(&folded);
        if again == folded {
            return folded;
        }
        folded = again;
    }
}

fn fold_once(text: &str) -> String {
    fold_chars(ComposingNormalizerBorrowed::new_nfkc().normalize(text).chars())
}

fn fold_chars(normal: impl Iterator<Item = char>) -> String {
    let mut folded = String::with_capacity(3 * normal.size_hint().0);
    let mut blank = false;
    let mut last = None;
    for c in normal.filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        fold_case(c, |c| {
            let c = simplified(c);
            let beside_chinese = is_chinese(c) || last.is_none_or(is_chinese);
            if std::mem::take(&mut blank) && !beside_chinese {
                folded.push(' ');
            }
            folded.push(c);
            last = Some(c);
        });
    }
    folded
}

/// Plain letters, the common Chinese characters and the signs written with them have a normal form that
/// [`narrow`] knows and that composes with nothing. Most messages hold nothing else.
fn is_simple(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_ascii()
            || matches!(c, '\u{4E00}'..='\u{9FA5}' | '\u{FF01}'..='\u{FF5E}' | '\u{3000}'..='\u{3002}')
            || matches!(c, '\u{3008}'..='\u{3011}' | '‘' | '’' | '“' | '”' | '—' | '\u{1F300}'..='\u{1F64F}')
    })
}

/// The normal form of a full-width letter, digit or sign: the ASCII one.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// Lower case, with the letters that lower case alone would keep apart made equal: `ß` is `ss`, `ſ` is
/// `s`, `ς` is `σ`.
fn fold_case(c: char, mut push: impl FnMut(char)) {
    match c {
        'a'..='z' | '0'..='9' | '\u{4E00}'..='\u{9FFF}' => push(c),
        'A'..='Z' => push(c.to_ascii_lowercase()),
        'ß' | 'ẞ' => {
            push('s');
            push('s');
        }
        'ſ' => push('s'),
        'ς' => push('σ'),
        c => c.to_lowercase().for_each(push),
    }
}

/// Full-width letters and digits made half-width, and nothing else: what regular expressions look at.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let is_wide = |c: char| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if is_wide(c) { narrow(c) } else { c }).collect())
}

/// A Latin letter or a digit: a word that begins or ends with one does not match inside a longer word.
pub fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') && c.is_alphabetic())
}

/// Without the punctuation, symbols and blanks at both ends; the text as it is when nothing else is in it.
/// Emoji stay: to a fan 👍 is an answer, not an ornament of one.
pub fn trim_punctuation(folded: &str) -> &str {
    let trimmed = folded.trim_matches(is_punctuation);
    if trimmed.is_empty() { folded } else { trimmed }
}

fn is_punctuation(c: char) -> bool {
    c.is_whitespace()
        || c.is_ascii_punctuation()
        || matches!(c, '\u{A1}' | '\u{A7}' | '\u{AB}' | '\u{B6}' | '\u{B7}' | '\u{BB}' | '\u{BF}' | '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{205E}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}'
            | '\u{30FB}' | '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF01}'..='\u{FF0F}'
            | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}')
}

/// Characters that nobody sees and that make equal words differ: zero-width, direction marks, variation
/// selectors, tags, controls that are no blanks.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
        || (c.is_control() && !c.is_whitespace())
}

/// Chinese characters and the punctuation written with them: a blank beside one means nothing.
pub fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{303F}' | '\u{31C0}'..='\u{31EF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{20000}'..='\u{323AF}')
}

/// The text with its invisible characters written out, for `explain`; those that make up an emoji are seen
/// as that emoji.
pub fn reveal(text: &str) -> String {
    let is_emoji = |c: char| matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    let mut revealed = String::with_capacity(text.len());
    let mut after_emoji = false;
    for c in text.chars() {
        let joins = after_emoji && matches!(c, '\u{FE0F}' | '\u{200D}');
        after_emoji = joins || is_emoji(c);
        if joins {
            revealed.push(c);
        } else if is_invisible(c)
            || (c.is_control() && c != '\n')
            || (c.is_whitespace() && !matches!(c, ' ' | '\n'))
        {
            revealed.push_str(&format!("⟨U+{:04X}⟩", c as u32));
        } else {
            revealed.push(c);
        }
    }
    revealed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_means_the_same_folds_to_the_same() {
        let same = [
            ("營業時間", "营业时间"),
            ("营 业 时 间", "营业时间"),
            ("ＨＩ　５", "hi 5"),
            ("说 HI 吧", "说hi吧"),
            ("a  \t\n b", "a b"),
            ("  你好\u{200B}\u{FE0F} ", "你好"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("①", "1"),
            ("㈱", "(株)"),
            ("臺灣", "台湾"),
            ("K", "\u{212A}"),
        ];
        for (left, right) in same {
            assert_eq!(fold(left), fold(right), "{left} {right}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        assert_ne!(fold("hi there"), fold("hithere"));
        assert_ne!(fold("买"), fold("卖"));
        assert_eq!(fold("\u{200B} "), "");
    }

    #[test]
    fn well_known_pairs_are_in_the_table() {
        for (traditional, simple) in
            [('營', '营'), ('時', '时'), ('間', '间'), ('臺', '台'), ('後', '后'), ('發', '发')]
        {
            assert_eq!(simplified(traditional), simple);
        }
    }

    #[test]
    fn punctuation_at_the_ends_does_not_count_unless_nothing_is_left() {
        for text in ["你好！", "“你好”", "~你好~~", "你好？？", "【你好】"] {
            assert_eq!(trim_punctuation(&fold(text)), "你好", "{text}");
        }
        assert_eq!(trim_punctuation("?"), "?");
        assert_eq!(trim_punctuation("👍"), "👍");
    }

    #[test]
    fn only_wide_letters_and_digits_become_half_width() {
        assert_eq!(half_width("ＡＢｃ１２３，。！　你"), "ABc123，。！　你");
        assert!(matches!(half_width("你好abc"), Cow::Borrowed(_)));
    }

    #[test]
    fn invisible_characters_are_revealed() {
        assert_eq!(reveal("你\u{200B}好\t\n"), "你⟨U+200B⟩好⟨U+0009⟩\n");
        assert_eq!(reveal("❤️‍🔥 你\u{FE0F}"), "❤️‍🔥 你⟨U+FE0F⟩");
    }

    proptest! {
        #[test]
        fn the_short_way_leads_where_the_long_one_does(text in "[ -~　-。〈-】！-～一-龥‘’“”—🌀-🙏]{0,20}") {
            prop_assert!(is_simple(&text));
            prop_assert_eq!(fold(&text), fold_once(&fold_once(&text)));
        }

        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,12}|[ \u{3000}\u{200B}aAßſΣςé\u{301}营營Ｈ１。，\n]{0,10}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn nothing_after_the_simplified_form(c in any::<char>()) {
            prop_assert_eq!(simplified(simplified(c)), simplified(c));
        }
    }
}
