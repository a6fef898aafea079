//! A text. One that a message cannot hold is only warned of, for it is split when it is sent.

use crate::engine::reply::text::TextReply;
use crate::engine::reply::{ReplyForm, Script};
use crate::engine::template::{Field, Template};
use crate::language::doubt::{LintFault, TextLength};
use crate::language::reply::address::outside_of_braces;
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::read_template;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;

pub fn read(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    let text = reader.yaml.free_text(node)?;
    if text.value.trim().is_empty() {
        return reader.refuse(ReplyFault::EmptyText {}, text.span);
    }
    if reader.names.replies.contains_key(text.value.trim()) {
        let name = text.value.trim().to_owned();
        reader.fault(LintFault::UseForgotten { name }, text.span.clone());
    }
    let template = read_template(reader, &text, Field::Text)?;
    let (length, is_exact) = match &template {
        Template::Literal(text) => (text.chars().count(), true),
        Template::Compiled(_) => (around_insertions(&text.value), false),
    };
    let limit = reader.surroundings.profile.text_limit;
    if length > limit {
        let beyond = text.value.char_indices().nth(limit).map_or(0, |(at, _)| at);
        let span = reader.yaml.part_of(&text, beyond..text.value.len());
        let length = TextLength { length, is_exact };
        reader.fault(LintFault::LongText { length, limit }, span);
    }
    Ok(ReplyForm::Text(TextReply(template)).into())
}

/// How many characters of a template are sent whatever is inserted; 0 where a condition may leave some out.
fn around_insertions(template: &str) -> usize {
    if ["{%", "{{-", "-}}"].iter().any(|sign| template.contains(sign)) {
        return 0;
    }
    outside_of_braces(template).map(|part| part.chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surely_stands_in_a_filled_in_text_is_counted() {
        assert_eq!(around_insertions("您好，{{ text }}！再见 {{ date }}"), 7);
        assert_eq!(around_insertions("{% if keyword %}您好{% endif %}{{ text }}"), 0);
        assert_eq!(around_insertions("您好  {{- text }}"), 0);
    }
}
