//! `keyword`, `all_keywords`, `starts_with` and `ends_with`.

use crate::engine::condition::Condition;
use crate::engine::condition::keyword::{AllKeywords, Keyword, Stands};
use crate::language::condition::broad::warn_of_broad_words;
use crate::language::condition::signs::{warn_of_emoticon, warn_of_last_signs, warn_of_questions};
use crate::language::condition::word_set::{WORDS, read_words, word_set};
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;

pub static KEYWORD: Row<Clause> = Row {
    key: key("keyword", WORDS, "The message contains one of these words.", "消息里出现其中一个词。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| read(reader, node, Stands::Anywhere)),
};

pub static ALL_KEYWORDS: Row<Clause> = Row {
    key: key("all_keywords", WORDS, "The message contains all of these words.", "消息里这些词全都出现。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| {
        let words = read_words(reader, node);
        warn_of_last_signs(&mut reader.yaml, &words);
        Ok(Condition::AllKeywords(AllKeywords(word_set(reader, words, node)?)))
    }),
};

pub static STARTS_WITH: Row<Clause> = Row {
    key: key("starts_with", WORDS, "The message begins with one of these.", "消息以其中一个开头。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| read(reader, node, Stands::AtStart)),
};

pub static ENDS_WITH: Row<Clause> = Row {
    key: key("ends_with", WORDS, "The message ends with one of these.", "消息以其中一个结尾。"),
    read: Clause::Condition(KindConstraint::Words, |reader, node| read(reader, node, Stands::AtEnd)),
};

fn read(reader: &mut RuleReader, node: &Node, stands: Stands) -> Result<Condition, Noted> {
    let words = read_words(reader, node);
    warn_of_emoticon(&mut reader.yaml, node);
    if stands == Stands::AtEnd {
        warn_of_questions(&mut reader.yaml, node, &words);
    } else {
        warn_of_last_signs(&mut reader.yaml, &words);
    }
    if stands == Stands::Anywhere && !reader.is_narrow {
        warn_of_broad_words(reader, &words);
    }
    let words = word_set(reader, words, node)?;
    Ok(Condition::Keyword(Keyword { words, stands }))
}
