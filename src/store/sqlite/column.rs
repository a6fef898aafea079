//! How the model's values stand in columns: ids of users as text, times as milliseconds, words as text, a reply
//! as JSON. All of it is kept on disk: a change needs a migration.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::{Deserialize, Serialize};

use crate::model::delivery::{DeliveryId, DeliveryState, EndReason};
use crate::model::id::{RuleName, UserId};
use crate::model::message::{Format, Position};
use crate::model::reply::{Article, Reply};

/// A moment, to the millisecond; what is finer is cut off.
#[derive(Clone, Copy)]
pub(in crate::store) struct At(pub Timestamp);

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let millis = value.as_i64()?;
        Timestamp::from_millisecond(millis).map(Self).map_err(|_| FromSqlError::OutOfRange(millis))
    }
}

impl ToSql for UserId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for UserId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        text.parse().map_err(|_| unknown(text))
    }
}

impl ToSql for DeliveryId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for DeliveryId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

impl ToSql for RuleName {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for RuleName {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(Self::new)
    }
}

/// Values that stand in a column as their words.
macro_rules! words {
    ($($ty:ty),*) => { $(
        impl ToSql for $ty {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $ty {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let word = value.as_str()?;
                Self::ALL.into_iter().find(|known| known.as_str() == word).ok_or_else(|| unknown(word))
            }
        }
    )* };
}
words!(DeliveryState, EndReason, Format);

impl ToSql for Reply {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        json(&KeptReply::of(self))
    }
}

impl FromSql for Reply {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parse::<KeptReply>(value)?.reply().ok_or(FromSqlError::InvalidType)
    }
}

/// Names of rules as a JSON list; NULL is an empty one.
pub(in crate::store) struct Rules(pub Vec<RuleName>);

impl ToSql for Rules {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self.0.as_slice() {
            [] => Ok(ToSqlOutput::Owned(Value::Null)),
            rules => json(&rules.iter().map(RuleName::as_str).collect::<Vec<_>>()),
        }
    }
}

impl FromSql for Rules {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        if value == ValueRef::Null {
            return Ok(Self(Vec::new()));
        }
        parse::<Vec<String>>(value).map(|names| Self(names.into_iter().map(RuleName::new).collect()))
    }
}

/// A reply on disk. Numbers are written as text, because a JSON number need not come back as the same one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum KeptReply {
    Text(String),
    Articles(Vec<KeptArticle>),
    Position { longitude: String, latitude: String },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptArticle {
    title: String,
    summary: String,
    image: String,
    url: String,
}

impl KeptReply {
    fn of(reply: &Reply) -> Self {
        match reply {
            Reply::Text(text) => Self::Text(text.clone()),
            Reply::Articles(articles) => {
                Self::Articles(articles.iter().cloned().map(KeptArticle::from).collect())
            }
            Reply::Position(place) => Self::Position {
                longitude: place.longitude().to_string(),
                latitude: place.latitude().to_string(),
            },
        }
    }

    fn reply(self) -> Option<Reply> {
        Some(match self {
            Self::Text(text) => Reply::Text(text),
            Self::Articles(articles) => Reply::Articles(articles.into_iter().map(Article::from).collect()),
            Self::Position { longitude, latitude } => {
                Reply::Position(Position::new(longitude.parse().ok()?, latitude.parse().ok()?).ok()?)
            }
        })
    }
}

impl From<Article> for KeptArticle {
    fn from(Article { title, summary, image, url }: Article) -> Self {
        Self { title, summary, image, url }
    }
}

impl From<KeptArticle> for Article {
    fn from(KeptArticle { title, summary, image, url }: KeptArticle) -> Self {
        Self { title, summary, image, url }
    }
}

fn json(value: &impl Serialize) -> rusqlite::Result<ToSqlOutput<'static>> {
    let text = serde_json::to_string(value);
    text.map(ToSqlOutput::from).map_err(|fault| rusqlite::Error::ToSqlConversionFailure(fault.into()))
}

