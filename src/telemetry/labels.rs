//! The labels of metrics: closed sets of words, names of rules, and folders. Never a text from outside.

use std::fmt;
use std::path::Path;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

use crate::model::decision::Outcome;
use crate::model::delivery::{DeliveryState, EndReason};
use crate::model::id::RuleName;
use crate::model::kind::Kind;
use crate::model::worded::worded;

worded! {
    /// Why a request was refused.
    pub enum Refusal {
        MissingSignature "missing_signature",
        WrongSignature "wrong_signature",
        /// Its timestamp lies too far from the clock, or is no number.
        StaleSignature "stale_signature",
        /// The body is no message.
        Undecodable "undecodable",
        TooLarge "too_large",
        TooSlow "too_slow",
        UnknownAccount "unknown_account",
        /// The message is for another receiver than the account.
        OtherReceiver "other_receiver",
        NotFound "not_found",
        MethodNotAllowed "method_not_allowed",
        /// On the admin side.
        WrongPassword "wrong_password",
        /// Too many refused requests from one address.
        Throttled "throttled",
        /// The server could not answer: no rules, no store, or a fault of its own.
        Unavailable "unavailable",
    }
}

worded! {
    /// Why a message is let pass without an answer.
    pub enum Ignored {
        /// A type or event that is not known; the platform asks to tolerate them (docs/protocol.md 2.5).
        UnknownKind "unknown_kind",
        /// The account itself is the sender.
        OwnMessage "own_message",
    }
}

worded! {
    /// One of the two listeners.
    pub enum Listener {
        Public "public",
        Admin "admin",
    }
}

worded! {
    /// What is known of an account's access token.
    pub enum TokenState {
        /// There is none.
        None "none",
        /// The platform has not refused it.
        Ok "ok",
        /// The platform refused it, and there is no other yet.
        Refused "refused",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct MessageLabels {
    pub kind: Word<Kind>,
    pub outcome: Word<Outcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RefusalLabels {
    pub reason: Word<Refusal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct IgnoredLabels {
    pub reason: Word<Ignored>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RuleLabels {
    pub rule: Word<RuleName>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct DeliveryLabels {
    pub state: Word<DeliveryState>,
    pub reason: Word<EndReason>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ReloadLabels {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct FolderLabels {
    folder: String,
}

/// A rules folder and what of it serves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RulesLabels {
    folder: String,
    hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ListenerLabels {
    pub listener: Word<Listener>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OpenLabels {
    pub state: Word<DeliveryState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CallLabels {
    pub result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct StoreErrorLabels {
    pub error: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct AccountLabels {
    pub account: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct TokenLabels {
    pub account: String,
    pub state: Word<TokenState>,
}

impl ReloadLabels {
    pub const SUCCESS: Self = Self { result: "success" };
    pub const REFUSED: Self = Self { result: "refused" };
}

impl FolderLabels {
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.display().to_string() }
    }
}

impl RulesLabels {
    pub fn of(folder: &Path, hash: &str) -> Self {
        Self { folder: folder.display().to_string(), hash: hash.to_owned() }
    }
}

/// A value that stands in a label as its word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word<T>(pub T);

macro_rules! words {
    ($($ty:ty),*) => { $(
        impl EncodeLabelValue for Word<$ty> {
            fn encode(&self, encoder: &mut LabelValueEncoder) -> fmt::Result {
                self.0.as_str().encode(encoder)
            }
        }
    )* };
}
words!(Kind, Outcome, Refusal, Ignored, Listener, TokenState, RuleName, DeliveryState, EndReason);
