//! `one_of`: several replies, each with a weight, of which one is drawn.

use std::collections::HashSet;

use crate::engine::reply::one_of::{OneOf, WeightedReply};
use crate::engine::reply::{ReplyForm, Script};
use crate::language::doubt::LintFault;
use crate::language::grammar::{ANY, Form, Key, Mapping, Needs, Words, joined, key, words};
use crate::language::reply::fault::ReplyFault;
use crate::language::reply::{FORM_NAMES, FORMS, read_form, read_script};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::reader::Noted;
use crate::language::yaml::{Node, Value};

/// What is drawn from.
pub const CHOICES: Words = words(
    "a list of texts and [other forms of a reply](#an-entry-of-one_of)",
    "列表，每一项是一段文字或[别的回复形式](#one_of-里的一项)",
);

/// Replies, of which one is drawn.
pub static DRAWN: Form = Form::Many(&Form::Either(&[Form::Text, Form::Is(&CHOICE)]), 2, ANY);

pub static CHOICE: Mapping = Mapping {
    name: "choice",
    title: words("An entry of `one_of`", "`one_of` 里的一项"),
    about: words(
        "A text, a form of a reply, or silence; with a weight.",
        "一段文字、一种回复形式，或者不回复；可以加权重。",
    ),
    keys: &choice_keys(),
    needs: &[Needs::ExactlyOne(&joined::<&str, { 1 + FORM_NAMES.len() }>(&["silent"], FORM_NAMES))],
};

/// The forms of a reply, silence, and the weight.
const fn choice_keys() -> [Key; FORM_NAMES.len() + 2] {
    let weight = key(
        "weight",
        Form::Integer(1, 1_000_000),
        "How often it is drawn, beside the others; 1 where none is written.",
        "和其他几个相比抽中的比重；不写就是 1。",
    );
    let mut keys = [weight; FORM_NAMES.len() + 2];
    keys[FORMS.len()] = key(
        "silent",
        Form::Boolean,
        "`true`: no answer, on purpose, when this entry is drawn.",
        "写 `true`：抽中这一项就有意不回复。",
    );
    let mut i = 0;
    while i < FORMS.len() {
        keys[i] = FORMS[i].key;
        if let b"one_of" = keys[i].name.as_bytes() {
            keys[i].meaning = words("Again one of several.", "再从几个里选一个。");
        }
        i += 1;
    }
    keys
}

pub fn read(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    let items = match &node.value {
        Value::List(items) if items.len() >= 2 => items,
        // it may be two in the eyes of its author
        Value::List(items) if items.iter().any(|item| read_choice(reader, item).is_err()) => {
            return Err(reader.yaml.noted(&node.span));
        }
        _ => return reader.refuse(ReplyFault::TooFewChoices {}, node.span.clone()),
    };
    let mut texts = HashSet::new();
    for (item, text) in items.iter().filter_map(|item| Some((item, text_of(item)?))) {
        if !texts.insert(text) {
            reader.fault(LintFault::SameChoice { text: text.to_owned() }, item.span.clone());
        }
    }
    let choices: Vec<_> = items.iter().map(|item| read_choice(reader, item)).collect();
    let choices = choices.into_iter().collect::<Result<_, _>>()?;
    Ok(ReplyForm::OneOf(OneOf::new(choices)).into())
}

/// Reads one item of `one_of` with its weight.
fn read_choice(reader: &mut RuleReader, node: &Node) -> Result<WeightedReply, Noted> {
    const HEAVIEST: i64 = 1_000_000;
    if let Value::Map(_) = &node.value
        && !reader.starts_with_braces(node)
    {
        let fields = reader.yaml.map(node, &CHOICE)?;
        let weight = match fields.get("weight") {
            Some(weight) => reader.yaml.integer(weight, 1..=HEAVIEST)?,
            None => 1,
        };
        let is_silent = match fields.get("silent") {
            Some(silent) => reader.yaml.boolean(silent)?,
            None => false,
        };
        let has_form = fields.keys().any(|key| FORM_NAMES.contains(&key));
        if is_silent && has_form {
            return reader
                .refuse(ReplyFault::SilentAndForm {}, fields.key_span("silent").unwrap_or_default());
        }
        let script = if is_silent { Script::default() } else { read_form(reader, &fields)? };
        // within the range just asked for
        return Ok(WeightedReply { weight: weight as u32, script });
    }
    Ok(WeightedReply { weight: 1, script: read_script(reader, node)? })
}

/// What a choice says that is a text.
fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(scalar) => Some(&scalar.text),
        _ => node.text_at("text"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::language::load;
    use crate::language::source::RuleSource;
    use crate::language::surroundings::Surroundings;
    use crate::model::decision::Outcome;
    use crate::model::id::UserId;
    use crate::model::message::{Content, Format, InboundMessage};

    #[test]
    fn silence_that_is_drawn_is_silence_on_purpose() {
        let text = "rules:\n  - name: thanks\n    when: {starts_with: 谢谢}\n    \
                    reply: {one_of: [不客气, {silent: true, weight: 3}]}\n    \
                    follow_up: {after: 1h, one_of: [{silent: true}, 再见]}\n";
        let surroundings = Surroundings { sends: true, ..Surroundings::default() };
        let loaded = load(&RuleSource::of_texts([("a.yaml", text)]), &surroundings);
        let ruleset = loaded.ruleset.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
        let decisions = (0..400).map(|number| {
            let message = InboundMessage {
                account: UserId::SOMEBODY,
                sender: UserId::SOMEBODY,
                created_at: Timestamp::UNIX_EPOCH,
                platform_id: None,
                format: Format::Json,
                content: Content::Text(format!("谢谢{number}")),
            };
            ruleset.decide(&message, &surroundings.context(Timestamp::UNIX_EPOCH, ""))
        });
        let decisions: Vec<_> = decisions.collect();
        let silent = decisions.iter().filter(|decision| decision.passive.is_none()).count();
        assert!((260..340).contains(&silent), "three in four are silent: {silent} of 400");
        for decision in &decisions {
            let expected = if decision.passive.is_none() { Outcome::Silent } else { Outcome::Answered };
            assert_eq!(decision.outcome, expected);
            assert!(decision.follow_ups.iter().all(|step| !step.replies.is_empty()));
        }
        let asked_again = decisions.iter().filter(|decision| !decision.follow_ups.is_empty()).count();
        assert!(
            (150..250).contains(&asked_again),
            "a follow-up may draw silence as well: {asked_again} of 400"
        );
    }
}
