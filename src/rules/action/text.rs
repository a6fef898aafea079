//! A text reply, with its template. A text that one message cannot hold is only warned of here: the decision
//! splits it.

use super::fault::ActionFault;
use crate::model::reply::{Reply, TEXT_LIMIT};
use crate::rules::lint::fault::LintFault;
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
        if reading.names.replies.contains_key(text.value.trim()) {
            let name = text.value.trim().to_owned();
            reading.fault(LintFault::UseForgotten { name }, text.span.clone());
        }
        let action = reading.template(&text, Field::Text).map(Self)?;
        let length = action.known_length();
        if length > TEXT_LIMIT {
            let beyond = text.value.char_indices().nth(TEXT_LIMIT).map_or(0, |(at, _)| at);
            let span = reading.reader.part_of(&text, beyond..text.value.len());
            reading.fault(LintFault::LongText { length, limit: TEXT_LIMIT }, span);
        }
        Some(action)
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
