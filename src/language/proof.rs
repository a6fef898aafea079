//! Advice that works: a corrected text is shown only when it was put in its place, the folder was read once more, and
//! nothing new is wrong with the lines on which it stands. What is only warned of shows corrected texts that are
//! right as they are made.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::language::diagnostic::{Code, Diagnostic, Edit};
use crate::language::source::{RuleSource, SourceFile};
use crate::language::yaml::parse::text_of;

/// How often a folder is read once more: corrections that overlap are tried one after another.
const ROUNDS: usize = 2;

/// Corrections that are tried: of those that are shown, each one.
const MOST_TRIED: usize = 200;

/// Leaves out each corrected text that does not mend its line, and those behind the first [`MOST_TRIED`]. `errors_of`
/// reads a folder.
pub fn prove(
    found: &mut [Diagnostic],
    source: &RuleSource,
    errors_of: impl Fn(&RuleSource) -> Vec<Diagnostic>,
) {
    let is_tried = |found: &Diagnostic| found.is_error() && found.fault.correction().is_some();
    let mut untried: Vec<usize> = (0..found.len()).filter(|at| is_tried(&found[*at])).collect();
    let mut refuted = untried.split_off(untried.len().min(MOST_TRIED));
    for _ in 0..ROUNDS {
        if untried.is_empty() {
            break;
        }
        let mended = Mended::of(found, &untried, source);
        let errors = errors_of(&mended.source);
        refuted.extend(
            mended.tried.iter().filter(|tried| tried.is_refuted(found, &errors)).map(|tried| tried.number),
        );
        untried.retain(|number| mended.tried.iter().all(|tried| tried.number != *number));
    }
    for number in refuted.into_iter().chain(untried) {
        if let Some(fault) = found[number].fault.without_correction() {
            found[number].fault = fault;
        }
    }
}

/// A folder with corrections in their places.
struct Mended {
    source: RuleSource,
    tried: Vec<Tried>,
}

/// A correction in its place.
struct Tried {
    /// Which diagnostic shows it.
    number: usize,
    /// The lines that it changed, and the one behind them.
    before: Range<usize>,
    /// What became of these lines.
    after: Range<usize>,
}

impl Tried {
    /// Whether something is wrong there that was not wrong before.
    fn is_refuted(&self, found: &[Diagnostic], errors: &[Diagnostic]) -> bool {
        let file = &found[self.number].place.file;
        let stands = |error: &Diagnostic, lines: &Range<usize>| {
            let span = &error.place.span;
            error.place.file == *file && span.start < lines.end && span.end >= lines.start
        };
        let others = found.iter().enumerate().filter(|(number, _)| *number != self.number);
        let known: BTreeSet<Code> = others
            .filter(|(_, other)| stands(other, &self.before))
            .map(|(_, other)| other.fault.code())
            .collect();
        errors.iter().any(|error| stands(error, &self.after) && !known.contains(&error.fault.code()))
    }
}

impl Mended {
    fn of(found: &[Diagnostic], untried: &[usize], source: &RuleSource) -> Self {
        let mut tried = Vec::new();
        let mend = |file: &SourceFile| {
            let here = untried.iter().filter(|number| found[**number].place.file == file.path);
            let mut edits: Vec<(usize, &Edit)> =
                here.filter_map(|number| Some((*number, found[*number].fault.correction()?))).collect();
            edits.sort_by_key(|(_, edit)| edit.at.start);
            let Some(text) = text_of(&file.bytes).filter(|_| !edits.is_empty()) else { return file.clone() };
            SourceFile { path: file.path.clone(), bytes: put(text, &edits, &mut tried).into_bytes().into() }
        };
        let source = RuleSource::new(source.files().iter().map(mend).collect());
        Self { source, tried }
    }
}

/// The text with these edits, in their order; one that overlaps another is left for the next round.
fn put(text: &str, edits: &[(usize, &Edit)], tried: &mut Vec<Tried>) -> String {
    let mut mended = String::new();
    let mut done = 0;
    let mut places = Vec::new();
    for (number, edit) in edits {
        let Some(between) = text.get(done..edit.at.start).filter(|_| edit.at.end <= text.len()) else {
            continue;
        };
        mended.push_str(between);
        places.push((*number, edit, mended.len()..mended.len() + edit.text.len()));
        mended.push_str(&edit.text);
        done = edit.at.end;
    }
    mended.push_str(&text[done..]);
    tried.extend(places.into_iter().map(|(number, edit, place)| Tried {
        number,
        before: lines_around(text, &edit.at),
        after: lines_around(&mended, &place),
    }));
    mended
}

/// The lines of a part, and the one behind them, where a file breaks off that is still not right.
fn lines_around(text: &str, part: &Range<usize>) -> Range<usize> {
    let start = text[..part.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end =
        text[part.end..].match_indices('\n').nth(1).map_or(text.len(), |(newline, _)| part.end + newline);
    start..end
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::language::load;
    use crate::language::surroundings::Surroundings;

    #[test]
    fn of_very_many_corrections_the_first_are_proved_in_bounded_time() {
        let text = "rules:\n".to_owned() + &"- {when: {keyword: 你好，在吗}, reply: 您好}\n".repeat(14_000);
        let began = Instant::now();
        let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
        let found = load(&source, &Surroundings::default()).diagnostics;
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
        let corrected = found.iter().filter(|found| found.fault.correction().is_some()).count();
        assert_eq!((found.len(), corrected), (14_000, MOST_TRIED));
    }
}
