//! A text reply, with its template. It does not look at the platform's length limit: what a passive
//! answer cannot hold is split by the decision.

use super::fault::ActionFault;
use crate::model::reply::Reply;
use crate::rules::read::Reading;
use crate::rules::template::{Field, RenderFailure, Scope, Template, Templates};
use crate::rules::yaml::reader::Text;

#[derive(Clone, Debug)]
pub struct TextAction(Template);

impl TextAction {
    pub fn read(reading: &mut Reading, text: Text) -> Option<Self> {
        if text.value.trim().is_empty() {
            reading.fault(ActionFault::EmptyText {}, text.span);
            return None;
        }
        reading.template(&text, Field::Text).map(Self)
    }

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
