//! Admitting: whether the platform signed a request, from its head alone, and why one gets no answer.

use std::time::Instant;

use jiff::Timestamp;

use super::Responder;
use crate::account::Account;
use crate::clock::Deadline;
use crate::model::profile::Profile;
use crate::model::query::Query;
use crate::platform::{self, DecodeFault, SignatureFault};
use crate::telemetry::Refusal;
use crate::words::lang::Lang;

/// A request that the platform signed. Its instant of receipt is the time of everything that follows, and begins
/// the one deadline.
#[derive(Debug)]
pub struct Admitted<'a> {
    /// The accounts whose secret signed it; accounts may share one (docs/protocol.md 11).
    pub(super) signers: Vec<&'a Account>,
    /// Of the platform that they belong to: whoever shares a secret shares it.
    pub(super) profile: &'static Profile,
    /// Whether the path named the account.
    pub(super) named: bool,
    /// What can be used for one message, where that is asked for.
    pub(super) once: Option<String>,
    pub(super) received_at: Timestamp,
    pub deadline: Deadline,
}

/// Why the platform gets no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0}")]
    Signature(#[from] SignatureFault),
    #[error("{0}")]
    Undecodable(#[from] DecodeFault),
    #[error("no such account")]
    UnknownAccount,
    #[error("the message is for another account")]
    OtherReceiver,
    /// Each signature counts for one message, where the operator wants it so.
    #[error("the signature was used for another message before")]
    UsedSignature,
    /// No rules are in service yet: the platform tries again.
    #[error("no rules are in service")]
    NotReady,
}

impl Refused {
    /// What an operator reads; the platform gets the English words.
    pub fn message(&self, lang: Lang) -> String {
        let zh = match self.reason() {
            Refusal::MissingSignature => "请求没有签名",
            Refusal::WrongSignature => "签名不对：AppSecret 可能填错了",
            Refusal::StaleSignature => "签名的时间和本机时钟相差太远，或者没有写时间",
            Refusal::UsedSignature => "这个签名已经用于另一条消息",
            Refusal::Undecodable => "内容无法解析",
            Refusal::UnknownAccount => "没有这个账号",
            Refusal::OtherReceiver => "这条消息是发给另一个账号的",
            _ => "没有规则可用",
        };
        let en = self.to_string();
        lang.pick(format!("refused: {en}"), format!("已拒绝：{zh}（{en}）"))
    }

    /// The word of logs and metrics.
    pub fn reason(&self) -> Refusal {
        match self {
            Self::Signature(SignatureFault::Missing) => Refusal::MissingSignature,
            Self::Signature(SignatureFault::NoTimestamp | SignatureFault::Stale) => Refusal::StaleSignature,
            Self::Signature(SignatureFault::Malformed | SignatureFault::Wrong) => Refusal::WrongSignature,
            Self::Undecodable(_) => Refusal::Undecodable,
            Self::UnknownAccount => Refusal::UnknownAccount,
            Self::OtherReceiver => Refusal::OtherReceiver,
            Self::UsedSignature => Refusal::UsedSignature,
            Self::NotReady => Refusal::Unavailable,
        }
    }
}

impl Responder {
    /// Admits a request that is signed by the platform (docs/protocol.md 1.1, 1.2). `name` is the account in
    /// the path; without one any account's secret will do, and the receiver decides.
    ///
    /// # Errors
    /// The signature counts for none of them, or there is no such account.
    pub fn admit(&self, name: Option<&str>, query: &Query) -> Result<Admitted<'_>, Refused> {
        let (received_at, deadline) = (self.clock.now(), Deadline::of(Instant::now()));
        let mut fault = None;
        let mut signers = Vec::with_capacity(1);
        for account in self.accounts.named(name) {
            let verify = platform::of(account.profile).verify;
            match verify(&account.secret, query, received_at, self.signature_max_age) {
                Ok(()) => signers.push(account),
                // stale is the one fault that only a knower of the secret gets to see
                Err(found) if found == SignatureFault::Stale => fault = Some(found),
                Err(found) => fault = fault.or(Some(found)),
            }
        }
        match (signers.first().map(|account| account.profile), fault) {
            (Some(profile), _) => {
                let once = self.nonces.as_ref().map(|_| (platform::of(profile).once)(query));
                Ok(Admitted { signers, profile, named: name.is_some(), once, received_at, deadline })
            }
            (None, Some(fault)) => Err(fault.into()),
            (None, None) => Err(Refused::UnknownAccount),
        }
    }
}
