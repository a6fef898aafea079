//! Identities: users of the platform, and names of rules.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;
use std::sync::Arc;

/// The bytes of the longest id. An openid has 28, an original id fewer.
const LONGEST: usize = 32;

/// The platform's id of a fan or of an account: a Weibo uid, an int64 (docs/protocol.md 2.1) of which we take 0
/// for nobody, or a text such as WeChat's openids and original ids. One that is all digits is always a uid, and
/// written one way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId {
    // stands first so that numbers are ordered as numbers
    length: NonZeroU8,
    /// ASCII, filled up with zeros.
    bytes: [u8; LONGEST],
}

/// The text was not a uid: 1 to 9223372036854775807 in decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a user id: 1 to 19 digits are expected")]
pub struct NotAUserId;

impl UserId {
    /// Whoever stands for a fan, or for an account, where none is named: in examples and in `explain`.
    pub const SOMEBODY: Self = {
        let mut bytes = [0; LONGEST];
        bytes[0] = b'1';
        Self { length: NonZeroU8::MIN, bytes }
    };

    /// The uid of this number.
    ///
    /// # Errors
    ///
    /// Zero, or beyond a signed 64-bit integer.
    pub fn new(number: u64) -> Result<Self, NotAUserId> {
        if number == 0 || number > i64::MAX as u64 {
            return Err(NotAUserId);
        }
        let mut digits = [0; LONGEST];
        let (mut first, mut left) = (LONGEST, number);
        while left > 0 {
            first -= 1;
            digits[first] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        Self::of_bytes(&digits[first..])
    }

    /// The uid that a text holds, for what takes no other ids; zeros before it do not matter.
    ///
    /// # Errors
    ///
    /// The text holds more than digits, or no uid.
    pub fn from_uid(text: &str) -> Result<Self, NotAUserId> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAUserId);
        }
        Self::new(text.parse().map_err(|_| NotAUserId)?)
    }

    fn of_bytes(text: &[u8]) -> Result<Self, NotAUserId> {
        let length = u8::try_from(text.len()).ok().and_then(NonZeroU8::new).ok_or(NotAUserId)?;
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..text.len()).ok_or(NotAUserId)?.copy_from_slice(text);
        Ok(Self { length, bytes })
    }

    pub fn as_str(&self) -> &str {
        let text = self.bytes.get(..usize::from(self.length.get())).unwrap_or_default();
        // it is ASCII
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// The number of a uid; `None` is an id of another form.
    pub fn number(self) -> Option<u64> {
        self.as_str().parse().ok()
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId({self})")
    }
}

/// Reads an id of either form; the decoder of a platform knows which of them is its own.
impl FromStr for UserId {
    type Err = NotAUserId;

    fn from_str(text: &str) -> Result<Self, NotAUserId> {
        let is_text = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let id = match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Self::from_uid(text)?,
            false if text.bytes().all(is_text) => Self::of_bytes(text.as_bytes())?,
            false => return Err(NotAUserId),
        };
        // a second way to write a uid would count as a second fan
        if id.as_str() == text { Ok(id) } else { Err(NotAUserId) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uid_or_a_text_and_is_written_as_it_was_read() {
        let openid = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc";
        for id in ["1", "1700002001", "9223372036854775807", openid, "gh_7f083739789a", &"x".repeat(LONGEST)]
        {
            assert_eq!(id.parse::<UserId>().map(|id| id.to_string()).as_deref(), Ok(id));
            assert_eq!(id.parse::<UserId>().unwrap().number(), id.parse().ok());
        }
        for wrong in
            ["", "0", "007", "9223372036854775808", "a b", "微博", "+1", "a\0", &"x".repeat(LONGEST + 1)]
        {
            assert_eq!(wrong.parse::<UserId>(), Err(NotAUserId), "{wrong}");
        }
    }

    #[test]
    fn a_uid_is_one_whether_it_comes_as_a_number_or_as_a_text() {
        for number in [1, 9, 10, 1_700_002_001, i64::MAX as u64] {
            let id = UserId::new(number).unwrap();
            assert_eq!((Ok(id), id.number()), (number.to_string().parse(), Some(number)));
            assert_eq!(UserId::from_uid(&format!("00{number}")), Ok(id));
        }
        for wrong in ["", "0", "-1", "gh_1", "9223372036854775808"] {
            assert_eq!(UserId::from_uid(wrong), Err(NotAUserId), "{wrong}");
        }
        assert_eq!(UserId::SOMEBODY.number(), Some(1));
        let id = |number| UserId::new(number).unwrap();
        assert!(id(9) < id(10) && size_of::<Option<UserId>>() == 1 + LONGEST);
    }
}
