//! Places for large bodies: so many are read at once. While somebody waits for a place, the body that has been read
//! for longest gives its place up, so that slow senders keep nobody waiting.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Large bodies that are read at once; one on every connection would fill the memory.
static LARGE_BODIES: Semaphore = Semaphore::const_new(32);
/// How long a body waits for a place before it takes that of another.
const PATIENCE: Duration = Duration::from_millis(250);
/// Who has a place, by the order in which they got it.
static TAKEN: Mutex<BTreeMap<u64, CancellationToken>> = Mutex::new(BTreeMap::new());

/// The right to read a large body.
pub struct Place {
    number: u64,
    given_up: CancellationToken,
    _permit: Option<SemaphorePermit<'static>>,
}

impl Place {
    /// Waits for a place. Each [`PATIENCE`] that passes costs the body that has been read for longest its own.
    pub async fn take() -> Self {
        let mut free = pin!(LARGE_BODIES.acquire());
        let permit = loop {
            match timeout(PATIENCE, free.as_mut()).await {
                // the semaphore is never closed
                Ok(permit) => break permit.ok(),
                Err(_) => drop(taken().pop_first().map(|(_, given_up)| given_up.cancel())),
            }
        };
        let given_up = CancellationToken::new();
        let mut taken = taken();
        let number = taken.last_key_value().map_or(0, |(last, _)| last + 1);
        taken.insert(number, given_up.clone());
        Self { number, given_up, _permit: permit }
    }

    /// What the work gives, unless the place is given up before it ends.
    pub async fn hold<F: Future>(self, work: F) -> Option<F::Output> {
        self.given_up.run_until_cancelled(work).await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = taken();
        // once given up, the number may be another's
        if !self.given_up.is_cancelled() {
            taken.remove(&self.number);
        }
    }
}

fn taken() -> MutexGuard<'static, BTreeMap<u64, CancellationToken>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}
