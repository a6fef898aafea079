//! Signatures that were used: a signature covers no body (docs/protocol.md 1.2), so whoever has read one could sign
//! messages of his own with it until it is too old. Where the operator wants it, each counts for one message.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::model::key::MessageKey;

/// Signatures that are remembered; some ten megabytes. Beyond them the oldest are forgotten.
const MOST: usize = 100_000;

/// The signatures that were used, and for which message.
pub(super) struct Nonces {
    /// How long one can be used: a timestamp may lie ahead of the clock as far as behind it.
    kept: Option<SignedDuration>,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    by: HashMap<Box<str>, MessageKey>,
    /// In the order in which they came.
    order: VecDeque<(Timestamp, Box<str>)>,
}

impl Nonces {
    pub(super) fn new(max_age: Option<SignedDuration>) -> Self {
        Self { kept: max_age.map(|age| age.saturating_add(age)), used: Mutex::default() }
    }

    /// Whether this signature is free for the message, or was used for this very one: a retry may carry it again.
    pub(super) fn take(&self, signature: &str, key: MessageKey, now: Timestamp) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = used.by.get(signature) {
            return *former == key;
        }
        let is_over = |at: Timestamp| self.kept.is_some_and(|kept| now.duration_since(at) > kept);
        while used.order.len() >= MOST || used.order.front().is_some_and(|(at, _)| is_over(*at)) {
            let Some((_, oldest)) = used.order.pop_front() else { break };
            used.by.remove(&oldest);
        }
        used.by.insert(signature.into(), key);
        used.order.push_back((now, signature.into()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::{Content, Format, InboundMessage};

    fn key(text: &str) -> MessageKey {
        MessageKey::of(&InboundMessage {
            account: "1".parse().unwrap(),
            sender: "2".parse().unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: Content::Text(text.to_owned()),
        })
    }

    #[test]
    fn a_signature_counts_for_one_message_as_long_as_it_can_be_used() {
        let (age, start) = (SignedDuration::from_mins(1), Timestamp::UNIX_EPOCH);
        let nonces = Nonces::new(Some(age));
        assert!(nonces.take("a", key("x"), start) && nonces.take("a", key("x"), start));
        assert!(!nonces.take("a", key("y"), start) && nonces.take("b", key("y"), start));
        assert!(!nonces.take("a", key("y"), start + age + age), "it was signed a minute ahead");
        assert!(nonces.take("c", key("y"), start + age + age + age));
        assert_eq!(nonces.used.lock().unwrap().by.len(), 1, "what is too old is forgotten");
    }

    #[test]
    fn the_signatures_that_are_remembered_are_bounded() {
        let nonces = Nonces::new(None);
        let one = key("x");
        for number in 0..=MOST {
            assert!(nonces.take(&number.to_string(), one, Timestamp::UNIX_EPOCH));
        }
        let used = nonces.used.lock().unwrap();
        assert_eq!((used.by.len(), used.order.len()), (MOST, MOST));
        assert!(!used.by.contains_key("0") && used.by.contains_key("1"));
    }
}
