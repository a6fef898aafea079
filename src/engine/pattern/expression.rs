//! Expressions: what is known of a regular expression by its text alone. Folders that hold the same one share it, at the
//! same time and one after another, so that a reload compiles only what is new.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::Hir;

use super::breadth::Breadth;
use super::literals::required_literals;
use super::work::{Effort, whole_table};
use super::{CACHE_LIMIT, MOST_CAPTURED, NEST_LIMIT, PatternFault, SIZE_LIMIT};

/// Those that some folder holds, and at most as many texts of others.
static SHARED: LazyLock<Mutex<Shared>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Shared {
    by_text: HashMap<Box<str>, Weak<Expression>>,
    /// With so many texts, those are let go of whose expression nobody holds any more.
    swept_at: usize,
}

/// A regular expression. Of ten thousand few are ever needed, so those that are compiled fast are compiled when they
/// are.
#[derive(Debug)]
pub struct Expression {
    /// Half-width.
    pub source: String,
    compiled: OnceLock<Option<Regex>>,
    /// The names of its groups, and `None` for groups without one; the whole match is not among them.
    pub groups: Vec<Option<String>>,
    /// One of these stands in every text that it matches; empty when none is certain.
    pub literals: Vec<String>,
    pub(super) effort: Effort,
    /// The places of its whole table, if it has one.
    table: OnceLock<Option<usize>>,
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

impl Expression {
    /// The expression of a text. `keeps` says whether it is to be compiled before a message needs it. Where none without
    /// a literal may come any more, one is refused before it is compiled.
    ///
    /// # Errors
    ///
    /// The text is no expression, or one that takes too much memory or work.
    pub(super) fn of(
        source: &str,
        may_be_open: bool,
        keeps: impl FnOnce(&Self) -> bool,
    ) -> Result<Arc<Self>, PatternFault> {
        if let Some(known) = shared().get(source) {
            if known.is_open() && !may_be_open {
                return Err(PatternFault::TooManyOpen);
            }
            if keeps(&known) {
                known.compiled();
            }
            return Ok(known);
        }
        // others need not wait while it is compiled, which is done in any case, to learn its size
        let hir = parse(source)?;
        let literals = required_literals(&hir).unwrap_or_default();
        if literals.is_empty() && !may_be_open {
            return Err(PatternFault::TooManyOpen);
        }
        let compiled = build(source).map_err(|_| PatternFault::TooLarge)?;
        let mut expression = Self::read(source, &hir, literals, &compiled)?;
        if keeps(&expression) {
            expression.compiled = OnceLock::from(Some(compiled));
        }
        let expression = Arc::new(expression);
        shared().add(&expression);
        Ok(expression)
    }

    fn read(source: &str, hir: &Hir, literals: Vec<String>, compiled: &Regex) -> Result<Self, PatternFault> {
        let groups: Vec<Option<String>> =
            compiled.capture_names().skip(1).map(|name| name.map(str::to_owned)).collect();
        let effort = Effort::of(hir);
        if effort.weight.saturating_mul(groups.len()) > MOST_CAPTURED {
            return Err(PatternFault::TooLarge);
        }
        let is_open = literals.is_empty();
        let is_seen = |literal: &String| literal.contains(|c: char| !c.is_whitespace());
        Ok(Self {
            source: source.to_owned(),
            compiled: OnceLock::new(),
            groups,
            needs_visible: !is_open && literals.iter().all(is_seen),
            literals,
            effort,
            table: OnceLock::new(),
            breadth: Breadth::of(hir),
            generality: if is_open { Generality::tried(compiled) } else { Generality::Particular },
        })
    }

    /// Whether nothing is certain of the texts that it matches, so that it is tried on every text.
    pub fn is_open(&self) -> bool {
        self.literals.is_empty()
    }

    /// `None` never happens: it compiled when it was read.
    pub(super) fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| build(&self.source).ok()).as_ref()
    }

    /// How many places its whole table has, if it has one. It takes about as long as compiling it to find that out.
    pub(super) fn whole_table(&self) -> Option<usize> {
        *self.table.get_or_init(|| whole_table(&self.source, &parse(&self.source).ok()?))
    }
}

fn shared() -> MutexGuard<'static, Shared> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn get(&self, source: &str) -> Option<Arc<Expression>> {
        self.by_text.get(source)?.upgrade()
    }

    fn add(&mut self, expression: &Arc<Expression>) {
        if self.by_text.len() >= self.swept_at {
            self.by_text.retain(|_, held| held.strong_count() > 0);
            self.swept_at = 2 * self.by_text.len() + 64;
        }
        self.by_text.insert(expression.source.as_str().into(), Arc::downgrade(expression));
    }
}

impl Generality {
    pub(super) fn tried(compiled: &Regex) -> Self {
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

pub(super) fn build(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(CACHE_LIMIT)
        .nest_limit(NEST_LIMIT)
        .build()
}

pub(super) fn parse(source: &str) -> Result<Hir, PatternFault> {
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
