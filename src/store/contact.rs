//! What is known of a fan, by account.

use jiff::Timestamp;

use crate::model::delivery::EndReason;
use crate::model::id::RuleName;

/// What is known of a sender. Its times are to the millisecond, like those of deliveries: a message never
/// counts as later than what it promised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub window_closes: Option<Timestamp>,
    /// How and when the sender last left. It stays when he comes back: what was promised before is over.
    pub left: Option<(EndReason, Timestamp)>,
    /// The last reply of the sender.
    pub replied_at: Option<Timestamp>,
    /// When these rules last answered him.
    pub answered: Vec<(RuleName, Timestamp)>,
}
