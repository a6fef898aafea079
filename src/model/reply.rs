//! The reply: what the fan gets to see, in no platform's encoding.

use super::message::Position;

/// One message of the account to a fan (docs/protocol.md 6.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Text(String),
    /// One card or more.
    Articles(Vec<Article>),
    Position(Position),
}

impl Reply {
    /// The reply as words, for people and for examples: cards line by line, a position as two numbers.
    pub fn rendered(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Articles(articles) => {
                let card = |article: &Article| {
                    let parts = [&article.title, &article.summary, &article.image, &article.url];
                    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n")
                };
                articles.iter().map(card).collect::<Vec<_>>().join("\n")
            }
            Self::Position(position) => format!("{}, {}", position.longitude(), position.latitude()),
        }
    }
}

/// One card: a title, a summary, a picture and a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// `display_name`
    pub title: String,
    pub summary: String,
    /// A full URL, or empty for none.
    pub image: String,
    /// A full URL; the platform drops an article without one.
    pub url: String,
}
