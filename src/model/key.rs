//! The message key: one identity for a message and all the platform's retries of it, in either format, on every replica.
//! The signature, the formatting and the time of receipt do not enter into it.

use std::fmt;

use sha1::{Digest, Sha1};

use super::message::{Content, InboundMessage};

/// Kept on disk: a change of what goes into the hash needs a new version.
const VERSION: &[u8] = b"fanreply message 1";
/// Where the ids are no numbers, so that no key of one form is one of the other.
const VERSION_OF_TEXT_IDS: &[u8] = b"fanreply message 2";

/// The identity of a message, and the seed of its dice.
///
/// SHA-1 is enough here: a fan who built a collision would only mix up two messages of his own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey([u8; 20]);

impl MessageKey {
    pub fn of(message: &InboundMessage) -> Self {
        let mut hash = Sha1::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        match (message.account.number(), message.sender.number()) {
            (Some(account), Some(sender)) => {
                field(VERSION);
                field(&account.to_be_bytes());
                field(&sender.to_be_bytes());
            }
            _ => {
                field(VERSION_OF_TEXT_IDS);
                field(message.account.as_str().as_bytes());
                field(message.sender.as_str().as_bytes());
            }
        }
        field(&message.created_at.as_second().to_be_bytes());
        field(message.kind().as_str().as_bytes());
        match &message.content {
            Content::Text(text) => field(text.as_bytes()),
            Content::Voice(media) | Content::Image(media) => field(media.0.as_bytes()),
            Content::Position(position) => {
                field(&micro_degrees(position.longitude()).to_be_bytes());
                field(&micro_degrees(position.latitude()).to_be_bytes());
            }
            Content::Mention(mention) => {
                field(mention.key.as_bytes());
                field(mention.text.as_bytes());
            }
            Content::Event(event) => field(event.key().unwrap_or_default().as_bytes()),
        }
        if let Some(id) = message.platform_id {
            field(&id.to_be_bytes());
        }
        Self(hash.finalize().into())
    }

    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The first eight bytes as a number: the seed of everything drawn by chance for this message.
    pub fn seed(&self) -> u64 {
        self.0.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }
}

/// JSON and XML may write the same coordinate with other digits; a millionth of a degree is 0.1 m.
fn micro_degrees(degrees: f64) -> i64 {
    (degrees * 1e6).round() as i64
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::UserId;
    use crate::model::message::Format;

    fn key(account: UserId, sender: UserId, platform_id: Option<u64>) -> String {
        let content = Content::Text("你好".to_owned());
        let created_at = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        let message =
            InboundMessage { account, sender, created_at, platform_id, format: Format::Json, content };
        MessageKey::of(&message).to_string()
    }

    #[test]
    fn the_key_of_a_message_stays_the_same() {
        let id = |number| UserId::new(number).unwrap();
        assert_eq!(
            key(id(3_600_001_001), id(1_700_002_001), None),
            "4117add3e715768174b6f6a897cea26f3f13a888"
        );
        assert_eq!(
            key(id(i64::MAX as u64), id(1), Some(u64::MAX)),
            "1164b0994371c9262e1aace77a9c6fb731fbdc17"
        );
        let text = |id: &str| id.parse().unwrap();
        let of_text = key(text("gh_7f083739789a"), text("oLVPpjqs9BhvzwPj5A-vTYAX3GLc"), None);
        assert_eq!(of_text, "bcc4061bdea8f705961418692128b53c50f5eb7f");
    }
}
