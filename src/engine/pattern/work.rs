//! What an expression costs the decision that tries it. All of it is known when the expression is read, so the same
//! message costs the same every time.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex_automata::Anchored;
use regex_automata::hybrid::dfa::{Cache, Config as TableConfig, DFA as Table};
use regex_automata::hybrid::regex::Regex as Tables;
use regex_automata::util::{start, syntax};
use regex_syntax::hir::{Class, Hir, HirKind, Look, LookSet};

use super::{CACHE_LIMIT, NEST_LIMIT, OPEN_CHARACTERS, parse};

/// States of a whole table. Beyond them it takes too long to find out whether there is one.
const MOST_STATES: usize = 256;
/// Fuel for beginning to try an expression.
const START: usize = 50;
/// Fuel for compiling a piece of an expression.
const COMPILING: usize = 30;

/// What has no pieces takes as long to compile as so many.
const LEAST_PIECES: usize = 16;

/// The fuel that an expression takes. A unit is a piece that is followed for one byte of a text.
#[derive(Debug)]
pub struct Work {
    start: usize,
    /// For each byte of a text, without a whole table.
    weight: usize,
    has_whole_table: OnceLock<bool>,
}

impl Work {
    /// Of an expression without a literal, which is kept compiled.
    pub fn open(hir: &Hir) -> Self {
        Self { start: START, weight: open_weight(hir), has_whole_table: OnceLock::new() }
    }

    /// Of an expression with a literal. One that is not kept compiled pays for that each time, for it never depends on
    /// earlier messages what one message costs.
    pub fn literal(hir: &Hir, is_kept: bool) -> Self {
        let compiling = if is_kept { 0 } else { COMPILING.saturating_mul(LEAST_PIECES + pieces(hir)) };
        let start = START.saturating_add(compiling);
        Self { start, weight: weight(hir), has_whole_table: OnceLock::new() }
    }

    /// For a text of so many bytes.
    pub fn on(&self, bytes: usize) -> usize {
        self.start.saturating_add(self.weight().saturating_mul(bytes))
    }

    pub fn weight(&self) -> usize {
        if self.has_whole_table.get() == Some(&true) { 1 } else { self.weight }
    }

    /// Looks whether it has a whole table, which takes about as long as compiling it.
    pub fn look_for_table(&self, source: &str) {
        let looked = || parse(source).is_ok_and(|hir| has_whole_table(source, &hir));
        self.has_whole_table.get_or_init(looked);
    }
}

/// How much of an expression may have to be followed at once for each byte of a text: its letters, classes and groups,
/// those of a repetition as often as they may come.
pub fn weight(hir: &Hir) -> usize {
    multiplied(hir, &|_| 1)
}

/// The pieces of which an expression is compiled: as its weight, but a class counts with each of its ranges.
pub fn pieces(hir: &Hir) -> usize {
    // a range over many letters is several sequences of bytes
    const SEQUENCES: usize = 8;
    multiplied(hir, &|class| match class {
        Class::Unicode(class) if !class.is_ascii() => class.ranges().len() + SEQUENCES,
        Class::Unicode(class) => class.ranges().len(),
        Class::Bytes(class) => class.ranges().len(),
    })
}

fn multiplied(hir: &Hir, of_class: &impl Fn(&Class) -> usize) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().count(),
        HirKind::Class(class) => of_class(class),
        HirKind::Capture(capture) => multiplied(&capture.sub, of_class).saturating_add(1),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            multiplied(&repetition.sub, of_class).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(|part| multiplied(part, of_class)).fold(0, usize::saturating_add)
        }
    }
}

/// The weight of an expression that is tried on every text. One that begins where the text begins, and has an end, looks
/// at no more of the text than it can match.
fn open_weight(hir: &Hir) -> usize {
    let properties = hir.properties();
    let is_anchored = properties.look_set_prefix().contains(Look::Start);
    let looks_at = properties.maximum_len().filter(|_| is_anchored).unwrap_or(OPEN_CHARACTERS);
    weight(hir).saturating_mul(looks_at.min(OPEN_CHARACTERS)).div_ceil(OPEN_CHARACTERS)
}

/// Whether the whole table of an expression, read forwards and backwards, is small and fits into the memory that it may
/// take while it runs. Then each byte of a text costs one step, whatever the text is. Without a whole table the expression
/// may have to be followed piece by piece.
fn has_whole_table(source: &str, hir: &Hir) -> bool {
    let ends = LookSet::singleton(Look::Start).insert(Look::End);
    if !hir.properties().look_set().subtract(ends).is_empty() {
        return false;
    }
    let syntax = syntax::Config::new().case_insensitive(true).nest_limit(NEST_LIMIT);
    let config = TableConfig::new().cache_capacity(CACHE_LIMIT).minimum_cache_clear_count(Some(0));
    let Ok(tables) = Tables::builder().syntax(syntax).dfa(config).build(source) else { return false };
    let is_whole = |table: &Table, anchored| fill(table, anchored, &mut table.create_cache()).is_some();
    is_whole(tables.forward(), Anchored::No) && is_whole(tables.reverse(), Anchored::Yes)
}

/// Computes every state of a table. `None` where there are too many.
fn fill(table: &Table, anchored: Anchored, cache: &mut Cache) -> Option<()> {
    let mut known = HashSet::new();
    let mut open = Vec::new();
    for before in [None, Some(b' ')] {
        let begin = start::Config::new().anchored(anchored).look_behind(before);
        open.push(table.start_state(cache, &begin).ok()?);
    }
    while let Some(state) = open.pop() {
        if state.is_dead() || !known.insert(state) {
            continue;
        }
        if known.len() > MOST_STATES {
            return None;
        }
        table.next_eoi_state(cache, state).ok()?;
        for byte in table.byte_classes().representatives(0..=u8::MAX) {
            open.push(table.next_state(cache, state, byte.as_u8()?).ok()?);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_weighs_what_it_may_have_to_follow_at_once() {
        for (pattern, wanted) in
            [("[0-9]{11}", 11), ("[ab].{400}[cd]", 402), ("([ab]{2,5}|[cd])+", 14), ("^a$", 3), ("[ab]*", 1)]
        {
            assert_eq!(weight(&parse(pattern).unwrap()), wanted, "{pattern}");
        }
        // one that begins with the text weighs what it can reach
        let weighs = |pattern: &str| open_weight(&parse(pattern).unwrap());
        assert_eq!((weighs("[0-9]{11}"), weighs("^[0-9]{11}$"), weighs("^[0-9]{11}.*$")), (11, 1, 14));
    }

    #[test]
    fn an_expression_with_a_whole_table_is_told_from_one_that_has_to_be_followed_piece_by_piece() {
        let has = |pattern: &str| has_whole_table(pattern, &parse(pattern).unwrap());
        for pattern in ["[0-9]{11}", "^1[3-9][0-9]{9}$", "(多少|几)(钱|元)", "查单[0-9]{4,12}", "A款.*多少钱"]
        {
            assert!(has(pattern), "{pattern}");
        }
        // the third has none read backwards; the last looks at what lies beside a letter outside ASCII
        for pattern in ["[ab].{40}", r"\w{9}[ab].{9}", ".{30}[ab].*$", r"\b[0-9]{4}"] {
            assert!(!has(pattern), "{pattern}");
        }
    }
}
