//! What becomes of a delivery that was claimed, as the one who tried it tells.

use jiff::Timestamp;

use crate::model::delivery::EndReason;

/// What becomes of a claimed delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It ends, with the platform's code where there is one. Unless it was sent, the parts of the same step
    /// that come after it end alike: nobody wants the rest of a half answer.
    End(EndReason, Option<u32>),
    /// It is tried again then, having failed with this code.
    RetryAt(Timestamp, Option<u32>),
    /// The account may not send at this moment: the try does not count, and it is claimed again then.
    PutBack(Timestamp),
    /// It and the parts after it are due later. Whatever else is promised to the sender goes before it.
    Postpone(Timestamp),
}
