//! The literals of an expression: texts of which one stands in everything that it matches. Where nothing is certain there
//! are none.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

use crate::engine::subject::lower;

/// More literals than this are no better than none.
const MOST_LITERALS: usize = 64;

/// Literals, lowered, one of which stands in every text that the expression matches; `None` when there
/// are none such, or too many.
pub fn required_literals(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => required_literals(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => required_literals(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(required_literals(branch)?);
            }
            (all.len() <= MOST_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => of_concat(parts),
        HirKind::Literal(_) | HirKind::Class(_) => {
            certain_text(hir)?;
            of_concat(std::slice::from_ref(hir))
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// The best of what the parts require; neighbouring letters count as one literal.
fn of_concat(parts: &[Hir]) -> Option<Vec<String>> {
    let mut best: Option<Vec<String>> = None;
    let mut run = String::new();
    for part in parts {
        match certain_text(part) {
            Some(letters) => letters.into_iter().for_each(|letter| match letter {
                Some(letter) => run.push(letter),
                None => keep_better(&mut best, vec![std::mem::take(&mut run)]),
            }),
            None => {
                keep_better(&mut best, vec![std::mem::take(&mut run)]);
                if let Some(literals) = required_literals(part) {
                    keep_better(&mut best, literals);
                }
            }
        }
    }
    keep_better(&mut best, vec![run]);
    best
}

/// The better of two sets of literals is the one whose shortest literal is longer.
fn keep_better(best: &mut Option<Vec<String>>, literals: Vec<String>) {
    let shortest = |literals: &[String]| literals.iter().map(String::len).min().unwrap_or(0);
    let length = shortest(&literals);
    if length > 0 && best.as_ref().is_none_or(|best| shortest(best) < length) {
        *best = Some(literals);
    }
}

/// The letters of a part that is nothing but text; `None` for a letter whose forms cannot be lowered.
fn certain_text(part: &Hir) -> Option<Vec<Option<char>>> {
    match part.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(text.chars().map(|c| one_form(&ClassUnicode::new([ClassUnicodeRange::new(c, c)]))).collect())
        }
        HirKind::Class(Class::Unicode(class)) => one_form(class).map(|letter| vec![Some(letter)]),
        _ => None,
    }
}

/// The one letter that every member of the class is lowered to, with every form that ignoring case
/// adds. A letter that has forms which stay different when lowered is none.
fn one_form(class: &ClassUnicode) -> Option<char> {
    let mut forms = class.clone();
    forms.try_case_fold_simple().ok()?;
    let mut chars = forms.iter().flat_map(|range| range.start()..=range.end()).take(5);
    let first = lowered(chars.next()?);
    let few =
        forms.iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum::<u32>() <= 4;
    (few && chars.all(|c| lowered(c) == first)).then_some(first)
}

fn lowered(c: char) -> char {
    lower(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c)
}
