//! A recorded message, as it goes into the store.

use jiff::Timestamp;

use crate::model::id::UserId;

/// A message as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentLine {
    pub sender: UserId,
    pub received_at: Timestamp,
    /// The message as a line of JSON (`encode_line` of the platform).
    pub line: String,
}
