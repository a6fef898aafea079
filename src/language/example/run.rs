//! Tries examples out on a compiled set, through the same engine that answers fans. Without an `at` the
//! clock stands at one fixed moment, or at the first one at which the rule can answer: the verdict is the
//! same on every day.

use std::sync::Arc;

use jiff::civil::{date, time};

use crate::engine::condition::Condition;
use crate::engine::index::Rank;
use crate::engine::rule::{Mismatch, Rule};
use crate::engine::ruleset::RuleSet;
use crate::engine::ruleset::choose::{Choice, FanState, RefusedRules, Winner};
use crate::engine::ruleset::fill::{LookedUp, Takings};
use crate::engine::subject::Subject;
use crate::language::diagnostic::{Diagnostic, LibraryMessage};
use crate::language::example::Example;
use crate::language::example::difference::{Difference, Excerpt};
use crate::language::example::fault::{Conflict, ExampleFault, Mismatches};
use crate::language::grammar::rule::PRIORITY;
use crate::language::surroundings::Surroundings;
use crate::model::decision::{Decision, Outcome};
use crate::model::id::{RuleName, UserId};
use crate::model::message::{Format, InboundMessage};
use crate::model::reply::Reply;
use crate::schedule::calendar::Moment;
use crate::schedule::calendar::turning_points::{turning_points, turning_points_of_week};

/// The moment of an example that names none: a Monday noon.
pub const FIXED_MOMENT: Moment = Moment { date: date(2024, 1, 1), time: time(12, 0, 0, 0) };

/// What came of one example.
#[derive(Debug, Default)]
pub struct Tried {
    /// The rule that answered its message.
    pub answered_by: Option<RuleName>,
    /// A diagnostic when it fails.
    pub failure: Option<Diagnostic>,
}

/// Of so many examples of the rule that answers instead it is asked whether both rules answer them.
const LOOKED_AT: usize = 20;

/// Tries one example of a rule. All examples stand by the ranks of their rules.
pub fn run(
    ruleset: &RuleSet,
    rank: Rank,
    example: &Example,
    all: &[Vec<Example>],
    surroundings: &Surroundings,
) -> Tried {
    Attempt { ruleset, rule: ruleset.rule(rank), example, surroundings }.run(all)
}

/// An example beside its rule, and what it is tried on.
struct Attempt<'a> {
    ruleset: &'a RuleSet,
    rule: &'a Rule,
    example: &'a Example,
    surroundings: &'a Surroundings,
}

