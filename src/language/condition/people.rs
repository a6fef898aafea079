//! `sender` and `account`.

use std::collections::BTreeSet;

use crate::engine::condition::Condition;
use crate::engine::condition::people::{Account, Sender};
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::word_set::{WORDS, read_texts, read_words};
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::surroundings::KnownAccount;
use crate::language::yaml::Node;
use crate::language::yaml::reader::{Noted, Text};
use crate::model::id::UserId;

pub static SENDER: Row<Clause> = Row {
    key: key("sender", WORDS, "One of these user ids wrote.", "由这些用户 ID 中的一个发来。"),
    read: Clause::Condition(KindConstraint::Any, read_sender),
};

pub static ACCOUNT: Row<Clause> = Row {
    key: key(
        "account",
        WORDS,
        "One of these configured accounts was written to.",
        "发给其中一个账号（设置里的名字）。",
    ),
    read: Clause::Condition(KindConstraint::Any, read_account),
};

fn read_sender(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    let mut senders = BTreeSet::new();
    for text in read_words(reader, node) {
        let listed = reader.names.lists.get(text.value.trim());
        if listed.is_some() {
            reader.used.lists.insert(text.value.trim().to_owned());
        }
        let ids = listed.map_or(std::slice::from_ref(&text.value), |list| list.as_slice());
        for id in ids {
            match (reader.surroundings.profile.read_id)(id.trim()) {
                Ok(id) => {
                    senders.insert(id);
                }
                Err(_) => reader.fault(ConditionFault::BadSender { text: id.clone() }, text.span.clone()),
            }
        }
    }
    if senders.is_empty() {
        return Err(reader.yaml.noted(&node.span));
    }
    Ok(Condition::Sender(Sender(senders)))
}

fn read_account(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    let texts = read_texts(reader, node).into_iter();
    let accounts =
        texts.flat_map(|text| read_account_name(reader, text)).map(String::into_boxed_str).collect();
    Ok(Condition::Account(Account(reader.yaml.any_left(accounts, node)?)))
}

/// The name or id of an account that this folder answers for.
pub fn read_account_name(reader: &mut RuleReader, text: Text) -> Result<String, Noted> {
    let known = &reader.surroundings.accounts;
    let id_is_meant = |id: UserId| id.to_string() == text.value;
    let is_meant = |account: &KnownAccount| account.name == text.value || account.id.is_some_and(id_is_meant);
    if known.is_empty() || known.iter().any(is_meant) {
        return Ok(text.value);
    }
    let nearest = reader.nearest(&text.value, known.iter().map(|account| &account.name));
    reader.refuse(ConditionFault::UnknownAccount { name: text.value, nearest }, text.span)
}
