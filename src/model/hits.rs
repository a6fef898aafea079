//! How often a rule has answered, counted where it is known which rule that is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many messages a rule has answered. Clones are one count: a rule counts on when another set with a rule of its
/// name takes the place of its own.
#[derive(Clone, Debug, Default)]
pub struct Hits(Arc<AtomicU64>);

impl Hits {
    pub fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether nothing else counts here.
    pub fn is_alone(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}
