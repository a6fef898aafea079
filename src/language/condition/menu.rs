//! `menu` and `link`.

use crate::engine::condition::Condition;
use crate::engine::condition::menu::{Link, Menu};
use crate::language::condition::word_set::{WORDS, read_texts};
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;
use crate::model::kind::{Kind, KindSet};

pub static MENU: Row<Clause> = Row {
    key: key(
        "menu",
        WORDS,
        "A menu button with this key was pressed; a button without a key of its own has its name as key.",
        "点了这个 key 的菜单按钮；没有单独写 key 的按钮，名字就是 key。",
    ),
    read: Clause::Condition(KindConstraint::Kinds(KindSet::of(&[Kind::Click])), |reader, node| {
        Ok(Condition::Menu(Menu(read_keys(reader, node)?)))
    }),
};

pub static LINK: Row<Clause> = Row {
    key: key("link", WORDS, "A menu button with this link was pressed.", "点了带这个链接的菜单按钮。"),
    read: Clause::Condition(KindConstraint::Kinds(KindSet::of(&[Kind::View])), |reader, node| {
        Ok(Condition::Link(Link(read_keys(reader, node)?)))
    }),
};

fn read_keys(reader: &mut RuleReader, node: &Node) -> Result<Vec<Box<str>>, Noted> {
    let keys = read_texts(reader, node).into_iter().map(|text| text.value.into()).collect();
    reader.yaml.any_left(keys, node)
}
