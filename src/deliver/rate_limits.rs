//! How fast each account may send: a number of messages in any period, a backoff after the platform said that it was too
//! fast, and a pause while its token is refused. The caller tells the time.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::account::Accounts;
use crate::model::id::UserId;
use crate::store::Held;

/// The first backoff after a rate code; each further one is twice as long.
const FIRST_BACKOFF: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_mins(15);
/// The waits before a refused token is tried again; the last one is repeated.
const BETWEEN_PROBES: [SignedDuration; 4] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    LONGEST_BACKOFF,
];

/// The rate limits of all accounts. Receivers that share an account share its limit, so there are no more limits
/// than the settings have accounts.
#[derive(Debug)]
pub struct RateLimits {
    accounts: Arc<Accounts>,
    /// In the order of the accounts.
    limits: Vec<RateLimit>,
    /// Nothing is sent for receivers that have no account; they are left alone together.
    nobodys: RateLimit,
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
    refused: Option<Refused>,
}

/// A token that was refused, and is tried again now and then.
#[derive(Debug)]
struct Refused {
    generation: u64,
    probe_at: Timestamp,
    /// How many were sent.
    probes: usize,
    /// Whether the refusal of the last one was told.
    is_known: bool,
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
        let limits = accounts.all.iter().map(|account| RateLimit::new(Quota::of(account.pace))).collect();
        Self { accounts, limits, nobodys: RateLimit::new(Quota::of(1.0)) }
    }

    /// Acquires the right to send one message.
    ///
    /// # Errors
    /// The account may not send now. The error is the moment at which to ask again.
    pub fn try_acquire(&mut self, account: UserId, now: Timestamp) -> Result<(), Timestamp> {
        let limit = self.limit(account);
        match limit.ready_at(now) {
            ready if ready == now => {
                limit.sent.push_back(now);
                if let Some(refused) = &mut limit.refused {
                    refused.probe(now);
                }
                Ok(())
            }
            later => Err(later),
        }
    }

    /// The accounts that may not send now.
    pub fn held(&mut self, now: Timestamp) -> Holds {
        let mut holds = Holds::default();
        let mut is_held = |limit: &mut RateLimit| match limit.ready_at(now) {
            ready if ready == now => false,
            later => {
                holds.until = holds.until.into_iter().chain([later]).min();
                true
            }
        };
        holds.held.others = is_held(&mut self.nobodys);
        for (account, limit) in self.accounts.all.iter().zip(&mut self.limits) {
            match account.id {
                Some(id) => holds.held.named.push((id, is_held(limit))),
                None => holds.held.others = is_held(limit),
            }
        }
        holds
    }

    /// How many messages any account that is not held may send now. No more are claimed at once, so that none
    /// has to be put back behind others.
    pub fn room(&mut self, now: Timestamp) -> usize {
        let ready = self.limits.iter_mut().filter_map(|limit| {
            let is_ready = limit.ready_at(now) == now;
            let room = if limit.refused.is_some() { 1 } else { limit.quota.messages - limit.sent.len() };
            is_ready.then_some(room)
        });
        ready.min().unwrap_or(1)
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

    /// Pauses the account because its token of this generation was refused; from now on it sends one message now and
    /// then, to see whether the token is accepted. Returns the moment of the next one, but `None` where it was paused
    /// before and has not tried since.
    pub fn pause(&mut self, account: UserId, generation: u64, now: Timestamp) -> Option<Timestamp> {
        let refused = self.limit(account).refused.get_or_insert_with(|| Refused::new(generation, now));
        let is_known = std::mem::replace(&mut refused.is_known, true);
        (!is_known).then_some(refused.probe_at)
    }

    /// A message was sent: whether that ends a pause.
    pub fn resume(&mut self, account: UserId) -> bool {
        self.limit(account).refused.take().is_some()
    }

    /// Has the paused accounts whose token is another one now, or written anew, try it at once.
    pub fn probe_renewed(&mut self, now: Timestamp) {
        for (account, limit) in self.accounts.all.iter().zip(&mut self.limits) {
            let generation = account.token.generation();
            if limit.refused.as_ref().is_some_and(|refused| refused.generation != generation) {
                limit.refused = Some(Refused { probe_at: now, ..Refused::new(generation, now) });
            }
        }
    }

    /// The names of the accounts whose token was refused.
    pub fn paused(&self) -> Vec<String> {
        let limits = self.accounts.all.iter().zip(&self.limits);
        let paused = limits.filter(|(_, limit)| limit.refused.is_some());
        paused.map(|(account, _)| account.name.clone()).collect()
    }

    fn limit(&mut self, receiver: UserId) -> &mut RateLimit {
        match self.accounts.place_of(receiver) {
            Some(place) => &mut self.limits[place],
            None => &mut self.nobodys,
        }
    }
}

impl Refused {
    fn new(generation: u64, now: Timestamp) -> Self {
        let probe_at = now.saturating_add(BETWEEN_PROBES[0]).unwrap_or(Timestamp::MAX);
        Self { generation, probe_at, probes: 0, is_known: false }
    }

