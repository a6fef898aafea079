//! The ruleset: compiled rules that answer messages. It is immutable, shared by all requests, and
//! decides without clock, disk, network or chance.

pub mod choose;
pub mod fill;

use std::collections::{HashMap, HashSet};

use choose::{FanState, RefusedRules};
use fill::{LookedUp, Takings};

use crate::engine::follow_up::Unless;
use crate::engine::index::{Index, Rank};
use crate::engine::lexicon::{Hit, Lexicon};
use crate::engine::rule::Rule;
use crate::engine::source_hash::SourceHash;
use crate::engine::subject::{Context, Literals, Subject};
use crate::engine::template::Templates;
use crate::model::decision::Decision;
use crate::model::id::RuleName;
use crate::model::menu::Menu;
use crate::model::message::InboundMessage;
use crate::model::profile::Profile;

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
    /// Of the accounts that the rules answer for.
    pub profile: &'static Profile,
}

impl RuleSet {
    /// `parts.rules` stand in the order in which they are tried, as `parts.index` ranks them.
    pub fn new(parts: Parts) -> Self {
        let rank = |(rank, rule): (usize, &Rule)| (rule.name.clone(), rank as Rank);
        let unless = parts.rules.iter().flat_map(|rule| &rule.steps).flat_map(|step| &step.unless);
        let asked_about = unless.filter_map(Unless::rule).collect();
        Self {
            promises: parts.rules.iter().any(|rule| rule.promises(parts.profile)),
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

    /// The decision on a message about which nothing else is known. Pure and total.
    pub fn decide(&self, message: &InboundMessage, context: &Context) -> Decision {
        let choice = self.choose(message, context, &FanState::default(), &RefusedRules::default());
        self.fill(&choice, &Takings::default(), &LookedUp::default())
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
