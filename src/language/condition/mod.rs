//! Conditions, as authors write them: the keys of `when`, each with what reads it. A key is a row of its own
//! file; this one lists them, and the reader, the schema and the reference are made of the list.

pub mod broad;
pub mod exact;
pub mod fault;
pub mod keyword;
pub mod kinds;
pub mod menu;
pub mod near;
pub mod people;
pub mod regex;
pub mod scan;
pub mod signs;
pub mod spoken;
pub mod times;
pub mod when;
pub mod word_set;

use crate::engine::condition::Condition;
use crate::language::condition::times::AddTimes;
use crate::language::grammar::{Mapping, Needs, Row, keys_of, words};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;
use crate::model::kind::KindSet;

/// How a key of `when` is read.
#[derive(Clone, Copy, Debug)]
pub enum Clause {
    /// A condition, and the messages for which it can hold. The reader notes what is wrong.
    Condition(KindConstraint, fn(&mut RuleReader, &Node) -> Result<Condition, Noted>),
    /// Kinds of message, each by its word.
    Kinds(&'static [(&'static str, KindSet)]),
    /// Times, which join those of the other keys.
    Times(AddTimes),
    /// Names of times.
    Time,
}

/// What a key says of the messages that it can hold for.
#[derive(Clone, Copy, Debug)]
pub enum KindConstraint {
    Any,
    /// It looks at words, and names no kind of message by that.
    Words,
    Kinds(KindSet),
}

/// The keys of `when`, in the order in which they are told.
static ROWS: &[&Row<Clause>] = &[
    &keyword::KEYWORD,
    &keyword::ALL_KEYWORDS,
    &exact::EXACT,
    &keyword::STARTS_WITH,
    &keyword::ENDS_WITH,
    &regex::REGEX,
    &kinds::MESSAGE,
    &kinds::EVENT,
    &menu::MENU,
    &menu::LINK,
    &scan::SCAN,
    &kinds::MENTION,
    &near::NEAR,
    &people::SENDER,
    &people::ACCOUNT,
    &times::HOURS,
    &times::DAYS,
    &times::DATES,
    &times::TIME,
    &when::NOT,
];

/// The keys that look at words.
const WORDED: &[&str] = &["keyword", "all_keywords", "exact", "starts_with", "ends_with", "regex"];

pub static CONDITIONS: Mapping = Mapping {
    name: "when",
    title: words("Conditions", "条件"),
    about: words(
        "All that stand together must hold. Each takes one value or a list, of which any may fit. A rule that names no kind of message speaks to private messages only. Words are compared after traditional characters, full width, capitals and blanks are evened out; a `regex` looks at the message as it was written, and keys, links and ids must be the same letter for letter.",
        "写在一起的条件都要满足。每个条件可以写一个值，也可以写列表，满足列表里任意一个就行。没有写明消息类型的规则只处理私信。比较词的时候不分繁体简体、全角半角、大小写和空格；`regex` 看的是原文，菜单的 key、网址和 ID 要一字不差。",
    ),
    keys: &keys_of::<_, { ROWS.len() }>(ROWS),
    needs: &[
        Needs::Something,
        Needs::Apart(WORDED, &["event", "menu", "link", "scan", "near"]),
        Needs::Apart(&["message", "mention"], &["event", "menu", "link", "scan"]),
        Needs::Apart(&["near"], &["event", "menu", "link", "scan", "mention"]),
        Needs::Apart(&["menu"], &["link", "scan"]),
        Needs::Apart(&["link"], &["scan"]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_keys_name_the_keys_of_the_rows() {
        let looks_at_words =
            |row: &&&Row<Clause>| matches!(row.read, Clause::Condition(KindConstraint::Words, _));
        let worded: Vec<&str> = ROWS.iter().filter(looks_at_words).map(|row| row.key.name).collect();
        assert_eq!(worded, WORDED);
        for name in broad::NARROWING {
            assert!(ROWS.iter().any(|row| row.key.name == *name), "{name}");
        }
    }
}
