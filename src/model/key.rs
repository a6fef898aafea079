//! The message key: one identity for a message and all the platform's retries of it, in either format,
//! on every replica. It never looks at the signature, the formatting or the time of receipt.

use std::fmt;

use sha1::{Digest, Sha1};

use super::message::{Content, InboundMessage};

/// Kept on disk: a change of what goes into the hash needs a new version.
const VERSION: &[u8] = b"fanreply message 1";

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
        field(VERSION);
        field(&message.account.get().to_be_bytes());
        field(&message.sender.get().to_be_bytes());
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
