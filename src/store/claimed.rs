//! A delivery that somebody has claimed, with all that judging and sending it need.

use jiff::Timestamp;

use super::contact::Contact;
use crate::model::delivery::DeliveryId;
use crate::model::id::{RuleName, UserId};
use crate::model::reply::Reply;

/// A delivery that is to be judged and sent now, by nobody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    pub id: DeliveryId,
    /// The number of this try, from 1; who finishes the delivery names it.
    pub attempt: u32,
    pub account: UserId,
    pub sender: UserId,
    pub rule: RuleName,
    /// Its place among the rule's follow-ups; `None` follows right after the passive answer.
    pub step: Option<u32>,
    /// Its place among the replies of one step, from 0.
    pub part: u32,
    pub reply: Reply,
    /// The receipt of the message that promised it.
    pub created: Timestamp,
    pub due: Timestamp,
    /// When the reply window of the message closes.
    pub expires: Timestamp,
    /// Sent at most once.
    pub single: bool,
    pub unless_replied: bool,
    pub unless_answered_by: Vec<RuleName>,
    /// What is known of the sender at this moment.
    pub contact: Contact,
}
