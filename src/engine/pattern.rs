//! Patterns: the regular expressions of a folder, each with the literals without which it cannot match. They run in
//! linear time, and most are compiled when they are first needed.

mod breadth;
mod expression;
mod literals;
mod work;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

pub use breadth::Breadth;
pub use expression::{Expression, Generality};
pub use work::ORDINARY_BYTES;
use work::Work;

use crate::engine::fold::half_width;
use crate::engine::lexicon::{LexiconBuilder, WordId, find};
use crate::engine::subject::Subject;

/// Bytes of memory that one compiled expression may take.
const SIZE_LIMIT: usize = 1 << 20;
/// Bytes of memory that one expression may take while it runs.
const CACHE_LIMIT: usize = 1 << 18;
const NEST_LIMIT: u32 = 50;
/// The weight of an expression times its groups: where each group begins is carried along for each piece that is
/// followed, for each byte of the text.
const MOST_CAPTURED: usize = 500;
/// Expressions without a literal, of one folder: each of them is asked of every text.
pub const MOST_OPEN: usize = 500;
/// What the expressions without a literal that the rules of a folder ask may weigh together: see
/// [`Pattern::open_weight`].
pub const MOST_OPEN_WEIGHT: usize = 500;
/// Pieces of compiled expressions, of one folder, that are kept although no message has needed them yet; some hundred
/// bytes each.
const MOST_KEPT: usize = 1_000_000;
/// An expression of no more pieces is compiled fast enough when it is first needed.
const FEW_PIECES: usize = 32;

/// One expression among those of a folder.
#[derive(Debug)]
pub struct Pattern {
    pub expression: Arc<Expression>,
    /// The expression's literals, among those of the folder.
    pub literals: Vec<WordId>,
    work: Work,
}

/// The patterns of a folder; equal ones are one.
#[derive(Debug, Default)]
pub struct Patterns {
    known: HashMap<String, Arc<Pattern>>,
    /// How many have no literal.
    open: usize,
    /// Pieces of those with a literal that are kept compiled.
    kept: usize,
}

/// Why a text is no regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// The reason in the words of the expression's own parser, and where it lies in the text.
    Syntax {
        reason: String,
        at: Option<Range<usize>>,
    },
    TooLarge,
    /// More of them than [`MOST_OPEN`] have no literal to look for.
    TooManyOpen,
}

impl Patterns {
    /// The pattern that an author wrote; its literals go to the lexicon of literals.
    ///
    /// # Errors
    ///
    /// The text is no expression, or one that takes too much memory or work.
    pub fn intern(
        &mut self,
        written: &str,
        lexicon: &mut LexiconBuilder,
    ) -> Result<Arc<Pattern>, PatternFault> {
        let source = half_width(written);
        if let Some(pattern) = self.known.get(source.as_ref()) {
            return Ok(pattern.clone());
        }
        let pattern = Arc::new(self.read(&source, lexicon)?);
        self.known.insert(source.into_owned(), pattern.clone());
        Ok(pattern)
    }

    fn read(&mut self, source: &str, lexicon: &mut LexiconBuilder) -> Result<Pattern, PatternFault> {
        let mut is_kept = false;
        let expression = Expression::of(source, self.open < MOST_OPEN, |expression| {
            is_kept = self.keeps(expression);
            is_kept
        })?;
        let is_open = expression.is_open();
        self.open += usize::from(is_open);
        let literals = expression.literals.iter().map(|literal| lexicon.intern(literal)).collect();
        let work = Work::of(&expression.effort, is_kept);
        let pattern = Pattern { expression, literals, work };
        if is_open {
            pattern.look_for_table();
        }
        Ok(pattern)
    }

    /// Whether an expression is kept compiled although no message has needed it yet.
    fn keeps(&mut self, expression: &Expression) -> bool {
        let pieces = expression.effort.pieces;
        let has_room = pieces > FEW_PIECES && self.kept.saturating_add(pieces) <= MOST_KEPT;
        if has_room && !expression.is_open() {
            self.kept += pieces;
        }
        expression.is_open() || has_room
    }
}

impl Pattern {
    /// Whether it has no literal, so that it is tried on every text.
    pub fn is_open(&self) -> bool {
        self.expression.is_open()
    }

    /// Whether nothing forbids that it matches, before it is tried: one of its literals is there.
    pub fn could_hold(&self, subject: &Subject) -> bool {
        self.is_open() || self.literals.iter().any(|literal| find(&subject.literal_hits, *literal).is_some())
    }

    /// Whether it matches, where it could. `None` where too little fuel is left to try it. Those without a literal pay for
    /// what lies beyond an ordinary text alone: what they cost together for that is bounded when a folder is loaded.
    pub fn holds(&self, subject: &Subject) -> Option<bool> {
        let is_paid = if self.is_open() { self.work(ORDINARY_BYTES) } else { 0 };
        if !subject.pay(self.work(subject.prepared.len()).saturating_sub(is_paid)) {
            return None;
        }
        Some(self.expression.compiled().is_some_and(|regex| regex.is_match(&subject.prepared)))
    }

    /// The fuel that it takes to try it on a text of so many bytes.
    pub fn work(&self, bytes: usize) -> usize {
        self.work.on(bytes)
    }

    /// The fuel that it takes for each byte of an ordinary text; 0 with a literal.
    pub fn open_weight(&self) -> usize {
        if self.is_open() { self.work.for_each_byte() } else { 0 }
    }

    /// Looks whether it has a whole table, which makes it cheaper.
    pub fn look_for_table(&self) {
        self.work.look_for_table(&self.expression);
    }

