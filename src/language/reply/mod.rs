//! Replies, as authors write them: a text, one of the forms, or a list of several messages.

pub mod address;
pub mod articles;
pub mod fault;
pub mod named;
pub mod one_of;
pub mod position;
pub mod text;

use articles::CARDS;
use fault::ReplyFault;
use one_of::{CHOICE, CHOICES, DRAWN};
use position::POSITION;

use crate::engine::reply::Script;
use crate::language::grammar::{ANY, Form, Key, Mapping, Needs, Row, key, keys_of, words};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::reader::{Fields, Noted};
use crate::language::yaml::{Node, Value};

/// Reads what stands behind the key of a form.
type ReadForm = fn(&mut RuleReader, &Node) -> Result<Script, Noted>;

macro_rules! forms {
    ($($name:literal, $form:expr, $read:path, $en:literal, $zh:literal;)*) => {
        /// What a reply may be; one of them. A static, because what `one_of` draws from is made of it again.
        pub static FORMS: &[&Row<ReadForm>] = &[$(&Row { key: key($name, $form, $en, $zh), read: $read }),*];

        pub const FORM_NAMES: &[&str] = &[$($name),*];

        /// The keys where they stand for a whole `reply`.
        pub const SHORT_FORMS: &[Key] = &[$(key(
            $name,
            $form,
            concat!("Short for `reply: {", $name, ": …}`."),
            concat!("`reply: {", $name, ": …}` 的简写。"),
        )),*];
    };
}

forms! {
    "text", Form::Text, text::read, "A text.", "一段文字。";
    "articles", CARDS, articles::read, "1 to 8 article cards.", "1 到 8 张图文卡片。";
    "position", Form::Is(&POSITION), position::read, "A position on the map.", "地图上的一个位置。";
    "one_of", Form::Told(CHOICES, &DRAWN), one_of::read,
        "One of several replies, drawn by chance; two at least.", "从几个回复里随机选一个，至少写两个。";
    "use", Form::Text, named::read, "The name of a reply under `replies`.", "`replies` 里一个回复的名字。";
}

/// A text, one of the forms, or several messages.
pub const ANSWER: Form = Form::Told(
    words(
        "a text, [a form of a reply](#a-reply), or a list of several messages",
        "一段文字、[一种回复形式](#回复)，或由几条消息组成的列表",
    ),
    &Form::Either(&[
        Form::Text,
        Form::Is(&REPLY),
        Form::Many(&Form::Either(&[Form::Text, Form::Is(&REPLY)]), 1, ANY),
    ]),
);

pub static REPLY: Mapping = Mapping {
    name: "reply",
    title: words("A reply", "回复"),
    about: words(
        "A plain text is enough: `reply: Welcome!`. A list is several messages: the first is the answer, the rest are sent right after it by the customer-service interface, which needs an access token. In texts, `{{ name }}` inserts something.",
        "最简单的就是一段文字：`reply: 欢迎光临！`。写成列表就是几条消息：第一条直接回复，其余的随后通过客服接口发送，需要设置 access token。文字里写 `{{ 名字 }}` 可以插入内容。",
    ),
    keys: &keys_of::<_, { FORM_NAMES.len() }>(FORMS),
    needs: &[Needs::ExactlyOne(FORM_NAMES)],
};

/// Reads what stands behind `reply:`: a text, a mapping, or a list of two and more of those.
pub fn read_script(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    match &node.value {
        Value::List(items)
            if items.len() > 1 || items.iter().all(|item| matches!(item.value, Value::Map(_))) =>
        {
            let items = reader.yaml.list(node);
            let scripts: Vec<_> = items.iter().map(|item| read_item(reader, item)).collect();
            Script::joined(scripts.into_iter().collect::<Result<_, _>>()?)
                .ok_or_else(|| reader.yaml.noted(&node.span))
        }
        _ => read_item(reader, node),
    }
}

fn read_item(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    const MOST: usize = 1_000;
    reader.messages += 1;
    // of a choice of many, the choice itself is none of them
    if reader.messages > MOST + 1 {
        if reader.messages == MOST + 2 {
            reader.fault(ReplyFault::TooManyReplies { most: MOST }, node.span.clone());
        }
        return Err(reader.yaml.noted(&node.span));
    }
    match &node.value {
        Value::Map(_) if !reader.starts_with_braces(node) => {
            // what stands in `one_of` alone is known, so that it can be said where it belongs
            let is_choice = node.has_key("weight") || node.has_key("silent");
            let fields = reader.yaml.map(node, if is_choice { &CHOICE } else { &REPLY })?;
            if let Some(span) = fields.key_span("weight") {
                reader.fault(ReplyFault::WeightAlone {}, span);
            }
            if let Some(span) = fields.key_span("silent") {
                return reader.refuse(ReplyFault::SilentReply {}, span);
            }
            read_form(reader, &fields)
        }
        _ => text::read(reader, node),
    }
}

/// Reads the one form of a reply that stands among these fields.
pub fn read_form(reader: &mut RuleReader, fields: &Fields) -> Result<Script, Noted> {
    let forms: Vec<_> = fields.rows(FORMS).collect();
    let [(form, field)] = forms.as_slice() else {
        if !fields.has_faults {
            reader.fault(ReplyFault::NoKind { known: REPLY.listed() }, fields.span.clone());
        }
        return Err(reader.yaml.noted(&fields.span));
    };
    (form.read)(reader, field.value)
}
