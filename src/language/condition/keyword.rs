//! `keyword` and `all_keywords`.

use crate::engine::condition::Condition;
use crate::engine::condition::keyword::{AllKeywords, Keyword};
use crate::language::condition::broad::warn_of_broad_words;
use crate::language::condition::word_set::{WORDS, read_word_set, read_words, word_set};
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;

pub static KEYWORD: Row<Clause> = Row {
    key: key("keyword", WORDS, "The message contains one of these words.", "消息里出现其中一个词。"),
    read: Clause::Condition(KindConstraint::Words, read_keyword),
};

pub static ALL_KEYWORDS: Row<Clause> = Row {
    key: key("all_keywords", WORDS, "The message contains all of these words.", "消息里这些词全都出现。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| {
        Some(Condition::AllKeywords(AllKeywords(read_word_set(reader, node)?)))
    }),
};

fn read_keyword(reader: &mut RuleReader, node: &Node) -> Option<Condition> {
    let words = read_words(reader, node);
    if !reader.is_narrow {
        warn_of_broad_words(reader, &words);
    }
    Some(Condition::Keyword(Keyword(word_set(reader, words)?)))
}
