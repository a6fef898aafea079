//! The sets of rules that served from a folder, as the store keeps them, and the way back to one of them. It waits for
//! the disk.

use std::path::Path;

use jiff::Timestamp;

use super::report::{GoneRules, Trouble, WayBack};
use crate::advice::compare::gone;
use crate::engine::ruleset::RuleSet;
use crate::language::source::RuleSource;
use crate::model::id::UserId;
use crate::store::{KeptSet, Pin, Store, StoreFault};

/// The sets of one folder.
#[derive(Clone, Debug)]
pub struct History {
    store: Store,
    folder: String,
}

impl History {
    pub fn new(store: Store, folder: &Path) -> Self {
        // links are not resolved: a deployment that points a link at each new release must find its sets again
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self { store, folder: folder.display().to_string() }
    }

    /// The sets that are kept, the newest first.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn sets(&self) -> Result<Vec<KeptSet>, StoreFault> {
        self.store.rule_sets(&self.folder).await
    }

    pub(super) fn newest(&self) -> Result<Option<KeptSet>, StoreFault> {
        Ok(self.store.rule_sets_blocking(&self.folder)?.into_iter().next())
    }

    pub(super) fn keep(
        &self,
        source: &RuleSource,
        rules: usize,
        now: Timestamp,
    ) -> Result<KeptSet, StoreFault> {
        let set = KeptSet { number: 0, hash: source.hash(), kept_at: now, rules };
        self.store.keep_rules_blocking(&self.folder, set, source)
    }

    pub(super) fn row(&self, number: i64) -> Result<Option<KeptSet>, StoreFault> {
        let sets = self.store.rule_sets_blocking(&self.folder)?;
        Ok(sets.into_iter().find(|set| set.number == number))
    }

    /// The files of the set of this number, where it is one of this folder.
    pub(super) fn source(&self, number: i64) -> Result<Option<RuleSource>, StoreFault> {
        self.store.rule_source_blocking(&self.folder, number)
    }

    pub(super) fn pin(&self) -> Result<Option<Pin>, StoreFault> {
        self.store.rule_pin_blocking(&self.folder)
    }

    pub(super) fn set_pin(&self, pin: Option<Pin>) -> Result<(), StoreFault> {
        self.store.pin_rules_blocking(&self.folder, pin)
    }

    /// What is to be said of a set that takes the place of another: that very many rules are gone, or some that have
    /// promised something to fans of these accounts, or of all where not every account says its id.
    pub(super) fn losses(
        history: Option<&Self>,
        former: Option<&RuleSet>,
        former_row: Option<&KeptSet>,
        now: &RuleSet,
        accounts: Option<Vec<UserId>>,
    ) -> Vec<Trouble> {
        let back = WayBack(former_row.map(|row| row.number));
        let mut losses = Vec::new();
        let before = former.map(|set| set.rules().len()).or(former_row.map(|row| row.rules)).unwrap_or(0);
        let now_has = now.rules().len();
        if is_shrunken(before, now_has) {
            losses.push(Trouble::FewerRules { before, now: now_has, back });
        }
        let names =
            former.map(|former| gone([former, now]).into_iter().cloned().collect()).unwrap_or_default();
        // a store that cannot tell says so elsewhere
        let pending =
            history.and_then(|history| history.store.pending_of_rules_blocking(names, accounts).ok());
        let pending = pending.unwrap_or_default();
        if !pending.is_empty() {
            let messages = pending.iter().map(|(_, messages)| messages).sum();
            let rules = GoneRules(pending.into_iter().map(|(rule, _)| rule).collect());
            losses.push(Trouble::PromisesGone { messages, rules, back });
        }
        losses
    }
}

/// Whether more than a fifth of the rules are gone: a file that was cut short between two rules looks like an edit.
fn is_shrunken(before: usize, now: usize) -> bool {
    before.saturating_sub(now) * 5 > before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_may_go_unsaid_and_no_more() {
        assert!(!is_shrunken(10, 8) && !is_shrunken(0, 0) && !is_shrunken(3, 9) && !is_shrunken(33, 27));
        assert!(is_shrunken(33, 23) && is_shrunken(10, 7) && is_shrunken(4, 3));
    }
}
