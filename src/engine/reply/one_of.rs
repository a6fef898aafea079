//! `one_of`: one of several replies, drawn by weight. The dice are seeded by the message, so a retry and
//! another replica draw the same; nothing here asks the machine for chance.

use std::collections::HashSet;

use crate::engine::reply::{Script, read_choice};
use crate::language::doubt::LintFault;
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::{Node, Value};
use crate::model::key::MessageKey;
use crate::model::message::InboundMessage;

#[derive(Clone, Debug)]
pub struct OneOf {
    choices: Vec<(u32, Script)>,
    /// The sum of the weights; at least 1.
    total: u64,
}

/// A row of numbers that depends on nothing but the message. Most answers draw none, and the seed is only
/// made for those that do.
#[derive(Debug)]
pub struct Dice<'m> {
    message: &'m InboundMessage,
    state: Option<u64>,
}

impl OneOf {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let items = match &node.value {
            Value::List(items) if items.len() >= 2 => items,
            _ => {
                reader.fault(ReplyFault::TooFewChoices {}, node.span.clone());
                return None;
            }
        };
        let mut texts = HashSet::new();
        for (item, text) in items.iter().filter_map(|item| Some((item, text_of(item)?))) {
            if !texts.insert(text) {
                reader.fault(LintFault::SameChoice { text: text.to_owned() }, item.span.clone());
            }
        }
        let choices: Vec<_> = items.iter().map(|item| read_choice(reader, item)).collect();
        let choices: Vec<(u32, Script)> = choices.into_iter().collect::<Option<_>>()?;
        let total = choices.iter().map(|(weight, _)| u64::from(*weight)).sum();
        Some(Self { choices, total })
    }

    pub fn draw(&self, dice: &mut Dice) -> &Script {
        let mut left = dice.below(self.total);
        for (weight, script) in &self.choices {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return script,
            }
        }
        // the draw is below the sum of the weights, so the loop has returned
        &self.choices[0].1
    }

    pub fn choices(&self) -> impl Iterator<Item = &Script> {
        self.choices.iter().map(|(_, script)| script)
    }
}

/// What a choice says that is a text.
fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(scalar) => Some(&scalar.text),
        Value::Map(entries) => {
            entries.iter().find_map(|entry| match (&entry.key.value, &entry.value.value) {
                (Value::Scalar(key), Value::Scalar(text)) if key.text == "text" => Some(text.text.as_str()),
                _ => None,
            })
        }
        _ => None,
    }
}

impl<'m> Dice<'m> {
    pub fn of(message: &'m InboundMessage) -> Self {
        Self { message, state: None }
    }

    /// A number from 0 to `bound - 1` (SplitMix64; its bias below a few million is nothing).
    fn below(&mut self, bound: u64) -> u64 {
        let seed = self.state.unwrap_or_else(|| MessageKey::of(self.message).seed());
        let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.state = Some(mixed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        ((u128::from(mixed) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::UserId;
    use crate::model::message::{Content, Format};

    fn message(number: u32) -> InboundMessage {
        InboundMessage {
            account: UserId::SOMEBODY,
            sender: UserId::SOMEBODY,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: Content::Text(number.to_string()),
        }
    }

    #[test]
    fn equal_messages_draw_the_same_and_all_numbers_come() {
        let row = |number: u32| {
            let message = message(number);
            let mut dice = Dice::of(&message);
            (0..50).map(|_| dice.below(6)).collect::<Vec<_>>()
        };
        assert_eq!(row(7), row(7));
        assert_ne!(row(7), row(8));
        let mut counts = [0; 6];
        (0..6_000).for_each(|number| counts[Dice::of(&message(number)).below(6) as usize] += 1);
        assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
    }
}
