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
use crate::language::diagnostic::{Diagnostic, LibraryMessage};
use crate::language::example::Example;
use crate::language::example::difference::{Difference, Excerpt};
use crate::language::example::fault::{ExampleFault, Mismatches, Precedence};
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

/// Tries one example of a rule.
pub fn run(ruleset: &RuleSet, rank: Rank, example: &Example, surroundings: &Surroundings) -> Tried {
    Attempt { ruleset, rule: ruleset.rule(rank), example, surroundings }.run()
}

/// An example beside its rule, and what it is tried on.
struct Attempt<'a> {
    ruleset: &'a RuleSet,
    rule: &'a Rule,
    example: &'a Example,
    surroundings: &'a Surroundings,
}

impl Attempt<'_> {
    fn run(&self) -> Tried {
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
            self.judge(&choice, &decision)
        } else {
            let answered = decision.rule.as_ref() == Some(&rule.name);
            answered.then(|| ExampleFault::Answered { said: example.said.clone() })
        };
        Tried { failure: fault.map(failed), answered_by: decision.rule }
    }

    fn judge(&self, choice: &Choice, decision: &Decision) -> Option<ExampleFault> {
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
                    let precedence = precedence(other, self.rule);
                    ExampleFault::OtherRule { said, rule, place, precedence }
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

/// Why the first of two rules that match is tried first.
fn precedence(first: &Rule, second: &Rule) -> Precedence {
    if second.fallback && !first.fallback {
        Precedence::Fallback
    } else if first.priority > second.priority {
        Precedence::Priority(first.priority)
    } else {
        Precedence::Place
    }
}
