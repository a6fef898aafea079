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
        /// It was used for another message before.
        UsedSignature "used_signature",
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

/// Declares sets of labels as a table: a set, its labels, and the type of their values.
macro_rules! labels {
    ($( $(#[$note:meta])* $name:ident { $($label:ident : $ty:ty),* } )*) => { $(
        $(#[$note])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
        pub struct $name { $(pub $label: $ty),* }
    )* };
}

labels! {
    MessageLabels { kind: Kind, outcome: Outcome }
    RefusalLabels { reason: Refusal }
    IgnoredLabels { reason: Ignored }
    RuleLabels { rule: RuleName }
    DeliveryLabels { state: DeliveryState, reason: EndReason }
    ReloadLabels { result: &'static str }
    FolderLabels { folder: String }
    /// A rules folder and what of it serves.
    RulesLabels { folder: String, hash: String }
    ListenerLabels { listener: Listener }
    OpenLabels { state: DeliveryState }
    CallLabels { result: &'static str }
    StoreErrorLabels { error: &'static str }
    AccountLabels { account: String }
    TokenLabels { account: String, state: TokenState }
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

/// Values that stand in a label as their words.
macro_rules! words {
    ($($ty:ty),*) => { $(
        impl EncodeLabelValue for $ty {
            fn encode(&self, encoder: &mut LabelValueEncoder) -> fmt::Result {
                self.as_str().encode(encoder)
            }
        }
    )* };
}
words!(Kind, Outcome, Refusal, Ignored, Listener, TokenState, RuleName, DeliveryState, EndReason);
