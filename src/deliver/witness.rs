//! Whether the clock can be believed. It is compared with the monotonic clock, which nobody sets: a clock that has
//! jumped, ahead or back, is doubted until it is where it was, or has stood where it is for a while. Promises end by the
//! clock, so they must not end by one that was wrong for some seconds.

use crate::words::log::said;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

/// How far the two clocks may part between two looks: less is no jump that could end a promise of hours.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
/// How long a clock that has jumped is doubted.
const DOUBTED_FOR: Duration = Duration::from_mins(5);

#[derive(Debug)]
pub(super) struct Witness {
    believed: Reading,
    /// What was first read of the clock where it stands since it jumped.
    doubted: Option<Reading>,
}

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    clock: Timestamp,
    steady: Duration,
}

impl Witness {
    pub(super) fn new(clock: Timestamp, steady: Duration) -> Self {
        Self { believed: Reading { clock, steady }, doubted: None }
    }

    pub(super) fn believes(&self) -> bool {
        self.doubted.is_none()
    }

    /// Looks at both clocks. Returns the time: by the clock or, while it is doubted, as it went on from before the jump.
    pub(super) fn look(&mut self, clock: Timestamp, steady: Duration) -> Timestamp {
        let (seen, meanwhile) = (Reading { clock, steady }, self.believed.at(steady));
        let stands = self.doubted.filter(|doubted| are_near(clock, doubted.at(steady)));
        let is_back = are_near(clock, meanwhile);
        if is_back || stands.is_some_and(|doubted| steady.saturating_sub(doubted.steady) >= DOUBTED_FOR) {
            if self.doubted.take().is_some() {
                info!(%clock, is_back, "{}", said("the clock is believed again: sending goes on", "时钟恢复正常：继续发送"));
            }
            self.believed = seen;
            return clock;
        }
        if stands.is_none() {
            warn!(
                %clock, before = %meanwhile,
                "{}",
                said(
                    "the clock has jumped: nothing is sent, and no promise ends, until it is back or has stood there \
                     for 5 minutes",
                    "时钟跳变了：在它恢复正常、或者稳定 5 分钟之前，不发送消息，答应过的消息也不会过期"
                )
            );
            self.doubted = Some(seen);
        }
        meanwhile
    }
}

impl Reading {
    /// What the clock shows then, if it goes like the monotonic one.
    fn at(self, steady: Duration) -> Timestamp {
        let passed =
            SignedDuration::try_from(steady.saturating_sub(self.steady)).unwrap_or(SignedDuration::MAX);
        self.clock.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }
}

fn are_near(one: Timestamp, other: Timestamp) -> bool {
    one.duration_since(other).abs() <= TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    /// Looks at the clock, which is so many seconds off, so many seconds after the start; the time that is believed.
    fn look(witness: &mut Witness, second: u64, off: i64) -> i64 {
        let clock = Timestamp::from_second(1_800_000_000 + second.cast_signed() + off).unwrap();
        witness.look(clock, Duration::from_secs(second)).as_second() - 1_800_000_000
    }

    #[test]
    fn a_clock_that_jumped_is_doubted_until_it_is_back_or_has_stood_there() {
        let mut witness = Witness::new(Timestamp::from_second(1_800_000_000).unwrap(), Duration::ZERO);
        assert_eq!((look(&mut witness, 1_000, 5), witness.believes()), (1_005, true), "a correction");
        for (at, off) in [(1_010, 3 * DAY), (1_020, 2 * DAY)] {
            assert_eq!((look(&mut witness, at, off), witness.believes()), (at.cast_signed() + 5, false));
            let back = at + 3;
            assert_eq!((look(&mut witness, back, 5), witness.believes()), (back.cast_signed() + 5, true));
        }
        assert_eq!(
            (look(&mut witness, 1_500, -10 * DAY), witness.believes()),
            (1_505, false),
            "it was set back"
        );
        assert_eq!((look(&mut witness, 1_600, 5), witness.believes()), (1_605, true));
        look(&mut witness, 1_950, 5);
        look(&mut witness, 2_000, 3 * DAY);
        look(&mut witness, 2_200, 4 * DAY);
        assert_eq!(
            (look(&mut witness, 2_301, 4 * DAY), witness.believes()),
            (2_306, false),
            "it jumped twice"
        );
        assert_eq!(look(&mut witness, 2_501, 4 * DAY), 2_501 + 4 * DAY);
        assert!(witness.believes());
    }
}
