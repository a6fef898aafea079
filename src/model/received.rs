//! A message as it was received: what the fan did, when it reached us, and its identity.

use jiff::Timestamp;

use super::key::MessageKey;
use super::message::InboundMessage;
use super::profile::Profile;

#[derive(Clone, Copy, Debug)]
pub struct Received<'m> {
    pub key: MessageKey,
    pub message: &'m InboundMessage,
    /// The time of everything that follows from it.
    pub at: Timestamp,
    /// Of the platform that sent it.
    pub profile: &'static Profile,
}

impl<'m> Received<'m> {
    pub fn new(message: &'m InboundMessage, at: Timestamp, profile: &'static Profile) -> Self {
        Self { key: MessageKey::of(message), message, at, profile }
    }
}
