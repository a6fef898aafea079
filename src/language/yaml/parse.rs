//! Bytes of a rule file → a tree. Faults of the bytes and of the YAML itself are noted here; what the tree
//! means is not looked at.

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, Span as ParserSpan, Tag};

use crate::language::diagnostic::Diagnostic;
use crate::language::grammar::Grammar;
use crate::language::source::SourceFile;
use crate::language::source_text::SourceText;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::lookalike::{lookalike, without_lookalikes};
use crate::language::yaml::looks::Looks;
use crate::language::yaml::{Entry, Node, Scalar, Span, Style, Value, meant};

/// Bytes of one file: a hundred thousand rules fit.
pub const LARGEST_FILE: usize = 32 << 20;
/// Lists and mappings inside one another.
const DEEPEST: usize = 32;

/// A file that could be parsed.
#[derive(Debug)]
pub struct Parsed {
    /// The spans of the tree are offsets into its text.
    pub source: SourceText,
    /// `None` for a file of comments alone.
    pub root: Option<Node>,
}

/// The text of a file without the byte order mark that some editors write.
pub fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Parses a file. `None` when it has a fault that leaves no tree.
pub fn parse(file: &SourceFile, grammar: &Grammar, faults: &mut Vec<Diagnostic>) -> Option<Parsed> {
    let text = match whole_text(file) {
        Ok(text) => text,
        Err(fault) => {
            faults.push(Diagnostic::of_file(fault, &file.path));
            return None;
        }
    };
    let source = SourceText::new(file.path.clone(), text.to_owned());
    let mut builder = Builder {
        source: &source,
        text: &source.text,
        grammar,
        faults,
        open: Vec::new(),
        root: None,
        wide_indent: false,
    };
    builder.run()?;
    // such a key inside of a line is told by its reader, as one that nobody knows
    let wrong_indents = if builder.wide_indent { meant::wrong_indents(&source.text) } else { Vec::new() };
    if !wrong_indents.is_empty() {
        builder.refuse_all(wrong_indents)?;
    }
    let root = builder.root;
    Some(Parsed { source, root })
}

/// The text of a file, where there is one and it is not too large.
fn whole_text(file: &SourceFile) -> Result<&str, YamlFault> {
    if file.bytes.len() > LARGEST_FILE {
        return Err(YamlFault::FileTooLarge { megabytes: LARGEST_FILE >> 20 });
    }
    let text = text_of(&file.bytes).ok_or_else(|| not_utf8(&file.bytes))?;
    if text.trim().is_empty() { Err(YamlFault::EmptyFile {}) } else { Ok(text) }
}

fn not_utf8(bytes: &[u8]) -> YamlFault {
    let is_cut_off = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    match Looks::of(bytes) {
        looks if looks == Looks::Office || !is_cut_off => YamlFault::NotUtf8 { looks },
        _ => YamlFault::CutOff {},
    }
}

/// Gathers events into a tree.
struct Builder<'a> {
    source: &'a SourceText,
    text: &'a str,
    grammar: &'a Grammar,
    faults: &'a mut Vec<Diagnostic>,
    open: Vec<Open>,
    root: Option<Node>,
    /// A key begins with a blank that YAML takes for a letter.
    wide_indent: bool,
}

/// A list or mapping whose end has not come.
enum Open {
    List { start: usize, items: Vec<Node> },
    Map { start: usize, entries: Vec<Entry>, key: Option<Node> },
}

impl Open {
    fn start(&self) -> usize {
        match self {
            Self::List { start, .. } | Self::Map { start, .. } => *start,
        }
    }
}

