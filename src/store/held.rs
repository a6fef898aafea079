//! Whose deliveries are left alone for now.

use crate::model::id::UserId;

/// The accounts that may not send at a moment, by the ids of the receivers of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Ids that are told apart, and whether each is held.
    pub named: Vec<(UserId, bool)>,
    /// Whether every other id is.
    pub others: bool,
}

impl Held {
    pub fn holds(&self, account: UserId) -> bool {
        let named = self.named.iter().find(|(id, _)| *id == account);
        named.map_or(self.others, |(_, is_held)| *is_held)
    }
}
