//! What a fan gets: replies, and what follows later.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::model::decision::{Due, FollowUp};
use crate::model::reply::{Article, Reply};

pub fn reply(reply: &Reply) -> Value {
    match reply {
        Reply::Text(text) => json!({"type": "text", "text": text}),
        Reply::Position(position) => {
            json!({"type": "position", "longitude": position.longitude(), "latitude": position.latitude()})
        }
        Reply::Articles(articles) => {
            let card = |article: &Article| {
                let Article { title, summary, image, url } = article;
                json!({"title": title, "summary": summary, "image": image, "url": url})
            };
            json!({"type": "articles", "articles": articles.iter().map(card).collect::<Vec<_>>()})
        }
    }
}

pub fn follow_up(step: &FollowUp, zone: &TimeZone) -> Value {
    let due = match step.due {
        Due::At(due) => moment(due, zone).into(),
        Due::Never => Value::Null,
    };
    let mut replies = step.replies.iter().map(reply);
    json!({"due": due, "reply": replies.next(), "then": replies.collect::<Vec<_>>()})
}

/// A moment in the time of the account.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
