//! The labels of metrics: closed sets of words, names of rules, and folders. Never a text from outside.

use std::fmt;
use std::path::Path;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

use crate::model::decision::Outcome;
use crate::model::delivery::{DeliveryState, EndReason};
use crate::model::id::RuleName;
use crate::model::kind::Kind;

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    MissingSignature,
    WrongSignature,
    /// Its timestamp lies too far from the clock, or is no number.
    StaleSignature,
    /// The body is no message.
    Undecodable,
    TooLarge,
    TooSlow,
    UnknownAccount,
    /// The message is for another receiver than the account.
    OtherReceiver,
    NotFound,
    MethodNotAllowed,
    /// On the admin side.
    WrongPassword,
    /// Too many refused requests from one address.
    Throttled,
    /// The server could not answer: no rules, no store, or a fault of its own.
    Unavailable,
}

/// Why a message is let pass without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// A type or event that is not known; the platform asks to tolerate them (protocol 2.5).
    UnknownKind,
    /// The account itself is the sender.
    OwnMessage,
}

/// One of the two listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listener {
    Public,
    Admin,
}

/// What is known of an account's access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenState {
    /// There is none.
    None,
    /// The platform has not refused it.
    Ok,
    /// The platform refused it, and there is no other yet.
    Refused,
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

impl Refusal {
    pub const ALL: [Self; 13] = [
        Self::MissingSignature,
        Self::WrongSignature,
        Self::StaleSignature,
        Self::Undecodable,
        Self::TooLarge,
        Self::TooSlow,
        Self::UnknownAccount,
        Self::OtherReceiver,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::WrongPassword,
        Self::Throttled,
        Self::Unavailable,
    ];

    /// The word of logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingSignature => "missing_signature",
            Self::WrongSignature => "wrong_signature",
            Self::StaleSignature => "stale_signature",
            Self::Undecodable => "undecodable",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::UnknownAccount => "unknown_account",
            Self::OtherReceiver => "other_receiver",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::WrongPassword => "wrong_password",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Ignored {
    pub const ALL: [Self; 2] = [Self::UnknownKind, Self::OwnMessage];

    /// The word of logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownKind => "unknown_kind",
            Self::OwnMessage => "own_message",
        }
    }
}

impl Listener {
    pub const ALL: [Self; 2] = [Self::Public, Self::Admin];

    /// The word of logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Admin => "admin",
        }
    }
}

impl TokenState {
    pub const ALL: [Self; 3] = [Self::None, Self::Ok, Self::Refused];

    /// The word of logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ok => "ok",
            Self::Refused => "refused",
        }
    }
}
