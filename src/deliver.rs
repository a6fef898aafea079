//! Flow 2, deliver: outbox → claim due → still wanted? window open? → platform.send → record attempt → done |
//! retry at | give up. It decides nothing about what is said, and never sends past the window's end.

mod calls;
pub mod judge;
mod measure;
pub mod pace;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use calls::Calls;
use jiff::{SignedDuration, Timestamp};
use judge::{Judgement, closes_at, judge};
use pace::RateLimits;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::account::{Account, Accounts};
use crate::clock::Clock;
use crate::model::delivery::{DeliveryState, EndReason};
use crate::model::id::UserId;
use crate::platform::weibo::api::{CallFault, Platform, Verdict};
use crate::store::{Claimed, Finish, Store, StoreFault};
use crate::telemetry::Metrics;

/// Longer than a call may take, so that a lease only runs out when its holder is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Calls under way at once.
const AT_ONCE: u32 = 64;
/// The wait before a second try; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(10);
/// How long an account waits that is not in the settings any more.
const WITHOUT_ACCOUNT: SignedDuration = SignedDuration::from_mins(1);
/// How long an account waits while no rules are in service.
const WITHOUT_RULES: SignedDuration = SignedDuration::from_secs(5);
/// How long what has ended is kept.
const HISTORY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long calls under way at a stop may take: containers are killed ten seconds after they are asked to stop.
const LAST_CALLS: Duration = Duration::from_secs(8);
const BETWEEN_PRUNINGS: SignedDuration = SignedDuration::from_hours(1);

/// Sends what was promised.
pub struct Deliverer {
    store: Store,
    platform: Platform,
    accounts: Arc<Accounts>,
    clock: Clock,
    rate_limits: Mutex<RateLimits>,
    metrics: Metrics,
    pruned_at: Mutex<Timestamp>,
    /// One step at a time: two would share the room that each believes to have.
    turn: tokio::sync::Mutex<()>,
    /// A permit for each call that may be under way.
    free: Arc<Semaphore>,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Deliveries that were claimed.
    pub claimed: usize,
    /// When there is something to do again, if that is known.
    pub next: Option<Timestamp>,
}

impl Deliverer {
    /// `rate` is above 0, in messages per second and account.
    pub fn new(
        store: Store,
        platform: Platform,
        accounts: Arc<Accounts>,
        clock: Clock,
        rate: f64,
        metrics: Metrics,
    ) -> Arc<Self> {
        let (rate_limits, pruned_at) = (Mutex::new(RateLimits::new(rate)), Mutex::new(Timestamp::UNIX_EPOCH));
        let (turn, free) = (tokio::sync::Mutex::default(), Arc::new(Semaphore::new(AT_ONCE as usize)));
        Arc::new(Self { store, platform, accounts, clock, rate_limits, metrics, pruned_at, turn, free })
    }

