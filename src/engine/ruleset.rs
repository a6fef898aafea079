//! The ruleset: compiled rules that answer messages. It is immutable, shared by all requests, and
//! decides without clock, disk, network or chance.

use std::collections::{HashMap, HashSet};

use crate::engine::compose::{compose, split_texts};
use crate::engine::condition::{Condition, Conjunction};
use crate::engine::follow_up::Unless;
use crate::engine::index::{Index, Rank};
use crate::engine::lexicon::{Hit, Lexicon};
use crate::engine::reply::one_of::Dice;
use crate::engine::rule::Rule;
use crate::engine::subject::{Context, Literals, Subject};
use crate::engine::template::{RenderFailure, Scope, Templates};
use crate::language::source::SourceHash;
use crate::model::decision::{Decision, FollowUp, Outcome};
use crate::model::id::RuleName;
use crate::model::menu::Menu;
use crate::model::message::{Content, Event, InboundMessage};
use crate::model::reply::Reply;
use crate::schedule::due::due;
use crate::schedule::window::WEIBO;

/// A compiled set of rules.
#[derive(Debug)]
pub struct RuleSet {
    /// In the order in which they are tried.
    rules: Vec<Rule>,
    ranks: HashMap<RuleName, Rank>,
    index: Index,
    words: Lexicon,
    literals: Literals,
    templates: Templates,
    menu: Option<Menu>,
    hash: SourceHash,
    /// Rules with `enabled: false`: they answer nothing, and are named where they would have.
    switched_off: Vec<Rule>,
    /// Some rule can promise more than the passive answer holds.
    promises: bool,
    /// The rules of which some follow-up asks whether they have answered.
    asked_about: HashSet<RuleName>,
}

/// What a ruleset is made of.
#[derive(Debug)]
pub struct Parts {
    pub rules: Vec<Rule>,
    pub index: Index,
    pub words: Lexicon,
    pub literals: Literals,
    pub templates: Templates,
    pub menu: Option<Menu>,
    pub hash: SourceHash,
    pub switched_off: Vec<Rule>,
}

impl RuleSet {
    /// `parts.rules` stand in the order in which they are tried, as `parts.index` ranks them.
    pub fn new(parts: Parts) -> Self {
        let rank = |(rank, rule): (usize, &Rule)| (rule.name.clone(), rank as Rank);
        let unless = parts.rules.iter().flat_map(|rule| &rule.steps).flat_map(|step| &step.unless);
        let asked_about = unless.filter_map(Unless::rule).collect();
        Self {
            promises: parts.rules.iter().any(Rule::promises),
            asked_about,
            ranks: parts.rules.iter().enumerate().map(rank).collect(),
            rules: parts.rules,
            index: parts.index,
            words: parts.words,
            literals: parts.literals,
            templates: parts.templates,
            menu: parts.menu,
            hash: parts.hash,
            switched_off: parts.switched_off,
        }
    }

    /// The answer to a message. Pure and total.
    pub fn decide(&self, message: &InboundMessage, context: &Context) -> Decision {
        let subject = self.subject(message, context);
        let candidates = self.candidates(&subject);
        let winner =
            candidates.map(|rank| self.rule(rank)).find_map(|rule| Some((rule, rule.matching(&subject)?)));
        match winner {
            None => Decision::unanswered(),
            Some((rule, matching)) => {
                self.answer(rule, matching, &subject, context).unwrap_or_else(|failure| {
                    let silence = Decision::silence(Some(rule.name.clone()), Outcome::TemplateFailed);
                    Decision { problem: Some(failure.to_string()), ..silence }
                })
            }
        }
    }

