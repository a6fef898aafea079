//! `sender` and `account`: who wrote, and to whom. Ids and names are compared exactly.

use std::collections::BTreeSet;

use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::model::id::UserId;

/// One of these fans wrote.
#[derive(Debug)]
pub struct Sender(pub BTreeSet<UserId>);

/// One of these accounts was written to, each given by its name or its id.
#[derive(Debug)]
pub struct Account(pub Vec<Box<str>>);

impl Sender {
    /// Whether all fans of the other one are among these.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// One of them.
    pub fn first(&self) -> Option<UserId> {
        self.0.first().copied()
    }
}

impl Predicate for Sender {
    fn holds(&self, subject: &Subject) -> bool {
        self.0.contains(&subject.message.sender)
    }

    fn written(&self) -> String {
        listed("sender", self.0.iter().map(ToString::to_string))
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.iter().copied().map(Trigger::Sender).collect())
    }
}

impl Predicate for Account {
    fn holds(&self, subject: &Subject) -> bool {
        let id = subject.message.account.to_string();
        self.0.iter().any(|own| **own == *subject.account_name || **own == *id)
    }

    fn written(&self) -> String {
        listed("account", self.0.iter())
    }

    fn asks_for_something(&self) -> bool {
        false
    }
}
