//! Repeats: the platform sends a message again when no answer came within five seconds, up to three times
//! (docs/protocol.md 3). A repeat gets the answer of the first, and one that comes while the first is still
//! being answered waits for it. What is kept is bounded in number, bytes and time, and stays in memory.

use std::collections::HashMap;
use std::future::Future;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;

use crate::model::id::UserId;
use crate::model::key::MessageKey;

/// How long an answer is kept at least, unless more than [`MOST`] of them or [`MOST_BYTES`] come in that time:
/// the platform's last try comes some twenty seconds after the first.
const KEPT: SignedDuration = SignedDuration::from_secs(90);
/// Answers of one generation; two of them are kept.
const MOST: usize = 20_000;
/// Bytes of the answers of one generation.
const MOST_BYTES: usize = 32 << 20;

/// The answers of the last minutes, by message.
#[derive(Debug)]
pub struct Repeats<A> {
    generations: Mutex<Generations<A>>,
    bytes_of: fn(&A) -> usize,
    /// Of the answers that were given since the young generation began.
    bytes: AtomicUsize,
}

#[derive(Debug)]
struct Generations<A> {
    began: Timestamp,
    young: Slots<A>,
    old: Slots<A>,
}

type Slots<A> = HashMap<MessageKey, Arc<Slot<A>>, BuildHasherDefault<KeyHasher>>;

/// A message key is a hash already: its first bytes will do.
#[derive(Debug, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        let first = bytes.first_chunk().copied().unwrap_or_default();
        self.0 ^= u64::from_ne_bytes(first);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// One message's answer, or the wait for it.
#[derive(Debug)]
struct Slot<A> {
    sender: UserId,
    answer: OnceCell<A>,
}

impl<A: Clone> Repeats<A> {
    /// `bytes_of` tells how much memory an answer keeps.
    pub fn new(bytes_of: fn(&A) -> usize) -> Self {
        let generations =
            Generations { began: Timestamp::UNIX_EPOCH, young: Slots::default(), old: Slots::default() };
        Self { generations: Mutex::new(generations), bytes_of, bytes: AtomicUsize::new(0) }
    }

    /// The answer to a message, and whether it is that of an earlier delivery. `first` answers it when it
    /// has not been answered yet; when that is given up half-way, the next delivery starts anew.
    pub async fn answer(
        &self,
        key: MessageKey,
        sender: UserId,
        now: Timestamp,
        first: impl Future<Output = A>,
    ) -> (A, bool) {
        let slot = self.slot(key, sender, now);
        let mut is_repeat = true;
        let answer = slot.answer.get_or_init(|| {
            is_repeat = false;
            first
        });
        let answer = answer.await.clone();
        if !is_repeat {
            self.bytes.fetch_add((self.bytes_of)(&answer), Ordering::Relaxed);
        }
        (answer, is_repeat)
    }

    /// Forgets the answers to this fan; tells how many there were.
    pub fn forget(&self, sender: UserId) -> usize {
        let mut generations = self.lock();
        let before = generations.young.len() + generations.old.len();
        generations.young.retain(|_, slot| slot.sender != sender);
        generations.old.retain(|_, slot| slot.sender != sender);
        before - generations.young.len() - generations.old.len()
    }

