//! `sender` and `account`: who wrote, and to whom. Ids and names are compared exactly.

use std::collections::BTreeSet;

use crate::engine::condition::word_set::read_words;
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::language::condition::fault::ConditionFault;
use crate::language::rule_reader::RuleReader;
use crate::language::surroundings;
use crate::language::yaml::reader::Text;
use crate::language::yaml::{Node, Value};
use crate::model::id::UserId;

/// One of these fans wrote.
#[derive(Debug)]
pub struct Sender(BTreeSet<UserId>);

/// One of these accounts was written to.
#[derive(Debug)]
pub struct Account(pub Vec<Box<str>>);

impl Sender {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let mut senders = BTreeSet::new();
        for text in read_words(reader, node) {
            let listed = reader.names.lists.get(text.value.trim());
            if listed.is_some() {
                reader.used.lists.insert(text.value.trim().to_owned());
            }
            let ids = listed.map_or(std::slice::from_ref(&text.value), |list| list.as_slice());
            for id in ids {
                match UserId::from_uid(id.trim()) {
                    Ok(id) => {
                        senders.insert(id);
                    }
                    Err(_) => reader.fault(ConditionFault::BadSender { text: id.clone() }, text.span.clone()),
                }
            }
        }
        (!senders.is_empty()).then_some(Self(senders))
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        self.0.contains(&subject.message.sender)
    }

    /// Whether all fans of the other one are among these.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// One of them.
    pub fn first(&self) -> Option<UserId> {
        self.0.first().copied()
    }

    pub fn written(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(ToString::to_string)
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.iter().map(|sender| Trigger::Sender(*sender)).collect()
    }
}

impl Account {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let mut accounts: Vec<Box<str>> = Vec::new();
        let texts = if matches!(node.value, Value::Map(_)) {
            read_words(reader, node)
        } else {
            reader.yaml.texts(node)
        };
        for text in texts {
            accounts.extend(read_account_name(reader, text).map(String::into_boxed_str));
        }
        (!accounts.is_empty()).then_some(Self(accounts))
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        let id = subject.message.account.to_string();
        self.0.iter().any(|own| **own == *subject.account_name || **own == *id)
    }
}

/// The name or id of an account that this folder answers for.
pub fn read_account_name(reader: &mut RuleReader, text: Text) -> Option<String> {
    let known = &reader.surroundings.accounts;
    let id_is_meant = |id: UserId| id.to_string() == text.value;
    let is_meant =
        |account: &surroundings::Account| account.name == text.value || account.id.is_some_and(id_is_meant);
    if known.is_empty() || known.iter().any(is_meant) {
        return Some(text.value);
    }
    let nearest = reader.nearest(&text.value, known.iter().map(|account| &account.name));
    reader.fault(ConditionFault::UnknownAccount { name: text.value, nearest }, text.span);
    None
}
