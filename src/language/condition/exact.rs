//! `exact`.

use crate::engine::condition::Condition;
use crate::engine::condition::exact::Exact;
use crate::engine::fold::trim_punctuation;
use crate::language::condition::word_set::{WORDS, distinct, read_words};
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;

pub static EXACT: Row<Clause> = Row {
    key: key(
        "exact",
        WORDS,
        "The whole message is one of these; punctuation at its ends does not count.",
        "整条消息就是其中一个，首尾的标点不算。",
    ),
    read: Clause::Condition(KindConstraint::Words, read),
};

fn read(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    let texts = read_words(reader, node);
    let texts = distinct(&mut reader.yaml, texts, |folded| {
        (!folded.is_empty()).then(|| Box::from(trim_punctuation(folded)))
    });
    Ok(Condition::Exact(Exact::new(reader.yaml.any_left(texts, node)?)))
}
