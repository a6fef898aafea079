//! The calls under way. It starts and gathers them; it ends none before its time, unless the program ends.

use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use tracing::{error, warn};

use crate::store::StoreFault;

/// Calls under way, and the first fault of those that have ended.
#[derive(Debug, Default)]
pub(super) struct Calls {
    running: JoinSet<Result<(), StoreFault>>,
    fault: Option<StoreFault>,
}

impl Calls {
    pub(super) fn spawn(&mut self, call: impl Future<Output = Result<(), StoreFault>> + Send + 'static) {
        self.running.spawn(call);
    }

    /// Waits until one has ended; for ever when there is none.
    pub(super) async fn one_ended(&mut self) {
        match self.running.join_next().await {
            Some(ended) => self.note(ended),
            None => std::future::pending().await,
        }
    }

    /// Gathers those that have ended, without waiting. Errors: what became of one could not be noted.
    pub(super) fn gather_ended(&mut self) -> Result<(), StoreFault> {
        while let Some(ended) = self.running.try_join_next() {
            self.note(ended);
        }
        self.fault.take().map_or(Ok(()), Err)
    }

    /// Waits until all have ended. Errors: what became of one could not be noted.
    pub(super) async fn finish(mut self) -> Result<(), StoreFault> {
        self.all_ended().await;
        self.fault.map_or(Ok(()), Err)
    }

    /// As [`Self::finish`], but calls that take longer are given up. Their claims stay; the next start finds
    /// them, as after a crash.
    pub(super) async fn finish_within(mut self, longest: Duration) -> Result<(), StoreFault> {
        if timeout(longest, self.all_ended()).await.is_err() {
            warn!(
                calls = self.running.len(),
                "calls were given up at the stop; the next start looks after them"
            );
            self.running.shutdown().await;
        }
        self.fault.map_or(Ok(()), Err)
    }

    async fn all_ended(&mut self) {
        while let Some(ended) = self.running.join_next().await {
            self.note(ended);
        }
    }

    fn note(&mut self, ended: Result<Result<(), StoreFault>, JoinError>) {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => self.fault = self.fault.take().or(Some(fault)),
            // its lease runs out, and it is claimed again
            Err(fault) => error!(%fault, "a delivery ended in disorder"),
        }
    }
}
