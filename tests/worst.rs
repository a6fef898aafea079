//! Looks for the slowest and the largest rendering that `check` lets through. Templates are made by chance from a
//! grammar of what is allowed; the worst are kept, changed a little, and tried again.
//!
//! `FANREPLY_FUZZ_SECONDS=600 cargo test --release --test worst -- --nocapture` looks for ten minutes and prints what
//! it has found; `FANREPLY_SEED` takes another run's way. It stands alone in its file: whatever else ran here would count.

#[path = "support/dice.rs"]
mod dice;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use dice::{Dice, variable};
use fanreply::engine::template::{Field, Names, Scope, Templates};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Far beyond what the fuel lasts for, also without optimisation and on a busy machine.
const LONG: Duration = Duration::from_secs(5);
/// Bytes that one rendering may take.
const LARGE: usize = 1 << 20;
/// Templates that are kept for their time, and as many for their size.
const KEPT: usize = 24;

/// Of one such character the message is made, and what its author named.
const CHARACTERS: &[&str] = &["长", "😀", "a", "a,", "ΐ", "Σ "];

/// What was found by thought, or by a search.
const KNOWN: &[&str] = &[
    "{% for i in range(2000) %}{% if text[4999:4999] %}{% endif %}{% endfor %}",
    "{% for i in range(2000) %}{% if text[0:0:-1] %}{% endif %}{% endfor %}",
    "{% for i in range(2000) %}{% if text[-1] is none %}{% endif %}{% endfor %}",
    "{% for a in (text * 2)|split('zz') %}{% for i in range(2000) %}{% if a[-1:-1] %}{% endif %}{% endfor %}{% endfor %}",
    "{% for i in range(2000) %}{% if text == named < text %}{% endif %}{% endfor %}",
    "{% for i in range(2000) %}{% if 1e-300|round(-3) %}{% endif %}{% endfor %}",
    "{% for i in range(2000) %}{% if 1e-300|round(1074) %}{% endif %}{% endfor %}",
    "{{ range(2000)|list|sort(reverse=true)|length }}",
    "{{ text|split('')|sum(start=text)|length }}",
    "{{ range(1000)|join(text)|length }}",
    "{{ groups|map('replace', '', text)|join(text) }}",
    "{% filter upper %}{{ text * 9 }}{% endfilter %}",
    "{{ text * 9 ~ text * 9 }}",
    "{{ groups }}",
    "{{ groups|join|split('')|last }}",
    "{% for i in range(2000) %}{% if range(1000)[-1:]|max %}{% endif %}{% endfor %}",
];

const NAMES: &[&str] = &["text", "named", "group", "a", "b", "loop.index", "now", "keyword"];
const CONSTANTS: &[&str] = &[
    "0",
    "1",
    "-1",
    "3",
    "40",
    "1000",
    "4999",
    "100000",
    "1e-300",
    "1e308",
    "''",
    "','",
    "'a'",
    "'长'",
    "'zz'",
    "'a.a.a'",
    "340282366920938463463374607431768211455",
    "none",
];
const OPERATORS: &[&str] = &["~", "+", "*", "==", "<", "in", "and", "or", "-", "%", "**", "//", "/"];
const CHANGES: &[&str] = &[
    "upper",
    "lower",
    "title",
    "capitalize",
    "trim",
    "escape",
    "string",
    "length",
    "reverse",
    "first",
    "last",
    "int(0)",
    "float(0)",
    "round(-3)",
    "round(1074)",
    "abs",
];
const SUMS: &[&str] =
    &["join", "first", "last", "length", "max", "min", "sum", "string", "join(text)", "join(d=named)"];
const SHAPES: &[&str] = &[
    "sort",
    "sort(reverse=true)",
    "unique",
    "reverse",
    "list",
    "map('upper')",
    "map('string')",
    "map('title')",
    "map('replace', '', text)",
    "select('in', text)",
    "reject('==', named)",
    "select",
];
const TESTS: &[&str] =
    &["none", "upper", "lower", "odd", "startingwith(named)", "endingwith(text)", "in(text)", "string"];

