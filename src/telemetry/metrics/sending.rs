//! What is known of promises: how many there are, what became of them, how late they left, and whether the
//! accounts may send and the disk takes what it is given. Nothing of what is sent, and to whom, is seen here.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use super::Metrics;
use super::register::Register;
use super::times::Times;
use crate::model::delivery::{DeliveryState, EndReason};
use crate::model::depth::Depth;
use crate::telemetry::labels::{
    AccountLabels, CallLabels, DeliveryLabels, OpenLabels, StoreErrorLabels, TokenLabels, TokenState,
};

/// Upper bounds in seconds: most leave within a second, and some wait for a token until their window closes.
const LATENESS: [f64; 12] = [0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0];
/// Upper bounds in seconds: a call is given up after ten.
const CALL_TIMES: [f64; 8] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Upper bounds in seconds: from a fast disk to one for which no answer waits.
const COMMIT_TIMES: [f64; 12] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 3.0];

/// The result of a call to the platform that went well. Any other is a word of its faults.
const CALLED: &str = "ok";
const CALL_FAULTS: [&str; 6] = ["refused", "status", "page", "unreachable", "no_answer", "undecodable"];
/// What the store did not do in time, though it may do it later.
const SLOW: &str = "slow";
const STORE_FAULTS: [&str; 7] = ["full", "read_only", "gone", "locked", "damaged", "io", "closed"];

#[derive(Debug)]
pub(super) struct Sending {
    deliveries: Family<DeliveryLabels, Counter>,
    lateness: Times<12>,
    calls: Family<CallLabels, Counter>,
    call_time: Times<8>,
    outbox: Family<OpenLabels, Gauge>,
    due: Gauge,
    oldest_due: Gauge<f64, std::sync::atomic::AtomicU64>,
    paused: Family<AccountLabels, Gauge>,
    token: Family<TokenLabels, Gauge>,
    token_set: Family<AccountLabels, Gauge>,
    commit_time: Times<12>,
    store_errors: Family<StoreErrorLabels, Counter>,
    store_responding: Gauge,
    store_usable: Gauge,
}

impl Sending {
    pub fn joining(register: &mut Register) -> Self {
        Self {
            deliveries: register.add("deliveries", "Deliveries that ended, by state and reason"),
            lateness: register.times(
                "delivery_lateness",
                "Time from the moment at which a delivery was due until the platform had taken it",
                LATENESS,
            ),
            calls: register.add("platform_calls", "Calls to the platform that send a message, by result"),
            call_time: register.times(
                "platform_call",
                "Time that a call to the platform took, whatever its result",
                CALL_TIMES,
            ),
            outbox: register
                .add("outbox_deliveries", "Deliveries that are promised and have not ended, by state"),
            due: register.add(
                "outbox_due",
                "Deliveries that should have been sent by now; it counts no further than 100000",
            ),
            oldest_due: register.seconds(
                "outbox_oldest_due_age",
                "How long the oldest delivery that has not ended has been due; 0 when none is",
            ),
            paused: register.add(
                "account_paused",
                "Whether an account sends nothing because its access token lacks or is refused",
            ),
            token: register
                .add("token_state", "What is known of an account's access token; the state that holds is 1"),
            token_set: register.seconds(
                "token_set_timestamp",
                "When the file of an account's access token was last written, in Unix time",
            ),
            commit_time: register.times(
                "store_commit",
                "Time that a transaction of the store took, until the disk had it",
                COMMIT_TIMES,
            ),
            store_errors: register
                .add("store_errors", "What the store was asked for and did not do, by error"),
            store_responding: register.add(
                "store_responding",
                "Whether the store answered in time when these metrics were asked for",
            ),
            store_usable: register.add(
                "store_usable",
                "Whether promises can be kept: 0 while the database is away, full, damaged or cannot be written to",
            ),
        }
    }

    /// What is born above zero has no increase: the first full disk would raise no alert.
    pub fn begin_at_zero(&self) {
        for result in CALL_FAULTS.into_iter().chain([CALLED]) {
            drop(self.calls.get_or_create(&CallLabels { result }));
        }
        for error in STORE_FAULTS.into_iter().chain([SLOW]) {
            drop(self.store_errors.get_or_create(&StoreErrorLabels { error }));
        }
        for reason in EndReason::ALL.into_iter().filter(|reason| *reason != EndReason::Replaced) {
            let labels = DeliveryLabels { state: reason.state(), reason };
            drop(self.deliveries.get_or_create(&labels));
        }
    }
}

impl Metrics {
    /// So many deliveries ended for this reason.
    pub fn deliveries(&self, reason: EndReason, count: u64) {
        let labels = DeliveryLabels { state: reason.state(), reason };
        self.0.sending.deliveries.get_or_create(&labels).inc_by(count);
    }

    /// A delivery was sent so long after it was due.
    pub fn sent_late_by(&self, lateness: SignedDuration) {
        // the clock may have been set back
        self.0.sending.lateness.note(lateness.try_into().unwrap_or_default());
    }

    /// The platform was called; `fault` is the word of what went wrong.
    pub fn platform_called(&self, fault: Option<&'static str>, took: Duration) {
        let labels = CallLabels { result: fault.unwrap_or(CALLED) };
        self.0.sending.calls.get_or_create(&labels).inc();
        self.0.sending.call_time.note(took);
    }

    /// How much is promised; `None` where the store did not say so in time, and what it said last is kept.
    pub fn outbox(&self, depth: Option<Depth>, now: Timestamp) {
        let sending = &self.0.sending;
        sending.store_responding.set(depth.is_some().into());
        let Some(depth) = depth else { return };
        for (state, count) in [
            (DeliveryState::Scheduled, depth.pending - depth.running - depth.retryable),
            (DeliveryState::Running, depth.running),
            (DeliveryState::Retryable, depth.retryable),
        ] {
            sending.outbox.get_or_create(&OpenLabels { state }).set(count.cast_signed());
        }
        sending.due.set(depth.due.cast_signed());
        let age = depth.oldest_due.map_or(SignedDuration::ZERO, |due| now.duration_since(due));
        sending.oldest_due.set(age.as_secs_f64());
    }

    /// What is known of an account's sending; the time is that of its token's file.
    pub fn account(&self, name: &str, paused: bool, token: TokenState, set_at: Option<Timestamp>) {
        let (sending, labels) = (&self.0.sending, AccountLabels { account: name.to_owned() });
        sending.paused.get_or_create(&labels).set(paused.into());
        for state in TokenState::ALL {
            let of_state = TokenLabels { account: name.to_owned(), state };
            sending.token.get_or_create(&of_state).set((state == token).into());
        }
        match set_at {
            Some(at) => drop(sending.token_set.get_or_create(&labels).set(at.as_second())),
            None => drop(sending.token_set.remove(&labels)),
        }
    }

    pub fn store_committed(&self, took: Duration) {
        self.0.sending.commit_time.note(took);
    }

    /// Whether what is promised can be kept now.
    pub fn store_usable(&self, usable: bool) {
        self.0.sending.store_usable.set(usable.into());
    }

    /// The store did not do what it was asked; `error` is the word of its fault.
    pub fn store_failed(&self, error: &'static str) {
        self.0.sending.store_errors.get_or_create(&StoreErrorLabels { error }).inc();
    }

    /// An answer left before the disk had what it promises.
    pub fn store_slow(&self) {
        self.store_failed(SLOW);
    }
}
