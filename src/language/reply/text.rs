//! A text. One that a message cannot hold is only warned of, for it is split when it is sent.

use std::collections::HashMap;

use crate::engine::compose::{MOST_PARTS, split_text};
use crate::engine::reply::text::{Own, TextReply};
use crate::engine::reply::{ReplyForm, Script};
use crate::engine::template::{Field, Template};
use crate::language::doubt::field::warn_of_field;
use crate::language::doubt::{LintFault, TextLength};
use crate::language::reply::address::outside_of_braces;
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::{next_tag, read_template};
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;

pub fn read(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    let text = reader.yaml.free_text(node)?;
    if text.value.trim().is_empty() {
        return reader.refuse(ReplyFault::EmptyText {}, text.span);
    }
    warn_of_field(&mut reader.yaml, &text, &["text", "use", "articles", "position", "one_of", "silent"]);
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
    let own = match &template {
        Template::Literal(text) => {
            let parts = split_text(text, limit).len();
            Own { most: parts, least: parts, named: Vec::new() }
        }
        Template::Compiled(_) => own_of(&text.value, reader.templates.values(), limit),
    };
    Ok(ReplyForm::Text(TextReply { template, own }).into())
}

/// What of a template's text is the author's: what stands around the signs, and the folder's texts that it inserts.
fn own_of(template: &str, values: &HashMap<String, String>, limit: usize) -> Own {
    let (mut text, mut named) = (String::new(), Vec::new());
    let mut rest = template;
    while let Some((at, closing)) = next_tag(rest) {
        text.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let (inside, behind) = inside.split_once(closing).unwrap_or((inside, ""));
        if let Some(own) = values.get(inside.trim_matches('-').trim()) {
            text.push_str(own);
            named.push(own.clone());
        }
        rest = behind;
    }
    text.push_str(rest);
    let parts = split_text(&text, limit).len();
    Own {
        // insertions move the places where a text is parted
        most: if parts > MOST_PARTS { parts + 1 } else { parts },
        least: if template.contains("{%") { 1 } else { parts },
        named,
    }
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
    fn what_the_author_wrote_of_a_template_is_what_stands_around_its_signs_and_his_named_texts() {
        let values = HashMap::from([("公告".to_owned(), "长".repeat(25))]);
        let own = own_of("好{% if text %}您{{ text }}{% else %}{{ 公告 }}{% endif %} 再见", &values, 10);
        assert_eq!((own.most, own.least, &own.named), (3, 1, &vec!["长".repeat(25)]));
        let own = own_of("{{ 公告 }}{{ text }}", &values, 10);
        assert_eq!((own.most, own.least, own.named.len()), (3, 3, 1));
    }

    #[test]
    fn what_surely_stands_in_a_filled_in_text_is_counted() {
        assert_eq!(around_insertions("您好，{{ text }}！再见 {{ date }}"), 7);
        assert_eq!(around_insertions("{% if keyword %}您好{% endif %}{{ text }}"), 0);
        assert_eq!(around_insertions("您好  {{- text }}"), 0);
    }
}