impl Builder<'_> {
    /// Reads the file to its end. `None` when it has a fault that leaves no tree.
    fn run(&mut self) -> Option<()> {
        let mut parser = Parser::new_from_str(self.text);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, at) = match event {
                Ok((event, span)) => (event, range(&span)),
                Err(error) => {
                    let offset = error.marker().byte_offset().unwrap_or(self.text.len());
                    let found = meant::explain(self.text, offset, &error.to_string(), self.grammar);
                    return self.refuse_all(found);
                }
            };
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return self.refuse_all(vec![(YamlFault::SeveralDocuments {}, at)]);
                    }
                }
                Event::Alias(_) | Event::UnresolvedAlias(_) => {
                    self.fault(YamlFault::Mark { sign: '*' }, at.clone());
                    self.close(Node { value: Value::Empty, span: at });
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse_marks(anchor, tag.as_deref(), at.clone());
                    let mut node = self.scalar(&text, style, at);
                    // a mark with nothing behind it is a fault already, and not nothing
                    if (anchor > 0 || tag.is_some()) && node.value == Value::Empty {
                        let text = "&".to_owned();
                        node.value = Value::Scalar(Scalar { text, style: Style::Plain, comment: None });
                    }
                    self.close(node);
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.refuse_marks(anchor, tag.as_deref(), at.clone());
                    self.open.push(Open::List { start: at.start, items: Vec::new() });
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.refuse_marks(anchor, tag.as_deref(), at.clone());
                    self.open.push(Open::Map { start: at.start, entries: Vec::new(), key: None });
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(at.end),
                _ => {}
            }
            if self.open.len() > DEEPEST {
                let innermost = self.open.last().map_or(0..0, |open| open.start()..open.start() + 1);
                return self.refuse_all(vec![(YamlFault::TooDeep { deepest: DEEPEST }, innermost)]);
            }
        }
        Some(())
    }

    fn end(&mut self, at: usize) {
        let node = match self.open.pop() {
            Some(Open::List { start, items }) => {
                let end = items.last().map_or(at, |item| item.span.end.max(start));
                Node { value: Value::List(items), span: start..self.flow_end(start, end, at) }
            }
            Some(Open::Map { start, entries, .. }) => {
                let is_flow = self.text[start..].starts_with('{');
                let first = entries.first().map_or(start, |entry| entry.key.span.start);
                let start = if is_flow { start } else { first };
                let end = entries.last().map_or(at, |entry| entry.value.span.end.max(entry.key.span.end));
                Node { value: Value::Map(entries), span: start..self.flow_end(start, end, at) }
            }
            None => return,
        };
        self.close(node);
    }

    /// A list in brackets ends with its bracket, one in lines with its last item.
    fn flow_end(&self, start: usize, end: usize, at: usize) -> usize {
        if self.text[start..].starts_with(['[', '{']) { at } else { end }
    }

    /// Puts a finished node where it belongs.
    fn close(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = self.root.take().or(Some(node)),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => {
                    self.wide_indent |= begins_with_wide_blank(&node, self.grammar);
                    *key = Some(node);
                }
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, at: Span) -> Node {
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            _ => Style::Plain,
        };
        // the parser says `~` where nothing stands; an author who writes `~` means the character
        if style == Style::Plain && at.is_empty() {
            return Node { value: Value::Empty, span: at };
        }
        let mut text = text.to_owned();
        if style == Style::Literal {
            let kept = text.trim_end_matches('\n').len();
            text.truncate(kept);
        }
        let comment = self.comment_behind(at.end);
        Node { value: Value::Scalar(Scalar { text, style, comment }), span: at }
    }

    /// The comment that follows on the same line.
    fn comment_behind(&self, end: usize) -> Option<Span> {
        let rest = &self.text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        // most values have none, and a file may be one long line: only then its end is looked for
        if blanks == 0 || !rest[blanks..].starts_with('#') {
            return None;
        }
        let line = rest.split('\n').next().unwrap_or("");
        Some(end + blanks..end + line.trim_end().len())
    }

    fn refuse_marks(&mut self, anchor: usize, tag: Option<&Tag>, at: Span) {
        if anchor == 0 && tag.is_none() {
            return;
        }
        // where the mark is not on the line of its value, the value is pointed at
        let line_start = self.text[..at.start].rfind('\n').map_or(0, |newline| newline + 1);
        for (sign, is_there) in [('&', anchor > 0), ('!', tag.is_some())] {
            if is_there {
                let mark = self.text[line_start..at.start].rfind(sign);
                let mark = mark.map_or(at.start, |found| line_start + found);
                self.fault(YamlFault::Mark { sign }, mark..at.end.max(mark));
            }
        }
    }

    /// Notes why the file leaves no tree.
    fn refuse_all<T>(&mut self, found: Vec<(YamlFault, Span)>) -> Option<T> {
        found.into_iter().for_each(|(fault, span)| self.fault(fault, span));
        None
    }

    fn fault(&mut self, fault: YamlFault, span: Span) {
        self.faults.push(Diagnostic::new(fault, self.source, span));
    }
}

/// Whether a blank that is none stands before a key, or something invisible before one of the language's. A name may begin
/// with such a sign.
fn begins_with_wide_blank(key: &Node, grammar: &Grammar) -> bool {
    let Value::Scalar(Scalar { text, .. }) = &key.value else { return false };
    let plain = || without_lookalikes(text);
    text.starts_with(char::is_whitespace)
        || lookalike(text).is_some_and(|(_, at)| at == 0) && grammar.keys(plain().trim()).next().is_some()
}

fn range(span: &ParserSpan) -> Span {
    span.byte_range().unwrap_or(0..0)
}
