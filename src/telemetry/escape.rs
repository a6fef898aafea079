//! The one escaping of what is written to a terminal or into the log: a name or a text of others may hold characters
//! that move a cursor, begin a line or turn the direction of what follows. They are written out instead.

use std::borrow::Cow;

/// What a text is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One line: a line end inside it is written out too.
    Line,
    /// Lines for a person; tabs and line ends stay.
    Lines,
    /// JSON that was written by a JSON writer: what it left as it is, is escaped as JSON does.
    Json,
}

/// The text with every character written out that does not merely show itself: control characters, separators of
/// lines and paragraphs, and those that turn the direction of writing.
pub fn escaped(text: &str, form: Form) -> Cow<'_, str> {
    written(text, form, false)
}

/// As [`escaped`], but colours pass, in which commands and the log write for a terminal.
pub fn escaped_but_colours(text: &str, form: Form) -> Cow<'_, str> {
    written(text, form, true)
}

/// Whether a character does something instead of showing itself.
pub fn is_active(c: char) -> bool {
    // the bidirectional controls are those of Unicode's property `Bidi_Control`
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn written(text: &str, form: Form, colours: bool) -> Cow<'_, str> {
    let kept =
        |c: char| !is_active(c) || (c == '\n' && form != Form::Line) || (c == '\t' && form != Form::Json);
    let Some(first) = text.find(|c| !kept(c)) else { return Cow::Borrowed(text) };
    let (head, mut rest) = text.split_at(first);
    let mut whole = String::with_capacity(text.len() + 16);
    whole.push_str(head);
    while let Some(c) = rest.chars().next() {
        let colour = if colours { colour(rest) } else { 0 };
        let taken = colour.max(c.len_utf8());
        match form {
            _ if colour > 0 || kept(c) => whole.push_str(&rest[..taken]),
            // all of them have four digits
            Form::Json => whole.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => whole.extend(c.escape_default()),
        }
        rest = &rest[taken..];
    }
    Cow::Owned(whole)
}

/// The length of the colour or weight that a text begins with; 0 where it begins with none. Only what commands and the
/// log use is one: no other sequence, nothing that hides what follows.
fn colour(text: &str) -> usize {
    const SHOWING: [std::ops::RangeInclusive<u8>; 5] = [0..=4, 22..=24, 31..=36, 39..=39, 91..=96];
    let Some((codes, _)) = text.strip_prefix("\u{1b}[").and_then(|rest| rest.split_once('m')) else {
        return 0;
    };
    let shows =
        |code: &str| code.parse().is_ok_and(|code: u8| SHOWING.iter().any(|some| some.contains(&code)));
    // `ESC [`, and the `m`
    if codes.split(';').all(shows) { codes.len() + 3 } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_show_itself_is_written_out() {
        let text = "a\u{1b}[2Jb\r\n\tc\u{202e}d\u{9b}e\u{2028}f 你好 👩‍👧";
        let end = "\\u{202e}d\\u{9b}e\\u{2028}f 你好 👩‍👧";
        assert_eq!(escaped(text, Form::Line), format!("a\\u{{1b}}[2Jb\\r\\n\tc{end}"));
        assert_eq!(escaped(text, Form::Lines), format!("a\\u{{1b}}[2Jb\\r\n\tc{end}"));
    }

    #[test]
    fn json_stays_json_and_means_the_same() {
        let text = "\u{7f}\u{9b}\u{202e}\n\u{2029}";
        let json = serde_json::to_string(text).unwrap();
        let escaped = escaped(&json, Form::Json);
        assert!(escaped.is_ascii(), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }

    #[test]
    fn colours_pass_where_they_are_meant_and_nothing_else_does() {
        let painted = "\u{1b}[1;31merror:\u{1b}[0m";
        assert_eq!(escaped_but_colours(painted, Form::Lines), painted);
        assert!(!escaped(painted, Form::Lines).contains('\u{1b}'));
        for other in
            ["\u{1b}[8m", "\u{1b}[1;8m", "\u{1b}[2J", "\u{1b}[m", "\u{1b}[30m", "\u{1b}]0;t\u{7}m", "\u{1b}"]
        {
            assert!(!escaped_but_colours(other, Form::Lines).contains('\u{1b}'), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_does_anything_but_show_itself(text in any::<String>()) {
            prop_assert!(!escaped(&text, Form::Line).chars().any(|c| is_active(c) && c != '\t'));
            prop_assert!(!escaped(&text, Form::Lines).chars().any(|c| is_active(c) && !"\t\n".contains(c)));
        }
    }
}
