//! The border to the platforms: what the rest of the program may ask of one, and the table of those that there are. Each
//! has a folder of its own; nobody outside names one.

pub mod call_fault;
mod client;
pub mod decode_fault;
pub mod reason;
pub mod route;
mod signature_fault;
pub mod weibo;

use std::pin::Pin;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use crate::model::decision::Outcome;
use crate::model::id::{NotAUserId, RuleName, UserId};
use crate::model::menu::Menu;
use crate::model::message::{Content, Format, InboundMessage};
use crate::model::profile::Profile;
use crate::model::query::Query;
use crate::model::reply::Reply;

pub use call_fault::{CallFault, PlatformFault};
pub use client::{Platform, Timing, client_with_roots};
pub use decode_fault::DecodeFault;
pub use reason::Reason;
pub use signature_fault::SignatureFault;

/// The platforms that there are.
static PROTOCOLS: [&Protocol; 1] = [&weibo::PROTOCOL];
/// The platform of an account whose settings name none.
pub const DEFAULT: &Profile = &weibo::profile::WEIBO;

/// What a platform does, beside what its profile says of it: the functions of its folder. All but the calls are pure.
pub struct Protocol {
    pub profile: &'static Profile,
    /// Checks that the platform sent a request, by its query. Without a greatest age any time counts.
    pub verify: fn(&SecretString, &Query, Timestamp, Option<SignedDuration>) -> Result<(), SignatureFault>,
    /// What the platform makes anew for each message: the signature of a verified request, in one spelling.
    pub once: fn(&Query) -> String,
    /// The query of a request as the platform would sign it, with a nonce.
    pub sign: fn(&SecretString, Timestamp, String) -> Vec<(&'static str, String)>,
    /// Reads a push, in whichever format it is.
    pub decode: fn(&[u8]) -> Result<Inbound, DecodeFault>,
    /// Writes a push in the message's format, as the platform would.
    pub encode_message: fn(&InboundMessage) -> Vec<u8>,
    /// Writes the passive reply to a message, in the message's format.
    pub encode_reply: fn(&Reply, &InboundMessage, Timestamp) -> Result<Vec<u8>, CannotCarry>,
    /// Reads a passive reply, as the platform would.
    pub decode_reply: fn(&[u8]) -> Result<Option<Reply>, DecodeFault>,
    /// Writes a message as a line of a recording, with what became of it.
    pub encode_line: fn(&InboundMessage, Timestamp, &Given) -> String,
    /// Reads a line of a recording: the message, and when it was received.
    pub decode_line: DecodeLine,
    /// Sends a customer-service message to a fan.
    pub send: for<'a> fn(&'a Platform, &'a SecretString, UserId, &'a Reply) -> Call<'a, ()>,
    /// The menu that fans see now, if there is one.
    pub menu: for<'a> fn(&'a Platform, &'a SecretString) -> Call<'a, Option<Menu>>,
    pub publish_menu: for<'a> fn(&'a Platform, &'a SecretString, &'a Menu) -> Call<'a, ()>,
    pub delete_menu: for<'a> fn(&'a Platform, &'a SecretString) -> Call<'a, ()>,
    /// Chooses the format of the pushes.
    pub set_format: for<'a> fn(&'a Platform, &'a SecretString, Format) -> Call<'a, ()>,
}

pub type DecodeLine = fn(&[u8], &Unsaid) -> Result<(Inbound, Timestamp), DecodeFault>;
/// A call under way; it is made once.
pub type Call<'a, T> = Pin<Box<dyn Future<Output = Result<T, CallFault>> + Send + 'a>>;

/// What the platform of this profile does.
pub fn of(profile: &Profile) -> &'static Protocol {
    let found = PROTOCOLS.iter().find(|protocol| protocol.profile.name == profile.name);
    #[allow(clippy::expect_used)] // profiles come from this table
    found.expect("a profile belongs to a platform")
}

/// Reads the id of a fan where it is not said of which platform.
///
/// # Errors
///
/// It is an id of none.
pub fn read_id(text: &str) -> Result<UserId, NotAUserId> {
    let read = |protocol: &&Protocol| (protocol.profile.read_id)(text).ok();
    PROTOCOLS.iter().find_map(read).ok_or(NotAUserId)
}

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

/// What became of a message that is recorded.
#[derive(Clone, Debug)]
pub struct Given {
    pub rule: Option<RuleName>,
    pub outcome: Outcome,
    /// The words of the messages that its fan got at once.
    pub answers: Vec<String>,
}

/// What stands for whatever a line of a recording leaves unsaid.
#[derive(Clone, Copy, Debug)]
pub struct Unsaid {
    pub account: UserId,
    pub sender: UserId,
    pub at: Timestamp,
}

impl Unsaid {
    /// A text of which nothing else is known.
    pub fn message(&self, text: String) -> InboundMessage {
        let Self { account, sender, at: created_at } = *self;
        let content = Content::Text(text);
        InboundMessage { account, sender, created_at, platform_id: None, format: Format::Json, content }
    }
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

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn each_platform_is_found_by_its_own_profile() {
        for protocol in PROTOCOLS {
            assert!(ptr::eq(of(protocol.profile), protocol), "{}", protocol.profile.name);
        }
        assert!(ptr::eq(of(DEFAULT).profile, DEFAULT));
    }
}
