//! Patterns: the regular expressions of a folder, each with the literals without which it cannot match. They run in
//! linear time, and most are compiled when they are first needed.

mod breadth;
mod literals;
mod work;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use breadth::Breadth;
use literals::required_literals;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::Hir;
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

/// One expression. Of ten thousand few are ever needed, so those that are compiled fast are compiled when they are.
#[derive(Debug)]
pub struct Pattern {
    /// Half-width.
    pub source: String,
    compiled: OnceLock<Option<Regex>>,
    /// The names of its groups, and `None` for groups without one; the whole match is not among them.
    pub groups: Vec<Option<String>>,
    /// One of these stands in every text that it matches; empty when none is certain.
    pub literals: Vec<WordId>,
    work: Work,
    /// How much of all texts it matches, as far as that is certain.
    pub breadth: Breadth,
    pub generality: Generality,
    /// Whether every text that it matches has a character that is no blank.
    pub needs_visible: bool,
}

/// How an author would describe the texts that an expression matches; found by trying it on unusual texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generality {
    Particular,
    /// It matches every text, because it matches the empty text.
    Optional,
    /// It matches a part of every text.
    Any,
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
        let pattern = Arc::new(self.read(source.into_owned(), lexicon)?);
        self.known.insert(pattern.source.clone(), pattern.clone());
        Ok(pattern)
    }

    fn read(&mut self, source: String, lexicon: &mut LexiconBuilder) -> Result<Pattern, PatternFault> {
        let hir = parse(&source)?;
        let literals = required_literals(&hir).unwrap_or_default();
        let is_open = literals.is_empty();
        if is_open {
            self.open += 1;
            if self.open > MOST_OPEN {
                return Err(PatternFault::TooManyOpen);
            }
        }
        // compiled in any case, to learn its size
        let compiled = build(&source).map_err(|_| PatternFault::TooLarge)?;
        let groups: Vec<Option<String>> =
            compiled.capture_names().skip(1).map(|name| name.map(str::to_owned)).collect();
        if work::weight(&hir).saturating_mul(groups.len()) > MOST_CAPTURED {
            return Err(PatternFault::TooLarge);
        }
        let is_seen = |literal: &String| literal.contains(|c: char| !c.is_whitespace());
        let needs_visible = !is_open && literals.iter().all(is_seen);
        let literals: Vec<WordId> = literals.iter().map(|literal| lexicon.intern(literal)).collect();
        let generality = if is_open { Generality::tried(&compiled) } else { Generality::Particular };
        let breadth = Breadth::of(&hir);
        let pieces = work::pieces(&hir);
        let has_room = pieces > FEW_PIECES && self.kept.saturating_add(pieces) <= MOST_KEPT;
        if has_room && !is_open {
            self.kept += pieces;
        }
        let is_kept = is_open || has_room;
        let work = Work::of(&hir, is_kept);
        if is_open {
            work.look_for_table(&source);
        }
        let compiled = if is_kept { OnceLock::from(Some(compiled)) } else { OnceLock::new() };
        Ok(Pattern { source, compiled, groups, literals, work, breadth, generality, needs_visible })
    }
}

impl Pattern {
    /// Whether it has no literal, so that it is tried on every text.
    pub fn is_open(&self) -> bool {
        self.literals.is_empty()
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
        Some(self.compiled().is_some_and(|regex| regex.is_match(&subject.prepared)))
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
        self.work.look_for_table(&self.source);
    }

    /// What its groups matched, in order; empty texts for groups that took no part.
    pub fn captured(&self, text: &str) -> Option<Vec<String>> {
        let captures = self.compiled()?.captures(text)?;
        let group = |number| captures.get(number).map_or("", |found| found.as_str()).to_owned();
        Some((1..=self.groups.len()).map(group).collect())
    }

    /// What it matched.
    pub fn found<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.compiled()?.find(text).map(|found| found.as_str())
    }

    /// `None` never happens: the expression compiled when it was read.
    fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| build(&self.source).ok()).as_ref()
    }
}

impl Generality {
    fn tried(compiled: &Regex) -> Self {
        // no fan writes the first sign of them
        const ODD: [&str; 7] = ["\u{E000}", "q", "7", "好", "，", "?", "\u{1F600}"];
        const LONG: usize = 2_000;
        let everything = (' '..='~').chain(std::iter::repeat_n('\u{E000}', LONG)).collect::<String>();
        let texts = || ODD.into_iter().chain([everything.as_str()]);
        let found = |text| compiled.find(text);
        if texts().all(|text| found(text).is_some_and(|found| !found.is_empty())) {
            Self::Any
        } else if compiled.is_match("") && texts().all(|text| found(text).is_some()) {
            Self::Optional
        } else {
            Self::Particular
        }
    }
}

fn build(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(CACHE_LIMIT)
        .nest_limit(NEST_LIMIT)
        .build()
}

fn parse(source: &str) -> Result<Hir, PatternFault> {
    let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).nest_limit(NEST_LIMIT).build();
    parser.parse(source).map_err(|error| {
        let (reason, span) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(*error.span())),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(*error.span())),
            other => (other.to_string(), None),
        };
        PatternFault::Syntax { reason, at: span.map(|span| span.start.offset..span.end.offset) }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
