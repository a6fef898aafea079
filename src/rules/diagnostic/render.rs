//! Rendering: diagnostics put into words, in the reader's language: for a terminal with the source line
//! and a caret, or as values for JSON. It decides nothing about them.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use super::{Diagnostic, Severity};
use crate::model::lang::Lang;
use crate::rules::source::RuleSource;
use crate::rules::yaml::parse::text_of;

/// A diagnostic as JSON shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Worded {
    pub code: String,
    pub severity: &'static str,
    /// Below the rules folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub message: String,
    pub help: String,
}

/// The diagnostic in words.
pub fn worded(diagnostic: &Diagnostic, lang: Lang) -> Worded {
    let (fault, place) = (&diagnostic.fault, &diagnostic.place);
    Worded {
        code: fault.code().to_string(),
        severity: fault.severity().as_str(),
        file: place.file.to_string(),
        line: place.line,
        column: place.column,
        message: fault.message(lang),
        help: fault.help(lang),
    }
}

/// The diagnostic for a terminal, with the line it speaks of where `source` has it.
pub fn render(diagnostic: &Diagnostic, source: &RuleSource, lang: Lang, colours: bool) -> String {
    let words = worded(diagnostic, lang);
    let place = &diagnostic.place;
    let level = match diagnostic.fault.severity() {
        Severity::Error => Level::ERROR.with_name(lang.pick("error", "错误")),
        Severity::Warning => Level::WARNING.with_name(lang.pick("warning", "警告")),
    };
    let text = source.file(&place.file).and_then(|file| text_of(&file.bytes)).unwrap_or_default();
    let is_shown = place.span.end <= text.len() && !place.span.is_empty();
    let title = level.primary_title(words.message).id(words.code);
    let help = (!words.help.is_empty())
        .then(|| Level::HELP.with_name(lang.pick("help", "建议")).message(words.help));
    let group = if is_shown {
        let (lines, line_start, span) = excerpt(text, place.span.clone());
        let snippet = Snippet::source(lines).line_start(line_start).path(&*place.file);
        title.element(snippet.annotation(AnnotationKind::Primary.span(span)))
    } else {
        title.element(annotate_snippets::Origin::path(&*place.file))
    };
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group.elements(help)])
}

/// The first line of the span, since one line tells where to look; its number; and the span in it.
fn excerpt(text: &str, span: std::ops::Range<usize>) -> (&str, usize, std::ops::Range<usize>) {
    let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[span.start..].find('\n').map_or(text.len(), |newline| span.start + newline);
    let number = text[..start].matches('\n').count() + 1;
    let line = text[start..end].trim_end_matches('\r');
    let last = span.end.min(start + line.len()).max(span.start);
    (line, number, span.start - start..last - start)
}
