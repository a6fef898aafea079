//! Comparing: the same messages are put to two sets of rules, and the answers that differ are collected. Changes that are
//! equal are counted as one.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::engine::follow_up::Step;
use crate::engine::ruleset::RuleSet;
use crate::engine::subject::Context;
use crate::language::example::said;
use crate::model::decision::{Decision, Due, FollowUp, Outcome};
use crate::model::id::RuleName;
use crate::model::message::InboundMessage;
use crate::model::reply::Reply;
use crate::model::worded::worded;
use crate::words::lang::Lang;

/// Messages that are kept as samples of a change.
const SAMPLES: usize = 3;

/// What has been compared so far. Those of parts of the messages can be merged, in any order.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many messages were compared.
    pub messages: u64,
    /// How many of them another rule answers with the same words.
    pub moved: u64,
    changes: HashMap<String, Change>,
}

/// One way in which answers change.
#[derive(Debug)]
pub struct Change {
    pub sort: Sort,
    /// How many messages it happens to.
    pub messages: u64,
    /// Of the first of them.
    pub before: Decision,
    pub after: Decision,
    pub received_at: Timestamp,
    /// The first of them.
    pub samples: Vec<Sample>,
}

worded! {
    /// Whether the fan gets an answer at all.
    pub enum Sort {
        /// Some rule spoke to the message, and none does any more, or its answer cannot be filled in.
        NewlyUnanswered "newly_unanswered",
        /// A fallback speaks to the message, where a rule of its own or none did.
        NewlyFallback "newly_fallback",
        NewlyAnswered "newly_answered",
        Changed "changed",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// The place of the message among all, as the caller counts them.
    pub number: u64,
    /// The message in the words of a rule file.
    pub said: String,
}

impl Sort {
    fn of(before: &Decision, after: &Decision) -> Self {
        let state = |decision: &Decision| match decision.outcome {
            Outcome::Unanswered | Outcome::TemplateFailed => Self::NewlyUnanswered,
            Outcome::Fallback => Self::NewlyFallback,
            Outcome::Answered | Outcome::Silent => Self::NewlyAnswered,
        };
        let after = state(after);
        if state(before) == after { Self::Changed } else { after }
    }
}

impl Comparison {
    /// Puts one message to both sets.
    pub fn compare(&mut self, number: u64, message: &InboundMessage, context: &Context, sets: [&RuleSet; 2]) {
        self.messages += 1;
        let [before, after] = sets.map(|set| set.decide(message, context));
        let [steps_before, steps_after] =
            [(sets[0], &before), (sets[1], &after)].map(|(set, decision)| steps(set, decision));
        let is_later_alike = steps_before.len() == steps_after.len()
            && steps_before.iter().zip(&steps_after).all(|(before, after)| before.has_terms_of(after));
        if is_same(&before, &after) && is_later_alike {
            self.moved += u64::from(before.rule != after.rule);
            return;
        }
        let terms = [steps_before, steps_after].map(terms);
        let key = format!("{:?} {:?} {terms:?}", identity(&before), identity(&after));
        let sample = Sample { number, said: said(&message.content) };
        let change = Change {
            sort: Sort::of(&before, &after),
            messages: 1,
            before,
            after,
            received_at: context.received_at,
            samples: vec![sample],
        };
        self.add(key, change);
    }

    /// Takes in what was compared elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.moved += other.moved;
        other.changes.into_iter().for_each(|(key, change)| self.add(key, change));
    }

    /// How many answers change, of one sort or all.
    pub fn changed(&self, sort: Option<Sort>) -> u64 {
        let counted = |change: &&Change| sort.is_none_or(|sort| change.sort == sort);
        self.changes.values().filter(counted).map(|change| change.messages).sum()
    }

    /// Every change, by sorts, and of a sort the most frequent first.
    pub fn changes(&self) -> Vec<&Change> {
        let mut changes: Vec<&Change> = self.changes.values().collect();
        changes.sort_by(|a, b| {
            let order = a.sort.cmp(&b.sort).then(b.messages.cmp(&a.messages));
            order.then_with(|| a.samples.cmp(&b.samples))
        });
        changes
    }

    fn add(&mut self, key: String, mut change: Change) {
        let Some(known) = self.changes.get_mut(&key) else {
            self.changes.insert(key, change);
            return;
        };
        known.messages += change.messages;
        if change.samples.first() < known.samples.first() {
            std::mem::swap(&mut known.before, &mut change.before);
            std::mem::swap(&mut known.after, &mut change.after);
            known.received_at = change.received_at;
        }
        known.samples.append(&mut change.samples);
        known.samples.sort();
        known.samples.truncate(SAMPLES);
    }
}

/// The steps of a decision's follow-ups.
pub fn steps<'r>(set: &'r RuleSet, decision: &Decision) -> Vec<&'r Step> {
    let rule = decision.rule.as_ref().and_then(|name| set.rule_named(name));
    let follow_ups = decision.follow_ups.iter();
    rule.map(|rule| follow_ups.filter_map(|promised| rule.steps.get(promised.step)).collect())
        .unwrap_or_default()
}