    fn answer(
        &self,
        rule: &Rule,
        matching: &Conjunction,
        subject: &Subject,
        context: &Context,
    ) -> Result<Decision, RenderFailure> {
        let scope = if rule.inserts { self.scope(matching, subject) } else { Scope::empty(subject.moment) };
        let mut dice = Dice::of(subject.message);
        let outcome = if rule.script.is_some() { Outcome::Answered } else { Outcome::Silent };
        let mut decision = Decision::silence(Some(rule.name.clone()), outcome);
        if let Some(script) = &rule.script {
            let replies = script.render(&self.templates, &scope, &mut dice)?;
            let composed = compose(replies, subject.kind, subject.message.format);
            (decision.passive, decision.then, decision.lost) =
                (composed.passive, composed.then, composed.lost);
        }
        if let Some(closes_at) = WEIBO.closes_at(subject.kind, context.received_at) {
            for (number, step) in rule.steps.iter().enumerate() {
                let due = due(step.wanted, &step.allowed, context.received_at, closes_at, context.zone);
                let replies = split_texts(step.script.render(&self.templates, &scope, &mut dice)?);
                decision.follow_ups.push(FollowUp { step: number, due, replies });
            }
        }
        Ok(decision)
    }

    /// The message as conditions see it.
    pub fn subject<'m>(&self, message: &'m InboundMessage, context: &Context<'m>) -> Subject<'m> {
        Subject::new(message, context, &self.words, &self.literals)
    }

    /// The ranks of the rules that could match, in the order in which they are tried.
    pub fn candidates(&self, subject: &Subject) -> impl Iterator<Item = Rank> {
        self.index.candidates(subject)
    }

    /// The words of the set's conditions that stand in a folded text.
    pub fn words_in(&self, folded: &str) -> Vec<Hit> {
        self.words.hits(folded)
    }

    /// The names that the templates of the matching rule can insert.
    fn scope(&self, matching: &Conjunction, subject: &Subject) -> Scope {
        let message = subject.message;
        let groups = matching.conditions.iter().find_map(|condition| match &**condition {
            Condition::Regex(regex) => regex.captured(subject),
            _ => None,
        });
        let mut scope = Scope {
            text: message.words().unwrap_or_default().to_owned(),
            keyword: matching
                .conditions
                .iter()
                .find_map(|condition| condition.predicate().word(subject))
                .unwrap_or_default()
                .to_owned(),
            sender_id: message.sender.to_string(),
            account_name: subject.account_name.to_owned(),
            account_id: message.account.to_string(),
            groups: groups.unwrap_or_default(),
            values: self.templates.values().clone(),
            ..Scope::empty(subject.moment)
        };
        match &message.content {
            Content::Position(position) => {
                scope.longitude = position.longitude().to_string();
                scope.latitude = position.latitude().to_string();
            }
            Content::Event(event) => {
                scope.event = event.kind().to_string();
                match event {
                    Event::Click(key) => scope.menu.clone_from(key),
                    Event::Scan(scene) | Event::ScanFollow(scene) => scope.scan = scene.as_str().to_owned(),
                    _ => {}
                }
            }
            _ => {}
        }
        scope
    }

    /// Everything that a rule may answer to this message, as words; empty where chance has too many ways.
    pub fn possible_answers(&self, rank: Rank, message: &InboundMessage, context: &Context) -> Vec<String> {
        let subject = self.subject(message, context);
        let rule = self.rule(rank);
        let answers = || {
            let scope = self.scope(rule.matching(&subject)?, &subject);
            rule.script.as_ref()?.render_all(&self.templates, &scope).ok()?
        };
        let shown = |replies: Vec<Reply>| replies.iter().map(Reply::shown).collect::<Vec<_>>().join("\n");
        answers().unwrap_or_default().into_iter().map(shown).collect()
    }

    /// The rule at this place of the order.
    pub fn rule(&self, rank: Rank) -> &Rule {
        &self.rules[rank as usize]
    }

    pub fn rule_named(&self, name: &RuleName) -> Option<&Rule> {
        self.ranks.get(name).map(|rank| self.rule(*rank))
    }

    /// All rules, in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules with `enabled: false`, as they stand.
    pub fn switched_off(&self) -> &[Rule] {
        &self.switched_off
    }

    /// Whether a message of this set must be remembered: only a set that can promise something needs to know
    /// whom it has promised what.
    pub fn promises(&self) -> bool {
        self.promises
    }

    /// Whether some follow-up asks if this rule has answered.
    pub fn asks_about(&self, rule: &RuleName) -> bool {
        self.asked_about.contains(rule)
    }

    pub fn menu(&self) -> Option<&Menu> {
        self.menu.as_ref()
    }

    /// How many rules are in the set.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The hash of the source it was made from.
    pub fn hash(&self) -> SourceHash {
        self.hash
    }
}
