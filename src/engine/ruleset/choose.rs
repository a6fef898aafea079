//! Choosing: which rule answers a message, and what of the message its texts may insert. Messages are matched only here.
//! What the rule looks up or takes comes between this and [`RuleSet::fill`].

use std::sync::Arc;

use super::RuleSet;
use crate::engine::condition::{Condition, Conjunction};
use crate::engine::index::Rank;
use crate::engine::rule::Rule;
use crate::engine::subject::{Context, MATCHED_CHARACTERS, Subject, first_characters};
use crate::engine::template::Scope;
use crate::model::kind::Carries;
use crate::model::message::{Content, InboundMessage};

/// What a set of rules wants to answer a message with.
#[derive(Debug)]
pub struct Choice<'a> {
    pub message: &'a InboundMessage,
    pub context: &'a Context<'a>,
    /// `None` where no rule matches.
    pub winner: Option<Winner<'a>>,
    /// How many expressions were not tried, because the message needed too much work. Their rules do not match.
    pub untried: usize,
}

/// The rule that answers.
#[derive(Debug)]
pub struct Winner<'a> {
    pub rank: Rank,
    pub rule: &'a Rule,
    /// What its texts can insert.
    pub(super) scope: Arc<Scope>,
}

/// What is known of one fan: tags, memory, uses of limited rules, the open question and the pause, one value with
/// one version. It is empty as long as no condition and no limit asks for it.
#[derive(Clone, Debug, Default)]
pub struct FanState {}

/// The rules that wanted to hand out to this message what had run out; they are passed over when it is put to the
/// set again. It is empty as long as no rule hands anything out.
#[derive(Clone, Debug, Default)]
pub struct RefusedRules {}

impl RuleSet {
    /// The first rule that matches. Pure and total. The state is `None` where it was not read: then no condition on it
    /// holds, nor does its `not`.
    pub fn choose<'a>(
        &'a self,
        message: &'a InboundMessage,
        context: &'a Context<'a>,
        _state: Option<&FanState>,
        _refused: &RefusedRules,
    ) -> Choice<'a> {
        let subject = self.subject(message, context);
        let winner = self.candidates(&subject).find_map(|rank| {
            let rule = self.rule(rank);
            let alternative = rule.matching(&subject)?;
            let scope = if rule.inserts { self.scope(rule, alternative, &subject) } else { Scope::default() };
            Some(Winner { rank, rule, scope: scope.into() })
        });
        Choice { message, context, winner, untried: subject.untried() }
    }

    /// The names that the templates of the matching rule can insert.
    fn scope(&self, rule: &Rule, matching: &Conjunction, subject: &Subject) -> Scope {
        let message = subject.message;
        let captured = matching.conditions.iter().find_map(|condition| match &**condition {
            Condition::Regex(regex) => regex.captured(subject),
            _ => None,
        });
        // one character more than is inserted shows that there are more
        let said = |text: Option<&str>| {
            first_characters(text.unwrap_or_default(), MATCHED_CHARACTERS + 1).to_owned()
        };
        let mut scope = Scope {
            text: said(message.words()),
            keyword: matching
                .conditions
                .iter()
                .find_map(|condition| condition.predicate().word(subject))
                .unwrap_or_default()
                .to_owned(),
            sender_id: message.sender.to_string(),
            account_name: subject.account_name.to_owned(),
            account_id: message.account.to_string(),
            groups: with_empty_groups(captured.unwrap_or_default(), rule),
            values: self.parts.templates.values().clone(),
            now: subject.moment,
            ..Scope::default()
        };
        match &message.content {
            Content::Position(position) => {
                scope.longitude = position.longitude().to_string();
                scope.latitude = position.latitude().to_string();
            }
            Content::Event(event) => {
                scope.event = event.kind().to_string();
                let key = said(event.key());
                match event.kind().carries() {
                    Carries::Key => scope.menu = key,
                    Carries::Scene => scope.scan = key,
                    _ => {}
                }
            }
            _ => {}
        }
        scope
    }
}

/// The groups with those of the rule's other expressions: these took no part, and are empty.
fn with_empty_groups(mut groups: Vec<(String, String)>, rule: &Rule) -> Vec<(String, String)> {
    let expressions = rule.conditions().filter_map(|condition| match condition {
        Condition::Regex(regex) => Some(regex.patterns()),
        _ => None,
    });
    for pattern in expressions.flatten() {
        for name in pattern.expression.groups.iter().flatten() {
            if !groups.iter().any(|(known, _)| known == name) {
                groups.push((name.clone(), String::new()));
            }
        }
        let count = groups.len().max(pattern.expression.groups.len());
        groups.resize(count, (String::new(), String::new()));
    }
    groups
}