    fn slot(&self, key: MessageKey, sender: UserId, now: Timestamp) -> Arc<Slot<A>> {
        let mut generations = self.lock();
        if let Some(slot) = generations.young.get(&key).or_else(|| generations.old.get(&key)) {
            return slot.clone();
        }
        let forgotten = generations.age(now, &self.bytes);
        let slot = Arc::new(Slot { sender, answer: OnceCell::new() });
        generations.young.insert(key, slot.clone());
        drop(generations);
        // thousands of answers are let go of while nobody waits for the lock
        drop(forgotten);
        slot
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations<A>> {
        // nothing in here can panic half-way through a change
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Generations<A> {
    /// Begins a new generation when it is time; the one that is forgotten then.
    fn age(&mut self, now: Timestamp, bytes: &AtomicUsize) -> Option<Slots<A>> {
        // a clock that jumped back must not keep a generation for ever
        let age = now.duration_since(self.began);
        let is_full = self.young.len() >= MOST || bytes.load(Ordering::Relaxed) >= MOST_BYTES;
        (is_full || age >= KEPT || age.is_negative()).then(|| {
            self.began = now;
            bytes.store(0, Ordering::Relaxed);
            let young = std::mem::take(&mut self.young);
            std::mem::replace(&mut self.old, young)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::{Content, Format, InboundMessage};

    fn key(number: usize) -> MessageKey {
        MessageKey::of(&InboundMessage {
            account: UserId::SOMEBODY,
            sender: UserId::SOMEBODY,
            created_at: Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: Content::Text(number.to_string()),
        })
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    #[tokio::test]
    async fn a_repeat_gets_the_answer_of_the_first() {
        let repeats = Repeats::new(|_| 0);
        let answer = |number, text| repeats.answer(key(number), UserId::SOMEBODY, at(0), async move { text });
        assert_eq!(answer(1, "first").await, ("first", false));
        assert_eq!(answer(1, "second").await, ("first", true));
        assert_eq!(answer(2, "other").await, ("other", false));
    }

    #[tokio::test]
    async fn a_repeat_waits_for_the_first_that_is_still_being_answered() {
        let repeats = Arc::new(Repeats::new(|_| 0));
        let asked = Arc::new(AtomicUsize::new(0));
        let (release, released) = tokio::sync::oneshot::channel::<()>();
        let first = tokio::spawn({
            let (repeats, asked) = (repeats.clone(), asked.clone());
            async move {
                let slow = async {
                    asked.fetch_add(1, Ordering::SeqCst);
                    released.await.unwrap();
                    "slow"
                };
                repeats.answer(key(1), UserId::SOMEBODY, at(0), slow).await
            }
        });
        while asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let repeats = repeats.clone();
            async move { repeats.answer(key(1), UserId::SOMEBODY, at(1), async { "never" }).await }
        });
        tokio::task::yield_now().await;
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), ("slow", false));
        assert_eq!(second.await.unwrap(), ("slow", true));
    }

    #[tokio::test]
    async fn a_first_that_is_given_up_lets_the_next_delivery_start_anew() {
        let repeats = Repeats::new(|_| 0);
        let never = repeats.answer(key(1), UserId::SOMEBODY, at(0), std::future::pending());
        assert!(tokio::time::timeout(std::time::Duration::ZERO, never).await.is_err());
        let again = repeats.answer(key(1), UserId::SOMEBODY, at(5), async { "again" }).await;
        assert_eq!(again, ("again", false));
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_in_time_and_number() {
        let repeats = Repeats::new(|_| 0);
        let answer =
            |number, second| repeats.answer(key(number), UserId::SOMEBODY, at(second), async move { number });
        answer(1, 0).await;
        answer(2, 89).await;
        assert!(answer(1, 89).await.1, "the platform's last try comes within a minute");
        answer(3, 200).await;
        answer(4, 400).await;
        assert!(!answer(1, 401).await.1, "forgotten after two generations");
        for number in 10..10 + 3 * MOST {
            answer(number, 402).await;
        }
        let generations = repeats.lock();
        assert!(generations.young.len() + generations.old.len() <= 2 * MOST);
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_in_bytes() {
        let repeats = Repeats::new(Vec::len);
        for number in 0..1_000 {
            let answer = async { vec![0; MOST_BYTES / 100] };
            repeats.answer(key(number), UserId::SOMEBODY, at(0), answer).await;
        }
        let kept = |slots: &Slots<Vec<u8>>| slots.len() * (MOST_BYTES / 100);
        let generations = repeats.lock();
        let (young, old) = (kept(&generations.young), kept(&generations.old));
        let most = MOST_BYTES + MOST_BYTES / 100;
        assert!(young <= most && old <= most && young + old > MOST_BYTES / 2, "{young} and {old}");
    }

    #[tokio::test]
    async fn a_forgotten_fan_is_answered_anew() {
        let repeats = Repeats::new(|_| 0);
        repeats.answer(key(1), UserId::SOMEBODY, at(0), async { 1 }).await;
        assert_eq!(repeats.forget(UserId::SOMEBODY), 1);
        assert_eq!(repeats.answer(key(1), UserId::SOMEBODY, at(0), async { 2 }).await, (2, false));
    }
}
