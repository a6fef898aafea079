//! Indentation, looked at line by line, for files that cannot be parsed: which lines are a block of text, and
//! which is the first that fits no block above it. The parser only says where it gave up.

use crate::language::yaml::Span;

/// Dashes before one another on a line that are looked at.
const MOST_COLUMNS: usize = 32;

/// A line that does not fit the blocks above it.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The line's content.
    pub span: Span,
    /// The line, from 1, that began the block which ends there.
    pub block: usize,
}

/// What stands on a line.
#[derive(Debug)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// Without its indentation, its comment and its end.
    pub span: Span,
    /// The columns at which it begins something: each dash, and what stands behind the last one.
    columns: Vec<usize>,
    /// A line below may be deeper: it ends with a colon, or is a dash alone.
    opens: bool,
}

struct Block {
    indent: usize,
    begins: usize,
}

/// The first line that fits no block above it.
pub fn misfit(text: &str) -> Option<Misfit> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut may_deepen = true;
    for line in lines(text) {
        let indent = *line.columns.first()?;
        let mut ended = None;
        while let Some(block) = blocks.pop_if(|block| block.indent > indent) {
            ended = Some(block.begins);
        }
        let fits = blocks.last().is_some_and(|block| block.indent == indent)
            || (ended.is_none() && (may_deepen || is_continued(&text[line.span.clone()])));
        if !fits {
            let block = ended.or(blocks.last().map(|block| block.begins)).unwrap_or(line.number);
            return Some(Misfit { span: line.span, block });
        }
        for column in &line.columns {
            if blocks.last().is_none_or(|block| block.indent < *column) {
                blocks.push(Block { indent: *column, begins: line.number });
            }
        }
        may_deepen = line.opens;
    }
    None
}

/// A deeper line that is neither a key nor an item goes on with the text above.
fn is_continued(content: &str) -> bool {
    !content.starts_with("- ") && !content.contains(": ") && !content.ends_with(':')
}

/// The lines that make up the structure: no blanks, no comments, nothing of a text or a list that goes on over
/// several lines.
pub fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut inside: Option<Inside> = None;
    let mut start = 0;
    for (number, whole) in text.split_inclusive('\n').enumerate() {
        let begin = start;
        start += whole.len();
        let content = whole.trim();
        let indent = whole.len() - whole.trim_start_matches(' ').len();
        if content.is_empty() {
            continue;
        }
        match &mut inside {
            Some(Inside::Text { deeper_than }) if indent > *deeper_than => continue,
            Some(Inside::Brackets(open)) => {
                open.read(content);
                if open.is_closed() {
                    inside = None;
                }
                continue;
            }
            _ => inside = None,
        }
        if content.starts_with('#') || content.starts_with("---") {
            continue;
        }
        let line = Line::new(number + 1, begin + whole.len() - whole.trim_start().len(), indent, content);
        inside = Inside::behind(&text[line.span.clone()], &line.columns);
        lines.push(line);
    }
    lines
}

impl Line {
    fn new(number: usize, start: usize, indent: usize, content: &str) -> Self {
        let content = content.find(" #").map_or(content, |comment| content[..comment].trim_end());
        let mut columns = vec![indent];
        let mut rest = content;
        while columns.len() < MOST_COLUMNS
            && let Some(behind) = rest.strip_prefix('-').filter(|behind| behind.starts_with(' '))
        {
            let item = behind.trim_start();
            let column = columns.last().copied().unwrap_or(indent) + rest.len() - item.len();
            // a text behind a dash opens nothing
            if item.contains(": ") || item.ends_with(':') || item.starts_with("- ") {
                columns.push(column);
            }
            rest = item;
        }
        let opens = content.ends_with(':') || content == "-";
        Self { number, span: start..start + content.len(), columns, opens }
    }
}

/// Something that goes on over the next lines.
enum Inside {
    /// A text behind `|` or `>`.
    Text {
        deeper_than: usize,
    },
    Brackets(Brackets),
}

impl Inside {
    fn behind(content: &str, columns: &[usize]) -> Option<Self> {
        let value = content.rsplit([' ']).next().unwrap_or_default();
        let is_text = value.starts_with(['|', '>'])
            && value[1..].chars().all(|c| matches!(c, '+' | '-' | '0'..='9'))
            && content.len() > value.len();
        if is_text {
            return columns.last().map(|column| Self::Text { deeper_than: *column });
        }
        let behind_key = content.split_once(": ").map_or(content, |(_, value)| value.trim_start());
        let item = behind_key.trim_start_matches("- ");
        let mut brackets = Brackets::default();
        if item.starts_with(['[', '{']) && !item.starts_with("{{") {
            brackets.read(item);
        }
        (!brackets.is_closed()).then_some(Self::Brackets(brackets))
    }
}

/// Brackets and quotes that are open.
#[derive(Default)]
struct Brackets {
    depth: usize,
    quote: Option<char>,
}

impl Brackets {
    fn read(&mut self, content: &str) {
        for c in content.chars() {
            match (self.quote, c) {
                (Some(quote), c) if c == quote => self.quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => self.quote = Some(c),
                (None, '[' | '{') => self.depth += 1,
                (None, ']' | '}') => self.depth = self.depth.saturating_sub(1),
                (None, _) => {}
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.depth == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(usize, usize)> {
        let line = |span: &Span| text[..span.start].matches('\n').count() + 1;
        misfit(text).map(|misfit| (line(&misfit.span), misfit.block))
    }

    #[test]
    fn a_file_in_order_has_no_misfit() {
        for (path, text) in [
            (
                "plain",
                "rules:\n  - name: a\n    when:\n      keyword: b\n    reply: |\n      x\n        y: z\n\n      - w\n  - when:\n      - menu: A\n      - keyword: [a,\n  b]\n    reply: c\n",
            ),
            ("at the margin", "rules:\n- when: {keyword: a}\n  reply: b\n- when: {keyword: c}\n  reply: d\n"),
            ("nested", "menu:\n  - name: a\n    items:\n      - name: b\n        reply: c\n  - name: d\n"),
            (
                "choices",
                "rules:\n  - reply:\n      one_of:\n        - text: a\n          weight: 2\n        - b\n    when:\n      keyword: c # d\n",
            ),
        ] {
            assert_eq!(found(text), None, "{path}");
        }
    }

    #[test]
    fn the_first_line_that_fits_nothing_is_found_with_the_block_that_ends_there() {
        let cases = [
            ("  version: 1\nrules:\n  - a: b\n", (2, 1)),
            ("rules:\n    note: x\n    when:\n      keyword: a\n  - name: b\n", (5, 2)),
            ("rules:\n  -  name: a\n    when:\n      keyword: b\n", (3, 2)),
            ("rules:\n  - name: a\n      when:\n        keyword: b\n", (3, 2)),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), Some(expected), "{text}");
        }
    }
}
