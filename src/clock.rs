//! The clock: the one place that asks what time it is, and the deadline of a request. Tests use a clock that
//! they move by hand.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Tells the time. Clones of a manual clock share it.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Manual(Arc<Mutex<Hands>>),
}

/// What a manual clock shows.
#[derive(Debug)]
pub struct Hands {
    now: Timestamp,
    steady: Duration,
}

impl Clock {
    /// A clock that stands at `now` until it is moved.
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(Mutex::new(Hands { now, steady: Duration::ZERO })))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            // the only place where this call is allowed: clippy.toml bans it elsewhere
            #[allow(clippy::disallowed_methods)]
            Self::System => Timestamp::now(),
            Self::Manual(hands) => hands.lock().unwrap_or_else(PoisonError::into_inner).now,
        }
    }

    /// The time that has passed since a moment that stays the same, by a clock that nobody sets.
    pub fn steady(&self) -> Duration {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        match self {
            Self::System => BEGAN.elapsed(),
            Self::Manual(hands) => hands.lock().unwrap_or_else(PoisonError::into_inner).steady,
        }
    }

    /// Has time pass by a manual clock, or sets it back; the system's clock stays as it is.
    pub fn advance(&self, by: SignedDuration) {
        self.jump(by);
        if let Self::Manual(hands) = self {
            let mut hands = hands.lock().unwrap_or_else(PoisonError::into_inner);
            hands.steady += Duration::try_from(by).unwrap_or(Duration::ZERO);
        }
    }

    /// Sets a manual clock, though no time has passed.
    pub fn jump(&self, by: SignedDuration) {
        if let Self::Manual(hands) = self {
            let mut hands = hands.lock().unwrap_or_else(PoisonError::into_inner);
            hands.now = hands.now.saturating_add(by).unwrap_or(Timestamp::MAX);
        }
    }
}

/// How long after its head has arrived a push is answered at the latest: the platform hangs up after five seconds
/// (docs/protocol.md 3), and the answer has to travel.
const ANSWERED_WITHIN: Duration = Duration::from_millis(4_500);

/// The moment until which the answer to a request is of use. Each request has one; whatever waits on the way to the
/// answer waits at most until then.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline of a push whose head arrived then.
    pub fn of(received: Instant) -> Self {
        Self(received + ANSWERED_WITHIN)
    }

    /// The time that is left; zero when the deadline has passed.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
