//! The set in service: the one place that a reload changes and that every request reads. Reading takes no lock, and a
//! request keeps the set it read, whatever is swapped in meanwhile.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::engine::ruleset::RuleSet;

/// A shared handle on the set that answers now.
#[derive(Clone, Debug, Default)]
pub struct InService(Arc<ArcSwapOption<RuleSet>>);

impl InService {
    /// The set that answers now; none before there was a good one.
    pub fn snapshot(&self) -> Option<Arc<RuleSet>> {
        self.0.load_full()
    }

    /// Puts another set into service.
    pub fn swap(&self, ruleset: Arc<RuleSet>) {
        self.0.store(Some(ruleset));
    }
}
