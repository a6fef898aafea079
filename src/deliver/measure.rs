//! Gauges of what is promised and of who may send it, read when somebody asks for them. It changes nothing, and
//! waits for the store only so long: a disk that is stuck must be seen, not waited for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::Deliverer;
use crate::store::Depth;
use crate::telemetry::{OutboxDepth, TokenState};

/// How long gauges wait for the store: Prometheus wants its answer within seconds, an operator sooner.
const LONGEST_LOOK: Duration = Duration::from_millis(500);

impl Deliverer {
    /// Brings the gauges up to this moment.
    pub async fn measure(&self) {
        let now = self.clock.now();
        let depth = timeout(LONGEST_LOOK, self.store.depth(now)).await;
        self.metrics.outbox(depth.ok().and_then(Result::ok).map(|depth| shown(depth, now)));
        let paused = self.rate_limits().paused();
        for account in self.accounts.iter() {
            let is_paused = paused.iter().any(|id| self.accounts.is_of(account, *id));
            let token = match (account.token.get(), is_paused) {
                (None, _) => TokenState::None,
                (Some(_), true) => TokenState::Refused,
                (Some(_), false) => TokenState::Ok,
            };
            self.metrics.account(&account.name, is_paused, token, account.token.written_at().await);
        }
    }
}

fn shown(depth: Depth, now: Timestamp) -> OutboxDepth {
    OutboxDepth {
        scheduled: depth.pending - depth.running - depth.retryable,
        running: depth.running,
        retryable: depth.retryable,
        due: depth.due,
        oldest_due: depth.oldest_due.map_or(SignedDuration::ZERO, |due| now.duration_since(due)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::clock::Clock;
    use crate::platform::weibo::api::Platform;
    use crate::store::Store;
    use crate::telemetry::Metrics;

    #[tokio::test]
    async fn a_disk_that_is_stuck_is_seen_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (store, metrics) = (Store::open(&folder.path().join("db")).unwrap(), Metrics::new());
        let platform = Platform::new(Some("http://127.0.0.1:9")).unwrap();
        let deliverer =
            Deliverer::new(store.clone(), platform, Arc::default(), Clock::System, 1.0, metrics.clone());
        let responds = |text: &str| metrics.encode().contains(&format!("fanreply_store_responding {text}\n"));
        deliverer.measure().await;
        assert!(responds("1"));
        let release = store.stick();
        tokio::task::yield_now().await;
        let began = Instant::now();
        deliverer.measure().await;
        assert!(responds("0") && began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        drop(release);
        deliverer.measure().await;
        assert!(responds("1"));
    }
}
