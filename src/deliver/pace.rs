//! Pace: how fast an account may send now: a token bucket, a rest after the platform called it too fast, and
//! a pause until it has another token. It knows the clock's moments only as it is told them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::id::UserId;

/// The first rest after a rate code; each further one is twice as long.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(15);

/// The paces of all accounts.
#[derive(Debug)]
pub struct Paces {
    /// Messages per second and account.
    rate: f64,
    accounts: HashMap<UserId, Pace>,
}

#[derive(Debug)]
struct Pace {
    /// Messages that may be sent at once.
    tokens: f64,
    at: Timestamp,
    rests_until: Option<Timestamp>,
    rest: SignedDuration,
    /// Until another token is there.
    paused: bool,
}

impl Paces {
    /// `rate` is above 0, in messages per second and account.
    pub fn new(rate: f64) -> Self {
        Self { rate, accounts: HashMap::new() }
    }

    /// Takes the right to send one message. `Err` says when to ask again; an account that is paused has no
    /// such moment.
    pub fn take(&mut self, account: UserId, now: Timestamp) -> Result<(), Option<Timestamp>> {
        let rate = self.rate;
        let pace = self.pace(account, now);
        pace.fill(rate, now);
        if let Some(ready) = pace.ready_at(rate, now) {
            return Err(ready);
        }
        pace.tokens -= 1.0;
        Ok(())
    }

    /// The accounts that may not send now, and the first moment at which one of them may.
    pub fn held(&mut self, now: Timestamp) -> (Vec<UserId>, Option<Timestamp>) {
        let rate = self.rate;
        let mut first: Option<Timestamp> = None;
        let mut held = Vec::new();
        for (account, pace) in &mut self.accounts {
            pace.fill(rate, now);
            if let Some(ready) = pace.ready_at(rate, now) {
                held.push(*account);
                first = ready.into_iter().chain(first).min();
            }
        }
        (held, first)
    }

    /// How many messages may be sent now, of all accounts that are not held; at least one, for an account
    /// that has not sent yet.
    pub fn room(&mut self, now: Timestamp) -> usize {
        let rate = self.rate;
        let room = |pace: &mut Pace| {
            pace.fill(rate, now);
            if pace.ready_at(rate, now).is_none() { pace.tokens as usize } else { 0 }
        };
        self.accounts.values_mut().map(room).sum::<usize>().max(capacity(rate) as usize)
    }

    /// The platform says that this account calls too often.
    pub fn slow_down(&mut self, account: UserId, now: Timestamp) -> Timestamp {
        let pace = self.pace(account, now);
        let until = now.saturating_add(pace.rest).unwrap_or(Timestamp::MAX);
        pace.rests_until = Some(until);
        pace.rest = (pace.rest * 2).min(LONGEST_REST);
        until
    }

    /// A message went through: the next rest is a short one again.
    pub fn went_well(&mut self, account: UserId, now: Timestamp) {
        self.pace(account, now).rest = FIRST_REST;
    }

    /// The account's token is refused. True when that is news.
    pub fn pause(&mut self, account: UserId, now: Timestamp) -> bool {
        !std::mem::replace(&mut self.pace(account, now).paused, true)
    }

    /// The account has another token.
    pub fn resume(&mut self, account: UserId) {
        if let Some(pace) = self.accounts.get_mut(&account) {
            pace.paused = false;
        }
    }

    pub fn paused(&self) -> Vec<UserId> {
        self.accounts.iter().filter(|(_, pace)| pace.paused).map(|(account, _)| *account).collect()
    }

    fn pace(&mut self, account: UserId, now: Timestamp) -> &mut Pace {
        let tokens = capacity(self.rate);
        self.accounts.entry(account).or_insert(Pace {
            tokens,
            at: now,
            rests_until: None,
            rest: FIRST_REST,
            paused: false,
        })
    }
}

impl Pace {
    /// A clock that jumped back gives nothing and takes nothing.
    fn fill(&mut self, rate: f64, now: Timestamp) {
        let passed = now.duration_since(self.at).as_secs_f64().max(0.0);
        self.tokens = (self.tokens + passed * rate).min(capacity(rate));
        self.at = now;
    }

    /// `None` when a message may be sent now; else when one may, if that is known.
    fn ready_at(&self, rate: f64, now: Timestamp) -> Option<Option<Timestamp>> {
        if self.paused {
            return Some(None);
        }
        if let Some(until) = self.rests_until.filter(|until| *until > now) {
            return Some(Some(until));
        }
        let missing = 1.0 - self.tokens;
        let wait = SignedDuration::try_from_secs_f64(missing / rate).ok()?;
        // less than a millisecond is within what the clock's steps can tell
        (wait > SignedDuration::from_millis(1)).then(|| now.checked_add(wait).ok())
    }
}

/// The most messages at once: a second's worth.
fn capacity(rate: f64) -> f64 {
    rate.max(1.0)
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
        let mut paces = Paces::new(2.0);
        assert!(paces.take(ACCOUNT, at(0)).is_ok() && paces.take(ACCOUNT, at(0)).is_ok());
        assert_eq!(paces.take(ACCOUNT, at(0)), Err(Some(at(500))));
        assert_eq!(paces.held(at(0)), (vec![ACCOUNT], Some(at(500))));
        assert!(paces.take(ACCOUNT, at(500)).is_ok());
        let sent = (0..10_000).filter(|millis| paces.take(ACCOUNT, at(500 + millis)).is_ok()).count();
        assert!((19..=21).contains(&sent), "{sent} in ten seconds");
    }

    #[test]
    fn a_slow_rate_still_sends_one_by_one() {
        let mut paces = Paces::new(0.1);
        assert!(paces.take(ACCOUNT, at(0)).is_ok());
        assert_eq!(paces.take(ACCOUNT, at(0)), Err(Some(at(10_000))));
        assert!(paces.take(ACCOUNT, at(10_000)).is_ok());
    }

    #[test]
    fn rests_grow_until_something_went_well() {
        let mut paces = Paces::new(2.0);
        assert_eq!(paces.slow_down(ACCOUNT, at(0)), at(30_000));
        assert_eq!(paces.take(ACCOUNT, at(29_000)), Err(Some(at(30_000))));
        assert_eq!(paces.slow_down(ACCOUNT, at(30_000)), at(90_000));
        assert!(paces.take(ACCOUNT, at(90_000)).is_ok());
        paces.went_well(ACCOUNT, at(90_000));
        assert_eq!(paces.slow_down(ACCOUNT, at(90_000)), at(120_000));
    }

    #[test]
    fn a_paused_account_waits_for_its_token_alone() {
        let mut paces = Paces::new(2.0);
        assert!(paces.pause(ACCOUNT, at(0)) && !paces.pause(ACCOUNT, at(0)));
        assert_eq!(paces.take(ACCOUNT, at(3_600_000)), Err(None));
        assert_eq!(paces.paused(), [ACCOUNT]);
        paces.resume(ACCOUNT);
        assert!(paces.take(ACCOUNT, at(3_600_000)).is_ok());
    }

    #[test]
    fn a_clock_that_jumps_back_neither_stops_nor_floods() {
        let mut paces = Paces::new(2.0);
        paces.take(ACCOUNT, at(0)).unwrap();
        paces.take(ACCOUNT, at(0)).unwrap();
        assert_eq!(paces.take(ACCOUNT, at(-3_600_000)), Err(Some(at(-3_600_000 + 500))));
        assert!(paces.take(ACCOUNT, at(-3_600_000 + 500)).is_ok());
    }
}