/// Makes a template of a list of numbers: each is a choice, and behind their end the first is chosen.
struct Maker<'n> {
    numbers: std::slice::Iter<'n, u32>,
}

impl Maker<'_> {
    fn below(&mut self, bound: usize) -> usize {
        self.numbers.next().map_or(0, |number| *number as usize % bound)
    }

    fn one_of(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len())]
    }

    fn statement(&mut self, depth: usize) -> String {
        if depth > 4 {
            return String::new();
        }
        match self.below(7) {
            0 => format!("{{{{ {} }}}}", self.scalar(0)),
            1 | 2 => {
                let test = self.scalar(0);
                format!("{{% for i in range(2000) %}}{{% if {test} %}}{{% endif %}}{{% endfor %}}")
            }
            3 => {
                let (name, list) = (self.one_of(&["a", "b"]), self.list(0));
                format!("{{% for {name} in {list} %}}{}{{% endfor %}}", self.statement(depth + 1))
            }
            4 => format!("{{% if {} %}}{}{{% endif %}}", self.scalar(0), self.statement(depth + 1)),
            5 => {
                let filter = self.one_of(CHANGES);
                format!("{{% filter {filter} %}}{}{{% endfilter %}}", self.statement(depth + 1))
            }
            _ => self.statement(depth + 1) + &self.statement(depth + 1),
        }
    }

    fn scalar(&mut self, depth: usize) -> String {
        match if depth > 5 { self.below(2) } else { self.below(10) } {
            0 => self.one_of(NAMES).to_owned(),
            1 => self.one_of(CONSTANTS).to_owned(),
            2 | 3 => {
                let (left, operator) = (self.scalar(depth + 1), self.one_of(OPERATORS));
                format!("({left} {operator} {})", self.scalar(depth + 1))
            }
            4 => {
                let (of, from) = (self.scalar(depth + 1), self.one_of(CONSTANTS));
                format!("{of}[{from}:{}:{}]", self.one_of(CONSTANTS), self.one_of(CONSTANTS))
            }
            5 => format!("{}[{}]", self.scalar(depth + 1), self.one_of(CONSTANTS)),
            6 => format!("{}|{}", self.scalar(depth + 1), self.one_of(CHANGES)),
            7 => {
                let (of, from) = (self.scalar(depth + 1), self.scalar(depth + 2));
                format!("{of}|replace({from}, {})", self.scalar(depth + 2))
            }
            8 => format!("{}|{}", self.list(depth + 1), self.one_of(SUMS)),
            _ => format!("({} is {})", self.scalar(depth + 1), self.one_of(TESTS)),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        match if depth > 5 { self.below(2) } else { self.below(6) } {
            0 => format!("range({})", self.one_of(&["5000", "2000", "1000", "100", "3"])),
            1 => "groups".to_owned(),
            2 => format!("{}|split({})", self.scalar(depth + 1), self.one_of(&["'zz'", "''", "','", ""])),
            3 => format!("{}|list", self.scalar(depth + 1)),
            4 => format!("{}[{}:]", self.list(depth + 1), self.one_of(CONSTANTS)),
            _ => format!("{}|{}", self.list(depth + 1), self.one_of(SHAPES)),
        }
    }
}

/// A template, the message that it is filled in for, and what that took.
#[derive(Clone)]
struct Found {
    numbers: Vec<u32>,
    template: String,
    character: &'static str,
    time: Duration,
    bytes: usize,
}

