//! The XML format, which is WeChat's: pushes in its elements with Weibo's ids in them, and replies of text or news
//! (docs/protocol.md 5). Which fields a type needs is decided in [`super::push`].

mod tree;

use std::fmt::{Display, Write};

use jiff::Timestamp;

use crate::model::id::UserId;
use crate::model::message::{Content, Format, InboundMessage};
use crate::model::reply::{Article, Reply};
use crate::platform::weibo::profile::WEIBO;
use crate::platform::weibo::push::{Field, FieldValue, Push, event_key, place_word, without_forbidden};
use crate::platform::{CannotCarry, DecodeFault, Inbound};
use tree::{Element, push_cdata};

pub(super) fn decode(text: &str) -> Result<Inbound, DecodeFault> {
    let text = without_forbidden(text);
    let push = tree::read(&text)?;
    let field = |name: &'static str| Field {
        name,
        value: match push.child(name) {
            None => FieldValue::Absent,
            Some(element) if element.children.is_empty() => FieldValue::Text((&*element.text).into()),
            Some(_) => FieldValue::Odd,
        },
    };
    Push {
        format: Format::Xml,
        account: field("ToUserName"),
        sender: field("FromUserName"),
        created_at: field("CreateTime"),
        id: field("MsgId"),
        kind: field("MsgType"),
        subtype: field("Event"),
        key: field("EventKey"),
        text: field("Content"),
        media: field("MediaId"),
        // X is the latitude, as on WeChat (docs/protocol.md 5.2)
        longitude: field("Location_Y"),
        latitude: field("Location_X"),
    }
    .read()
}

/// The passive reply; the ids swap places (docs/protocol.md 5.5).
pub(super) fn encode_reply(
    reply: &Reply,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<String, CannotCarry> {
    let open = |kind| Body::new(message.sender, message.account, now, kind);
    match reply {
        Reply::Text(text) => {
            let mut body = open("text");
            body.text("Content", text);
            Ok(body.close())
        }
        Reply::Articles(articles) => {
            let mut body = open("news");
            body.plain("ArticleCount", articles.len());
            body.line("<Articles>");
            articles.iter().for_each(|article| body.item(article));
            body.line("</Articles>");
            Ok(body.close())
        }
        Reply::Position(_) => Err(CannotCarry { kind: "position" }),
    }
}

pub(super) fn decode_reply(text: &str) -> Result<Reply, DecodeFault> {
    let text = without_forbidden(text);
    let reply = tree::read(&text)?;
    match required(&reply, "MsgType")?.text.trim() {
        "text" => Ok(Reply::Text(required(&reply, "Content")?.text.clone().into_owned())),
        "news" => {
            let list = &required(&reply, "Articles")?.children;
            if !(1..=WEIBO.article_limit).contains(&list.len()) {
                return Err(DecodeFault::BadField { field: "Articles" });
            }
            Ok(Reply::Articles(list.iter().map(article).collect()))
        }
        _ => Err(DecodeFault::BadField { field: "MsgType" }),
    }
}

fn required<'e, 'x>(element: &'e Element<'x>, field: &'static str) -> Result<&'e Element<'x>, DecodeFault> {
    element.child(field).ok_or(DecodeFault::MissingField { field })
}

fn article(item: &Element) -> Article {
    let text = |name| item.child(name).map(|element| element.text.clone().into_owned()).unwrap_or_default();
    Article { title: text("Title"), summary: text("Description"), image: text("PicUrl"), url: text("Url") }
}

/// Writes a push as the one real body that is known, and its kin by analogy (docs/protocol.md 5.2 and 5.3).
pub(super) fn encode_message(message: &InboundMessage) -> String {
    let kind = match &message.content {
        Content::Text(_) => "text",
        Content::Position(_) => "location",
        Content::Voice(_) => "voice",
        Content::Image(_) => "image",
        Content::Mention(_) => "mention",
        Content::Event(_) => "event",
    };
    let mut body = Body::new(message.account, message.sender, message.created_at, kind);
    match &message.content {
        Content::Text(text) => body.text("Content", text),
        Content::Position(position) => {
            body.plain("Location_X", position.latitude());
            body.plain("Location_Y", position.longitude());
        }
        Content::Voice(media) | Content::Image(media) => body.text("MediaId", &media.0),
        Content::Mention(mention) => {
            body.text("Content", &mention.text);
            body.text("Event", place_word(mention.place));
            body.text("EventKey", &mention.key);
        }
        Content::Event(event) => {
            body.text("Event", event.kind().as_str());
            if let Some(key) = event_key(event) {
                body.text("EventKey", &key);
            }
        }
    }
    if let Some(id) = message.platform_id {
        body.plain("MsgId", id);
    }
    body.close()
}

/// Bytes of an answer beside its text, in most cases.
const USUAL_LENGTH: usize = 384;

/// A body under construction: one element a line, as the platform writes them.
struct Body(String);

impl Body {
    fn new(to: UserId, from: UserId, at: Timestamp, kind: &str) -> Self {
        let mut body = Self(String::with_capacity(USUAL_LENGTH));
        body.line("<xml>");
        body.text("ToUserName", to.as_str());
        body.text("FromUserName", from.as_str());
        body.plain("CreateTime", at.as_second());
        body.text("MsgType", kind);
        body
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn text(&mut self, name: &str, text: &str) {
        self.element(name, |body| push_cdata(body, text));
    }

    /// An element whose value needs no protection.
    fn plain(&mut self, name: &str, value: impl Display) {
        // a String takes everything
        self.element(name, |body| {
            let _ = write!(body, "{value}");
        });
    }

    fn element(&mut self, name: &str, write: impl FnOnce(&mut String)) {
        let body = &mut self.0;
        ["<", name, ">"].into_iter().for_each(|part| body.push_str(part));
        write(body);
        ["</", name, ">\n"].into_iter().for_each(|part| body.push_str(part));
    }

    fn item(&mut self, article: &Article) {
        self.line("<item>");
        self.text("Title", &article.title);
        self.text("Description", &article.summary);
        self.text("PicUrl", &article.image);
        self.text("Url", &article.url);
        self.line("</item>");
    }

    fn close(mut self) -> String {
        self.line("</xml>");
        self.0
    }
}
