//! Repeats: the platform sends a message again when no answer came within five seconds, up to three times
//! (docs/protocol.md 3). A repeat gets the answer of the first, and one that comes while the first is still
//! being answered waits for it. What is kept is bounded in number, bytes and time, and stays in memory.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use crate::model::id::UserId;
use crate::model::key::MessageKey;
use crate::model::message::Format;
use crate::store::PassiveAnswer;

/// How long an answer is kept at least, unless more than [`MOST`] of them or [`MOST_BYTES`] come in that time:
/// the platform's last try comes some twenty seconds after the first.
const KEPT: SignedDuration = SignedDuration::from_secs(90);
/// Answers of one generation; two of them are kept.
const MOST: usize = 20_000;
/// Bytes of the answers of one generation.
const MOST_BYTES: usize = 32 << 20;

/// The answers of the last minutes, by message.
#[derive(Debug)]
pub struct Repeats(Mutex<Generations>);

#[derive(Debug)]
struct Generations {
    /// How many claims there were.
    claims: u64,
    began: Timestamp,
    young: Generation,
    old: Generation,
}

/// Answers that came one after another. Their bytes stand in one place, so that none is let go of by itself.
#[derive(Debug, Default)]
struct Generation {
    answers: HashMap<MessageKey, Kept, BuildHasherDefault<KeyHasher>>,
    bytes: Vec<u8>,
}

/// What is known of one message.
#[derive(Debug)]
struct Kept {
    sender: UserId,
    state: State,
}

#[derive(Debug)]
enum State {
    /// It is being answered by whoever holds the claim of this number; those who wait for it are told when that ends.
    Open {
        claim: u64,
        ended: Option<Arc<Notify>>,
    },
    Silence,
    /// So many bytes of the generation, from the first number on.
    Reply {
        format: Format,
        begin: usize,
        length: usize,
    },
}

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

/// What a delivery of a message meets.
enum Look {
    /// The number of its claim.
    First(u64),
    Answered(PassiveAnswer),
    /// Another delivery is being answered; ends when this has its answer or is given up.
    Open(OwnedNotified),
}

/// The right to answer a message: all other deliveries of it wait meanwhile. When it is dropped, the next one
/// begins anew.
#[derive(Debug)]
pub struct Claim {
    repeats: Arc<Repeats>,
    key: MessageKey,
    number: u64,
    is_kept: bool,
}

impl Claim {
    /// Gives this answer to all later deliveries of the message.
    pub fn keep(mut self, answer: &PassiveAnswer) {
        self.is_kept = true;
        self.repeats.lock().keep(self.key, self.number, answer);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.is_kept {
            self.repeats.lock().give_up(self.key, self.number);
        }
    }
}

impl Default for Repeats {
    fn default() -> Self {
        Self(Mutex::new(Generations {
            claims: 0,
            began: Timestamp::UNIX_EPOCH,
            young: Generation::default(),
            old: Generation::default(),
        }))
    }
}

impl Repeats {
    /// The right to answer a message, or the answer of an earlier delivery, which is waited for where it is not there yet.
    pub async fn claim(
        self: &Arc<Self>,
        key: MessageKey,
        sender: UserId,
        now: Timestamp,
    ) -> Result<Claim, PassiveAnswer> {
        loop {
            match self.look(key, sender, now) {
                Look::First(number) => {
                    return Ok(Claim { repeats: self.clone(), key, number, is_kept: false });
                }
                Look::Answered(answer) => return Err(answer),
                Look::Open(ended) => ended.await,
            }
        }
    }

    fn look(&self, key: MessageKey, sender: UserId, now: Timestamp) -> Look {
        let mut generations = self.lock();
        if let Some(look) = generations.both().find_map(|generation| generation.look(key)) {
            return look;
        }
        let forgotten = generations.age(now);
        generations.claims += 1;
        let claim = generations.claims;
        let state = State::Open { claim, ended: None };
        generations.young.answers.insert(key, Kept { sender, state });
        drop(generations);
        // megabytes are let go of while nobody waits for the lock
        drop(forgotten);
        Look::First(claim)
    }

    /// Forgets the answers to this fan; tells how many there were. One that is on its way is not among them.
    pub fn forget(&self, sender: UserId) -> usize {
        self.lock().both().map(|generation| generation.forget(sender)).sum()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        // nothing in here can panic half-way through a change
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn both(&mut self) -> impl Iterator<Item = &mut Generation> {
        [&mut self.young, &mut self.old].into_iter()
    }

    /// Keeps the answer of this claim.
    fn keep(&mut self, key: MessageKey, claim: u64, answer: &PassiveAnswer) {
        let Some(generation) = self.both().find(|generation| generation.is_claimed(key, claim)) else {
            return;
        };
        let state = match answer {
            None => State::Silence,
            Some((format, body)) => {
                let begin = generation.bytes.len();
                generation.bytes.extend_from_slice(body);
                State::Reply { format: *format, begin, length: body.len() }
            }
        };
        if let Some(kept) = generation.answers.get_mut(&key) {
            std::mem::replace(&mut kept.state, state).tell_those_who_wait();
        }
    }

    /// Forgets a message whose claim was given up.
    fn give_up(&mut self, key: MessageKey, claim: u64) {
        let claimed = self.both().find(|generation| generation.is_claimed(key, claim));
        if let Some(kept) = claimed.and_then(|generation| generation.answers.remove(&key)) {
            kept.state.tell_those_who_wait();
        }
    }

    /// Begins a new generation when it is time; the one that is forgotten then.
    fn age(&mut self, now: Timestamp) -> Option<Generation> {
        // a clock that jumped back must not keep a generation for ever; the times of two messages may be exchanged
        let age = now.duration_since(self.began).abs();
        let is_full = self.young.answers.len() >= MOST || self.young.bytes.len() >= MOST_BYTES;
        (is_full || age >= KEPT).then(|| {
            self.began = now;
            let young = std::mem::take(&mut self.young);
            let mut forgotten = std::mem::replace(&mut self.old, young);
            // what is being answered is as young as ever: others may wait for it
            let open = forgotten.answers.extract_if(|_, kept| matches!(kept.state, State::Open { .. }));
            self.young.answers.extend(open);
            forgotten
        })
    }
}

impl Generation {
    fn look(&mut self, key: MessageKey) -> Option<Look> {
        Some(match &mut self.answers.get_mut(&key)?.state {
            State::Open { ended, .. } => Look::Open(ended.get_or_insert_default().clone().notified_owned()),
            State::Silence => Look::Answered(None),
            State::Reply { format, begin, length } => {
                let body = &self.bytes[*begin..*begin + *length];
                Look::Answered(Some((*format, Bytes::copy_from_slice(body))))
            }
        })
    }

    fn is_claimed(&self, key: MessageKey, number: u64) -> bool {
        let kept = self.answers.get(&key);
        kept.is_some_and(|kept| matches!(kept.state, State::Open { claim, .. } if claim == number))
    }

    fn forget(&mut self, sender: UserId) -> usize {
        let (before, bytes) = (self.answers.len(), &mut self.bytes);
        let is_his = |kept: &Kept| kept.sender == sender && !matches!(kept.state, State::Open { .. });
        for (_, kept) in self.answers.extract_if(|_, kept| is_his(kept)) {
            if let State::Reply { begin, length, .. } = kept.state {
                bytes[begin..begin + length].fill(0);
            }
        }
        before - self.answers.len()
    }
}

impl State {
    /// The answer is there, or will not come.
    fn tell_those_who_wait(self) {
        if let Self::Open { ended: Some(ended), .. } = self {
            ended.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
