//! How texts are written as scalars of YAML: plain where that says the same, in quotation marks where YAML or the
//! rule language would misread them, and as a block where they have several lines.

use serde::{Serialize, Serializer};
use serde_yaml::{DoubleQuoted, LitString};

use crate::language::yaml::signs::is_next_key;

/// A text that stands in one line.
pub struct Word<'d>(pub &'d str);

/// A word of a condition.
pub struct Term<'d>(pub &'d str);

/// Writes a text, over several lines where it has them.
///
/// # Errors
///
/// Those of the serializer.
pub fn text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    // its first line tells a block how far it is indented
    let is_block = text.contains('\n')
        && !text.starts_with(char::is_whitespace)
        && text.chars().all(|c| c == '\n' || !(c.is_control() || is_line_end(c)))
        && !text.lines().any(is_next_key);
    if is_block {
        return LitString(format!("{text}\n")).serialize(serializer);
    }
    Word(text).serialize(serializer)
}

impl Serialize for Word<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // what YAML takes and the rule language refuses where it is not quoted
        let misread = self.0.contains("\\n")
            || self.0.contains(|c: char| c.is_control() || is_line_end(c))
            || self.0.starts_with(|c: char| c.is_whitespace() || !(c.is_ascii() || c.is_alphanumeric()));
        if misread { DoubleQuoted(self.0).serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

impl Serialize for Term<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // unquoted, signs and blanks would make it several words, or a quotation
        let is_plain = self.0.chars().all(char::is_alphanumeric);
        if is_plain { Word(self.0).serialize(serializer) } else { DoubleQuoted(self.0).serialize(serializer) }
    }
}

/// Ends a line for some readers of YAML, or stands before everything else.
fn is_line_end(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}
