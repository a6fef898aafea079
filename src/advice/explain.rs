//! Explaining: which rule answers a message and why, and why the others do not. It asks every rule, which takes too long
//! for answering fans; it is for people who look at their rules.

use crate::advice::lint::unknown_on;
use crate::engine::condition::Condition;
use crate::engine::fold::reveal;
use crate::engine::place::Place;
use crate::engine::rule::{Mismatch, Rule};
use crate::engine::ruleset::RuleSet;
use crate::engine::ruleset::choose::{FanState, RefusedRules};
use crate::engine::ruleset::fill::{LookedUp, Takings};
use crate::engine::subject::Context;
use crate::language::doubt::LintFault;
use crate::model::decision::Decision;
use crate::model::id::RuleName;
use crate::model::message::InboundMessage;
use crate::words::lang::Lang;

/// The way of one message through a ruleset.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The words as they are compared; empty where nobody wrote any.
    pub folded: String,
    pub decision: Decision,
    /// That the holidays of the year are not known by which a rule goes.
    pub unknown_holidays: Option<LintFault>,
    /// What the rule that answers asked for and found.
    pub because: Vec<HeldCondition>,
    /// Every rule, in the order in which they are tried.
    pub steps: Vec<TriedRule>,
    /// The rules that match and have `enabled: false`, as they stand.
    pub switched_off: Vec<TriedRule>,
}

/// A condition that held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCondition {
    /// As the author wrote it.
    pub condition: String,
    /// The word, or the part of the message, by which it held.
    pub found: Option<String>,
}

/// One rule on the way.
#[derive(Clone, Debug)]
pub struct TriedRule {
    pub rule: RuleName,
    pub place: Place,
    pub matched: bool,
    pub why: Why,
}

/// Why a rule did or did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is the first that matches.
    Answers,
    /// It matches too, but another one came first.
    CameLater,
    /// It is a fallback, and another rule matched.
    NotNeeded,
    /// It matches, and has `enabled: false`.
    SwitchedOff,
    /// What failed, of each of its alternatives.
    Fails(Vec<Mismatch>),
}

impl RuleSet {
    /// The whole way of a message.
    pub fn explain(&self, message: &InboundMessage, context: &Context) -> Explanation {
        let subject = self.subject(message, context);
        let choice = self.choose(message, context, Some(&FanState::default()), &RefusedRules::default());
        let decision = self.fill(&choice, &Takings::default(), &LookedUp::default());
        let winner = choice.winner.as_ref();
        let held = |condition: &Condition| {
            let condition = condition.predicate();
            HeldCondition { condition: condition.written(), found: condition.found(&subject) }
        };
        let because = winner
            .and_then(|winner| subject.aside(|| winner.rule.matching(&subject)).flatten())
            .map(|alternative| alternative.conditions.iter().map(|condition| held(condition)).collect());
        let step = |rule: &Rule| {
            let untried = subject.untried();
            let matched = rule.matches(&subject);
            let why = match (matched, winner) {
                (true, Some(winner)) if winner.rule.name == rule.name => Why::Answers,
                (true, Some(winner)) if rule.fallback && !winner.rule.fallback => Why::NotNeeded,
                (true, _) => Why::CameLater,
                (false, _) if subject.untried() > untried => Why::Fails(vec![Mismatch::NotTried]),
                (false, _) => Why::Fails(rule.mismatches(&subject)),
            };
            TriedRule::of(rule, why)
        };
        let steps = self.rules().iter().map(step).collect();
        let matches = |rule: &&Rule| subject.aside(|| rule.matches(&subject)) == Some(true);
        let switched_off = self.switched_off().iter().filter(matches);
        let switched_off = switched_off.map(|rule| TriedRule::of(rule, Why::SwitchedOff)).collect();
        let unknown = unknown_on(self, &[subject.moment.date]);
        Explanation {
            unknown_holidays: unknown.map(|(fault, _)| fault),
            because: because.unwrap_or_default(),
            folded: subject.folded,
            decision,
            steps,
            switched_off,
        }
    }
}

impl TriedRule {
    fn of(rule: &Rule, why: Why) -> Self {
        let matched = !matches!(why, Why::Fails(_));
        Self { rule: rule.name.clone(), place: rule.place.clone(), matched, why }
    }

    /// Whether some of what the rule asks for is in the message.
    pub fn is_near(&self) -> bool {
        let Why::Fails(mismatches) = &self.why else { return true };
        mismatches.iter().any(|mismatch| {
            !matches!(mismatch, Mismatch::Kind { .. } | Mismatch::Conditions { is_near: false, .. })
        })
    }
}

impl HeldCondition {
    /// In words, without a full stop.
    pub fn localized(&self, lang: Lang) -> String {
        let condition = &self.condition;
        match self.found.as_deref().map(reveal) {
            None => condition.clone(),
            Some(found) => {
                lang.pick(format!("{condition} → \"{found}\""), format!("{condition} → “{found}”"))
            }
        }
    }
}

impl Why {
    /// In words, without a full stop.
    pub fn localized(&self, lang: Lang) -> String {
        match self {
            Self::Answers => lang.pick("answers", "由它回复").to_owned(),
            Self::CameLater => lang.pick("would match, but comes later", "也匹配，但排在后面").to_owned(),
            Self::SwitchedOff => lang.pick("has `enabled: false`", "写着 `enabled: false`").to_owned(),
            Self::NotNeeded => lang
                .pick("is a fallback, and another rule matched", "是兜底规则，已经有别的规则匹配")
                .to_owned(),
            Self::Fails(mismatches) => {
                let words: Vec<String> = mismatches.iter().map(|mismatch| mismatch.localized(lang)).collect();
                words.join(lang.pick("; or ", "；或 "))
            }
        }
    }
}
