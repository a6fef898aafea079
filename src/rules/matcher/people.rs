//! `sender` and `account`: who wrote, and to whom. Ids and names are compared exactly.

use std::collections::HashSet;

use super::fault::MatcherFault;
use super::word_set::read_words;
use crate::model::id::UserId;
use crate::rules::index::Trigger;
use crate::rules::read::Reading;
use crate::rules::subject::Subject;
use crate::rules::yaml::{Node, Value};

/// One of these fans wrote.
#[derive(Debug)]
pub struct Sender(HashSet<UserId>);

/// One of these accounts was written to.
#[derive(Debug)]
pub struct Account(pub Vec<Box<str>>);

impl Sender {
    pub fn read(reading: &mut Reading, node: &Node) -> Option<Self> {
        let mut senders = HashSet::new();
        for text in read_words(reading, node) {
            let listed = reading.names.lists.get(text.value.trim());
            if listed.is_some() {
                reading.used.lists.insert(text.value.trim().to_owned());
            }
            let ids = listed.map_or(std::slice::from_ref(&text.value), |list| list.as_slice());
            for id in ids {
                match id.trim().parse() {
                    Ok(id) => {
                        senders.insert(id);
                    }
                    Err(_) => reading.fault(MatcherFault::BadSender { text: id.clone() }, text.span.clone()),
                }
            }
        }
        (!senders.is_empty()).then_some(Self(senders))
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        self.0.contains(&subject.message.sender)
    }

    /// One of them.
    pub fn first(&self) -> Option<UserId> {
        self.0.iter().min().copied()
    }

    pub fn written(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(ToString::to_string)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.iter().map(|sender| Trigger::Sender(*sender)).collect()
    }
}

impl Account {
    pub fn read(reading: &mut Reading, node: &Node) -> Option<Self> {
        let mut accounts = Vec::new();
        let texts = if matches!(node.value, Value::Map(_)) {
            read_words(reading, node)
        } else {
            reading.reader.texts(node)
        };
        for text in texts {
            let known = &reading.surroundings.accounts;
            let names = || known.iter().map(|account| &account.name);
            let id = |account: &crate::rules::surroundings::Account| {
                account.id.is_some_and(|id| id.to_string() == text.value)
            };
            if known.is_empty() || known.iter().any(|account| account.name == text.value || id(account)) {
                accounts.push(text.value.into_boxed_str());
            } else {
                let nearest = reading.nearest(&text.value, names());
                reading.fault(MatcherFault::UnknownAccount { name: text.value, nearest }, text.span);
            }
        }
        (!accounts.is_empty()).then_some(Self(accounts))
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        let id = subject.message.account.to_string();
        self.0.iter().any(|own| **own == *subject.account_name || **own == *id)
    }
}