/// The rules with follow-ups whose names the new set does not know: what is pending of them will be cancelled.
pub fn gone([old, new]: [&RuleSet; 2]) -> Vec<&RuleName> {
    let promising = old.rules().iter().filter(|rule| !rule.steps.is_empty());
    promising.map(|rule| &rule.name).filter(|name| new.rule_named(name).is_none()).collect()
}

fn terms(steps: Vec<&Step>) -> Vec<String> {
    steps.into_iter().map(|step| step.all_terms(Lang::En)).collect()
}

/// Whether the fan and the operator see the same of both; which rule it was is another matter.
fn is_same(before: &Decision, after: &Decision) -> bool {
    before.outcome == after.outcome
        && before.replies().eq(after.replies())
        && before.follow_ups.iter().map(later).eq(after.follow_ups.iter().map(later))
}

fn later(step: &FollowUp) -> (Due, &[Reply]) {
    (step.due, &step.replies)
}

/// What equal changes have in common. When a follow-up is due differs from message to message.
fn identity(decision: &Decision) -> (Option<&str>, Outcome, Vec<&Reply>, Vec<&[Reply]>) {
    (
        decision.rule.as_ref().map(|rule| rule.as_str()),
        decision.outcome,
        decision.replies().collect(),
        decision.follow_ups.iter().map(|step| &step.replies[..]).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::source::RuleSource;
    use crate::language::surroundings::Surroundings;
    use crate::model::id::UserId;
    use crate::model::message::{Content, Format};

    const OLD: &str = "rules:
  - {name: a, when: {keyword: 营业}, reply: 九点}
  - {name: b, when: {keyword: 地址}, reply: 中山路}
  - {name: c, when: {keyword: 电话}, reply: '123'}
";
    const NEW: &str = "rules:
  - {name: a, when: {keyword: [营业, 开门]}, reply: 十点}
  - {name: b2, when: {keyword: 地址}, reply: 中山路}
";

    fn set(text: &str) -> RuleSet {
        crate::language::load(&RuleSource::of_texts([("a.yaml", text)]), &Surroundings::default())
            .ruleset
            .unwrap()
    }

    fn compare(texts: &[(u64, &str)]) -> Comparison {
        let (old, new) = (set(OLD), set(NEW));
        let surroundings = Surroundings::default();
        let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
        let mut comparison = Comparison::default();
        for (number, text) in texts {
            let message = InboundMessage {
                account: UserId::SOMEBODY,
                sender: UserId::SOMEBODY,
                created_at: Timestamp::UNIX_EPOCH,
                platform_id: None,
                format: Format::Json,
                content: Content::Text((*text).to_owned()),
            };
            comparison.compare(*number, &message, &context, [&old, &new]);
        }
        comparison
    }

    fn summary(comparison: &Comparison) -> Vec<(Sort, u64, Vec<u64>)> {
        let numbers = |change: &Change| change.samples.iter().map(|sample| sample.number).collect();
        let changes = comparison.changes();
        changes.iter().map(|change| (change.sort, change.messages, numbers(change))).collect()
    }

    const MESSAGES: &[(u64, &str)] = &[
        (1, "营业时间"),
        (2, "电话"),
        (3, "营业"),
        (4, "地址"),
        (5, "开门"),
        (6, "早"),
        (7, "今天营业吗"),
        (8, "还营业吗"),
    ];

    #[test]
    fn equal_changes_are_one_and_the_sorts_are_told_apart() {
        let comparison = compare(MESSAGES);
        assert_eq!((comparison.messages, comparison.moved, comparison.changed(None)), (8, 1, 6));
        assert_eq!(comparison.changed(Some(Sort::Changed)), 4);
        assert_eq!(
            summary(&comparison),
            [
                (Sort::NewlyUnanswered, 1, vec![2]),
                (Sort::NewlyAnswered, 1, vec![5]),
                (Sort::Changed, 4, vec![1, 3, 7]),
            ]
        );
    }

    #[test]
    fn parts_come_to_the_same_in_any_order() {
        let whole = compare(MESSAGES);
        for split in 0..MESSAGES.len() {
            let (first, second) = MESSAGES.split_at(split);
            let mut merged = compare(second);
            merged.merge(compare(first));
            assert_eq!(summary(&merged), summary(&whole));
        }
    }

    #[test]
    fn a_set_compared_with_itself_changes_nothing() {
        let set = set(
            "rules:\n  - {name: a, when: {keyword: a}, reply: {one_of: [x, y, z]}, follow_up: {after: 1h, text: b}}\n",
        );
        let surroundings = Surroundings::default();
        let mut comparison = Comparison::default();
        for number in 0..100 {
            let received_at = Timestamp::from_second(number).unwrap();
            let context = surroundings.context(received_at, "");
            let message = InboundMessage {
                account: UserId::SOMEBODY,
                sender: UserId::SOMEBODY,
                created_at: received_at,
                platform_id: None,
                format: Format::Json,
                content: Content::Text("a".to_owned()),
            };
            comparison.compare(number.unsigned_abs(), &message, &context, [&set, &set]);
        }
        assert_eq!((comparison.messages, comparison.changed(None)), (100, 0));
    }
}