    /// Sends until `stop`; what is under way then is finished, or given up in the end. `promised` wakes it before its time; `idle` is
    /// the longest it sleeps, since clocks can jump and tokens be renewed. A slow call holds up nobody else.
    pub async fn run(self: Arc<Self>, promised: Arc<Notify>, idle: Duration, stop: CancellationToken) {
        let mut calls = Calls::default();
        while !stop.is_cancelled() {
            let started = match calls.gather_ended() {
                Ok(()) => self.start(&mut calls).await,
                Err(fault) => Err(fault),
            };
            let pause = match started {
                Ok(Step { claimed: 0, next }) => self.pause(next).min(idle),
                Ok(_) => Duration::ZERO,
                Err(fault) => {
                    error!(%fault, "the outbox cannot be used; what is due waits");
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = tokio::time::sleep(idle) => {}
                    }
                    continue;
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = promised.notified() => {}
                () = calls.one_ended() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        if let Err(fault) = calls.finish_within(LAST_CALLS).await {
            error!(%fault, "the outbox cannot be used; what was sent may be sent again");
        }
    }

    fn pause(&self, next: Option<Timestamp>) -> Duration {
        let until = next.map(|next| next.duration_since(self.clock.now()));
        until.map_or(Duration::MAX, |until| Duration::try_from(until).unwrap_or(Duration::ZERO))
    }

    /// One step: claims what is due and may be sent, judges it, sends it, and notes what became of it. No
    /// other call is under way meanwhile.
    pub async fn step(self: &Arc<Self>) -> Result<Step, StoreFault> {
        let _turn = self.turn.lock().await;
        drop(self.free.acquire_many(AT_ONCE).await);
        let mut calls = Calls::default();
        let step = self.start_calls(&mut calls).await;
        // the other calls go on: whatever is cut short in the middle would be sent twice
        let all_noted = calls.finish().await;
        step.and_then(|step| all_noted.map(|()| step))
    }

    async fn start(self: &Arc<Self>, calls: &mut Calls) -> Result<Step, StoreFault> {
        let _turn = self.turn.lock().await;
        self.start_calls(calls).await
    }

    /// Claims what is due and may be sent, as much as there is room for, and starts its calls. Whoever asks
    /// has the turn.
    async fn start_calls(self: &Arc<Self>, calls: &mut Calls) -> Result<Step, StoreFault> {
        let free = self.free.available_permits();
        if free == 0 {
            // the first that ends makes room
            return Ok(Step { claimed: 0, next: None });
        }
        self.look_for_renewed_tokens().await;
        let now = self.clock.now();
        self.prune(now).await?;
        let (held, first_free) = self.rate_limits().held(now);
        let room = self.rate_limits().room(now).min(free);
        let claimed = self.store.claim(now, room, LEASE, &held).await?;
        let count = claimed.len();
        for delivery in claimed {
            let (deliverer, permit) = (self.clone(), self.free.clone().acquire_owned().await);
            calls.spawn(async move {
                let noted = deliverer.deliver(delivery).await;
                drop(permit);
                noted
            });
        }
        let next = self.store.next_due(&held).await?.into_iter().chain(first_free).min();
        Ok(Step { claimed: count, next })
    }

    async fn deliver(&self, delivery: Claimed) -> Result<(), StoreFault> {
        let finish = self.attempt(&delivery).await;
        let now = self.clock.now();
        if let Finish::End(state, reason, code) = finish {
            self.metrics.delivery(state, reason);
            if state == DeliveryState::Sent {
                self.metrics.sent_late_by(now.duration_since(delivery.due));
            }
            let (rule, attempt) = (delivery.rule.as_str(), delivery.attempt);
            let (account, id) = (self.accounts.name_of(delivery.account), delivery.id);
            info!(account, sender = %delivery.sender, rule, id = id.0, state = state.as_str(), reason = reason.as_str(), code, attempt, "delivery ended");
        }
        if !self.store.finish(delivery.id, delivery.attempt, finish, now).await? {
            debug!(id = delivery.id.0, "somebody else has this delivery now");
        }
        Ok(())
    }

    /// Judges a delivery and sends it if it is wanted.
    async fn attempt(&self, delivery: &Claimed) -> Finish {
        let now = self.clock.now();
        let later = |by: SignedDuration| now.saturating_add(by).unwrap_or(Timestamp::MAX);
        let Some(account) = self.accounts.of(delivery.account) else {
            // one that was taken out of the settings may come back until the windows close
            return self.hold(delivery, now, later(WITHOUT_ACCOUNT));
        };
        let Some(rules) = account.rules.snapshot() else {
            return self.hold(delivery, now, later(WITHOUT_RULES));
        };
        match judge(delivery, &rules, now, &account.zone) {
            Judgement::End(state, reason) => return Finish::End(state, reason, None),
            Judgement::Later(at) => return Finish::Postpone(at),
            Judgement::Send => {}
        }
        let Some(token) = account.token.get() else {
            self.pause_account(account, delivery.account, "there is no access token");
            return Finish::PutBack(now);
        };
        if let Err(ready) = self.rate_limits().take(delivery.account, now) {
            return Finish::PutBack(ready.unwrap_or(now));
        }
        let began = Instant::now();
        let called = self.platform.send(&token, delivery.sender, &delivery.reply).await;
        self.metrics.platform_called(called.as_ref().err().map(CallFault::as_str), began.elapsed());
        match called {
            Ok(()) => {
                self.rate_limits().went_well(delivery.account);
                Finish::End(DeliveryState::Sent, EndReason::Sent, None)
            }
            Err(fault) => self.after(delivery, account, &fault),
        }
    }

    /// What becomes of a delivery whose call did not succeed.
    fn after(&self, delivery: &Claimed, account: &Account, fault: &CallFault) -> Finish {
        let now = self.clock.now();
        let code = match fault {
            CallFault::Refused { code, .. } => Some(*code),
            _ => None,
        };
        warn!(account = account.name, id = delivery.id.0, attempt = delivery.attempt, %fault, "not delivered");
        match fault.verdict() {
            Verdict::GiveUp => Finish::End(DeliveryState::Failed, EndReason::Refused, code),
            Verdict::SlowDown => Finish::PutBack(self.rate_limits().slow_down(delivery.account, now)),
            Verdict::TokenRejected => {
                self.pause_account(account, delivery.account, "its access token is refused");
                Finish::PutBack(now)
            }
            // the one reply to a mention is not risked twice where the first may have arrived
            Verdict::InDoubt | Verdict::Retry if delivery.single && !is_undelivered(fault) => {
                Finish::End(DeliveryState::Unknown, EndReason::InDoubt, code)
            }
            Verdict::InDoubt | Verdict::Retry => {
                let again = now.saturating_add(wait_before(delivery)).unwrap_or(Timestamp::MAX);
                match again < closes_at(delivery) {
                    true => Finish::RetryAt(again, code),
                    false => Finish::End(DeliveryState::Expired, EndReason::WindowClosed, code),
                }
            }
        }
    }

    fn pause_account(&self, account: &Account, id: UserId, why: &str) {
        if self.rate_limits().pause(id, account.token.generation()) {
            error!(
                account = account.name,
                "this account sends nothing any more: {why}; what it promised is kept until the windows close. \
                 renew the file of its access token, or set another token and restart"
            );
        }
    }

    async fn look_for_renewed_tokens(&self) {
        if !self.rate_limits().is_any_paused() {
            return;
        }
        for account in self.accounts.iter() {
            account.token.refresh().await;
        }
        let generation = |id| self.accounts.of(id).map(|account| account.token.generation());
        for id in self.rate_limits().resume(generation) {
            info!(account = self.accounts.name_of(id), "the access token was renewed: sending goes on");
        }
    }

    /// Nothing of this account is looked at until then; its rows wait in their order.
    fn hold(&self, delivery: &Claimed, now: Timestamp, until: Timestamp) -> Finish {
        self.rate_limits().hold(delivery.account, until);
        Finish::PutBack(now)
    }

    /// Forgets what ended long ago, now and then.
    async fn prune(&self, now: Timestamp) -> Result<(), StoreFault> {
        {
            let mut pruned_at = self.pruned_at.lock().unwrap_or_else(PoisonError::into_inner);
            if now.duration_since(*pruned_at).abs() < BETWEEN_PRUNINGS {
                return Ok(());
            }
            *pruned_at = now;
        }
        let before = now.saturating_sub(HISTORY).unwrap_or(Timestamp::MIN);
        let expired = self.store.expire(now).await?;
        if expired > 0 {
            warn!(expired, "promises ended unsent, because their windows have closed");
            self.metrics.deliveries(DeliveryState::Expired, EndReason::WindowClosed, expired as u64);
        }
        let pruned = self.store.prune(before).await?;
        debug!(pruned, "history pruned");
        Ok(())
    }

    fn rate_limits(&self) -> MutexGuard<'_, RateLimits> {
        // no pace is half changed when something panics
        self.rate_limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is certain that nothing was delivered.
fn is_undelivered(fault: &CallFault) -> bool {
    // 10002 and 10009: the service was not there, or too busy to take it (protocol 10.2)
    matches!(fault, CallFault::Unreachable { .. } | CallFault::Refused { code: 10002 | 10009, .. })
}

/// The wait before the next try: twice as long each time, and a part of it by the delivery's own number, so
/// that what failed together does not come back together.
fn wait_before(delivery: &Claimed) -> SignedDuration {
    let doubled = FIRST_WAIT.saturating_mul(1 << delivery.attempt.saturating_sub(1).min(16));
    let wait = doubled.min(LONGEST_WAIT);
    let part = (delivery.id.0.wrapping_mul(2_654_435_761) as u64 % 1_000) as f64 / 4_000.0;
    wait.mul_f64(1.0 + part)
}
