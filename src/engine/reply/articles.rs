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
        let optional = |template: &Option<Template>| match template {
            Some(template) => templates.render(template, names),
            None => Ok(String::new()),
        };
        Ok(Article {
            title: templates.render(&self.title, names)?,
            summary: optional(&self.summary)?,
            image: optional(&self.image)?,
            url: templates.render(&self.url, names)?,
        })
    }
}
