//! How many messages each rule has answered, by its name. The rules of several sets that share a name count together.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;

use crate::model::hits::Hits;
use crate::model::id::RuleName;
use crate::telemetry::labels::RuleLabels;

/// The counts of the rules that have answered. It is asked once for a rule of a set, and not for each message.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleHits(Arc<Mutex<HashMap<RuleName, Hits>>>);

impl RuleHits {
    pub fn of(&self, rule: &RuleName) -> Hits {
        self.lock().entry(rule.clone()).or_default().clone()
    }

    /// Forgets a rule that no set holds any more.
    pub fn remove(&self, rule: &RuleName) {
        let mut hits = self.lock();
        // another folder may have a rule of this name
        if hits.get(rule).is_some_and(Hits::is_alone) {
            hits.remove(rule);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RuleName, Hits>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for RuleHits {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        // whoever answers waits for no page to be written
        let hits: Vec<(RuleName, u64)> =
            self.lock().iter().map(|(rule, hits)| (rule.clone(), hits.count())).collect();
        if hits.is_empty() {
            return Ok(());
        }
        // the registry ends the help of what is registered with a full stop
        let help = "Messages that a rule won.";
        let mut encoder = encoder.encode_descriptor("rule_hits", help, None, MetricType::Counter)?;
        for (rule, count) in hits {
            ConstCounter::new(count).encode(encoder.encode_family(&RuleLabels { rule })?)?;
        }
        Ok(())
    }
}
