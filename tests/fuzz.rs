//! The laws of `fuzz/` against their kept corpus, and against chance changes of it for a few seconds each. What
//! coverage guides runs by `fuzz/run`; here everything goes by chance, and repeats from its seed.
//!
//! `FANREPLY_FUZZ_SECONDS=600 cargo test --test fuzz` looks for longer, `FANREPLY_SEED` takes another run's way.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

#[path = "support/dice.rs"]
mod dice;
#[path = "../fuzz/fuzz_targets/fold.rs"]
mod fold;
#[path = "../fuzz/fuzz_targets/rules.rs"]
mod rules;
#[path = "../fuzz/fuzz_targets/template.rs"]
mod template;
#[path = "../fuzz/wire.rs"]
mod wire;

use dice::{Dice, variable};

/// Inputs grow by what is put into them; the fuzzers keep to the same length.
const LONGEST: usize = 4096;
/// Bytes that mean something to one of the readers.
const TELLING: &[&str] = &[
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "&",
    ":",
    "\n",
    "\r\n",
    "\r",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "\t",
    " ",
    "  - ",
    "#",
    "|",
    "{{ ",
    " }}",
    "{% ",
    "]]>",
    "<![CDATA[",
    "&#x",
    "\\u",
    "\\ud83d",
    "%",
    "-1",
    "0",
    "1e999",
    "９",
    "：",
    "，",
    "\u{feff}",
    "\u{200b}",
    "\u{3000}",
    "\u{301}",
    "ß",
    "ﷺ",
    "營",
    "👍",
    "\u{c}",
];

impl Dice {
    /// One to four changes of one of them.
    fn changed(&mut self, corpus: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].1.clone();
        for _ in 0..=self.below(4) {
            let (from, to) = self.span(input.len());
            match self.below(6) {
                0 if from < input.len() => input[from] = self.below(256) as u8,
                1 => drop(input.drain(from..to)),
                2 => {
                    let part = input[from..to].to_vec();
                    input.splice(to..to, part);
                }
                3 => {
                    let other = &corpus[self.below(corpus.len())].1;
                    let start = self.below(other.len());
                    input.splice(from..to, other[start..].iter().copied());
                }
                4 => input.truncate(from),
                _ => drop(input.splice(from..from, TELLING[self.below(TELLING.len())].bytes())),
            }
        }
        input.truncate(LONGEST);
        input
    }
}

/// The law holds for everything that is kept, and for whatever chance makes of it in the time.
fn holds(target: &str, law: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut corpus: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    corpus.sort();
    assert!(!corpus.is_empty());
    for (name, input) in &corpus {
        tried(law, input, || eprintln!("fuzz/corpus/{target}/{name} breaks the law"));
    }
    let seed = variable("FANREPLY_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let time = Duration::from_secs(variable("FANREPLY_FUZZ_SECONDS").unwrap_or(4));
    println!("{target}: {} are kept; FANREPLY_SEED={seed}", corpus.len());
    let (mut dice, began, mut runs) = (Dice(seed), Instant::now(), 0);
    while began.elapsed() < time {
        let input = dice.changed(&corpus);
        tried(law, &input, || {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-{seed}"));
            fs::write(&kept, &input).unwrap();
            eprintln!("mend it, and keep {} in fuzz/corpus/{target}", kept.display());
        });
        runs += 1;
    }
    println!("{target}: {runs} more were tried");
}

fn tried(law: fn(&[u8]), input: &[u8], when_broken: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| law(input))) {
        when_broken();
        resume_unwind(panic);
    }
}

#[test]
fn any_json_is_endured() {
    holds("json", wire::endures);
}

#[test]
fn any_xml_is_endured() {
    holds("xml", wire::endures);
}

#[test]
fn any_rule_file_is_endured() {
    holds("rules", rules::endures);
}

#[test]
fn any_text_is_folded() {
    holds("fold", fold::endures);
}

#[test]
fn any_template_is_endured() {
    holds("template", template::endures);
}
