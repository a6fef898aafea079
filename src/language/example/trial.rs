//! The trial: all examples of a set tried out on it, with a verdict on each, and the rules that none of them
//! reaches.

use std::collections::HashSet;

use crate::engine::index::Rank;
use crate::engine::place::Place;
use crate::engine::ruleset::RuleSet;
use crate::language::diagnostic::Diagnostic;
use crate::language::example::Example;
use crate::language::example::run::{Tried, run};
use crate::language::surroundings::Surroundings;
use crate::model::id::RuleName;

/// What came of the examples of a set. Empty where they were not tried.
#[derive(Debug, Default)]
pub struct Trial {
    pub results: Vec<ExampleResult>,
    /// How many rules the set has, those of menu items included.
    pub rules: usize,
    /// Of these, the ones that answered no message that was tried, whether as an example or as a
    /// counterexample of another rule.
    pub unreached: Vec<(RuleName, Place)>,
}

/// What became of one example.
#[derive(Debug)]
pub struct ExampleResult {
    /// The rule that it stands beside.
    pub rule: RuleName,
    /// The message, and what else the example says of it.
    pub title: String,
    pub place: Place,
    /// What is wrong, where it does not hold.
    pub failure: Option<Diagnostic>,
}

impl Trial {
    /// Tries them: `examples` stand by the ranks of their rules.
    pub fn of(ruleset: &RuleSet, examples: &[Vec<Example>], surroundings: &Surroundings) -> Self {
        let mut reached = HashSet::new();
        let mut results = Vec::new();
        for (rank, of_rule) in examples.iter().enumerate() {
            let rank = rank as Rank;
            for example in of_rule {
                let Tried { answered_by, failure } = run(ruleset, rank, example, examples, surroundings);
                reached.extend(answered_by);
                let rule = ruleset.rule(rank).name.clone();
                results.push(ExampleResult {
                    rule,
                    title: example.title(),
                    place: example.place.clone(),
                    failure,
                });
            }
        }
        let unreached = ruleset.rules().iter().filter(|rule| !reached.contains(&rule.name));
        let unreached = unreached.map(|rule| (rule.name.clone(), rule.place.clone())).collect();
        Self { results, rules: ruleset.rules().len(), unreached }
    }

    pub fn passed(&self) -> usize {
        self.results.len() - self.failed()
    }

    pub fn failed(&self) -> usize {
        self.failures().count()
    }

    pub fn failures(&self) -> impl Iterator<Item = &Diagnostic> {
        self.results.iter().filter_map(|verdict| verdict.failure.as_ref())
    }
}
