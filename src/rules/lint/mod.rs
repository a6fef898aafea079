//! Lint: what is doubtful in rules that can serve. What shows in a single thing is found while that is read;
//! here is what only the compiled set shows. It never refuses anything and is never on the way to serving.

pub mod certain;
pub mod fault;
pub mod locate;
pub mod shadow;

use std::sync::Arc;

use fault::{ForExample, LintFault};
use locate::Locator;
use shadow::{Shadowed, Shadows, shadows};

use super::diagnostic::{Diagnostic, Place};
use super::example::said;
use super::index::Rank;
use super::rule::Rule;
use super::ruleset::RuleSet;
use super::source::RuleSource;
use super::surroundings::Surroundings;

/// What is doubtful in a set that was made of this source, in the order in which its rules are tried.
pub fn lint(ruleset: &RuleSet, source: &RuleSource, surroundings: &Surroundings) -> Vec<Diagnostic> {
    let mut locator = Locator::new(source);
    let mut found = Vec::new();
    for (rank, rule) in ruleset.rules().iter().enumerate() {
        let shadows = shadows(ruleset, rank as Rank, surroundings);
        let whole = shadows.found.first().filter(|_| shadows.whole_rule).map(|first| {
            let (by, place) = winner(ruleset, first);
            let message = ForExample(first.shown_by.as_ref().map(said));
            (LintFault::ShadowedRule { rule: by, place, message }, rule.place.clone())
        });
        let faults = whole.map_or_else(|| words(ruleset, rule, &shadows, &mut locator), |whole| vec![whole]);
        found.extend(faults.into_iter().map(|(fault, place)| Diagnostic { fault: Arc::new(fault), place }));
    }
    found
}

/// The rules of which no example shows what they answer.
pub fn without_examples(ruleset: &RuleSet) -> Vec<Diagnostic> {
    let rules = ruleset.rules().iter().filter(|rule| !rule.is_shown);
    let fault =
        |rule: &Rule| Diagnostic { fault: Arc::new(LintFault::NoExamples {}), place: rule.place.clone() };
    rules.map(fault).collect()
}

fn words(
    ruleset: &RuleSet,
    rule: &Rule,
    shadows: &Shadows,
    locator: &mut Locator,
) -> Vec<(LintFault, Place)> {
    let fault = |shadowed: &Shadowed| {
        let (by, place) = winner(ruleset, shadowed);
        let word = shadowed.word.clone();
        let at = locator.word(&rule.place, &word);
        (LintFault::ShadowedWord { word, rule: by, place }, at)
    };
    // an alternative that is not taken apart has no word to point at, and other alternatives still answer
    shadows.found.iter().filter(|shadowed| !shadowed.word.is_empty()).map(fault).collect()
}

/// The name and the place of the rule that answers instead.
fn winner(ruleset: &RuleSet, shadowed: &Shadowed) -> (String, String) {
    let rule = ruleset.rule(shadowed.by);
    (rule.name.to_string(), rule.place.to_string())
}
