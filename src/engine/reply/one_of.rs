//! `one_of`: one of several replies, drawn by weight. The dice are seeded by the message, so a retry, or another
//! replica, draws the same reply.

use crate::engine::reply::Script;
use crate::model::key::MessageKey;
use crate::model::message::InboundMessage;

#[derive(Clone, Debug)]
pub struct OneOf {
    choices: Vec<WeightedReply>,
    /// The sum of the weights; at least 1.
    total: u64,
}

#[derive(Clone, Debug)]
pub struct WeightedReply {
    /// How often it is drawn, compared with the others.
    pub weight: u32,
    pub script: Script,
}

/// A row of numbers that depends on nothing but the message. Most answers draw none, and the seed is only
/// made for those that do.
#[derive(Debug)]
pub struct Dice<'m> {
    message: &'m InboundMessage,
    state: Option<u64>,
}

impl OneOf {
    /// There is a choice at least, and each weighs at least 1.
    pub fn new(choices: Vec<WeightedReply>) -> Self {
        let total = choices.iter().map(|choice| u64::from(choice.weight)).sum();
        Self { choices, total }
    }

    pub fn draw(&self, dice: &mut Dice) -> &Script {
        let mut left = dice.below(self.total);
        for choice in &self.choices {
            match left.checked_sub(u64::from(choice.weight)) {
                Some(rest) => left = rest,
                None => return &choice.script,
            }
        }
        // the draw is below the sum of the weights, so the loop has returned
        &self.choices[0].script
    }

    pub fn choices(&self) -> impl Iterator<Item = &Script> {
        self.choices.iter().map(|choice| &choice.script)
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
