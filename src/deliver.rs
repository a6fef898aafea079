//! Flow 2, deliver: outbox → claim due → still wanted? window open? → platform.send → record → done | retry at |
//! give up. One loop owns all that changes; calls run beside it and report back. Nothing is sent after the reply
//! window has closed.

mod calls;
pub mod judge;
pub mod measure;
pub mod rate_limits;
mod told;
mod witness;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::account::Accounts;
use crate::clock::Clock;
use crate::model::delivery::{Delivery, EndReason};
use crate::model::id::UserId;
use crate::model::profile::Profile;
use crate::platform::{CallFault, Platform, RetryAdvice};
use crate::store::{Claimed, Finish, Store, StoreFault};
use crate::telemetry::Metrics;
use crate::words::log;
use crate::words::log::said;
use calls::{Called, Calls};
use judge::{Judgement, closes_at, judge};
use measure::Gauges;
use rate_limits::{Holds, RateLimits};
use told::Told;
use witness::Witness;

/// The longest wait for the next tick: clocks can jump, and tokens can be renewed.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long a claim holds: longer than a call may take, so that it only runs out when its holder is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// The wait before a second try; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(10);
/// How long the deliveries of an account wait that is no longer in the settings.
const WITHOUT_ACCOUNT: SignedDuration = SignedDuration::from_mins(1);
/// How long the deliveries of an account wait while no rules are in service.
const WITHOUT_RULES: SignedDuration = SignedDuration::from_secs(5);
/// How long what has ended is kept.
const HISTORY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a stop waits for calls under way: containers are killed ten seconds after they are asked to stop.
const LAST_CALLS: Duration = Duration::from_secs(8);
const BETWEEN_PRUNINGS: SignedDuration = SignedDuration::from_hours(1);

/// Sends what was promised.
pub struct Deliverer {
    store: Store,
    accounts: Arc<Accounts>,
    clock: Clock,
    witness: Witness,
    metrics: Metrics,
    rate_limits: RateLimits,
    /// The names of the accounts whose token is missing or refused, for the gauges.
    paused: watch::Sender<Vec<String>>,
    calls: Calls,
    pruned_at: Timestamp,
}

/// What one tick of the loop did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Deliveries that were claimed.
    pub claimed: usize,
    /// When there is something to do again, if that is known.
    pub next: Option<Timestamp>,
}

