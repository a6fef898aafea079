//! `starts_with` and `ends_with`.

use crate::engine::condition::Condition;
use crate::engine::condition::affix::{EndsWith, StartsWith};
use crate::language::condition::word_set::{WORDS, read_word_set};
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Row, key};

pub static STARTS_WITH: Row<Clause> = Row {
    key: key("starts_with", WORDS, "The message begins with one of these.", "消息以其中一个开头。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| {
        Some(Condition::StartsWith(StartsWith(read_word_set(reader, node)?)))
    }),
};

pub static ENDS_WITH: Row<Clause> = Row {
    key: key("ends_with", WORDS, "The message ends with one of these.", "消息以其中一个结尾。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| {
        Some(Condition::EndsWith(EndsWith(read_word_set(reader, node)?)))
    }),
};
