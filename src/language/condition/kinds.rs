//! `message`, `event` and `mention`: words for kinds of message, in conditions and in examples.

use crate::language::condition::Clause;
use crate::language::condition::fault::ConditionFault;
use crate::language::diagnostic::Suggestion;
use crate::language::grammar::{Form, Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::keys::nearest_key;
use crate::language::yaml::reader::Noted;
use crate::model::kind::KindSet;

pub static MESSAGE: Row<Clause> = Row {
    key: key(
        "message",
        Form::OneOrMany(&A_MESSAGE),
        "The kind of message; `mention` is public, the others are private.",
        "消息的类型：文字、位置、语音、图片；`mention` 是被公开 @，其他都是私信。",
    ),
    read: Clause::Kinds(MESSAGES),
};

pub static EVENT: Row<Clause> = Row {
    key: key(
        "event",
        Form::OneOrMany(&AN_EVENT),
        "What the fan did; `scan_follow` is a follow by scanning a QR code, `click` and `view` are any menu button and any link.",
        "粉丝做了什么：关注、取消关注、订阅、退订、扫码、扫码关注、点菜单按钮、点菜单链接。",
    ),
    read: Clause::Kinds(EVENTS),
};

pub static MENTION: Row<Clause> = Row {
    key: key(
        "mention",
        Form::OneOrMany(&A_MENTION),
        "The account was named in public: in a `status` or a `comment`.",
        "被公开 @：在微博里（`status`）或评论里（`comment`）。",
    ),
    read: Clause::Kinds(MENTIONS),
};

/// `mention` stands among them for a mention anywhere.
pub const MESSAGES: &[(&str, KindSet)] =
    &KindSet::PRIVATE.in_rules::<{ KindSet::PRIVATE.len() + 1 }>(("mention", KindSet::MENTIONS));
pub const EVENTS: &[(&str, KindSet)] =
    &KindSet::EVENTS.in_rules::<{ KindSet::EVENTS.len() }>(("", KindSet::NONE));
pub const MENTIONS: &[(&str, KindSet)] =
    &KindSet::MENTIONS.in_rules::<{ KindSet::MENTIONS.len() }>(("", KindSet::NONE));

/// The words of a table.
const fn names<const N: usize>(table: &[(&'static str, KindSet)]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut i = 0;
    while i < N {
        names[i] = table[i].0;
        i += 1;
    }
    names
}

pub const A_MESSAGE: Form = Form::Choice(&names::<{ MESSAGES.len() }>(MESSAGES));
pub const AN_EVENT: Form = Form::Choice(&names::<{ EVENTS.len() }>(EVENTS));
pub const A_MENTION: Form = Form::Choice(&names::<{ MENTIONS.len() }>(MENTIONS));

/// Words of a fixed set, each standing for kinds of message.
pub fn read_kinds(
    reader: &mut RuleReader,
    key: &'static str,
    node: &Node,
    known: &[(&str, KindSet)],
) -> Result<KindSet, Noted> {
    let mut kinds = KindSet::NONE;
    for text in reader.yaml.texts(node) {
        match known.iter().find(|(word, _)| *word == text.value) {
            Some((_, more)) => kinds = kinds.with(*more),
            None => {
                let known: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                let nearest = Suggestion::of(nearest_key(&text.value, &known));
                let known = known.join(", ");
                let fault = |word| ConditionFault::UnknownWord { key, word, nearest, known };
                _ = reader.yaml.parsed_apart(None::<KindSet>, text, node, fault);
            }
        }
    }
    if kinds.is_empty() { Err(reader.yaml.noted(&node.span)) } else { Ok(kinds) }
}