impl Deliverer {
    pub fn new(
        store: Store,
        platform: Platform,
        accounts: Arc<Accounts>,
        clock: Clock,
        metrics: Metrics,
    ) -> Self {
        Self {
            rate_limits: RateLimits::new(accounts.clone()),
            store,
            accounts,
            witness: Witness::new(clock.now(), clock.steady()),
            clock,
            metrics,
            paused: watch::Sender::default(),
            calls: Calls::new(platform),
            pruned_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Gauges of what is sent. Reading them does not wait for the loop.
    pub fn gauges(&self) -> Gauges {
        Gauges {
            store: self.store.clone(),
            accounts: self.accounts.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
            paused: self.paused.subscribe(),
        }
    }

    /// Sends until `stop`; what is under way then is finished, or given up in the end. `promised` wakes it before
    /// its time.
    pub async fn run(mut self, promised: Arc<Notify>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.tick().await {
                Ok(Tick { claimed: 0, next }) => self.until(next).min(LONGEST_SLEEP),
                Ok(_) => Duration::ZERO,
                Err(fault) => {
                    error!(
                        fault = fault.message(log::lang()),
                        "{}",
                        said(
                            "the outbox cannot be used; what is due waits",
                            "无法使用待发队列；到时间的消息先等着"
                        )
                    );
                    stop.run_until_cancelled(sleep(LONGEST_SLEEP)).await;
                    continue;
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = promised.notified() => {}
                () = self.calls.one_ended() => {}
                () = sleep(pause) => {}
            }
        }
        match timeout(LAST_CALLS, self.finish_calls()).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => error!(
                fault = fault.message(log::lang()),
                "{}",
                said(
                    "the outbox cannot be used; what was sent may be sent again",
                    "无法使用待发队列；已经发出的消息可能会再发一次"
                )
            ),
            // their claims stay; the next start finds them, as after a crash
            Err(_) => {
                let calls = self.calls.under_way();
                warn!(
                    calls,
                    "{}",
                    said(
                        "calls were given up at the stop; the next start looks after them",
                        "停止时放弃了还没完成的调用；下次启动会接着处理"
                    )
                );
            }
        }
    }

    /// The time by which promises are kept and ended.
    fn now(&mut self) -> Timestamp {
        self.witness.look(self.clock.now(), self.clock.steady())
    }

    fn until(&self, next: Option<Timestamp>) -> Duration {
        let until = next.map(|next| next.duration_since(self.clock.now()));
        until.map_or(Duration::MAX, |until| Duration::try_from(until).unwrap_or(Duration::ZERO))
    }

    /// One tick of the loop: records the calls that have ended, claims as much of what is due as there is room for,
    /// and starts its calls. It waits for no call.
    ///
    /// # Errors
    /// The store does not do what it is asked. Calls under way go on; a later tick records them.
    pub async fn tick(&mut self) -> Result<Tick, StoreFault> {
        self.record_ended().await?;
        let free = self.calls.free();
        if free == 0 {
            // the first that ends makes room
            return Ok(Tick { claimed: 0, next: None });
        }
        self.look_for_renewed_tokens().await;
        let now = self.now();
        if !self.witness.believes() {
            return Ok(Tick { claimed: 0, next: None });
        }
        self.prune(now).await?;
        let Holds { held, until } = self.rate_limits.held(now);
        let room = self.rate_limits.room(now).min(free);
        let claimed = self.store.claim(now, room, LEASE, &held).await?;
        let (count, mut unsent) = (claimed.len(), Vec::new());
        for claimed in claimed {
            match self.permit(&claimed) {
                Ok((profile, token)) => self.calls.start(claimed, profile, token),
                Err(finish) => unsent.push((claimed, finish)),
            }
        }
        self.record(unsent).await?;
        let next_due = self.store.next_due(&held).await?;
        Ok(Tick { claimed: count, next: next_due.into_iter().chain(until).min() })
    }

    /// Waits for every call under way and records it.
    ///
    /// # Errors
    /// What became of some could not be recorded; all have ended.
    pub async fn finish_calls(&mut self) -> Result<(), StoreFault> {
        let mut recorded = self.record_ended().await;
        while self.calls.under_way() > 0 {
            self.calls.one_ended().await;
            recorded = recorded.and(self.record_ended().await);
        }
        recorded
    }

    /// The token to send a delivery with, if it is wanted and may be sent now; else what becomes of it.
    fn permit(&mut self, claimed: &Claimed) -> Result<(&'static Profile, SecretString), Finish> {
        let (receiver, now) = (claimed.delivery.account, self.now());
        if !self.witness.believes() {
            return Err(Finish::PutBack(claimed.delivery.due));
        }
        let Some(account) = self.accounts.of(receiver) else {
            // one that was taken out of the settings may come back until the windows close
            return Err(self.hold(receiver, now, WITHOUT_ACCOUNT));
        };
        let Some(rules) = account.rules.snapshot() else {
            return Err(self.hold(receiver, now, WITHOUT_RULES));
        };
        match judge(claimed, &rules, now, &account.zone) {
            Judgement::End(reason) => return Err(Finish::End(reason, None)),
            Judgement::Later(at) => return Err(Finish::Postpone(at)),
            Judgement::Send => {}
        }
        let (profile, token) = (account.profile, account.token.get());
        let acquired = self.rate_limits.try_acquire(receiver, now);
        acquired.map_err(Finish::PutBack)?;
        token.map(|token| (profile, token)).ok_or_else(|| {
            self.pause(receiver, said("there is no access token", "没有 access token"));
            Finish::PutBack(now)
        })
    }

    /// Leaves this account alone for that long; its deliveries keep their order.
    fn hold(&mut self, receiver: UserId, now: Timestamp, span: SignedDuration) -> Finish {
        self.rate_limits.hold(receiver, now.saturating_add(span).unwrap_or(Timestamp::MAX));
        Finish::PutBack(now)
    }

    async fn record_ended(&mut self) -> Result<(), StoreFault> {
        let mut finished = Vec::new();
        for called in self.calls.take_ended() {
            let finish = self.finish_of(&called);
            finished.push((called.claimed, finish));
        }
        self.record(finished).await
    }

    /// What becomes of a delivery by its call.
    fn finish_of(&mut self, called: &Called) -> Finish {
        let Called { claimed, result, took } = called;
        let delivery = &claimed.delivery;
        self.metrics.platform_called(result.as_ref().err().map(CallFault::as_str), *took);
        let Err(fault) = result else {
            self.rate_limits.reset_backoff(delivery.account);
            self.resume(delivery.account);
            return Finish::End(EndReason::Sent, None);
        };
        let now = self.now();
        let code = match fault {
            CallFault::Refused { code, .. } => Some(*code),
            _ => None,
        };
        let account = self.accounts.name_of(delivery.account);
        warn!(
            account,
            id = delivery.id.0,
            attempt = delivery.attempt,
            fault = fault.message(log::lang()),
            "{}",
            said("not delivered", "没有送达")
        );
        match fault.retry_advice() {
            RetryAdvice::GiveUp => Finish::End(EndReason::Refused, code),
            RetryAdvice::SlowDown => Finish::PutBack(self.rate_limits.back_off(delivery.account, now)),
            RetryAdvice::TokenRejected => {
                self.pause(delivery.account, said("its access token is refused", "access token 被拒绝"));
                Finish::PutBack(now)
            }
            // the one reply to a mention is not risked twice where the first may have arrived
            RetryAdvice::InDoubt | RetryAdvice::Retry if delivery.single && !fault.is_undelivered() => {
                Finish::End(EndReason::InDoubt, code)
            }
            RetryAdvice::InDoubt | RetryAdvice::Retry => {
                let again = now.saturating_add(wait_before(delivery)).unwrap_or(Timestamp::MAX);
                match again < closes_at(claimed) {
                    true => Finish::RetryAt(again, code),
                    false => Finish::End(EndReason::WindowClosed, code),
                }
            }
        }
    }

    /// Records what became of deliveries, in one transaction.
    async fn record(&mut self, finished: Vec<(Claimed, Finish)>) -> Result<(), StoreFault> {
        let now = self.now();
        finished.iter().for_each(|(claimed, finish)| self.note(&claimed.delivery, *finish, now));
        if finished.is_empty() {
            return Ok(());
        }
        for id in self.store.finish_all(&finished, now).await? {
            debug!(id = id.0, "somebody else has this delivery now");
        }
        Ok(())
    }

    /// Counts and logs a delivery that ends.
    fn note(&self, delivery: &Delivery, finish: Finish, now: Timestamp) {
        let Finish::End(reason, code) = finish else { return };
        self.metrics.deliveries(reason, 1);
        if reason == EndReason::Sent {
            self.metrics.sent_late_by(now.duration_since(delivery.due));
        }
        let (rule, attempt) = (delivery.rule.as_str(), delivery.attempt);
        let (account, id) = (self.accounts.name_of(delivery.account), delivery.id);
        info!(account, sender = %delivery.sender, rule, id = id.0, state = reason.state().as_str(), reason = reason.as_str(), code, attempt, "{}", said("delivery ended", "待发消息已有结果"));
    }

    fn pause(&mut self, receiver: UserId, why: &'static str) {
        let now = self.now();
        let Some(account) = self.accounts.of(receiver) else { return };
        let paused = self.rate_limits.pause(receiver, account.token.generation(), now);
        let Some(probe_at) = paused else { return };
        self.paused.send_replace(self.rate_limits.paused());
        let minutes = probe_at.duration_since(now).as_mins();
        error!(account = account.name, "{}", Told::Paused { why, minutes }.message(log::lang()));
    }

    /// Ends a pause, since the platform has taken a message.
    fn resume(&mut self, receiver: UserId) {
        if self.rate_limits.resume(receiver) {
            self.paused.send_replace(self.rate_limits.paused());
            info!(
                account = self.accounts.name_of(receiver),
                "{}",
                said("the access token is accepted: sending goes on", "access token 已被接受：恢复发送")
            );
        }
    }

    async fn look_for_renewed_tokens(&mut self) {
        if self.paused.borrow().is_empty() {
            return;
        }
        for account in &self.accounts.all {
            account.token.refresh().await;
        }
        let now = self.now();
        self.rate_limits.probe_renewed(now);
    }

    /// Once an hour: ends what can no longer be sent, and deletes what ended long ago.
    async fn prune(&mut self, now: Timestamp) -> Result<(), StoreFault> {
        if now.duration_since(self.pruned_at).abs() < BETWEEN_PRUNINGS {
            return Ok(());
        }
        self.pruned_at = now;
        let before = now.saturating_sub(HISTORY).unwrap_or(Timestamp::MIN);
        let expired = self.store.expire(now).await?;
        if expired > 0 {
            warn!(
                expired,
                "{}",
                said(
                    "promises ended unsent, because their windows have closed",
                    "有些答应过的消息没能发出：回复窗口已经关闭"
                )
            );
            self.metrics.deliveries(EndReason::WindowClosed, expired as u64);
        }
        let pruned = self.store.prune(before).await?;
        debug!(pruned, "history pruned");
        Ok(())
    }
}

/// The wait before the next try: twice as long each time, and a part of it by the delivery's own number, so
/// that what failed together does not come back together.
fn wait_before(delivery: &Delivery) -> SignedDuration {
    let doubled = FIRST_WAIT.saturating_mul(1 << delivery.attempt.saturating_sub(1).min(16));
    let wait = doubled.min(LONGEST_WAIT);
    let part = (delivery.id.0.wrapping_mul(2_654_435_761) as u64 % 1_000) as f64 / 4_000.0;
    wait.mul_f64(1.0 + part)
}
