//! Why the platform could not be reached, as a value with words in both languages. No reason names a URL.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// Characters of the platform's own words that are kept.
const TEXT_LIMIT: usize = 200;

/// What went wrong between us and the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    TimedOut,
    /// Nothing listens there.
    Refused,
    NoSuchHost,
    NoRoute,
    /// The other side hung up, or the connection broke.
    Closed,
    /// In the words of whoever noticed: TLS, a proxy, an answer that is not HTTP. At most 200 characters.
    Other(String),
}

impl Reason {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        if error.is_dns() {
            return Self::NoSuchHost;
        }
        // reqwest's own words name the URL; those of its causes do not
        let mut last = Self::Other("the request could not be made".to_owned());
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(reason) = Self::of_cause(error) {
                return reason;
            }
            last = Self::Other(bounded(&error.to_string()));
            cause = error.source();
        }
        last
    }

    fn of_cause(error: &(dyn Error + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            return (error.is_incomplete_message() || error.is_canceled()).then_some(Self::Closed);
        }
        match error.downcast_ref::<io::Error>()?.kind() {
            ErrorKind::TimedOut => Some(Self::TimedOut),
            ErrorKind::ConnectionRefused => Some(Self::Refused),
            ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Some(Self::NoRoute),
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => Some(Self::Closed),
            _ => None,
        }
    }
}

impl Localize for Reason {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::TimedOut => lang.pick("it took too long", "超时"),
            Self::Refused => lang.pick("the connection was refused", "对方拒绝连接"),
            Self::NoSuchHost => lang.pick("its name cannot be resolved", "域名无法解析"),
            Self::NoRoute => lang.pick("there is no way to it from this network", "网络不通"),
            Self::Closed => lang.pick("the connection broke off", "连接中断"),
            Self::Other(text) => text,
        }
    }
}

/// Words from outside that may be shown.
pub(super) fn bounded(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(TEXT_LIMIT).collect();
    shown.trim().to_owned()
}
