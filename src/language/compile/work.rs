//! What the regular expressions of a folder cost one message. Only where that seems too much is it looked into more
//! closely, for it takes time.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::engine::condition::{Condition, Conjunction, Not};
use crate::engine::lexicon::WordId;
use crate::engine::pattern::{MOST_OPEN_WEIGHT, ORDINARY_BYTES, Pattern};
use crate::engine::rule::Rule;
use crate::engine::subject::FUEL;
use crate::language::compile::Folder;
use crate::language::condition::fault::ConditionFault;
use crate::language::rule::Draft;

impl Folder<'_> {
    /// Bounds what the expressions without a certain text cost one message. The heaviest rules are refused until the
    /// others may serve.
    pub(super) fn check_open_weight(&mut self) {
        // of rules that weigh the same the last ones are refused
        let enabled = self.drafts.iter().rev().filter(|(_, draft)| draft.enabled);
        let weighed = enabled.map(|(file, draft)| (open_weight(&draft.rule), *file, draft));
        let mut heavy: Vec<(usize, usize, &Draft)> = weighed.filter(|(weight, ..)| *weight > 0).collect();
        let sum = heavy.iter().map(|(weight, ..)| *weight).fold(0, usize::saturating_add);
        heavy.sort_by_key(|(weight, ..)| Reverse(*weight));
        let heaviest = named(heavy.iter().map(|(weight, _, draft)| (*weight, *draft)));
        let mut left = sum;
        let mut refused = Vec::new();
        for (weight, file, draft) in heavy {
            if left <= MOST_OPEN_WEIGHT {
                break;
            }
            left -= weight;
            let heaviest = heaviest.clone();
            let fault = ConditionFault::HeavyRegexes { weight, sum, most: MOST_OPEN_WEIGHT, heaviest };
            refused.push((file, fault, draft.named_at.clone()));
        }
        refused.into_iter().for_each(|(file, fault, span)| self.fault(file, fault, span));
    }

    /// One warning where the expressions that share a literal would take all the fuel of an ordinary message.
    pub(super) fn warn_of_shared_literals(&mut self) {
        let mut sharing: HashMap<WordId, Vec<(&Pattern, usize)>> = HashMap::new();
        for (number, (_, draft)) in self.drafts.iter().enumerate().filter(|(_, (_, draft))| draft.enabled) {
            for pattern in patterns(&draft.rule) {
                for literal in &pattern.literals {
                    sharing.entry(*literal).or_default().push((pattern, number));
                }
            }
        }
        let work = |patterns: &[(&Pattern, usize)]| {
            let works = patterns.iter().map(|(pattern, _)| pattern.work(ORDINARY_BYTES));
            works.fold(0, usize::saturating_add)
        };
        sharing.retain(|_, patterns| work(patterns) > FUEL);
        // of more than these not even tables would help
        let few = sharing.values().filter(|shared| shared.len() <= FUEL / ORDINARY_BYTES);
        few.flatten().for_each(|(pattern, _)| pattern.look_for_table());
        let Some((literal, patterns)) = sharing.iter().max_by_key(|(id, shared)| (work(shared), **id)) else {
            return;
        };
        let sum = work(patterns);
        if sum <= FUEL {
            return;
        }
        let mut by_rule: HashMap<usize, usize> = HashMap::new();
        for (pattern, number) in patterns {
            *by_rule.entry(*number).or_default() += pattern.work(ORDINARY_BYTES);
        }
        let mut by_rule: Vec<(usize, usize)> = by_rule.into_iter().collect();
        by_rule.sort_by_key(|(number, work)| (Reverse(*work), *number));
        let heaviest = named(by_rule.iter().map(|(number, work)| (*work, &self.drafts[*number].1)));
        let literal = self.lexicons.literals.word(*literal).to_owned();
        let fault = ConditionFault::SharedLiteral {
            literal,
            characters: ORDINARY_BYTES / "字".len(),
            sum,
            most: FUEL,
            heaviest,
        };
        let (file, draft) = &self.drafts[by_rule[0].0];
        let (file, span) = (*file, draft.named_at.clone());
        self.fault(file, fault, span);
    }
}

/// The first few rules, each with its figure.
fn named<'d>(heaviest: impl Iterator<Item = (usize, &'d Draft)>) -> String {
    let rule = |(figure, draft): (usize, &Draft)| format!("\"{}\" ({figure})", draft.rule.name);
    heaviest.take(3).map(rule).collect::<Vec<_>>().join(", ")
}

/// What the expressions of a rule without a certain text weigh, each as often as it may be tried for one message.
fn open_weight(rule: &Rule) -> usize {
    patterns(rule).map(Pattern::open_weight).fold(0, usize::saturating_add)
}

/// The expressions of a rule, each as often as it may be tried for one message.
fn patterns(rule: &Rule) -> impl Iterator<Item = &Pattern> {
    fn gather<'r>(conjunction: &'r Conjunction, found: &mut Vec<&'r Pattern>) {
        for condition in &conjunction.conditions {
            match &**condition {
                Condition::Regex(regex) => found.extend(regex.patterns()),
                Condition::Not(Not(denied)) => gather(denied, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    rule.alternatives.iter().for_each(|alternative| gather(alternative, &mut found));
    found.into_iter()
}
