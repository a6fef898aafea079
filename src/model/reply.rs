//! The reply: what the fan gets to see. It knows the platform's kinds and limits, not its encodings.

use super::message::{Format, Position};

/// The platform refuses longer texts (protocol 6.1, error 20013). Counted in characters.
pub const TEXT_LIMIT: usize = 300;
/// The most cards that one reply can hold (protocol 6.1).
pub const ARTICLE_LIMIT: usize = 8;

/// One message of the account to a fan (protocol 6.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Text(String),
    /// 1 to [`ARTICLE_LIMIT`] cards.
    Articles(Vec<Article>),
    Position(Position),
}

impl Reply {
    /// Whether a passive answer in this format can be this reply: XML has no form for a position
    /// (protocol 5.5).
    pub fn fits(&self, format: Format) -> bool {
        format == Format::Json || !matches!(self, Self::Position(_))
    }

    /// The reply as words, for people and for examples: cards line by line, a position as two numbers.
    pub fn shown(&self) -> String {
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
