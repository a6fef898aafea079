//! Pace: how fast an account may send now: so many messages in any stretch of time, a rest after the platform
//! called it too fast, and a pause until it has another token. It knows the clock's moments only as it is
//! told them.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::model::id::UserId;

/// The first rest after a rate code; each further one is twice as long.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(15);

/// The paces of all accounts.
#[derive(Debug)]
pub struct RateLimits {
    /// Messages of one account in any stretch of this length.
    most: usize,
    stretch: SignedDuration,
    accounts: HashMap<UserId, Pace>,
}

#[derive(Debug)]
struct Pace {
    /// When the last messages left, oldest first; at most as many as a stretch may hold.
    sent: VecDeque<Timestamp>,
    rests_until: Option<Timestamp>,
    rest: SignedDuration,
    /// The generation of the token that was refused.
    refused: Option<u64>,
}

impl RateLimits {
    /// `rate` is above 0, in messages per second and account.
    pub fn new(rate: f64) -> Self {
        let most = rate.floor().max(1.0);
        let stretch = SignedDuration::try_from_secs_f64(most / rate).unwrap_or(LONGEST_REST);
        Self { most: most as usize, stretch, accounts: HashMap::new() }
    }

    /// Takes the right to send one message. `Err` says when to ask again; an account that is paused has no
    /// such moment.
    pub fn take(&mut self, account: UserId, now: Timestamp) -> Result<(), Option<Timestamp>> {
        let (most, stretch) = (self.most, self.stretch);
        let pace = self.pace(account);
        if let Some(ready) = pace.held_until(most, stretch, now) {
            return Err(ready);
        }
        pace.sent.push_back(now);
        Ok(())
    }

    /// The accounts that may not send now, and the first moment at which one of them may.
    pub fn held(&mut self, now: Timestamp) -> (Vec<UserId>, Option<Timestamp>) {
        let (most, stretch) = (self.most, self.stretch);
        let mut first: Option<Timestamp> = None;
        let mut held = Vec::new();
        for (account, pace) in &mut self.accounts {
            if let Some(ready) = pace.held_until(most, stretch, now) {
                held.push(*account);
                first = ready.into_iter().chain(first).min();
            }
        }
        (held, first)
    }

    /// How many messages any account that is not held may send now. No more are claimed at once, so that none
    /// has to be put back behind others.
    pub fn room(&mut self, now: Timestamp) -> usize {
        let (most, stretch) = (self.most, self.stretch);
        let free = self.accounts.values_mut().filter_map(|pace| {
            let is_free = pace.held_until(most, stretch, now).is_none();
            is_free.then(|| most - pace.sent.len())
        });
        free.min().unwrap_or(most).max(1)
    }

    /// The platform says that this account calls too often; until when it rests. Calls that were under way
    /// together are told so together, and count once.
    pub fn slow_down(&mut self, account: UserId, now: Timestamp) -> Timestamp {
        let pace = self.pace(account);
        if let Some(until) = pace.rests_until.filter(|until| *until > now) {
            return until;
        }
        let until = now.saturating_add(pace.rest).unwrap_or(Timestamp::MAX);
        pace.rests_until = Some(until);
        pace.rest = (pace.rest * 2).min(LONGEST_REST);
        until
    }

    /// The account is not looked at until then.
    pub fn hold(&mut self, account: UserId, until: Timestamp) {
        self.pace(account).rests_until = Some(until);
    }

    /// A message went through: the next rest is a short one again.
    pub fn went_well(&mut self, account: UserId) {
        self.pace(account).rest = FIRST_REST;
    }

    /// The account's token of this generation is refused. True when that is news.
    pub fn pause(&mut self, account: UserId, generation: u64) -> bool {
        self.pace(account).refused.replace(generation).is_none()
    }

    /// Whoever waits for a token goes on where the account has one of another generation. `generation` is
    /// asked of each account that is paused; those that go on are told.
    pub fn resume(&mut self, generation: impl Fn(UserId) -> Option<u64>) -> Vec<UserId> {
        let mut resumed = Vec::new();
        for (account, pace) in &mut self.accounts {
            if pace.refused.is_some_and(|refused| generation(*account).is_some_and(|now| now != refused)) {
                pace.refused = None;
                resumed.push(*account);
            }
        }
        resumed
    }

    pub fn is_any_paused(&self) -> bool {
        self.accounts.values().any(|pace| pace.refused.is_some())
    }

    /// The accounts that wait for another token.
    pub fn paused(&self) -> Vec<UserId> {
        let paused = self.accounts.iter().filter(|(_, pace)| pace.refused.is_some());
        paused.map(|(account, _)| *account).collect()
    }

    fn pace(&mut self, account: UserId) -> &mut Pace {
        self.accounts.entry(account).or_insert_with(|| Pace {
            sent: VecDeque::new(),
            rests_until: None,
            rest: FIRST_REST,
            refused: None,
        })
    }
}