impl Attempt<'_> {
    fn run(&self, all: &[Vec<Example>]) -> Tried {
        let Self { ruleset, rule, example, surroundings } = self;
        let account_name = self.account_name();
        let message = self.message(&account_name);
        let moment = self.moment(&message, &account_name);
        let failed = |fault| Diagnostic { fault: Arc::new(fault), place: example.place.clone() };
        let Ok(received_at) = surroundings.zone.to_timestamp(moment.datetime()) else {
            let text = moment.datetime().strftime("%Y-%m-%d %H:%M").to_string();
            return Tried { failure: Some(failed(ExampleFault::BadMoment { text })), answered_by: None };
        };
        let context = surroundings.context(received_at, &account_name);
        let choice = ruleset.choose(&message, &context, Some(&FanState::default()), &RefusedRules::default());
        let decision = ruleset.fill(&choice, &Takings::default(), &LookedUp::default());
        let fault = if example.wanted {
            self.judge(&choice, &decision, all)
        } else {
            let answered = decision.rule.as_ref() == Some(&rule.name);
            answered.then(|| ExampleFault::Answered { said: example.said.clone() })
        };
        Tried { failure: fault.map(failed), answered_by: decision.rule }
    }

    fn judge(&self, choice: &Choice, decision: &Decision, all: &[Vec<Example>]) -> Option<ExampleFault> {
        let subject = || self.ruleset.subject(choice.message, choice.context);
        let mismatches = || {
            let mismatches = self.rule.mismatches(&subject());
            Mismatches(if mismatches.is_empty() { vec![Mismatch::NotTried] } else { mismatches })
        };
        let said = self.example.said.clone();
        match &choice.winner {
            None => Some(ExampleFault::Unanswered { said, mismatches: mismatches() }),
            Some(Winner { rule: other, .. }) if other.name != self.rule.name => {
                let (rule, place) = (other.name.to_string(), other.place.to_string());
                Some(if choice.untried == 0 && self.rule.matches(&subject()) {
                    let conflict = self.conflict(other, &subject(), all);
                    ExampleFault::OtherRule { said, rule, place, conflict }
                } else {
                    ExampleFault::LeftToAnother { said, rule, place, mismatches: mismatches() }
                })
            }
            Some(_) if decision.outcome == Outcome::TemplateFailed => {
                let reason = LibraryMessage(decision.problem.clone().unwrap_or_default());
                Some(ExampleFault::NoSuchAnswer { said, reason })
            }
            Some(_) => self.judge_reply(choice, decision),
        }
    }

    /// How its rule stands to the other one, which comes first and answers.
    fn conflict(&self, other: &Rule, subject: &Subject, all: &[Vec<Example>]) -> Conflict {
        let rank = self.ruleset.rank_of(&other.name);
        let theirs = rank.and_then(|rank| all.get(rank as usize)).into_iter().flatten();
        let (mut is_same, mut word) = (false, only_word(other, subject));
        for example in theirs.filter(|example| example.wanted).take(LOOKED_AT) {
            let attempt = Attempt { rule: other, example, ..*self };
            let account_name = attempt.account_name();
            let message = attempt.message(&account_name);
            let moment = attempt.moment(&message, &account_name);
            let context = self.surroundings.context(jiff::Timestamp::UNIX_EPOCH, &account_name);
            let mut subject = self.ruleset.subject(&message, &context);
            subject.moment = moment;
            is_same |= self.rule.matches(&subject);
            word = word.filter(|word| only_word(other, &subject) != Some(*word));
        }
        let is_fallback = self.rule.fallback && !other.fallback;
        let priority = (!is_fallback).then_some(other.priority + 1).filter(|least| PRIORITY.contains(least));
        Conflict {
            is_same: is_same && !is_fallback,
            is_order: self.rule.priority == other.priority && self.rule.place.file == other.place.file,
            is_fallback,
            priority,
            word: word.map(str::to_owned),
        }
    }

    /// An exact reply may be any of those that chance can draw.
    fn judge_reply(&self, choice: &Choice, decision: &Decision) -> Option<ExampleFault> {
        let actual = decision.replies().map(Reply::rendered).collect::<Vec<_>>().join("\n");
        let holds = |test: &dyn Fn(&str) -> bool| {
            test(&actual) || self.ruleset.possible_answers(choice).iter().any(|answer| test(answer))
        };
        let Example { said, reply, reply_contains, .. } = self.example;
        let said = said.clone();
        if let Some(expected) = reply.clone()
            && !holds(&|answer| answer == expected)
        {
            return Some(ExampleFault::OtherReply { said, difference: Difference { expected, actual } });
        }
        if let Some(expected) = reply_contains.clone()
            && !holds(&|answer| answer.contains(&expected))
        {
            let (expected, actual) = (Excerpt(expected), Excerpt(actual));
            return Some(ExampleFault::ReplyLacks { said, expected, actual });
        }
        None
    }

    /// The example as it would be pushed: by the rule's own sender, where it names one.
    fn message(&self, account_name: &str) -> InboundMessage {
        let sender = self.rule.conditions().find_map(|condition| match condition {
            Condition::Sender(sender) => sender.first(),
            _ => None,
        });
        let account = self.surroundings.accounts.iter().find(|account| account.name == account_name);
        InboundMessage {
            account: account.and_then(|account| account.id).unwrap_or(UserId::SOMEBODY),
            sender: self.example.sender.or(sender).unwrap_or(UserId::SOMEBODY),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: self.example.content.clone(),
        }
    }

    /// The account that the example names, else the rule, else the first of the folder.
    fn account_name(&self) -> String {
        let named = self.rule.conditions().find_map(|condition| match condition {
            Condition::Account(account) => account.0.first().map(|name| name.to_string()),
            _ => None,
        });
        let first = || self.surroundings.accounts.first().map(|account| account.name.clone());
        self.example.account.clone().or(named).or_else(first).unwrap_or_default()
    }

    /// The example's own moment; or the fixed one; or the nearest later, else earlier one, at which the rule
    /// can answer this message.
    fn moment(&self, message: &InboundMessage, account_name: &str) -> Moment {
        let calendars = self.rule.calendars();
        if let Some(at) = self.example.at {
            return at;
        }
        if calendars.is_empty() {
            return FIXED_MOMENT;
        }
        let context = self.surroundings.context(jiff::Timestamp::UNIX_EPOCH, account_name);
        let mut subject = self.ruleset.subject(message, &context);
        let later_then_earlier = || {
            let mut points = turning_points(&calendars, FIXED_MOMENT);
            let later = points.split_off(points.partition_point(|point| *point < FIXED_MOMENT));
            later.into_iter().chain(points.into_iter().rev())
        };
        let soon = turning_points_of_week(&calendars, FIXED_MOMENT);
        let mut moments = soon.into_iter().chain(std::iter::once_with(later_then_earlier).flatten());
        let matching = moments.find(|moment| {
            subject.moment = *moment;
            moment.is_instant()
                && self.rule.could_match(&subject)
                && subject.aside(|| self.rule.matches(&subject)) == Some(true)
        });
        matching.unwrap_or(FIXED_MOMENT)
    }
}

/// The word without which the rule would not match, and which it can lose because it looks for others too.
fn only_word<'r>(rule: &'r Rule, subject: &Subject) -> Option<&'r str> {
    let mut matching = rule.alternatives.iter().filter(|alternative| alternative.holds(subject));
    let (Some(alternative), None) = (matching.next(), matching.next()) else { return None };
    alternative.conditions.iter().find_map(|condition| match &**condition {
        Condition::Keyword(keyword) => keyword.only_word(subject),
        _ => None,
    })
}
