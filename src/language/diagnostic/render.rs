//! Rendering: diagnostics for a terminal, in the reader's language, with the source line and a caret.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::language::diagnostic::{Diagnostic, Severity};
use crate::language::source::RuleSource;
use crate::language::yaml::parse::text_of;
use crate::words::lang::Lang;

/// More than this nobody reads at once.
const SHOWN: usize = 100;

/// Diagnostics for a terminal, one after another; of very many a hundred, errors before warnings, since it is
/// they that refuse the folder.
pub fn render_all(diagnostics: &[Diagnostic], source: &RuleSource, lang: Lang, colours: bool) -> Vec<String> {
    let errors = diagnostics.iter().filter(|found| found.is_error()).count();
    let (mut errors_left, mut warnings_left) = (SHOWN, SHOWN.saturating_sub(errors));
    let is_shown = |found: &&Diagnostic| {
        let left = if found.is_error() { &mut errors_left } else { &mut warnings_left };
        let shown = *left > 0;
        *left = left.saturating_sub(1);
        shown
    };
    let shown = diagnostics.iter().filter(is_shown);
    let mut texts: Vec<String> = shown.map(|found| render(found, source, lang, colours)).collect();
    let more = diagnostics.len().saturating_sub(SHOWN);
    if more > 0 {
        texts.push(lang.pick(format!("… and {more} more"), format!("……还有 {more} 条")));
    }
    texts
}

/// The diagnostic for a terminal, with the line it speaks of where `source` has it.
pub fn render(diagnostic: &Diagnostic, source: &RuleSource, lang: Lang, colours: bool) -> String {
    let (fault, place) = (&diagnostic.fault, &diagnostic.place);
    let level = match fault.severity() {
        Severity::Error => Level::ERROR.with_name(lang.pick("error", "错误")),
        Severity::Warning => Level::WARNING.with_name(lang.pick("warning", "警告")),
    };
    let text = source.file(&place.file).and_then(|file| text_of(&file.bytes)).unwrap_or_default();
    let is_shown = place.span.end <= text.len() && !place.span.is_empty();
    let title = level.primary_title(fault.message(lang)).id(fault.code().to_string());
    let help = Some(fault.help(lang)).filter(|help| !help.is_empty());
    let help = help.map(|help| match lang {
        Lang::En => Level::HELP.message(help),
        // the library puts `: ` behind a name; further lines stand below the first, behind 建议：
        Lang::Zh => Level::HELP.no_name().message(format!("建议：{}", help.replace('\n', "\n      "))),
    });
    let group = if is_shown {
        let (line, span) = excerpt(text, place.span.clone());
        let snippet = Snippet::source(line).line_start(place.line).path(&*place.file);
        title.element(snippet.annotation(AnnotationKind::Primary.span(span)))
    } else {
        title.element(annotate_snippets::Origin::path(&*place.file))
    };
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.render(&[group.elements(help)]);
    // the first colon with a blank is the one behind the code
    if lang == Lang::Zh { rendered.replacen(": ", "：", 1) } else { rendered }
}

/// The first line of the span, since one line tells where to look, and of a very long line what stands round
/// it; and the span in that.
fn excerpt(text: &str, span: Range<usize>) -> (String, Range<usize>) {
    const AROUND: usize = 300;
    let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[span.start..].find('\n').map_or(text.len(), |newline| span.start + newline);
    let from = start.max(text.ceil_char_boundary(span.start.saturating_sub(AROUND)));
    let to = end.min(text.floor_char_boundary(span.start + AROUND));
    let line = text[from..to].trim_end_matches('\r');
    let last = span.end.min(from + line.len()).max(span.start);
    let cut = if from > start { "…" } else { "" };
    let lead = cut.len() + span.start - from;
    (format!("{cut}{line}"), lead..lead + last - span.start)
}