impl Pace {
    /// `None` when a message may be sent now; else when one may, if that is known. A clock that jumped back
    /// neither stops an account for longer than a rest nor lets it flood.
    fn held_until(
        &mut self,
        most: usize,
        stretch: SignedDuration,
        now: Timestamp,
    ) -> Option<Option<Timestamp>> {
        if self.refused.is_some() {
            return Some(None);
        }
        let farthest = now.saturating_add(LONGEST_REST).unwrap_or(Timestamp::MAX);
        if let Some(until) = self.rests_until.filter(|until| *until > now && *until <= farthest) {
            return Some(Some(until));
        }
        self.sent.iter_mut().for_each(|at| *at = (*at).min(now));
        while self.sent.front().is_some_and(|at| now.duration_since(*at) >= stretch) {
            self.sent.pop_front();
        }
        if self.sent.len() < most {
            return None;
        }
        Some(self.sent.front().and_then(|first| first.checked_add(stretch).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    const ACCOUNT: UserId = UserId::SOMEBODY;

    #[test]
    fn no_more_than_the_rate_leaves_in_any_second() {
        for rate in [1.0, 2.0, 7.0, 50.0] {
            let mut rate_limits = RateLimits::new(rate);
            let sent: Vec<i64> =
                (0..10_000).filter(|millis| rate_limits.take(ACCOUNT, at(*millis)).is_ok()).collect();
            assert_eq!(sent.len() as f64, 10.0 * rate, "nothing is wasted");
            for (place, first) in sent.iter().enumerate() {
                let within = sent[place..].iter().take_while(|later| *later - first < 1_000).count();
                assert!(within as f64 <= rate, "{within} in the second after {first}");
            }
        }
    }

    #[test]
    fn a_held_account_says_when_it_is_free() {
        let mut rate_limits = RateLimits::new(2.0);
        assert!(rate_limits.take(ACCOUNT, at(0)).is_ok() && rate_limits.take(ACCOUNT, at(300)).is_ok());
        assert_eq!(rate_limits.take(ACCOUNT, at(400)), Err(Some(at(1_000))));
        assert_eq!(rate_limits.held(at(400)), (vec![ACCOUNT], Some(at(1_000))));
        assert_eq!(rate_limits.room(at(1_000)), 1);
    }

    #[test]
    fn a_slow_rate_still_sends_one_by_one() {
        let mut rate_limits = RateLimits::new(0.1);
        assert!(rate_limits.take(ACCOUNT, at(0)).is_ok());
        assert_eq!(rate_limits.take(ACCOUNT, at(0)), Err(Some(at(10_000))));
        assert!(rate_limits.take(ACCOUNT, at(10_000)).is_ok());
    }

    #[test]
    fn rests_grow_until_something_went_well() {
        let mut rate_limits = RateLimits::new(2.0);
        assert_eq!(rate_limits.slow_down(ACCOUNT, at(0)), at(30_000));
        assert_eq!(rate_limits.slow_down(ACCOUNT, at(5)), at(30_000), "called at the same time");
        assert_eq!(rate_limits.take(ACCOUNT, at(29_000)), Err(Some(at(30_000))));
        assert_eq!(rate_limits.slow_down(ACCOUNT, at(30_000)), at(90_000));
        assert!(rate_limits.take(ACCOUNT, at(90_000)).is_ok());
        rate_limits.went_well(ACCOUNT);
        assert_eq!(rate_limits.slow_down(ACCOUNT, at(90_000)), at(120_000));
    }

    #[test]
    fn a_paused_account_waits_for_another_token() {
        let mut rate_limits = RateLimits::new(2.0);
        assert!(rate_limits.pause(ACCOUNT, 1) && !rate_limits.pause(ACCOUNT, 1));
        assert_eq!(rate_limits.take(ACCOUNT, at(3_600_000)), Err(None));
        assert!(rate_limits.resume(|_| Some(1)).is_empty() && rate_limits.is_any_paused());
        assert_eq!(rate_limits.resume(|_| Some(2)), [ACCOUNT]);
        assert!(rate_limits.take(ACCOUNT, at(3_600_000)).is_ok());
    }

    #[test]
    fn a_clock_that_jumps_back_neither_stops_nor_floods() {
        let mut rate_limits = RateLimits::new(2.0);
        rate_limits.take(ACCOUNT, at(0)).unwrap();
        rate_limits.take(ACCOUNT, at(0)).unwrap();
        assert_eq!(rate_limits.take(ACCOUNT, at(-3_600_000)), Err(Some(at(-3_600_000 + 1_000))));
        assert!(rate_limits.take(ACCOUNT, at(-3_600_000 + 1_000)).is_ok());
        rate_limits.slow_down(ACCOUNT, at(86_400_000));
        assert!(rate_limits.take(ACCOUNT, at(0)).is_ok(), "a rest from a day ahead");
    }
}
