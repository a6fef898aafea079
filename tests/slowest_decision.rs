//! Searches for the slowest decision that `check` lets through: sets of rules with expressions and words, within all
//! limits, and a text of as many characters as conditions look at, made of the same pieces. It keeps the changes that make
//! a decision slower, and prints the slowest.
//!
//! `FANREPLY_FUZZ_SECONDS=600 cargo test --release --test slowest_decision -- --nocapture` searches for ten minutes;
//! `FANREPLY_SEED` takes another run's way, as far as the times allow.
#![allow(clippy::disallowed_methods)] // it is the machine's time that counts here

#[path = "support/dice.rs"]
mod dice;

use std::time::{Duration, Instant};

use dice::{Dice, variable};
use fanreply::engine::ruleset::RuleSet;
use fanreply::engine::subject::MATCHED_CHARACTERS;
use fanreply::language::load;
use fanreply::language::source::{RuleSource, SourceFile};
use fanreply::language::surroundings::Surroundings;
use fanreply::model::id::UserId;
use fanreply::model::message::{Content, Format, InboundMessage};
use jiff::Timestamp;

/// Beyond what a decision may take, also without optimisation and on a busy machine. Without the bounds on the work of
/// expressions some of the suspects take far longer.
const LONG: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2_500 } else { 250 });
/// Sets that the search goes on from.
const KEPT: usize = 8;
/// Rules of one family. Loading more of them would be most of the time.
const MOST_RULES: usize = 300;
const ATOMS: &[&str] =
    &["[ab]", ".", r"\w", r"\d", "a", "b", "单", "[^a]", r"\b", "(a|b)", "(?:ab|a)", "(((a)))", "[^单]"];
const REPEATED: &[&str] = &["", "", "", "*", "+", "?", "{2}", "{1,9}", "{40}", "{200}", "{1,400}", "{900}"];
const WORDS: &[&str] = &["单", "单号", "a", "ab", "bab", "多少钱"];
const PIECES: &[&str] = &["a", "b", "ab", "单", "号", "多少钱", "1", " ", "é", "ſ", "aaab", "单a"];

const REPLIES: &[&str] =
    &["好", "{{ text }}", "{{ groups|join }}", "{% for a in text|list %}{{ a }}{% endfor %}"];

impl Dice {
    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

/// Rules that differ in a number alone, which stands for each `#` of their conditions; `~` becomes as many `a`.
#[derive(Clone, Debug)]
struct Family {
    when: String,
    reply: String,
    rules: usize,
}

/// What is tried: a set, and the pieces of the text that is put to it.
#[derive(Clone, Debug)]
struct Trial {
    families: Vec<Family>,
    pieces: Vec<String>,
}

/// How long the first decision of a set took, and a later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
struct Times {
    first: Duration,
    later: Duration,
}

impl Family {
    fn of(dice: &mut Dice) -> Self {
        let expression = |dice: &mut Dice| {
            let parts =
                (0..=dice.below(4)).map(|_| format!("{}{}", dice.one_of(ATOMS), dice.one_of(REPEATED)));
            parts.collect::<String>()
        };
        let word = dice.one_of(WORDS);
        let when = match dice.below(12) {
            0..=3 => format!("{{regex: '{word}{}(?:_#)?'}}", expression(dice)),
            4 => format!("{{regex: '{}{word}(?:_#)?$'}}", expression(dice)),
            5 => format!("{{regex: '{}(?:_#)?'}}", expression(dice)),
            6 => format!("{{regex: '^{}(?:_#)?$'}}", expression(dice)),
            7 => format!("{{keyword: {word}, not: {{regex: '{}{word}(?:_#)?'}}}}", expression(dice)),
            8 => format!("{{keyword: [{word}, '#'], not: {{keyword: [a, {word}]}}}}"),
            9 => "{keyword: ~}".to_owned(),
            10 => format!("{{starts_with: ~, keyword: {word}}}"),
            _ => format!("{{all_keywords: [{word}, 词#]}}"),
        };
        let reply = dice.one_of(REPLIES).to_owned();
        Self { when, reply, rules: (1 << dice.below(15)).min(MOST_RULES) }
    }

    fn written(&self) -> String {
        let rule = |number: usize| {
            let when =
                self.when.replace('#', &number.to_string()).replace('~', &"a".repeat(number % 4_000 + 1));
            format!("  - {{when: {when}, reply: \"{}\"}}\n", self.reply)
        };
        (0..self.rules).map(rule).collect()
    }
}

impl Trial {
    fn of(dice: &mut Dice) -> Self {
        let families = (0..=dice.below(3)).map(|_| Family::of(dice)).collect();
        Self { families, pieces: (0..=dice.below(2)).map(|_| dice.one_of(PIECES).to_owned()).collect() }
    }

    fn changed(&self, dice: &mut Dice) -> Self {
        let mut trial = self.clone();
        let family = dice.below(trial.families.len());
        match dice.below(8) {
            0 => trial.families.push(Family::of(dice)),
            1 => trial.families[family] = Family::of(dice),
            2 if trial.families.len() > 1 => drop(trial.families.remove(family)),
            3 => trial.families[family].rules = trial.families[family].rules.saturating_mul(2),
            4 => trial.families[family].rules = trial.families[family].rules.div_ceil(2),
            5 => trial.pieces.push(dice.one_of(PIECES).to_owned()),
            6 if trial.pieces.len() > 1 => drop(trial.pieces.remove(0)),
            _ => {
                let piece = dice.below(trial.pieces.len());
                trial.pieces[piece] = dice.one_of(PIECES).to_owned();
            }
        }
        trial.families.iter_mut().for_each(|family| family.rules = family.rules.min(MOST_RULES));
        trial
    }

