//! Identities: users of the platform and names of rules. Never an index into anything.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::Arc;

/// A Weibo uid, of a fan or of an account (protocol 2.1: an int64; 0 is nobody).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(NonZeroU64);

/// The text was not a uid: 1 to 9223372036854775807 in decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a user id: 1 to 19 digits are expected")]
pub struct NotAUserId;

impl UserId {
    /// Whoever stands for a fan, or for an account, where none is named: in examples and in `explain`.
    pub const SOMEBODY: Self = Self(NonZeroU64::MIN);

    /// The id of this number. Errors: zero, or beyond a signed 64-bit integer.
    pub fn new(number: u64) -> Result<Self, NotAUserId> {
        if number > i64::MAX as u64 {
            return Err(NotAUserId);
        }
        NonZeroU64::new(number).map(Self).ok_or(NotAUserId)
    }

    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UserId {
    type Err = NotAUserId;

    fn from_str(text: &str) -> Result<Self, NotAUserId> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAUserId);
        }
        Self::new(text.parse().map_err(|_| NotAUserId)?)
    }
}

/// The name under which a rule is shown and under which everything about it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleName(Arc<str>);

impl RuleName {
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
