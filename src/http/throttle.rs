//! The throttle of failures: a client whose requests are refused again and again is not listened to for a while.
//! What is validly signed is not counted, because behind a proxy all of it comes from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::network::network_of;

/// Failures that may come at once.
const BURST: f64 = 100.0;
/// Failures a second that are forgiven.
const FORGIVEN: f64 = 10.0;
/// Addresses that are remembered; an attacker with more of them is forgotten and forgiven.
const MOST: usize = 10_000;

/// Counts the failures of each client: an IPv4 address, or the network of an IPv6 address.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<IpAddr, Failures>>);

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: f64,
    since: Instant,
    /// Whether it was reported that there are too many, since all its failures were last forgiven.
    told: bool,
}

impl Throttle {
    /// Whether the address has failed too often to be heard now.
    pub fn has_failed_too_often(&self, address: IpAddr, now: Instant) -> bool {
        let addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.get(&network_of(address)).is_some_and(|failures| failures.left(now) > BURST - 1.0)
    }

    /// Notes a failure; whether the address has failed too often.
    pub fn fails_too_often(&self, address: IpAddr, now: Instant) -> bool {
        self.note(address, now, |failures| failures.count > BURST)
    }

    /// Notes a failure; whether it is the first of too many. That is true once, until all its failures are forgiven,
    /// so that an address that goes on and on is reported once.
    pub fn is_first_beyond(&self, address: IpAddr, now: Instant) -> bool {
        self.note(address, now, |failures| {
            let is_news = failures.count > BURST - 1.0 && !failures.told;
            failures.told |= is_news;
            is_news
        })
    }

    fn note(&self, address: IpAddr, now: Instant, told: impl FnOnce(&mut Failures) -> bool) -> bool {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = network_of(address);
        if addresses.len() >= MOST && !addresses.contains_key(&address) {
            addresses.retain(|_, failures| failures.left(now) > 0.0);
            if addresses.len() >= MOST {
                addresses.clear();
            }
        }
        let failures = addresses.entry(address).or_insert(Failures { count: 0.0, since: now, told: false });
        let left = failures.left(now);
        let count = (left + 1.0).min(BURST + FORGIVEN);
        *failures = Failures { count, since: now, told: failures.told && left > 0.0 };
        told(failures)
    }
}

impl Failures {
    fn left(&self, now: Instant) -> f64 {
        let forgiven = now.saturating_duration_since(self.since).as_secs_f64() * FORGIVEN;
        (self.count - forgiven).max(0.0)
    }
}

/// How long an address must keep quiet, at most, until it is listened to again.
pub const LONGEST: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([127, 0, 0, last])
    }

    #[test]
    fn a_burst_is_heard_and_a_flood_is_not() {
        let throttle = Throttle::default();
        let now = Instant::now();
        assert!((0..100).all(|_| !throttle.fails_too_often(address(1), now)));
        assert!(throttle.fails_too_often(address(1), now));
        assert!(!throttle.fails_too_often(address(2), now), "another address is not to blame");
    }

    #[test]
    fn whoever_has_a_whole_network_is_one_client() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let of = |network: u128, number: u128| IpAddr::from((network << 64 | number).to_be_bytes());
        assert!((0..100).all(|number| !throttle.fails_too_often(of(7, number), now)));
        assert!(throttle.fails_too_often(of(7, 100), now));
        assert!(throttle.has_failed_too_often(of(7, 101), now));
        assert!(!throttle.has_failed_too_often(of(8, 1), now), "another network is not to blame");
    }

    #[test]
    fn whoever_keeps_quiet_is_forgiven() {
        let throttle = Throttle::default();
        let now = Instant::now();
        (0..1_000).for_each(|_| {
            throttle.fails_too_often(address(1), now);
        });
        assert!(!throttle.fails_too_often(address(1), now + LONGEST));
    }

    #[test]
    fn it_is_told_once_that_an_address_is_shut_out_and_again_when_all_was_forgiven() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let told = |from: Instant| {
            let guess = |number: u32| {
                let now = from + Duration::from_millis(50) * number;
                !throttle.has_failed_too_often(address(1), now) && throttle.is_first_beyond(address(1), now)
            };
            (0..400).filter(|number| guess(*number)).count()
        };
        assert_eq!(told(now), 1);
        assert_eq!(told(now + Duration::from_secs(60)), 1);
    }

    #[test]
    fn many_addresses_take_bounded_memory() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for number in 0..3 * MOST as u32 {
            throttle.fails_too_often(IpAddr::from(number.to_be_bytes()), now);
        }
        assert!(throttle.0.lock().unwrap().len() <= MOST);
    }
}
