//! Effects: what a message leaves behind, as values that the store commits in one transaction with the answer.
//! They are the same whoever decides: a request, late work, or a conversation in the terminal.

pub mod contact;
pub mod delivery;

use contact::ContactChange;
use delivery::NewDelivery;

use super::ruleset::RuleSet;
use crate::model::decision::Decision;
use crate::model::received::Received;

/// What is to be remembered of a message beside its answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    pub contact: ContactChange,
    /// In the order in which they are promised.
    pub deliveries: Vec<NewDelivery>,
}

impl Effects {
    /// What a decision leaves behind. Without `sends` nothing is promised, because nothing could be kept. The decision
    /// carries all that a rule wants to change, so neither the choice nor the state of the fan is asked here.
    pub fn of(received: Received, rules: &RuleSet, decision: &Decision, sends: bool) -> Self {
        let deliveries = if sends { delivery::promised(received, rules, decision) } else { Vec::new() };
        Self { contact: contact::change(received, rules, decision), deliveries }
    }

    /// How many messages are promised.
    pub fn promised(&self) -> usize {
        self.deliveries.iter().map(|delivery| delivery.replies.len()).sum()
    }
}
