//! The border to the platforms: what the rest of the program may ask of one. Each has a folder of its own; once there is
//! a second one, these functions choose by the profile.

pub mod call_fault;
pub mod decode_fault;
pub mod reason;
pub mod weibo;

use crate::model::id::UserId;
use crate::model::message::{Format, InboundMessage};

pub use call_fault::{CallFault, PlatformFault};
pub use decode_fault::DecodeFault;
pub use reason::Reason;
pub use weibo::api::{Platform, Timing, client_with_roots};
pub use weibo::{decode, decode_reply, encode_message, encode_reply, recording, signature};

/// What a push says.
#[derive(Clone, Debug, PartialEq)]
pub enum Inbound {
    Message(InboundMessage),
    /// A type or subtype that is not known. The platform asks to let them pass (docs/protocol.md 2.5).
    Unknown {
        account: UserId,
        format: Format,
        /// The name of it: at most 64 characters, none of them a control character.
        what: String,
    },
}

/// The format of the answer has no form for this kind of reply (docs/protocol.md 5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an XML answer cannot carry a reply of the kind {kind}")]
pub struct CannotCarry {
    pub kind: &'static str,
}

/// What a failed call says about trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryAdvice {
    /// Nothing is wrong with the call: later it may succeed.
    Retry,
    /// The account calls too often or from a wrong place: later, and more slowly.
    SlowDown,
    /// Nothing of this account will succeed until it has another token.
    TokenRejected,
    /// It would fail again.
    GiveUp,
    /// It may have succeeded: to try again may do it twice.
    InDoubt,
}
