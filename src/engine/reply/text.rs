//! A text reply, with its template. A text that one message cannot hold is split by who composes the answer.

use crate::engine::template::{RenderFailure, Scope, Template, Templates};
use crate::model::reply::Reply;

#[derive(Clone, Debug)]
pub struct TextReply(pub Template);

impl TextReply {
    pub fn render(&self, templates: &Templates, scope: &Scope) -> Result<Reply, RenderFailure> {
        templates.render(&self.0, scope).map(Reply::Text)
    }

    /// In characters; 0 for a template, whose length depends on the message.
    pub fn known_length(&self) -> usize {
        match &self.0 {
            Template::Literal(text) => text.chars().count(),
            Template::Compiled(_) => 0,
        }
    }
}
