//! Article cards, each with a title and a full link.

use std::sync::Arc;

use crate::engine::template::{Names, RenderFailure, Template, Templates};
use crate::model::reply::{Article, Reply};

#[derive(Clone, Debug)]
pub struct Articles(pub Vec<Card>);

#[derive(Clone, Debug)]
pub struct Card {
    pub title: Template,
    pub summary: Option<Template>,
    pub image: Option<Template>,
    pub url: Template,
}

impl Articles {
    /// # Errors
    ///
    /// One of the texts cannot be filled in.
    pub fn render(&self, templates: &Templates, names: &Arc<Names>) -> Result<Reply, RenderFailure> {
        let cards = self.0.iter().map(|card| card.render(templates, names));
        cards.collect::<Result<_, _>>().map(Reply::Articles)
    }
}

impl Card {
    fn render(&self, templates: &Templates, names: &Arc<Names>) -> Result<Article, RenderFailure> {
        let text = |template: &Template| templates.render(template, names).map(|rendered| rendered.text);
        let optional =
            |template: &Option<Template>| template.as_ref().map_or_else(|| Ok(String::new()), text);
        Ok(Article {
            title: text(&self.title)?,
            summary: optional(&self.summary)?,
            image: optional(&self.image)?,
            url: text(&self.url)?,
        })
    }
}
