//! A text reply, with its template. A text that one message cannot hold is split by who composes the answer.

use std::sync::Arc;

use crate::engine::reply::Filled;
use crate::engine::template::{Names, RenderFailure, Rendered, Template, Templates};
use crate::model::reply::Reply;

#[derive(Clone, Debug)]
pub struct TextReply {
    pub template: Template,
    pub own: Own,
}

/// What the author wrote himself of a text. It is never cut, whatever is inserted beside it.
#[derive(Clone, Debug)]
pub struct Own {
    /// The messages that all of it comes to, every branch counted; at least 1.
    pub most: usize,
    /// The messages that it comes to whatever is inserted; at least 1.
    pub least: usize,
    /// The folder's named texts that it inserts as they are.
    pub named: Vec<String>,
}

impl TextReply {
    /// # Errors
    ///
    /// The text cannot be filled in.
    pub fn render(&self, templates: &Templates, names: &Arc<Names>) -> Result<Filled<'_>, RenderFailure> {
        let Rendered { text, inserted } = templates.render(&self.template, names)?;
        let own = matches!(self.template, Template::Compiled(_)).then_some(&self.own);
        Ok(Filled { reply: Reply::Text(text), own, inserted })
    }

    /// In characters; 0 for a template, whose length depends on the message.
    pub fn known_length(&self) -> usize {
        match &self.template {
            Template::Literal(text) => text.chars().count(),
            Template::Compiled(_) => 0,
        }
    }
}
