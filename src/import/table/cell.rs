//! One cell of a table: the words that it holds, line breaks that are written out, and what a spreadsheet program does to
//! a cell that it takes for a number or a formula.

use crate::import::draft::Way;
use crate::import::finding::FindingKind;
use crate::import::text::template;

/// Marks at the end of a question or a call, which fans often leave out.
const END_MARKS: [char; 5] = ['?', '？', '!', '！', '。'];

/// What stands in a cell whose formula is wrong.
const ERRORS: [&str; 11] = [
    "#NAME?",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#N/A",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#ERROR!",
    "#BLOCKED!",
];

/// The words of a cell, and what is to be said about them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellWords {
    pub words: Vec<String>,
    pub found: Vec<FindingKind>,
}

impl CellWords {
    /// Adds the words of one more cell. What stands in straight quotation marks is one word, as it is.
    pub fn read(&mut self, way: Way, cell: &str) {
        let mut rest = Some(cell);
        while let Some(text) = rest {
            let text = text.trim_start();
            if let Some((word, behind)) = quoted(way, text) {
                self.words.push(word);
                rest = behind;
                continue;
            }
            let (written, behind) = parted(way, text);
            rest = behind;
            if is_several(way, written) {
                written.split('/').for_each(|word| self.push(way, word));
            } else {
                self.push(way, written);
            }
        }
    }

    fn push(&mut self, way: Way, written: &str) {
        let written = written.trim();
        let word = without_end_marks(way, written);
        if word.is_empty() {
            return;
        }
        if word != written {
            self.found.push(FindingKind::EndMarks);
        }
        if may_be_several(way, word) {
            self.found.push(FindingKind::OneWord { word: word.to_owned() });
        }
        self.words.push(word.to_owned());
    }
}

/// The word before the next sign between words, and what stands behind the sign.
fn parted(way: Way, text: &str) -> (&str, Option<&str>) {
    match next_sign(way, text) {
        Some((at, length)) => (&text[..at], Some(&text[at + length..])),
        None => (text, None),
    }
}

/// Where the next sign between words stands, and its bytes. Signs may be a part of an expression, and commas of a
/// whole message.
fn next_sign(way: Way, text: &str) -> Option<(usize, usize)> {
    let between: &[char] = match way {
        Way::Regex => &['\n', '\r'],
        Way::Exact => &['\n', '\r', '、', ';', '；', '|', '｜'],
        _ => &['\n', '\r', '、', ';', '；', '|', '｜', '，', ','],
    };
    text.char_indices().find_map(|(at, c)| match c {
        '\\' if way != Way::Regex && text[at..].starts_with("\\n") => Some((at, 2)),
        c => between.contains(&c).then_some((at, c.len_utf8())),
    })
}

/// The word in the straight quotation marks at the beginning, and what stands behind it and its sign. A quotation mark
/// inside is written twice.
fn quoted(way: Way, text: &str) -> Option<(String, Option<&str>)> {
    let inside = text.strip_prefix('"').filter(|_| way != Way::Regex)?;
    let mut word = String::new();
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_doubled = c == '"' && chars.next_if(|(_, next)| *next == '"').is_some();
        if c != '"' || is_doubled {
            word.push(c);
            continue;
        }
        let (between, behind) = parted(way, &inside[at + 1..]);
        return between.trim().is_empty().then_some((word, behind));
    }
    None
}

/// Whether a `/` stands between words, and not in `24/7` or an address: all of them are Chinese.
fn is_several(way: Way, word: &str) -> bool {
    let is_chinese = |part: &str| part.chars().filter(|c| !c.is_ascii()).count() >= 2;
    way != Way::Regex && word.contains('/') && word.split('/').all(is_chinese)
}

/// Whether somebody may have meant several words, between signs that part none.
fn may_be_several(way: Way, word: &str) -> bool {
    let has_blank = word.contains(char::is_whitespace) && !word.is_ascii();
    let has_slash = word.contains('/') && !word.contains("://");
    let has_comma = way == Way::Exact && word.contains([',', '，']);
    way != Way::Regex && (has_blank || has_slash || has_comma)
}

/// The word without the marks at its end; those of a whole message do not count anyway.
fn without_end_marks(way: Way, word: &str) -> &str {
    if matches!(way, Way::Regex | Way::Exact) {
        return word;
    }
    let bare = word.trim_end_matches(END_MARKS).trim_end();
    if bare.is_empty() { word } else { bare }
}

/// The cell that is read as these words.
pub fn words_cell(way: Way, words: &[String], between: &str) -> String {
    let written = |word: &String| {
        let mut read = CellWords::default();
        read.read(way, word);
        let is_plain = read.words == [word.as_str()] && !word.contains('"');
        if is_plain || way == Way::Regex {
            word.clone()
        } else {
            format!("\"{}\"", word.replace('"', "\"\""))
        }
    };
    let between = if way == Way::Regex { "\n" } else { between };
    words.iter().map(written).collect::<Vec<_>>().join(between)
}

