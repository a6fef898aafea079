//! The text of a file as its diagnostics need it: where its lines begin is kept, so that the line and column
//! of a byte are found without reading the file again.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::place::Place;

/// The text of one rule file.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// Relative to the rules folder.
    pub path: Arc<str>,
    pub text: String,
    /// Byte offsets at which the lines begin.
    line_starts: Vec<usize>,
    /// How many characters stand before every [`STEP`]th byte: a file may be one long line.
    characters: Vec<usize>,
}

const STEP: usize = 4_096;

impl SourceText {
    pub fn new(path: Arc<str>, text: String) -> Self {
        let after_newlines = text.match_indices('\n').map(|(newline, _)| newline + 1);
        let line_starts = std::iter::once(0).chain(after_newlines).collect();
        let mut characters = vec![0];
        for step in 1..=text.len() / STEP {
            let (from, to) = ((step - 1) * STEP, step * STEP);
            let within = text[text.floor_char_boundary(from)..text.floor_char_boundary(to)].chars().count();
            characters.push(characters[step - 1] + within);
        }
        Self { path, text, line_starts, characters }
    }

    /// The place of these bytes; offsets beyond the text or inside a character are moved to what is there.
    pub fn place(&self, span: Range<usize>) -> Place {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end).max(start);
        let line = self.line_starts.partition_point(|line_start| *line_start <= start);
        let column = self.characters_before(start) - self.characters_before(self.line_starts[line - 1]) + 1;
        Place { file: self.path.clone(), span: start..end, line, column }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let from = self.text.floor_char_boundary(offset / STEP * STEP);
        self.characters[offset / STEP] + self.text[from..offset].chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_right_on_very_long_lines() {
        let text = format!("一{}\n{}", "二a".repeat(5_000), "三".repeat(9_000));
        let file = SourceText::new("a.yaml".into(), text.clone());
        for offset in (0..text.len()).step_by(997).map(|offset| text.floor_char_boundary(offset)) {
            let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
            let expected = text[line_start..offset].chars().count() + 1;
            assert_eq!(file.place(offset..offset).column, expected);
        }
    }

    #[test]
    fn lines_count_bytes_and_columns_count_characters() {
        let file = SourceText::new("a.yaml".into(), "a: 1\n你好: 2\n".to_owned());
        let place = file.place(11..13);
        assert_eq!((place.line, place.column), (2, 3));
        assert_eq!((file.place(0..0).line, file.place(5..6).line, file.place(99..99).line), (1, 2, 3));
        assert_eq!(file.place(6..7).span, 5..5, "inside a character");
    }
}
