//! Why the platform could not be reached, as a value with words in both languages. No reason names a URL.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

use secrecy::{ExposeSecret, SecretString};

use crate::telemetry::escape::is_active;
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
    cut(&clean(text))
}

/// The same without a secret that they may repeat. It is looked for in what is left of them: a character that nobody
/// sees hides none of it.
pub(super) fn bounded_without(text: &str, secret: &SecretString) -> String {
    cut(&masked(&clean(text), secret.expose_secret()))
}

fn clean(text: &str) -> String {
    let is_unseen =
        |c| matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    text.chars().filter(|c| !is_active(*c) && !is_unseen(*c)).collect()
}

fn cut(text: &str) -> String {
    let shown: String = text.chars().take(TEXT_LIMIT).collect();
    shown.trim().to_owned()
}

/// The text with `***` for each place where the secret stands, plain or percent-encoded in any way.
fn masked(text: &str, secret: &str) -> String {
    if secret.is_empty() {
        return text.to_owned();
    }
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        let taken = match standing(rest, secret) {
            Some(length) => {
                shown.push_str("***");
                length
            }
            None => {
                shown.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    shown
}

/// How many bytes of the text the secret takes, if it begins with it: as it is, or percent-encoded.
fn standing(text: &str, secret: &str) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let mut rest = text.as_bytes();
    for &wanted in secret.as_bytes() {
        rest = match rest {
            [b'%', after @ ..] => encoded(after, wanted)?,
            [b'+', after @ ..] if wanted == b' ' => after,
            [first, after @ ..] if *first == wanted => after,
            _ => return None,
        };
    }
    Some(text.len() - rest.len())
}

/// What follows the two digits of this byte, where they stand here; an encoding may be encoded once more.
fn encoded(mut digits: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [b'2', b'5', inner @ ..] = digits
        && wanted != b'%'
    {
        digits = inner;
    }
    let (two, after) = digits.split_at_checked(2)?;
    let is_wanted = two.eq_ignore_ascii_case(format!("{wanted:02x}").as_bytes());
    is_wanted.then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_however_it_is_written() {
        let secret = "2.00 A%b/c".into();
        for text in [
            "2.00 A%b/c",
            "2.0\u{0}0 A%\u{202e}b/\u{200b}c",
            "2.0\n0 A%25b/c",
            "2%2E00+A%25b%2fc",
            "%32%2e%30%30%20%41%25%62%2F%63",
            "2.00%2520A%25b%252fc",
        ] {
            let said = bounded_without(&format!("token {text}!"), &secret);
            assert_eq!(said, "token ***!", "{text:?}");
        }
        let half = format!("{}2.00 A%b/c", "x".repeat(TEXT_LIMIT - 3));
        assert!(bounded_without(&half, &secret).ends_with("x***"), "what is cut was masked before");
        assert_eq!(bounded_without("2.00 A%b/d 2%2E0", &secret), "2.00 A%b/d 2%2E0");
    }
}
