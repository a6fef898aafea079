//! Article cards, each with a title and a full link. It does not fetch or check the pictures.

use crate::engine::template::{Field, RenderFailure, Scope, Template, Templates};
use crate::language::grammar::reply::CARD;
use crate::language::reply::address::{NotAnAddress, check_address};
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::read_template;
use crate::language::yaml::{Node, Value};
use crate::model::reply::{Article, Reply};

#[derive(Clone, Debug)]
pub struct Articles(Vec<Card>);

#[derive(Clone, Debug)]
struct Card {
    title: Template,
    summary: Option<Template>,
    image: Option<Template>,
    url: Template,
}

impl Articles {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let items = match &node.value {
            Value::Map(_) => std::slice::from_ref(node),
            Value::List(items) if items.is_empty() => {
                reader.fault(ReplyFault::ArticleCount { count: 0 }, node.span.clone());
                return None;
            }
            _ => reader.yaml.list(node),
        };
        if items.len() > reader.surroundings.profile.article_limit {
            reader.fault(ReplyFault::ArticleCount { count: items.len() }, node.span.clone());
        }
        let cards: Vec<Option<Card>> = items.iter().map(|item| Card::read(reader, item)).collect();
        let cards: Vec<Card> = cards.into_iter().collect::<Option<_>>()?;
        (!cards.is_empty()).then_some(Self(cards))
    }

    pub fn render(&self, templates: &Templates, scope: &Scope) -> Result<Reply, RenderFailure> {
        let cards = self.0.iter().map(|card| card.render(templates, scope));
        cards.collect::<Result<_, _>>().map(Reply::Articles)
    }
}

impl Card {
    fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let fields = reader.yaml.map(node, &CARD)?;
        for key in ["title", "url"] {
            if fields.get(key).is_none() {
                reader.fault(ReplyFault::MissingArticleKey { key }, fields.span.clone());
            }
        }
        let mut read = |key: &str, field| {
            let text = reader.yaml.free_text(fields.get(key)?)?;
            let may_be_empty = key == "image" && text.value.is_empty();
            if let (Field::Url, false, Err(wrong)) = (field, may_be_empty, check_address(&text.value)) {
                let url = text.value;
                let fault = match wrong {
                    NotAnAddress::Relative(meant) => ReplyFault::RelativeUrl { url, meant },
                    NotAnAddress::NoSite => ReplyFault::NoSite { url },
                    NotAnAddress::Blank => ReplyFault::BlankInUrl { url },
                };
                reader.fault(fault, text.span);
                return None;
            }
            if key == "title" && text.value.trim().is_empty() {
                reader.fault(ReplyFault::EmptyText {}, text.span);
                return None;
            }
            read_template(reader, &text, field)
        };
        let title = read("title", Field::Text);
        let summary = read("summary", Field::Text);
        let image = read("image", Field::Url);
        let url = read("url", Field::Url);
        Some(Self { title: title?, summary, image, url: url? })
    }

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