/// Fills a template in so many times; nothing where `check` refuses it.
fn measured(numbers: &[u32], template: String, character: &'static str, times: usize) -> Option<Found> {
    let long: String = character.chars().cycle().take(6_000).collect();
    let values = HashMap::from([("named".to_owned(), long.clone())]);
    let mut templates = Templates::new(values.clone());
    let added = templates.add(&template, Field::Text, None).ok()?;
    let groups = ["group", "", ""].map(|name| (name.to_owned(), long.clone())).to_vec();
    let scope = Scope { text: long, groups, values: values.into(), ..Scope::default() };
    let mut found =
        Found { numbers: numbers.to_vec(), template, character, time: Duration::MAX, bytes: usize::MAX };
    // the shortest time counts: what else the machine did does not
    for _ in 0..times {
        let names = Names::of(scope.clone());
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
        let began = Instant::now();
        let _ = templates.render(&added, &names);
        found.time = found.time.min(began.elapsed());
        found.bytes = found.bytes.min(MEMORY.peak_usage().saturating_sub(before));
    }
    assert!(found.time < LONG, "{} of {character} takes {:?}", found.template, found.time);
    assert!(found.bytes <= LARGE, "{} of {character} takes {} bytes", found.template, found.bytes);
    Some(found)
}

impl Dice {
    /// New numbers, or some of those that made a template which is kept, with one to four changes.
    fn numbers(&mut self, kept: &[Found]) -> Vec<u32> {
        let any = |dice: &mut Self| dice.below(1 << 20) as u32;
        if kept.is_empty() || self.below(4) == 0 {
            return (0..=self.below(40)).map(|_| any(self)).collect();
        }
        let mut numbers = kept[self.below(kept.len())].numbers.clone();
        for _ in 0..=self.below(4) {
            let (from, to) = self.span(numbers.len());
            match self.below(4) {
                0 if from < numbers.len() => numbers[from] = any(self),
                1 => drop(numbers.drain(from..to)),
                2 => {
                    let other = &kept[self.below(kept.len())].numbers;
                    let start = self.below(other.len());
                    numbers.splice(from..to, other[start..].iter().copied());
                }
                _ => numbers.insert(from, any(self)),
            }
        }
        numbers.truncate(200);
        numbers
    }
}

#[test]
fn what_check_lets_through_is_rendered_in_a_mebibyte_and_soon() {
    let seed = variable("FANREPLY_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let time = Duration::from_secs(variable("FANREPLY_FUZZ_SECONDS").unwrap_or(4));
    println!("FANREPLY_SEED={seed}");
    let mut known = Vec::new();
    for template in KNOWN {
        for character in ["长", "😀"] {
            known.push(measured(&[], (*template).to_owned(), character, 2).expect(template));
        }
    }
    let mut kept: [Vec<Found>; 2] = Default::default();
    #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
    let (mut dice, began, mut tried) = (Dice(seed), Instant::now(), 0);
    while began.elapsed() < time {
        let by_size = tried % 2;
        tried += 1;
        let numbers = dice.numbers(&kept[by_size]);
        let mut maker = Maker { numbers: numbers.iter() };
        let (character, template) = (maker.one_of(CHARACTERS), maker.statement(0));
        if kept[by_size].iter().any(|found| (&found.template, found.character) == (&template, character)) {
            continue;
        }
        let Some(found) = measured(&numbers, template, character, 2) else { continue };
        kept[by_size].push(found);
        kept[by_size].sort_by_key(|found| {
            std::cmp::Reverse(if by_size == 1 { found.bytes as u128 } else { found.time.as_nanos() })
        });
        kept[by_size].truncate(KEPT);
    }
    println!("{tried} were tried");
    let all: Vec<Found> = kept.concat().into_iter().chain(known).collect();
    let tell = |what: &str, found: &Found| {
        let Found { template, character, time, bytes, .. } = found;
        println!("the {what}: {time:?}, {} KiB, of {character}: {template}", bytes >> 10);
    };
    let mut by_time = all.clone();
    by_time.sort_by_key(|found| std::cmp::Reverse(found.time));
    for found in by_time.into_iter().take(3) {
        tell("slowest", &measured(&[], found.template, found.character, 20).expect("as before"));
    }
    let mut by_size: Vec<&Found> = all.iter().collect();
    by_size.sort_by_key(|found| found.bytes);
    by_size.iter().rev().take(3).for_each(|found| tell("largest", found));
}
