//! Gauges of the outbox and of the accounts that may send, read at each scrape. A scrape waits for the store for half
//! a second at most, so that a stuck disk shows in the metrics instead of blocking them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::account::Accounts;
use crate::clock::Clock;
use crate::store::Store;
use crate::telemetry::{Metrics, TokenState};

/// How long a scrape waits for the store; Prometheus gives up after seconds.
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// The gauges, and where their values are read.
#[derive(Clone)]
pub struct Gauges {
    pub(super) store: Store,
    pub(super) accounts: Arc<Accounts>,
    pub(super) clock: Clock,
    pub(super) metrics: Metrics,
    /// The names of the accounts that send nothing.
    pub(super) paused: watch::Receiver<Vec<String>>,
}

impl Gauges {
    /// Brings the gauges up to this moment.
    pub async fn measure(&self) {
        let now = self.clock.now();
        let depth = timeout(LONGEST_LOOK, self.store.depth(now)).await;
        self.metrics.outbox(depth.ok().and_then(Result::ok), now);
        let paused = self.paused.borrow().clone();
        for account in &self.accounts.all {
            let is_paused = paused.contains(&account.name);
            let token = match (account.token.is_set(), is_paused) {
                (false, _) => TokenState::None,
                (true, true) => TokenState::Refused,
                (true, false) => TokenState::Ok,
            };
            self.metrics.account(&account.name, is_paused, token, account.token.written_at().await);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_disk_that_is_stuck_is_seen_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (store, metrics) = (Store::open(&folder.path().join("db")).unwrap(), Metrics::new());
        let (_pauses, paused) = watch::channel(Vec::new());
        let gauges = Gauges {
            store: store.clone(),
            accounts: Arc::default(),
            clock: Clock::System,
            metrics: metrics.clone(),
            paused,
        };
        let responds = |text: &str| metrics.encode().contains(&format!("fanreply_store_responding {text}\n"));
        gauges.measure().await;
        assert!(responds("1"));
        let release = store.stick();
        tokio::task::yield_now().await;
        let began = Instant::now();
        gauges.measure().await;
        assert!(responds("0") && began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        drop(release);
        gauges.measure().await;
        assert!(responds("1"));
    }
}
