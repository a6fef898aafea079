//! Patterns: the regular expressions of a folder, each with the literals without which it cannot match. They run in
//! linear time, and most are compiled when they are first needed.

mod breadth;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use breadth::Breadth;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};

use crate::engine::fold::half_width;
use crate::engine::lexicon::{LexiconBuilder, WordId, find};
use crate::engine::subject::{Subject, first_characters, lower};

/// Bytes of memory that one compiled expression may take.
const SIZE_LIMIT: usize = 1 << 20;
/// Bytes of memory that one expression may take while it runs.
const CACHE_LIMIT: usize = 1 << 18;
const NEST_LIMIT: u32 = 50;
/// Expressions without a literal, of one folder: each of them is asked of every text.
pub const MOST_OPEN: usize = 500;
/// What the expressions without a literal that the rules of a folder ask may weigh together: see [`Pattern::weight`].
pub const MOST_OPEN_WEIGHT: usize = 500;
/// Characters of a text at which such an expression looks. In the worst case its time grows with them and its weight.
const OPEN_CHARACTERS: usize = 300;
/// More literals than this are no better than none.
const MOST_LITERALS: usize = 64;

/// One expression. Compiled when it is first needed: of ten thousand few ever are.
#[derive(Debug)]
pub struct Pattern {
    /// Half-width.
    pub source: String,
    compiled: OnceLock<Option<Regex>>,
    /// The names of its groups, and `None` for groups without one; the whole match is not among them.
    pub groups: Vec<Option<String>>,
    /// One of these stands in every text that it matches; empty when none is certain.
    pub literals: Vec<WordId>,
    /// How much of it may have to be followed at once for each character of a text: its letters and classes, those of
    /// repetitions as often as they may come. 0 with a literal.
    pub weight: usize,
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
        let pattern = Arc::new(Pattern::new(source.into_owned(), lexicon)?);
        if pattern.literals.is_empty() {
            self.open += 1;
            if self.open > MOST_OPEN {
                return Err(PatternFault::TooManyOpen);
            }
        }
        self.known.insert(pattern.source.clone(), pattern.clone());
        Ok(pattern)
    }
}

impl Pattern {
    fn new(source: String, lexicon: &mut LexiconBuilder) -> Result<Self, PatternFault> {
        let hir = parse(&source)?;
        // compiled once to learn its size, and dropped: ten thousand of them would fill the memory
        let compiled = build(&source).map_err(|_| PatternFault::TooLarge)?;
        let groups = compiled.capture_names().skip(1).map(|name| name.map(str::to_owned)).collect();
        let literals = required_literals(&hir).unwrap_or_default();
        let is_seen = |literal: &String| literal.contains(|c: char| !c.is_whitespace());
        let needs_visible = !literals.is_empty() && literals.iter().all(is_seen);
        let literals: Vec<WordId> = literals.iter().map(|literal| lexicon.intern(literal)).collect();
        let generality =
            if literals.is_empty() { Generality::tried(&compiled) } else { Generality::Particular };
        let breadth = Breadth::of(&hir);
        let weight = if literals.is_empty() { open_weight(&hir) } else { 0 };
        // without a literal it runs for every text, so it is kept, and the first fan need not wait for it
        let kept = if literals.is_empty() { OnceLock::from(Some(compiled)) } else { OnceLock::new() };
        Ok(Self { source, compiled: kept, groups, literals, weight, breadth, generality, needs_visible })
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        let could = self.literals.is_empty()
            || self.literals.iter().any(|literal| find(&subject.literal_hits, *literal).is_some());
        could && self.compiled().is_some_and(|regex| regex.is_match(self.seen(&subject.prepared)))
    }

    fn seen<'t>(&self, text: &'t str) -> &'t str {
        if self.literals.is_empty() { first_characters(text, OPEN_CHARACTERS) } else { text }
    }

    /// What its groups matched, in order; empty texts for groups that took no part.
    pub fn captured(&self, text: &str) -> Option<Vec<String>> {
        let captures = self.compiled()?.captures(self.seen(text))?;
        let group = |number| captures.get(number).map_or("", |found| found.as_str()).to_owned();
        Some((1..=self.groups.len()).map(group).collect())
    }

    /// What it matched.
    pub fn found<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.compiled()?.find(self.seen(text)).map(|found| found.as_str())
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

/// The weight of an expression that is tried on every text. One that begins where the text begins, and has an end, looks
/// at no more of the text than it can match.
fn open_weight(hir: &Hir) -> usize {
    let properties = hir.properties();
    let is_anchored = properties.look_set_prefix().contains(Look::Start);
    let looks_at = properties.maximum_len().filter(|_| is_anchored).unwrap_or(OPEN_CHARACTERS);
    weight(hir).saturating_mul(looks_at.min(OPEN_CHARACTERS)).div_ceil(OPEN_CHARACTERS)
}

fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            weight(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(weight).fold(0, usize::saturating_add)
        }
    }
}

/// Literals, lowered, one of which stands in every text that the expression matches; `None` when there
/// are none such, or too many.
fn required_literals(hir: &Hir) -> Option<Vec<String>> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn literals(pattern: &str) -> Vec<String> {
        required_literals(&parse(pattern).unwrap()).unwrap_or_default()
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

    #[test]
    fn an_expression_weighs_what_it_may_have_to_follow_at_once() {
        for (pattern, wanted) in
            [("[0-9]{11}", 11), ("[ab].{400}[cd]", 402), ("([ab]{2,5}|[cd])+", 12), ("^a$", 3), ("[ab]*", 1)]
        {
            assert_eq!(weight(&parse(pattern).unwrap()), wanted, "{pattern}");
        }
        // one that begins with the text weighs what it can reach
        let weighs = |pattern: &str| open_weight(&parse(pattern).unwrap());
        assert_eq!((weighs("[0-9]{11}"), weighs("^[0-9]{11}$"), weighs("^[0-9]{11}.*$")), (11, 1, 14));
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
