//! How much of all texts an expression matches, proved from its form alone: one that is called `All` matches every text.
//! Where the form proves nothing, the answer is `Some`.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// From the narrowest to the broadest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    Some,
    /// Every text in which some sign is no blank.
    Visible,
    /// Every text, because it matches nothing at all, anywhere in it.
    All,
}

impl Breadth {
    pub fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty => Self::All,
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => match repetition.min {
                0 => Self::All,
                1 => Self::of(&repetition.sub),
                _ if Self::of(&repetition.sub) == Self::All => Self::All,
                _ => Self::Some,
            },
            HirKind::Class(Class::Unicode(class)) if lacks_only_blanks(class) => Self::Visible,
            HirKind::Alternation(branches) => branches.iter().map(Self::of).max().unwrap_or(Self::Some),
            HirKind::Concat(parts) => Self::of_concat(parts),
            HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => Self::Some,
        }
    }

    /// Parts that match nothing at all take no place; one of the others is as broad as the whole.
    fn of_concat(parts: &[Hir]) -> Self {
        let is_look = |part: &Hir, look| matches!(part.kind(), HirKind::Look(own) if *own == look);
        let mut rest = parts;
        // nothing at all stands at the beginning of a text and at its end, but nothing else surely does
        if rest.first().is_some_and(|part| is_look(part, Look::Start)) {
            rest = &rest[1..];
        } else if rest.last().is_some_and(|part| is_look(part, Look::End)) {
            rest = &rest[..rest.len() - 1];
        }
        let mut narrower = rest.iter().map(Self::of).filter(|breadth| *breadth != Self::All);
        match (narrower.next(), narrower.next()) {
            (None, _) => Self::All,
            (Some(Self::Visible), None) if rest.len() == parts.len() => Self::Visible,
            _ => Self::Some,
        }
    }
}

fn lacks_only_blanks(class: &ClassUnicode) -> bool {
    const MOST: usize = 100;
    let mut missing = class.clone();
    missing.negate();
    let mut chars = missing.iter().flat_map(|range| range.start()..=range.end()).take(MOST);
    chars.all(char::is_whitespace)
}
