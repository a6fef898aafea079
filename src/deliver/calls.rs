//! Calls under way: each sends one delivery beside the loop and hands back what came of it.

use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::task::{JoinError, JoinSet};
use tracing::error;

use crate::model::profile::Profile;
use crate::platform::{self, CallFault, Platform};
use crate::store::Claimed;
use crate::words::log::said;

/// Calls under way at once.
const AT_ONCE: usize = 64;

pub(super) struct Calls {
    platform: Platform,
    under_way: JoinSet<Called>,
    ended: Vec<Called>,
}

/// A call that has ended.
pub(super) struct Called {
    pub(super) claimed: Claimed,
    pub(super) result: Result<(), CallFault>,
    pub(super) took: Duration,
}

impl Calls {
    pub(super) fn new(platform: Platform) -> Self {
        Self { platform, under_way: JoinSet::new(), ended: Vec::new() }
    }

    /// How many more there may be.
    pub(super) fn free(&self) -> usize {
        AT_ONCE.saturating_sub(self.under_way.len())
    }

    pub(super) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    pub(super) fn start(&mut self, claimed: Claimed, profile: &Profile, token: SecretString) {
        let (platform, send) = (self.platform.clone(), platform::of(profile).send);
        self.under_way.spawn(async move {
            let began = Instant::now();
            let result = send(&platform, &token, claimed.delivery.sender, &claimed.delivery.reply).await;
            Called { claimed, result, took: began.elapsed() }
        });
    }

    /// Waits until one has ended; for ever when none is under way. Nothing is lost when the wait is given up.
    pub(super) async fn one_ended(&mut self) {
        match self.under_way.join_next().await {
            Some(ended) => self.keep(ended),
            None => std::future::pending().await,
        }
    }

    /// Those that have ended and were not taken before. It does not wait.
    pub(super) fn take_ended(&mut self) -> Vec<Called> {
        while let Some(ended) = self.under_way.try_join_next() {
            self.keep(ended);
        }
        std::mem::take(&mut self.ended)
    }

    fn keep(&mut self, ended: Result<Called, JoinError>) {
        match ended {
            Ok(called) => self.ended.push(called),
            // its lease runs out, and it is claimed again
            Err(fault) => error!(%fault, "{}", said("a delivery ended in disorder", "一次发送异常结束")),
        }
    }
}