    /// A message is sent to see whether the token is accepted: the next one comes later.
    fn probe(&mut self, now: Timestamp) {
        self.probes += 1;
        let wait = BETWEEN_PROBES[self.probes.min(BETWEEN_PROBES.len() - 1)];
        self.probe_at = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        self.is_known = false;
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
    fn new(quota: Quota) -> Self {
        Self { quota, sent: VecDeque::new(), held_until: None, backoff: FIRST_BACKOFF, refused: None }
    }

    /// When the next message may be sent: `now` or later. A clock that jumped back neither stops an account for
    /// longer than a backoff nor lets it flood.
    fn ready_at(&mut self, now: Timestamp) -> Timestamp {
        let farthest = now.saturating_add(LONGEST_BACKOFF).unwrap_or(Timestamp::MAX);
        let probe_at = self.refused.as_ref().map(|refused| refused.probe_at);
        let until = self.held_until.max(probe_at);
        if let Some(until) = until.filter(|until| *until > now && *until <= farthest) {
            return until;
        }
        self.sent.iter_mut().for_each(|at| *at = (*at).min(now));
        while self.sent.front().is_some_and(|at| now.duration_since(*at) >= self.quota.period) {
            self.sent.pop_front();
        }
        if self.sent.len() < self.quota.messages {
            return now;
        }
        let next = self.sent.front().and_then(|first| first.checked_add(self.quota.period).ok());
        next.unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::account::Account;
    use crate::account::token::Token;
    use crate::engine::in_service::InService;
    use crate::platform;

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
            profile: platform::DEFAULT,
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
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(400)), Err(at(1_000)));
        let holds = rate_limits.held(at(400));
        assert!(holds.held.holds(ACCOUNT) && holds.until == Some(at(1_000)), "{holds:?}");
        assert_eq!(rate_limits.room(at(1_000)), 1);
    }

    #[test]
    fn a_slow_rate_still_sends_one_by_one() {
        let mut rate_limits = limits(0.1);
        assert!(rate_limits.try_acquire(ACCOUNT, at(0)).is_ok());
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(0)), Err(at(10_000)));
        assert!(rate_limits.try_acquire(ACCOUNT, at(10_000)).is_ok());
    }

    #[test]
    fn backoffs_grow_until_something_went_well() {
        let mut rate_limits = limits(2.0);
        assert_eq!(rate_limits.back_off(ACCOUNT, at(0)), at(30_000));
        assert_eq!(rate_limits.back_off(ACCOUNT, at(5)), at(30_000), "called at the same time");
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(29_000)), Err(at(30_000)));
        assert_eq!(rate_limits.back_off(ACCOUNT, at(30_000)), at(90_000));
        assert!(rate_limits.try_acquire(ACCOUNT, at(90_000)).is_ok());
        rate_limits.reset_backoff(ACCOUNT);
        assert_eq!(rate_limits.back_off(ACCOUNT, at(90_000)), at(120_000));
    }

    #[test]
    fn a_refused_token_is_tried_again_ever_more_seldom() {
        let mut rate_limits = limits(2.0);
        let minute = |minute: i64| at(60_000 * minute);
        assert_eq!(rate_limits.pause(ACCOUNT, 0, minute(0)), Some(minute(1)));
        assert_eq!(rate_limits.pause(ACCOUNT, 0, at(5)), None, "called at the same time");
        for (probe, next) in [(1, 3), (3, 8), (8, 23), (23, 38)].map(|(a, b)| (minute(a), minute(b))) {
            let early = probe.saturating_sub(SignedDuration::from_millis(1)).unwrap();
            assert_eq!(rate_limits.try_acquire(ACCOUNT, early), Err(probe));
            assert_eq!((rate_limits.room(probe), rate_limits.try_acquire(ACCOUNT, probe)), (1, Ok(())));
            assert_eq!(
                rate_limits.try_acquire(ACCOUNT, probe),
                Err(next),
                "nothing else, until one succeeds"
            );
            assert_eq!(rate_limits.pause(ACCOUNT, 0, probe), Some(next), "it is said each time");
        }
        assert_eq!(rate_limits.paused(), ["shop"]);
        rate_limits.accounts.all[0].token.try_again();
        rate_limits.probe_renewed(minute(24));
        assert_eq!(rate_limits.try_acquire(ACCOUNT, minute(24)), Ok(()), "at once");
        assert_eq!(rate_limits.try_acquire(ACCOUNT, minute(24)), Err(minute(26)));
        assert!(rate_limits.resume(ACCOUNT) && !rate_limits.resume(ACCOUNT));
        assert!(rate_limits.try_acquire(ACCOUNT, minute(24)).is_ok() && rate_limits.paused().is_empty());
    }

    #[test]
    fn receivers_that_share_an_account_share_its_rate_and_its_pause() {
        let mut rate_limits = limits(2.0);
        let receiver = |id| UserId::new(id).unwrap();
        let sent = (1..=1_000).filter(|id| rate_limits.try_acquire(receiver(*id), at(0)).is_ok()).count();
        assert_eq!((sent, rate_limits.limits.len()), (2, 1));
        let held = rate_limits.held(at(0)).held;
        assert!(held.holds(receiver(2_000)) && held.named.is_empty());
        assert!(rate_limits.pause(receiver(7), 0, at(0)).is_some());
        assert_eq!(rate_limits.pause(receiver(8), 0, at(0)), None);
        assert!(rate_limits.held(at(5_000)).held.holds(receiver(9)));
    }

    #[test]
    fn a_clock_that_jumps_back_neither_stops_nor_floods() {
        let mut rate_limits = limits(2.0);
        rate_limits.try_acquire(ACCOUNT, at(0)).unwrap();
        rate_limits.try_acquire(ACCOUNT, at(0)).unwrap();
        assert_eq!(rate_limits.try_acquire(ACCOUNT, at(-3_600_000)), Err(at(-3_600_000 + 1_000)));
        assert!(rate_limits.try_acquire(ACCOUNT, at(-3_600_000 + 1_000)).is_ok());
        rate_limits.back_off(ACCOUNT, at(86_400_000));
        assert!(rate_limits.try_acquire(ACCOUNT, at(0)).is_ok(), "a backoff from a day ahead");
    }
}