fn parse<'v, T: Deserialize<'v>>(value: ValueRef<'v>) -> FromSqlResult<T> {
    serde_json::from_str(value.as_str()?).map_err(|fault| FromSqlError::Other(fault.into()))
}

fn unknown(word: &str) -> FromSqlError {
    FromSqlError::Other(format!("\"{word}\" is not known").into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    fn through_a_column<T: ToSql + FromSql>(value: &T) -> T {
        let db = Connection::open_in_memory().unwrap();
        db.query_row("SELECT ?1", [value], |row| row.get(0)).unwrap()
    }

    fn any_reply() -> impl Strategy<Value = Reply> {
        let article = (any::<String>(), any::<String>(), any::<String>(), any::<String>())
            .prop_map(|(title, summary, image, url)| Article { title, summary, image, url });
        let place = (-180.0..=180.0, -90.0..=90.0)
            .prop_map(|(longitude, latitude)| Reply::Position(Position::new(longitude, latitude).unwrap()));
        prop_oneof![
            any::<String>().prop_map(Reply::Text),
            prop::collection::vec(article, 1..8).prop_map(Reply::Articles),
            place,
        ]
    }

    proptest! {
        #[test]
        fn a_reply_is_kept_unchanged(reply in any_reply()) {
            prop_assert_eq!(through_a_column(&reply), reply);
        }
    }

    #[test]
    fn the_form_of_a_reply_on_disk_stays_the_same() {
        let text = |reply: Reply| -> String {
            let db = Connection::open_in_memory().unwrap();
            db.query_row("SELECT ?1", [reply], |row| row.get(0)).unwrap()
        };
        assert_eq!(text(Reply::Text("好\0\"".to_owned())), r#"{"text":"好\u0000\""}"#);
        let card = Article { title: "t".into(), url: "u".into(), ..Article::default() };
        assert_eq!(
            text(Reply::Articles(vec![card])),
            r#"{"articles":[{"title":"t","summary":"","image":"","url":"u"}]}"#
        );
        assert_eq!(
            text(Reply::Position(Position::new(116.3, -0.1).unwrap())),
            r#"{"position":{"longitude":"116.3","latitude":"-0.1"}}"#
        );
    }

    #[test]
    fn words_and_names_are_kept_unchanged() {
        for state in DeliveryState::ALL {
            assert_eq!(through_a_column(&state), state);
        }
        for reason in EndReason::ALL {
            assert_eq!(through_a_column(&reason), reason);
        }
        for format in [Format::Json, Format::Xml] {
            assert_eq!(through_a_column(&format), format);
        }
        for names in [vec![], vec![RuleName::new("问候"), RuleName::new("a\0b")]] {
            assert_eq!(through_a_column(&Rules(names.clone())).0, names);
        }
        for id in ["1", "9223372036854775807", "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"] {
            let id: UserId = id.parse().unwrap();
            assert_eq!(through_a_column(&id), id);
        }
        for moment in [Timestamp::UNIX_EPOCH, "2026-11-24T06:00:00.123Z".parse().unwrap()] {
            assert_eq!(through_a_column(&At(moment)).0, moment);
        }
    }

    #[test]
    fn what_nothing_here_ever_writes_is_refused() {
        let db = Connection::open_in_memory().unwrap();
        let state = db.query_row("SELECT 'asleep'", [], |row| row.get::<_, DeliveryState>(0));
        assert!(state.is_err());
        let beyond = r#"{"position":{"longitude":"181","latitude":"0"}}"#;
        assert!(db.query_row("SELECT ?1", [beyond], |row| row.get::<_, Reply>(0)).is_err());
        assert!(db.query_row("SELECT '0'", [], |row| row.get::<_, UserId>(0)).is_err());
        assert!(db.query_row("SELECT 7", [], |row| row.get::<_, UserId>(0)).is_err());
    }
}