/// The text of a cell as a template, and what is different about it. `\n` is how people write a line break where a cell
/// has none.
pub fn text_of(cell: &str) -> (String, Vec<FindingKind>) {
    let broken = cell.replace("\\r\\n", "\n").replace("\\n", "\n");
    let (text, mut found) = template(&broken);
    if broken != cell {
        found.push(FindingKind::LineBreaks);
    }
    (text, found)
}

/// Whether a spreadsheet program has replaced what was written: by an error, by `####`, or by a rounded number
/// (`1.23457E+11`).
pub fn is_damaged(cell: &str) -> bool {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.') && !text.is_empty();
    let power = cell.split_once("E+").is_some_and(|(number, power)| {
        is_number(number.trim_start_matches('-')) && power.len() >= 2 && is_number(power)
    });
    power || ERRORS.contains(&cell) || (cell.len() >= 4 && cell.chars().all(|c| c == '#'))
}

/// The cell for a spreadsheet program, which shall neither calculate nor round it nor make it a date: where it would,
/// `'` stands before it.
pub fn guarded(cell: String) -> String {
    if is_changed(&cell) { format!("'{cell}") } else { cell }
}

/// The cell without the `'` that [`guarded`] and people put before a text for a spreadsheet program.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_changed(text)).unwrap_or(cell)
}

/// Whether a spreadsheet program takes this text for something else, or for a guarded one.
fn is_changed(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    // a number of 12 digits is shown as a power
    let is_short = text.len() < 12 && text.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('0');
    let is_number = text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "+-./:,%Ee ".contains(c));
    text.starts_with(['=', '+', '-', '@']) || is_damaged(text) || (is_number && !is_short)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(way: Way, cell: &str) -> Vec<String> {
        let mut read = CellWords::default();
        read.read(way, cell);
        read.words
    }

    #[test]
    fn a_mark_at_the_end_of_a_question_is_no_part_of_the_word() {
        assert_eq!(
            words(Way::Keyword, "几点开门?、怎么退款？|谢谢！ 、C++"),
            ["几点开门", "怎么退款", "谢谢", "C++"]
        );
        assert_eq!(words(Way::StartsWith, "100%\n？"), ["100%", "？"]);
        assert_eq!(words(Way::Regex, "^几点开门[?？]?"), ["^几点开门[?？]?"]);
    }

    #[test]
    fn a_comma_parts_words_but_no_whole_message() {
        assert_eq!(words(Way::Keyword, "你，我,他"), ["你", "我", "他"]);
        assert_eq!(words(Way::Exact, "你，你，你|hi, all"), ["你，你，你", "hi, all"]);
        assert_eq!(words(Way::Keyword, "退款\\n退货"), ["退款", "退货"]);
    }

    #[test]
    fn what_stands_in_quotation_marks_is_one_word() {
        assert_eq!(words(Way::Keyword, r#""你，我" 、 "真的?"；"a""b""#), ["你，我", "真的?", "a\"b"]);
        assert_eq!(words(Way::Keyword, r#""你"好,"我"#), ["\"你\"好", "\"我"]);
    }

    #[test]
    fn what_a_spreadsheet_program_has_replaced_is_seen() {
        for damaged in ["1.23457E+11", "-1E+15", "#NAME?", "#DIV/0!", "########"] {
            assert!(is_damaged(damaged), "{damaged}");
        }
        for whole in ["E+", "1E5", "A1E+10", "#优惠#", "###", "12345678901", "C++"] {
            assert!(!is_damaged(whole), "{whole}");
        }
    }

    #[test]
    fn what_a_spreadsheet_program_would_change_is_guarded() {
        for changed in
            ["=1+1", "@小店", "-", "007", "1-2", "3/4", "12345678901234", "1.50", "#NAME?", "09:00", "'=1"]
        {
            let cell = guarded(changed.to_owned());
            assert_eq!((cell.as_str(), unguarded(&cell)), (format!("'{changed}").as_str(), changed));
        }
        for same in ["666", "你好", "'你好'", "9:00 开门", "A-1", ""] {
            assert_eq!((guarded(same.to_owned()).as_str(), unguarded(same)), (same, same));
        }
    }

    proptest! {
        #[test]
        fn words_are_read_back_as_they_are(
            list in prop::collection::vec("[a好?？,，、|/\"\\\\n ]{1,5}", 1..4)
        ) {
            let list: Vec<String> = list.into_iter().filter(|word| !word.trim().is_empty()).collect();
            for way in [Way::Keyword, Way::Exact, Way::StartsWith] {
                prop_assert_eq!(&words(way, &words_cell(way, &list, "、")), &list);
            }
        }
    }
}
