//! How much waits in the outbox, for people and gauges.

use jiff::Timestamp;

/// How much is promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// All that has not ended.
    pub pending: u64,
    /// Of these, what somebody is sending.
    pub running: u64,
    /// Of these, what was tried and will be again.
    pub retryable: u64,
    /// What should have been sent by now, as far as it is counted: up to a hundred thousand.
    pub due: u64,
    /// When the oldest of those should have been sent.
    pub oldest_due: Option<Timestamp>,
}
