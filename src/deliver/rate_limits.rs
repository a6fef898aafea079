//! How fast each account may send: a number of messages in any period, a backoff after the platform said that it was too
//! fast, and a pause until it has another token. The caller tells the time.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::account::Accounts;
use crate::model::id::UserId;
use crate::store::Held;

/// The first backoff after a rate code; each further one is twice as long.
const FIRST_BACKOFF: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_mins(15);

/// The rate limits of all accounts, by receiver.
#[derive(Debug)]
pub struct RateLimits {
    accounts: Arc<Accounts>,
    limits: HashMap<UserId, RateLimit>,
}

/// How many messages of one account may leave in any period.
#[derive(Clone, Copy, Debug)]
struct Quota {
    messages: usize,
    period: SignedDuration,
}

#[derive(Debug)]
struct RateLimit {
    quota: Quota,
    /// When the last messages left, oldest first; at most as many as the quota.
    sent: VecDeque<Timestamp>,
    held_until: Option<Timestamp>,
    /// How long the next backoff is.
    backoff: SignedDuration,
    /// The generation of the token that was refused.
    refused: Option<u64>,
}

/// The accounts that may not send at a moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Holds {
    pub held: Held,
    /// The first moment at which one of them may, if that is known.
    pub until: Option<Timestamp>,
}

impl RateLimits {
    pub fn new(accounts: Arc<Accounts>) -> Self {
        Self { accounts, limits: HashMap::new() }
    }

    /// Acquires the right to send one message.
    ///
    /// # Errors
    /// The account may not send now. The error is the moment at which to ask again; a paused account has none.
    pub fn try_acquire(&mut self, account: UserId, now: Timestamp) -> Result<(), Option<Timestamp>> {
        let limit = self.limit(account);
        match limit.ready_at(now) {
            Some(ready) if ready == now => {
                limit.sent.push_back(now);
                Ok(())
            }
            later => Err(later),
        }
    }

    /// The accounts that may not send now.
    pub fn held(&mut self, now: Timestamp) -> Holds {
        let mut holds = Holds::default();
        for (account, limit) in &mut self.limits {
            let ready = limit.ready_at(now);
            if ready != Some(now) {
                holds.held.named.push((*account, true));
                holds.until = ready.into_iter().chain(holds.until).min();
            }
        }
        holds
    }

    /// How many messages any account that is not held may send now. No more are claimed at once, so that none
    /// has to be put back behind others.
    pub fn room(&mut self, now: Timestamp) -> usize {
        let ready = self.limits.values_mut().filter_map(|limit| {
            let is_ready = limit.ready_at(now) == Some(now);
            is_ready.then(|| limit.quota.messages - limit.sent.len())
        });
        let whole = self.accounts.all.iter().map(|account| Quota::of(account.pace).messages);
        ready.chain(whole).min().unwrap_or(1)
    }

    /// Begins a backoff, because the platform says that this account calls too often; returns its end. Calls that
    /// were under way together are refused together, and count once.
    pub fn back_off(&mut self, account: UserId, now: Timestamp) -> Timestamp {
        let limit = self.limit(account);
        if let Some(until) = limit.held_until.filter(|until| *until > now) {
            return until;
        }
        let until = now.saturating_add(limit.backoff).unwrap_or(Timestamp::MAX);
        limit.held_until = Some(until);
        limit.backoff = (limit.backoff * 2).min(LONGEST_BACKOFF);
        until
    }

    /// A message was delivered: the next backoff is a short one again.
    pub fn reset_backoff(&mut self, account: UserId) {
        self.limit(account).backoff = FIRST_BACKOFF;
    }

    /// Holds the account until then.
    pub fn hold(&mut self, account: UserId, until: Timestamp) {
        self.limit(account).held_until = Some(until);
    }

    /// Pauses the account because its token of this generation was refused. False when it was paused before.
    pub fn pause(&mut self, account: UserId, generation: u64) -> bool {
        self.limit(account).refused.replace(generation).is_none()
    }

    /// Ends the pauses of the accounts whose token is another one now, and returns these accounts. `generation` gives
    /// the generation of an account's token.
    pub fn resume(&mut self, generation: impl Fn(UserId) -> Option<u64>) -> Vec<UserId> {
        let mut resumed = Vec::new();
        for (account, limit) in &mut self.limits {
            if limit.refused.is_some_and(|refused| generation(*account).is_some_and(|now| now != refused)) {
                limit.refused = None;
                resumed.push(*account);
            }
        }
        resumed
    }

    /// The accounts that wait for another token.
    pub fn paused(&self) -> Vec<UserId> {
        let paused = self.limits.iter().filter(|(_, limit)| limit.refused.is_some());
        paused.map(|(account, _)| *account).collect()
    }

    fn limit(&mut self, account: UserId) -> &mut RateLimit {
        self.limits.entry(account).or_insert_with(|| RateLimit {
            // nothing is sent for a receiver that has no account
            quota: Quota::of(self.accounts.of(account).map_or(1.0, |account| account.pace)),
            sent: VecDeque::new(),
            held_until: None,
            backoff: FIRST_BACKOFF,
            refused: None,
        })
    }
}

impl Quota {
    /// `pace` is above 0, in messages per second.
    fn of(pace: f64) -> Self {
        let messages = pace.floor().max(1.0);
        let period = SignedDuration::try_from_secs_f64(messages / pace).unwrap_or(LONGEST_BACKOFF);
        Self { messages: messages as usize, period }
    }
}

