//! A registry while it is filled: each metric gets its name and its help text.

use prometheus_client::collector::Collector;
use prometheus_client::registry::{Metric, Registry, Unit};

use super::times::Times;

/// Metrics join it one by one; their names get the prefix of the product.
pub(super) struct Register(Registry);

impl Register {
    pub fn new() -> Self {
        Self(Registry::with_prefix("fanreply"))
    }

    pub fn add<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register(name, help, metric.clone());
        metric
    }

    /// A metric in seconds, which end its name.
    pub fn seconds<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register_with_unit(name, help, Unit::Seconds, metric.clone());
        metric
    }

    /// A histogram of seconds with these upper bounds.
    pub fn times<const N: usize>(&mut self, name: &str, help: &str, bounds: [f64; N]) -> Times<N> {
        let times = Times::new(bounds);
        self.0.register_with_unit(name, help, Unit::Seconds, times.clone());
        times
    }

    /// A value that never changes and stands in labels alone.
    pub fn info(&mut self, name: &str, help: &str, info: impl Metric) {
        self.0.register(name, help, info);
    }

    /// Metrics that are counted elsewhere and asked for at each scrape.
    pub fn collected(&mut self, collector: impl Collector + 'static) {
        self.0.register_collector(Box::new(collector));
    }

    pub fn filled(self) -> Registry {
        self.0
    }
}
