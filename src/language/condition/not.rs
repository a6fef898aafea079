//! `not`.

use crate::engine::condition::Condition;
use crate::engine::condition::not::Not;
use crate::language::condition::when::read_denied;
use crate::language::condition::{CONDITIONS, Clause, KindConstraint};
use crate::language::grammar::{Form, Row, key};

pub static NOT: Row<Clause> = Row {
    key: key(
        "not",
        Form::Without(&CONDITIONS, &["not"]),
        "What stands in it must not hold; of several conditions in it, not all at once.",
        "里面的条件不能成立；里面写了几个条件时，不能同时成立。",
    ),
    read: Clause::Condition(KindConstraint::Any, |reader, node| {
        Some(Condition::Not(Not(read_denied(reader, node)?)))
    }),
};