impl RateLimit {
    /// When the next message may be sent: `now`, later, or `None` while that is not known. A clock that jumped
    /// back neither stops an account for longer than a backoff nor lets it flood.
    fn ready_at(&mut self, now: Timestamp) -> Option<Timestamp> {
        if self.refused.is_some() {
            return None;
        }
        let farthest = now.saturating_add(LONGEST_BACKOFF).unwrap_or(Timestamp::MAX);
        if let Some(until) = self.held_until.filter(|until| *until > now && *until <= farthest) {
            return Some(until);
        }
        self.sent.iter_mut().for_each(|at| *at = (*at).min(now));
        while self.sent.front().is_some_and(|at| now.duration_since(*at) >= self.quota.period) {
            self.sent.pop_front();
        }
        if self.sent.len() < self.quota.messages {
            return Some(now);
        }
        self.sent.front().and_then(|first| first.checked_add(self.quota.period).ok())
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::account::Account;
    use crate::account::token::Token;
    use crate::engine::in_service::InService;
    use crate::platform::weibo::profile::WEIBO;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    const ACCOUNT: UserId = UserId::SOMEBODY;

    /// The limits of one account that sends at this pace.
    fn limits(pace: f64) -> RateLimits {
        let account = Account {
            name: "shop".to_owned(),
            id: None,
            secret: "secret".into(),
            token: Token::new(None, None),
            rules: InService::default(),
            zone: TimeZone::UTC,
            pace,
            profile: &WEIBO,
        };
        RateLimits::new(Arc::new(Accounts { all: vec![account] }))
    }

    #[test]
    fn no_more_than_the_rate_leaves_in_any_second() {
        for rate in [1.0, 2.0, 7.0, 50.0] {
            let mut rate_limits = limits(rate);
            let sent: Vec<i64> =
                (0..10_000).filter(|millis| rate_limits.try_acquire(ACCOUNT, at(*millis)).is_ok()).collect();
            assert_eq!(sent.len() as f64, 10.0 * rate, "nothing is wasted");
            for (place, first) in sent.iter().enumerate() {
                let within = sent[place..].iter().take_while(|later| *later - first < 1_000).count();
                assert!(within as f64 <= rate, "{within} in the second after {first}");
            }
        }
    }

    #[test]
    fn a_held_account_says_when_it_is_free() {
        let mut rate_limits = limits(2.0);
        assert!(
            rate_limits.try_acquire(ACCOUNT, at(0)).is_ok()
                && rate_limits.try_acquire(ACCOUNT, at(300)).is_ok()
        );
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(400)), Err(Some(at(1_000))));
        let holds = rate_limits.held(at(400));
        assert!(holds.held.holds(ACCOUNT) && holds.until == Some(at(1_000)), "{holds:?}");
        assert_eq!(rate_limits.room(at(1_000)), 1);
    }

    #[test]
    fn a_slow_rate_still_sends_one_by_one() {
        let mut rate_limits = limits(0.1);
        assert!(rate_limits.try_acquire(ACCOUNT, at(0)).is_ok());
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(0)), Err(Some(at(10_000))));
        assert!(rate_limits.try_acquire(ACCOUNT, at(10_000)).is_ok());
    }

    #[test]
    fn backoffs_grow_until_something_went_well() {
        let mut rate_limits = limits(2.0);
        assert_eq!(rate_limits.back_off(ACCOUNT, at(0)), at(30_000));
        assert_eq!(rate_limits.back_off(ACCOUNT, at(5)), at(30_000), "called at the same time");
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(29_000)), Err(Some(at(30_000))));
        assert_eq!(rate_limits.back_off(ACCOUNT, at(30_000)), at(90_000));
        assert!(rate_limits.try_acquire(ACCOUNT, at(90_000)).is_ok());
        rate_limits.reset_backoff(ACCOUNT);
        assert_eq!(rate_limits.back_off(ACCOUNT, at(90_000)), at(120_000));
    }

    #[test]
    fn a_paused_account_waits_for_another_token() {
        let mut rate_limits = limits(2.0);
        assert!(rate_limits.pause(ACCOUNT, 1) && !rate_limits.pause(ACCOUNT, 1));
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(3_600_000)), Err(None));
        assert!(rate_limits.resume(|_| Some(1)).is_empty() && rate_limits.paused() == [ACCOUNT]);
        assert_eq!(rate_limits.resume(|_| Some(2)), [ACCOUNT]);
        assert!(rate_limits.try_acquire(ACCOUNT, at(3_600_000)).is_ok());
    }

    #[test]
    fn a_clock_that_jumps_back_neither_stops_nor_floods() {
        let mut rate_limits = limits(2.0);
        rate_limits.try_acquire(ACCOUNT, at(0)).unwrap();
        rate_limits.try_acquire(ACCOUNT, at(0)).unwrap();
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(-3_600_000)), Err(Some(at(-3_600_000 + 1_000))));
        assert!(rate_limits.try_acquire(ACCOUNT, at(-3_600_000 + 1_000)).is_ok());
        rate_limits.back_off(ACCOUNT, at(86_400_000));
        assert!(rate_limits.try_acquire(ACCOUNT, at(0)).is_ok(), "a backoff from a day ahead");
    }
}
