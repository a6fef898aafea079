//! What can become of a call that did not succeed, what that says about trying again, and how it is told
//! to an operator. No fault holds a token, a URL or a body.

use std::fmt;

use crate::platform::RetryAdvice;
use crate::platform::reason::Reason;
use crate::words::lang::Lang;
use crate::words::texts::{Localize, texts};

texts! {
    /// The platform cannot be called at all.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PlatformFault {
        /// The base of all calls is no plain http or https URL.
        BadBase
            en "FANREPLY_API_BASE must be like https://gateway.example/weibo, without a password, ? or #";
            zh "FANREPLY_API_BASE 应形如 https://gateway.example/weibo，不能带密码、? 或 #";
        NoClient { reason: Reason }
            en "TLS cannot be set up: {reason}";
            zh "TLS 初始化失败：{reason}";
    }
}

impl std::error::Error for PlatformFault {}

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// The platform said no (docs/protocol.md 10.2).
    Refused {
        /// 0 where the platform gave none that is a number.
        code: u32,
        /// Its own words: at most 200 characters, none of them a control character.
        text: String,
        advice: RetryAdvice,
        /// Whether it is certain that nothing was delivered.
        is_undelivered: bool,
        /// What the code means and what to do, in English and Chinese; empty where it is not known.
        meaning: [&'static str; 2],
    },
    /// An HTTP status that is no success, without an error envelope.
    Status(u16),
    /// A page of HTML with this status: the platform is being maintained, or somebody in between has answered.
    Page(u16),
    /// No connection was made, so nothing was delivered.
    Unreachable { reason: Reason },
    /// The request may have arrived; what became of it is not known.
    NoAnswer { reason: Reason },
    /// An answer that is none of the platform's, or longer than 64 KiB.
    Undecodable,
}

impl CallFault {
    /// Without the URL, for it may hold the token.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let reason = Reason::of(&error);
        // a request that could not even be built was not sent either
        if error.is_connect() || error.is_builder() {
            Self::Unreachable { reason }
        } else {
            Self::NoAnswer { reason }
        }
    }

    pub fn retry_advice(&self) -> RetryAdvice {
        match self {
            Self::Refused { advice, .. } => *advice,
            Self::Status(status) => by_status(*status, false),
            Self::Page(status) => by_status(*status, true),
            Self::Unreachable { .. } => RetryAdvice::Retry,
            Self::NoAnswer { .. } => RetryAdvice::InDoubt,
            // no page, so perhaps words of the platform, which did take it then: once is enough
            Self::Undecodable => RetryAdvice::GiveUp,
        }
    }

    /// Whether it is certain that nothing was delivered.
    pub fn is_undelivered(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { is_undelivered, .. } => *is_undelivered,
            _ => false,
        }
    }

    /// The word of logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Status(_) => "status",
            Self::Page(_) => "page",
            Self::Unreachable { .. } => "unreachable",
            Self::NoAnswer { .. } => "no_answer",
            Self::Undecodable => "undecodable",
        }
    }

    /// What happened, and where an operator can do something about it, what.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Refused { code, text, meaning: [en, zh], .. } => {
                refused(*code, text, lang.pick(*en, *zh), lang)
            }
            Self::Status(status) => {
                let (en, zh) = ("the platform answered with the HTTP status", "平台返回 HTTP 状态码");
                format!("{} {status}{}", lang.pick(en, zh), status_advice(*status, lang))
            }
            Self::Page(status) => lang.pick(
                format!(
                    "a web page came back (HTTP status {status}), and no answer of the platform's interface: the \
                     platform is being maintained, a proxy in between has answered, or FANREPLY_API_BASE is wrong"
                ),
                format!(
                    "收到的是网页（HTTP 状态码 {status}），不是平台接口的响应：平台可能正在维护，或者是中间的代理返回的，\
                     也可能是 FANREPLY_API_BASE 不对"
                ),
            ),
            Self::Unreachable { reason } => {
                let reason = reason.localized(lang);
                lang.pick(
                    format!("the platform cannot be reached: {reason}"),
                    format!("连不上平台：{reason}"),
                )
            }
            Self::NoAnswer { reason } => {
                let reason = reason.localized(lang);
                lang.pick(
                    format!("the platform did not answer: {reason}; it may have done it or not"),
                    format!("平台没有响应：{reason}；操作是否生效尚不确定"),
                )
            }
            Self::Undecodable => lang
                .pick(
                    "the answer is not one of the platform's; see whether FANREPLY_API_BASE is right",
                    "收到的响应不是平台的格式，请检查 FANREPLY_API_BASE",
                )
                .to_owned(),
        }
    }
}

/// What the status of an answer says about trying again where the platform itself has not spoken; `is_page`: its
/// body is a page of HTML, which the platform's interfaces never send (docs/protocol.md 10.2).
fn by_status(status: u16, is_page: bool) -> RetryAdvice {
    match (status, is_page) {
        // a page in the place of an answer: whoever is in between has trouble, and it passes
        (200..=299 | 401, true) => RetryAdvice::Retry,
        // RFC 9110 15.5.2: it is about the credentials, so the messages are not to blame
        (401, false) => RetryAdvice::TokenRejected,
        // a gateway that waited in our place, and in vain
        (504, _) => RetryAdvice::InDoubt,
        (408 | 425 | 500..=599, _) => RetryAdvice::Retry,
        // a proxy in between, or a wrong base: a fault of the place, not of the message. To go on slowly keeps
        // what was promised until the place is put right, or the window closes
        (300..=399 | 403 | 404 | 407 | 429, _) => RetryAdvice::SlowDown,
        // too long for whoever is in between: it would be again
        (413 | 414 | 431, _) => RetryAdvice::GiveUp,
        (_, true) => RetryAdvice::SlowDown,
        (_, false) => RetryAdvice::GiveUp,
    }
}

fn refused(code: u32, text: &str, meaning: &str, lang: Lang) -> String {
    let mut message = lang.pick("the platform refused", "平台拒绝了请求").to_owned();
    if code != 0 {
        message += &lang.pick(format!(" with the code {code}"), format!("，错误码 {code}"));
    }
    if !text.is_empty() {
        message += &lang.pick(format!(" ({text})"), format!("（{text}）"));
    }
    if !meaning.is_empty() {
        message = message + lang.pick(": ", "：") + meaning;
    }
    message
}

fn status_advice(status: u16, lang: Lang) -> &'static str {
    match status {
        401 => lang.pick("; see whether the access token is right", "，请检查 access token"),
        429 => lang.pick("; there were too many calls, wait", "，调用太频繁，请稍后再试"),
        500..=599 => lang.pick("; it is in trouble, try again later", "，平台出错，请稍后再试"),
        _ => lang.pick("; see whether FANREPLY_API_BASE is right", "，请检查 FANREPLY_API_BASE"),
    }
}

impl fmt::Display for CallFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for CallFault {}
