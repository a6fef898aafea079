//! What an expression costs the decision that tries it. All of it is known when the expression is read, so the same
//! message costs the same every time.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex_automata::Anchored;
use regex_automata::hybrid::dfa::{Cache, Config as TableConfig, DFA as Table};
use regex_automata::hybrid::regex::Regex as Tables;
use regex_automata::util::{start, syntax};
use regex_syntax::hir::{Class, Hir, HirKind, Look, LookSet};

use super::{CACHE_LIMIT, Expression, NEST_LIMIT};

/// Bytes of a long message that is still an ordinary one: 300 Chinese characters.
pub const ORDINARY_BYTES: usize = 900;

/// States of a whole table. Beyond them it takes too long to find out whether there is one.
const MOST_STATES: usize = 256;
/// Fuel for beginning to try an expression.
const START: usize = 50;
/// Fuel for compiling a piece of an expression.
const COMPILING: usize = 30;
/// Fuel for a place of a table that is filled.
const FILLING: usize = 20;

/// What has no pieces takes as long to compile as so many.
const LEAST_PIECES: usize = 16;

/// What an expression takes, by its text alone.
#[derive(Debug)]
pub struct Effort {
    /// See [`weight`].
    pub weight: usize,
    /// See [`pieces`].
    pub pieces: usize,
    /// The bytes of a text at which it looks at most.
    reach: usize,
}

impl Effort {
    pub fn of(hir: &Hir) -> Self {
        let properties = hir.properties();
        // one that begins where the text begins, and has an end, looks at no more than it can match
        let is_anchored = properties.look_set_prefix().contains(Look::Start);
        let reach = properties.maximum_len().filter(|_| is_anchored).unwrap_or(usize::MAX);
        Self { weight: weight(hir), pieces: pieces(hir), reach }
    }
}

/// The fuel that an expression takes. A unit is a piece that is followed for one byte of a text.
#[derive(Debug)]
pub struct Work {
    start: usize,
    /// For each byte of a text, without a whole table.
    weight: usize,
    /// The bytes of a text at which it looks at most.
    reach: usize,
    /// The places of its whole table, if it has one.
    table: OnceLock<Option<usize>>,
}

impl Work {
    /// Of an expression that is kept compiled, or of one that is not. That pays for compiling each time, for it never
    /// depends on earlier messages what one message costs.
    pub fn of(effort: &Effort, is_kept: bool) -> Self {
        let compiling =
            if is_kept { 0 } else { COMPILING.saturating_mul(LEAST_PIECES.saturating_add(effort.pieces)) };
        let start = START.saturating_add(compiling);
        Self { start, weight: effort.weight, reach: effort.reach, table: OnceLock::new() }
    }

    /// For a text of so many bytes.
    pub fn on(&self, bytes: usize) -> usize {
        self.start.saturating_add(self.following(bytes))
    }

    /// For each byte of a long message that is still an ordinary one; at least 1.
    pub fn for_each_byte(&self) -> usize {
        self.following(ORDINARY_BYTES).div_ceil(ORDINARY_BYTES)
    }

    fn following(&self, bytes: usize) -> usize {
        let bytes = bytes.min(self.reach).max(1);
        // a table may have to be filled for each message: which ones are kept filled is not known
        let table = self.table.get().copied().flatten();
        let by_table = table.map(|places| bytes.saturating_add(FILLING.saturating_mul(bytes.min(places))));
        self.weight.saturating_mul(bytes).min(by_table.unwrap_or(usize::MAX))
    }

    /// Looks whether it has a whole table, which takes about as long as compiling it.
    pub fn look_for_table(&self, expression: &Expression) {
        self.table.get_or_init(|| expression.whole_table());
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

/// How many places the whole table of an expression has, read forwards and backwards, where it is small and fits into the
/// memory that it may take while it runs. Then each byte of a text costs one step, whatever the text is. Without a whole
/// table the expression may have to be followed piece by piece.
pub fn whole_table(source: &str, hir: &Hir) -> Option<usize> {
    let ends = LookSet::singleton(Look::Start).insert(Look::End);
    if !hir.properties().look_set().subtract(ends).is_empty() {
        return None;
    }
    let syntax = syntax::Config::new().case_insensitive(true).nest_limit(NEST_LIMIT);
    let config = TableConfig::new().cache_capacity(CACHE_LIMIT).minimum_cache_clear_count(Some(0));
    let tables = Tables::builder().syntax(syntax).dfa(config).build(source).ok()?;
    let places = |table: &Table, anchored| fill(table, anchored, &mut table.create_cache());
    Some(places(tables.forward(), Anchored::No)? + places(tables.reverse(), Anchored::Yes)?)
}

/// Computes every state of a table, and says how many places they have. `None` where there are too many.
fn fill(table: &Table, anchored: Anchored, cache: &mut Cache) -> Option<usize> {
    let mut known = HashSet::new();
    let mut open = Vec::new();
    for before in [None, Some(b' ')] {
        let begin = start::Config::new().anchored(anchored).look_behind(before);
        open.push(table.start_state(cache, &begin).ok()?);
    }
    let classes = table.byte_classes().alphabet_len();
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
    Some(known.len() * classes)
}

#[cfg(test)]
mod tests {
    use super::super::expression::parse;
    use super::*;

    #[test]
    fn an_expression_weighs_what_it_may_have_to_follow_at_once() {
        for (pattern, wanted) in
            [("[0-9]{11}", 11), ("[ab].{400}[cd]", 402), ("([ab]{2,5}|[cd])+", 14), ("^a$", 3), ("[ab]*", 1)]
        {
            assert_eq!(weight(&parse(pattern).unwrap()), wanted, "{pattern}");
        }
        // one that begins with the text pays for what it can reach
        let pays = |pattern: &str| Work::of(&Effort::of(&parse(pattern).unwrap()), true).for_each_byte();
        assert_eq!((pays("[0-9]{11}"), pays("^[0-9]{11}$"), pays("^[0-9]{11}.*$")), (11, 1, 14));
    }

    #[test]
    fn an_expression_with_a_whole_table_is_told_from_one_that_has_to_be_followed_piece_by_piece() {
        let has = |pattern: &str| whole_table(pattern, &parse(pattern).unwrap()).is_some();
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
