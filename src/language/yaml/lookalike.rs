//! Characters that look like a blank and are none to YAML, or that nobody sees: they come along when rules are copied from a
//! web page or a chat program.

use std::fmt;

use crate::engine::fold::is_invisible;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// Such a character, as people can speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign(pub char);

impl Localize for Sign {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let name = match self.0 {
            '\u{3000}' => lang.pick("a full-width blank", "全角空格"),
            '\u{A0}' | '\u{202F}' => lang.pick("a no-break blank", "不换行空格"),
            blank if blank.is_whitespace() => lang.pick("a special blank", "特殊空格"),
            _ => lang.pick("an invisible character", "看不见的字符"),
        };
        let code = u32::from(self.0);
        lang.pick(format!("{name} (U+{code:04X})"), format!("{name}（U+{code:04X}）"))
    }
}

/// The first such character, and where it stands.
pub fn lookalike(text: &str) -> Option<(char, usize)> {
    text.char_indices().find(|(_, c)| is_lookalike(*c)).map(|(at, c)| (c, at))
}

/// The text with ordinary blanks, and without what nobody sees.
pub fn without_lookalikes(text: &str) -> String {
    let plain = |c: char| match c {
        c if !is_lookalike(c) => Some(c),
        c => c.is_whitespace().then_some(' '),
    };
    text.chars().filter_map(plain).collect()
}

/// The line with ordinary blanks in its key and behind its colon; what stands there as its value stays as it is.
pub fn with_plain_key(line: &str) -> String {
    let Some((key, value)) = line.split_once(':') else { return without_lookalikes(line) };
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || is_lookalike(c));
    let key = without_lookalikes(key);
    if value.is_empty() { format!("{}:", key.trim_end()) } else { format!("{}: {value}", key.trim_end()) }
}

fn is_lookalike(c: char) -> bool {
    // variation selectors and joiners make up emoji
    let is_of_emoji = matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}');
    !is_of_emoji && (is_invisible(c) || c.is_whitespace() && !c.is_ascii())
}
