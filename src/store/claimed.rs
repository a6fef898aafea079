//! A delivery that somebody has claimed, with all that judging and sending it need.

use super::contact::Contact;
use crate::model::delivery::Delivery;

/// A delivery that is to be judged and sent now, by nobody else. Its `attempt` is the number of this try, from 1;
/// who finishes the delivery names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    pub delivery: Delivery,
    /// What is known of the sender at this moment.
    pub contact: Contact,
}
