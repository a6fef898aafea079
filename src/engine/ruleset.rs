//! The ruleset: compiled rules that answer messages. It is immutable, and all requests share it.

pub mod choose;
pub mod fill;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use choose::{FanState, RefusedRules};
use fill::{LookedUp, Takings};

use crate::engine::follow_up::Unless;
use crate::engine::index::{Index, Rank};
use crate::engine::lexicon::{Hit, Lexicon};
use crate::engine::rule::Rule;
use crate::engine::source_hash::SourceHash;
use crate::engine::subject::{Context, Subject};
use crate::engine::template::Templates;
use crate::model::decision::Decision;
use crate::model::hits::Hits;
use crate::model::id::RuleName;
use crate::model::menu::Menu;
use crate::model::message::InboundMessage;
use crate::model::profile::Profile;

/// A compiled set of rules.
#[derive(Debug)]
pub struct RuleSet {
    parts: Parts,
    ranks: HashMap<RuleName, Rank>,
    /// Some rule can promise more than the passive answer holds.
    promises: bool,
    /// The rules of which some follow-up asks whether they have answered.
    asked_about: HashSet<RuleName>,
    /// Of each rule that has answered.
    hits: Box<[OnceLock<Hits>]>,
}

/// What a ruleset is made of.
#[derive(Debug)]
pub struct Parts {
    /// In the order in which they are tried.
    pub rules: Vec<Rule>,
    /// Ranks them by that order.
    pub index: Index,
    pub words: Lexicon,
    /// The literals without which some regular expressions cannot match.
    pub literals: Lexicon,
    pub templates: Templates,
    pub menu: Option<Menu>,
    pub hash: SourceHash,
    /// Rules with `enabled: false`: they answer nothing, and are named where they would have.
    pub switched_off: Vec<Rule>,
    /// Of the accounts that the rules answer for.
    pub profile: &'static Profile,
}

impl RuleSet {
    pub fn new(parts: Parts) -> Self {
        let rank = |(rank, rule): (usize, &Rule)| (rule.name.clone(), rank as Rank);
        let unless = parts.rules.iter().flat_map(|rule| &rule.steps).flat_map(|step| &step.unless);
        Self {
            asked_about: unless.filter_map(Unless::rule).collect(),
            promises: parts.rules.iter().any(|rule| rule.promises(parts.profile)),
            ranks: parts.rules.iter().enumerate().map(rank).collect(),
            hits: parts.rules.iter().map(|_| OnceLock::new()).collect(),
            parts,
        }
    }

    /// The decision on a message about which nothing else is known. Pure and total.
    pub fn decide(&self, message: &InboundMessage, context: &Context) -> Decision {
        let choice = self.choose(message, context, Some(&FanState::default()), &RefusedRules::default());
        self.fill(&choice, &Takings::default(), &LookedUp::default())
    }

    /// The message as conditions see it.
    pub fn subject<'m>(&self, message: &'m InboundMessage, context: &Context<'m>) -> Subject<'m> {
        Subject::new(message, context, &self.parts.words, &self.parts.literals)
    }

    /// The ranks of the rules that could match, in the order in which they are tried.
    pub fn candidates(&self, subject: &Subject) -> impl Iterator<Item = Rank> {
        self.parts.index.candidates(subject)
    }

    /// The words of the set's conditions that stand in a folded text.
    pub fn words_in(&self, folded: &str) -> Vec<Hit> {
        self.parts.words.hits(folded).0
    }

    /// The rule at this place of the order.
    pub fn rule(&self, rank: Rank) -> &Rule {
        &self.parts.rules[rank as usize]
    }

    pub fn rank_of(&self, name: &RuleName) -> Option<Rank> {
        self.ranks.get(name).copied()
    }

    /// What counts the messages that the rule at this place answers; it is asked for by the rule's name once.
    pub fn hits(&self, rank: Rank, of_name: impl FnOnce(&RuleName) -> Hits) -> &Hits {
        self.hits[rank as usize].get_or_init(|| of_name(&self.rule(rank).name))
    }

    pub fn rule_named(&self, name: &RuleName) -> Option<&Rule> {
        self.ranks.get(name).map(|rank| self.rule(*rank))
    }

    /// All rules, in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        &self.parts.rules
    }

    /// The rules with `enabled: false`, as they stand.
    pub fn switched_off(&self) -> &[Rule] {
        &self.parts.switched_off
    }

    /// Whether messages to this set must be remembered: only a set that can promise something needs to know what it
    /// has promised to whom.
    pub fn promises(&self) -> bool {
        self.promises
    }

    /// Whether some follow-up asks if this rule has answered.
    pub fn asks_about(&self, rule: &RuleName) -> bool {
        self.asked_about.contains(rule)
    }

    pub fn menu(&self) -> Option<&Menu> {
        self.parts.menu.as_ref()
    }

    /// The hash of the source it was made from.
    pub fn hash(&self) -> SourceHash {
        self.parts.hash
    }
}
