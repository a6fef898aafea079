//! Article cards, each with a title and a full link.

use crate::engine::template::{RenderFailure, Scope, Template, Templates};
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
    pub fn render(&self, templates: &Templates, scope: &Scope) -> Result<Reply, RenderFailure> {
        let cards = self.0.iter().map(|card| card.render(templates, scope));
        cards.collect::<Result<_, _>>().map(Reply::Articles)
    }
}

impl Card {
    fn render(&self, templates: &Templates, scope: &Scope) -> Result<Article, RenderFailure> {
        let optional = |template: &Option<Template>| match template {
            Some(template) => templates.render(template, scope),
            None => Ok(String::new()),
        };
        Ok(Article {
            title: templates.render(&self.title, scope)?,
            summary: optional(&self.summary)?,
            image: optional(&self.image)?,
            url: templates.render(&self.url, scope)?,
        })
    }
}
