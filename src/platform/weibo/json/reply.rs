//! The reply in Weibo's JSON: the passive envelope, and the content that the customer-service interface takes too
//! (docs/protocol.md 6). How much a reply may hold is said by the profile, and not checked here.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::model::message::{InboundMessage, Position};
use crate::model::reply::{Article, Reply};
use crate::platform::DecodeFault;
use crate::platform::weibo::json::{Object, id, json, object};
use crate::platform::weibo::profile::WEIBO;

/// Everything outside RFC 3986's unreserved characters: what every decoder understands
/// (docs/protocol.md 6.1).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The passive reply; the ids swap places (docs/protocol.md 6.1).
pub(in crate::platform::weibo) fn encode_reply(reply: &Reply, message: &InboundMessage) -> String {
    let ReplyContent { kind, data } = ReplyContent::of(reply);
    json(&Envelope {
        result: true,
        receiver_id: id(message.sender),
        sender_id: id(message.account),
        kind,
        data: utf8_percent_encode(&data, RESERVED).to_string(),
    })
}

#[derive(Serialize)]
struct Envelope {
    result: bool,
    receiver_id: Value,
    sender_id: Value,
    #[serde(rename = "type")]
    kind: &'static str,
    data: String,
}

/// What a reply says, as both of the platform's interfaces take it (docs/protocol.md 6).
pub struct ReplyContent {
    pub kind: &'static str,
    /// JSON, not yet percent-encoded (docs/protocol.md 6.1).
    pub data: String,
}

impl ReplyContent {
    pub fn of(reply: &Reply) -> Self {
        let (kind, data) = match reply {
            Reply::Text(text) => ("text", Data::Text { text }),
            Reply::Articles(articles) => {
                ("articles", Data::Articles { articles: articles.iter().map(ArticleData::of).collect() })
            }
            Reply::Position(position) => {
                let (longitude, latitude) =
                    (position.longitude().to_string(), position.latitude().to_string());
                ("position", Data::Position { longitude, latitude })
            }
        };
        Self { kind, data: json(&data) }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'r> {
    Text { text: &'r str },
    Articles { articles: Vec<ArticleData<'r>> },
    Position { longitude: String, latitude: String },
}

#[derive(Serialize)]
struct ArticleData<'r> {
    display_name: &'r str,
    summary: &'r str,
    image: &'r str,
    url: &'r str,
}

impl<'r> ArticleData<'r> {
    fn of(article: &'r Article) -> Self {
        let Article { title, summary, image, url } = article;
        Self { display_name: title, summary, image, url }
    }
}

pub(in crate::platform::weibo) fn decode_reply(text: &str) -> Result<Reply, DecodeFault> {
    let envelope = object(text)?;
    let kind = required(&envelope, "type")?;
    // PHP's encoder writes a blank as `+` (docs/protocol.md 6.1)
    let encoded = required(&envelope, "data")?.replace('+', " ");
    let bad = |field| DecodeFault::BadField { field };
    let data = percent_decode(encoded.as_bytes()).decode_utf8().map_err(|_| bad("data"))?;
    let data = object(&data)?;
    match kind {
        "text" => Ok(Reply::Text(required(&data, "text")?.to_owned())),
        "articles" => articles(&data).map(Reply::Articles),
        "position" => {
            let degrees = |name| required(&data, name)?.parse().map_err(|_| bad(name));
            let position = Position::new(degrees("longitude")?, degrees("latitude")?);
            position.map(Reply::Position).map_err(|_| bad("data"))
        }
        _ => Err(bad("type")),
    }
}

fn required<'o>(object: &'o Object, field: &'static str) -> Result<&'o str, DecodeFault> {
    let value = object.get(field).ok_or(DecodeFault::MissingField { field })?;
    value.as_str().ok_or(DecodeFault::BadField { field })
}

fn articles(data: &Object) -> Result<Vec<Article>, DecodeFault> {
    let list = data.get("articles").ok_or(DecodeFault::MissingField { field: "articles" })?;
    let list = list.as_array().filter(|list| (1..=WEIBO.article_limit).contains(&list.len()));
    let list = list.ok_or(DecodeFault::BadField { field: "articles" })?;
    let text = |card: &Value, name| card.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let article = |card| Article {
        title: text(card, "display_name"),
        summary: text(card, "summary"),
        image: text(card, "image"),
        url: text(card, "url"),
    };
    Ok(list.iter().map(article).collect())
}