    /// What its groups matched, in order; empty texts for groups that took no part.
    pub fn captured(&self, text: &str) -> Option<Vec<String>> {
        let captures = self.expression.compiled()?.captures(text)?;
        let group = |number| captures.get(number).map_or("", |found| found.as_str()).to_owned();
        Some((1..=self.expression.groups.len()).map(group).collect())
    }

    /// What it matched.
    pub fn found<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.expression.compiled()?.find(text).map(|found| found.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::expression::{build, parse};
    use super::literals::required_literals;
    use super::*;
    use crate::engine::subject::lower;

    fn literals(pattern: &str) -> Vec<String> {
        required_literals(&parse(pattern).unwrap()).unwrap_or_default()
    }

    #[test]
    fn an_expression_carries_few_groups_along() {
        let interned =
            |source: &str| Patterns::default().intern(source, &mut LexiconBuilder::default()).is_ok();
        assert!(interned("(?P<省>.{1,50})省(?P<市>.{1,50})市(?P<区>.{1,50})"));
        assert!(!interned(&format!("单(?:{})*", ["(1)"; 200].join("|"))));
        assert!(interned(&format!("单(?:{})*", ["(?:1)"; 200].join("|"))));
    }

    #[test]
    fn folders_share_an_expression_and_let_go_of_it_together() {
        let of = |source: &str| Patterns::default().intern(source, &mut LexiconBuilder::default()).unwrap();
        let (one, other) = (of("共用[0-9]{3}"), of("共用[0-9]{3}"));
        assert!(Arc::ptr_eq(&one.expression, &other.expression));
        let held = Arc::downgrade(&one.expression);
        drop((one, other));
        assert!(held.upgrade().is_none());
    }

    #[test]
    fn the_longest_certain_literal_is_looked_for() {
        assert_eq!(literals("^订单(?P<单号>[0-9]+)号码是$"), ["号码是"]);
        assert_eq!(literals("(多少钱|价格)"), ["多少钱", "价格"]);
        assert_eq!(literals("HELLO"), ["hello"]);
        assert_eq!(literals("(?-i)Hello"), ["hello"]);
        assert_eq!(literals("a*b?c+"), ["c"]);
        assert_eq!(literals("单+"), ["单"]);
    }

    #[test]
    fn where_nothing_is_certain_nothing_is_looked_for() {
        for pattern in ["[0-9]+", ".*", "(价格|[0-9])", "^$", "你?"] {
            assert!(literals(pattern).is_empty(), "{pattern}");
        }
    }

    fn breadth(pattern: &str) -> Breadth {
        Breadth::of(&parse(pattern).unwrap())
    }

    #[test]
    fn what_matches_every_text_is_told_from_what_only_nearly_does() {
        for pattern in [".*", "x*", r"\d*", "(好)?", "^.*", ".*$", "a|", "(a*)+"] {
            assert_eq!(breadth(pattern), Breadth::All, "{pattern}");
        }
        for pattern in [".", ".+", r"[\s\S]+", r"\S", "(.+)", "a?.b*", r"(?s).+"] {
            assert_eq!(breadth(pattern), Breadth::Visible, "{pattern}");
        }
        for pattern in ["^.*$", "^.+", "..", "[^a]*b", "^$", "[^a]", r"\b", r"\w+", "^[^a]*$", "你好"] {
            assert_eq!(breadth(pattern), Breadth::Some, "{pattern}");
        }
    }

    #[test]
    fn what_an_author_takes_for_any_text_seems_so() {
        let seems = |pattern: &str| Generality::tried(&build(pattern).unwrap());
        for pattern in [".*", ".+", ".", r"[\s\S]+", "^.+$", "^.*$", ".{1,5}", r"\S+"] {
            assert_eq!(seems(pattern), Generality::Any, "{pattern}");
        }
        for pattern in [r"\d*", "x*", "(好)?", ".*?", "^"] {
            assert_eq!(seems(pattern), Generality::Optional, "{pattern}");
        }
        for pattern in [r"\d+", "^.{1,20}$", "[^0-9]+", r"\p{Han}", "^[^a]*$", "^$"] {
            assert_eq!(seems(pattern), Generality::Particular, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn an_expression_matches_what_its_breadth_says(
            pattern in "\\^?(\\(?[a.好]{0,2}(\\[\\^a\\])?\\)?[|?*+]?){1,3}\\$?",
            text in "[ab好 \n]{0,6}",
        ) {
            if let (Ok(hir), Ok(regex)) = (parse(&pattern), build(&pattern)) {
                let breadth = Breadth::of(&hir);
                let visible = breadth == Breadth::Visible && text.contains(|c: char| !c.is_whitespace());
                prop_assert!(regex.is_match(&text) || !(breadth == Breadth::All || visible), "{breadth:?}");
            }
        }

        /// A literal that is missing must mean that the expression cannot match.
        #[test]
        fn an_expression_never_matches_without_its_literal(
            pattern in "(\\(?[aKkSsſé单号价 ]{1,3}\\)?[|?*+]?){1,4}",
            text in "[aAkKsSſ\u{212A}éÉ单号价 ]{0,8}",
        ) {
            if let (Ok(hir), Ok(regex)) = (parse(&pattern), build(&pattern)) {
                let needed = required_literals(&hir).unwrap_or_default();
                let lowered = lower(&text);
                if regex.is_match(&text) && !needed.is_empty() {
                    prop_assert!(needed.iter().any(|literal| lowered.contains(literal.as_str())), "{needed:?}");
                }
            }
        }
    }
}