    /// `None` where the set is refused.
    fn loaded(&self) -> Option<RuleSet> {
        let rules: String = self.families.iter().map(Family::written).collect();
        let bytes = format!("rules:\n{rules}").into_bytes().into();
        load(&RuleSource::new(vec![SourceFile { path: "a.yaml".into(), bytes }]), &Surroundings::default())
            .ruleset
    }

    fn text(&self) -> String {
        let pieces = self.pieces.iter().flat_map(|piece| piece.chars()).cycle();
        pieces.take(MATCHED_CHARACTERS).collect()
    }

    fn times(&self) -> Option<Times> {
        let ruleset = self.loaded()?;
        let message = InboundMessage {
            account: UserId::SOMEBODY,
            sender: UserId::SOMEBODY,
            created_at: Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: Content::Text(self.text()),
        };
        let surroundings = Surroundings::default();
        let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
        let decide = || {
            let began = Instant::now();
            let decision = ruleset.decide(&message, &context);
            (began.elapsed(), decision)
        };
        let (first, decision) = decide();
        let later = (0..3).map(|_| {
            let (time, again) = decide();
            assert_eq!(again, decision, "{self:?}");
            time
        });
        Some(Times { first, later: later.min().unwrap() })
    }
}

/// What was slow on other days, or would be without one of the bounds.
fn suspects() -> Vec<Trial> {
    let trial = |families: &[(&str, usize)], pieces: &[&str]| Trial {
        families: families
            .iter()
            .map(|(when, rules)| Family {
                when: (*when).to_owned(),
                reply: "{{ text }}，{{ groups|join }}".to_owned(),
                rules: (*rules).min(MOST_RULES),
            })
            .collect(),
        pieces: pieces.iter().map(|piece| (*piece).to_owned()).collect(),
    };
    vec![
        trial(&[("{regex: '[ab].{480}[cd]'}", 1)], &["a", "b"]),
        trial(&[(r"{regex: '\b[ab]+(?:_#)?\b[ab]+x'}", 40)], &["ab", " ", "é"]),
        trial(&[("{regex: '[0-9]{11}(?:_#)?'}", 500)], &["1"]),
        trial(&[("{regex: '单[ab].{40}[cd](?:_#)?'}", 10_000)], &["单", "ab"]),
        trial(&[("{regex: '单[0-9](?:_#)?'}", 20_000)], &["单"]),
        trial(&[(r"{regex: '单\w{1,20}x(?:_#)?'}", 100)], &["单"]),
        trial(&[("{keyword: ~}", 4_000)], &["a"]),
        trial(&[("{starts_with: ~, keyword: 单}", 4_000)], &["a"]),
        trial(&[("{all_keywords: [单, 词#]}", 20_000)], &["单", " "]),
        trial(&[("{keyword: a, not: {keyword: [a, ab]}}", 20_000)], &["a", " "]),
        // what is found out for the first time, and what groups are carried along
        trial(&[("{regex: '(?:单|号)[0-9]{1,20}(?:_#)?x'}", 300)], &["单", "号", "1", "12", "ab"]),
        trial(&[(r"{regex: '单((a)|(b)|(ab)|(.)){1,12}$'}", 1)], &["单", "ab", "b"]),
        trial(&[("{regex: '(([ab]){1,15})+$'}", 1)], &["ab", "b"]),
    ]
}

#[test]
fn no_decision_that_check_lets_through_holds_up_the_others() {
    let seed = variable("FANREPLY_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let time = Duration::from_secs(variable("FANREPLY_FUZZ_SECONDS").unwrap_or(4));
    println!("FANREPLY_SEED={seed}");
    let (mut dice, began, mut tried) = (Dice(seed), Instant::now(), 0);
    let mut slowest: Vec<(Duration, Times, Trial)> = Vec::new();
    let mut suspects = suspects().into_iter();
    loop {
        let trial = match suspects.next() {
            Some(suspect) => suspect,
            None if began.elapsed() > time => break,
            None if slowest.is_empty() || dice.below(4) == 0 => Trial::of(&mut dice),
            None => {
                let place = dice.below(slowest.len());
                slowest[place].2.changed(&mut dice)
            }
        };
        tried += 1;
        let Some(times) = trial.times() else { continue };
        assert!(times.first < LONG, "it took {times:?}: {trial:?}");
        // a machine with other work shows a moment that is none: what seems slow is measured once more
        let again =
            if slowest.first().is_none_or(|(most, ..)| times.later > *most) { trial.times() } else { None };
        let times = again.map_or(times, |again| Times {
            first: times.first.min(again.first),
            later: times.later.min(again.later),
        });
        if slowest.first().is_none_or(|(most, ..)| times.later > *most) {
            println!("{:>5} s: {times:.1?} {trial:?}", began.elapsed().as_secs());
        }
        slowest.push((times.later, times, trial));
        slowest.sort_by_key(|(later, ..)| std::cmp::Reverse(*later));
        slowest.truncate(KEPT);
    }
    let slowest_first = slowest.iter().max_by_key(|(_, times, _)| times.first);
    println!(
        "of {tried} sets the slowest decision took {:?}; the slowest first one: {slowest_first:?}",
        slowest.first()
    );
}
