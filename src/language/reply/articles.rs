//! Article cards: one, or a list of up to 8. The pictures are not fetched.

use crate::engine::reply::articles::{Articles, Card};
use crate::engine::reply::{ReplyForm, Script};
use crate::engine::template::Field;
use crate::language::grammar::{Form, Mapping, Needs, key, words};
use crate::language::reply::address::{check_address, warn_of_invisible};
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::read_template;
use crate::language::yaml::reader::Noted;
use crate::language::yaml::{Node, Value};
use crate::platform;

/// One card, or a list of them.
pub const CARDS: Form = Form::Told(
    words(
        "[an article card](#an-article-card), or a list of up to 8",
        "一张[图文卡片](#图文卡片)，或由最多 8 张组成的列表",
    ),
    &Form::Either(&[Form::Is(&CARD), Form::Many(&Form::Is(&CARD), 1, platform::DEFAULT.article_limit)]),
);

pub static CARD: Mapping = Mapping {
    name: "card",
    title: words("An article card", "图文卡片"),
    about: words(
        "What is inserted into `url` and `image` is percent-encoded.",
        "插入 `url` 和 `image` 的内容会自动做网址编码。",
    ),
    keys: &[
        key("title", Form::Text, "The title.", "标题。"),
        key("summary", Form::Text, "A sentence below it.", "标题下面的一句话。"),
        key("image", Form::Text, "The full address of a picture.", "图片的完整网址。"),
        key("url", Form::Text, "The full address that opens.", "点开后的完整网址。"),
    ],
    needs: &[Needs::All(&["title", "url"])],
};

pub fn read(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        Value::List(items) if items.is_empty() => {
            return reader.refuse(ReplyFault::ArticleCount { count: 0 }, node.span.clone());
        }
        _ => reader.yaml.list(node),
    };
    if items.len() > reader.surroundings.profile.article_limit {
        reader.fault(ReplyFault::ArticleCount { count: items.len() }, node.span.clone());
    }
    let cards: Vec<_> = items.iter().map(|item| read_card(reader, item)).collect();
    let cards = cards.into_iter().collect::<Result<_, _>>()?;
    Ok(ReplyForm::Articles(Articles(reader.yaml.any_left(cards, node)?)).into())
}

fn read_card(reader: &mut RuleReader, node: &Node) -> Result<Card, Noted> {
    let fields = reader.yaml.map(node, &CARD)?;
    let mut read = |key: &'static str, field| {
        let Some(node) = fields.get(key) else {
            let below = reader.yaml.below(&fields);
            return reader.refuse(ReplyFault::MissingArticleKey { key, below }, fields.span.clone());
        };
        let text = reader.yaml.free_text(node)?;
        let may_be_empty = key == "image" && text.value.is_empty();
        if let (Field::Url, false, Err(fault)) = (field, may_be_empty, check_address(&text.value)) {
            return reader.refuse(fault, text.span);
        }
        if field == Field::Url {
            warn_of_invisible(reader, &text);
        }
        if key == "title" && text.value.trim().is_empty() {
            return reader.refuse(ReplyFault::EmptyText {}, text.span);
        }
        read_template(reader, &text, field)
    };
    let title = read("title", Field::Text);
    let summary = fields.get("summary").map(|_| read("summary", Field::Text));
    let image = fields.get("image").map(|_| read("image", Field::Url));
    let url = read("url", Field::Url);
    Ok(Card { title: title?, summary: summary.transpose()?, image: image.transpose()?, url: url? })
}
