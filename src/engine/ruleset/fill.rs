//! Filling in: what the rule that was chosen says, with everything that its texts insert.

use std::sync::Arc;

use super::RuleSet;
use super::choose::{Choice, Winner};
use crate::engine::compose::{compose, in_parts};
use crate::engine::reply::one_of::Dice;
use crate::engine::template::{Names, RenderFailure};
use crate::model::decision::{Decision, FollowUp, Outcome};
use crate::model::reply::Reply;
use crate::schedule::due::due;

/// What was taken of what fans share – codes, stock, a place among the first – for the message that is answered. It
/// is empty as long as no rule hands anything out.
#[derive(Clone, Debug, Default)]
pub struct Takings {}

/// What the lookups of the rule came to. It is empty as long as no rule looks anything up.
#[derive(Clone, Debug, Default)]
pub struct LookedUp {}

impl RuleSet {
    /// The decision that a choice comes to. Pure and total: where a text cannot be filled in, it is silence, and
    /// says why.
    pub fn fill(&self, choice: &Choice, _takings: &Takings, _looked_up: &LookedUp) -> Decision {
        let untried = choice.untried;
        let Some(winner) = &choice.winner else { return Decision { untried, ..Decision::unanswered() } };
        let decision = self.answer(choice, winner).unwrap_or_else(|failure| {
            let silence = Decision::silence(Some(winner.rule.name.clone()), Outcome::TemplateFailed);
            Decision { problem: Some(failure.to_string()), ..silence }
        });
        Decision { untried, ..decision }
    }

    fn answer(&self, choice: &Choice, winner: &Winner) -> Result<Decision, RenderFailure> {
        let Choice { message, context, .. } = choice;
        let Winner { rule, scope, .. } = winner;
        let names = &Names::of(Arc::clone(scope));
        let kind = message.kind();
        let mut dice = Dice::of(message);
        let mut decision = Decision::silence(Some(rule.name.clone()), Outcome::Silent);
        if let Some(script) = &rule.script {
            let replies = script.render(&self.parts.templates, names, &mut dice)?;
            // chance may have drawn silence
            if !replies.is_empty() {
                decision.outcome = if rule.fallback { Outcome::Fallback } else { Outcome::Answered };
            }
            let composed = compose(replies, kind, message.format, context.profile);
            (decision.passive, decision.then) = (composed.passive, composed.then);
            (decision.lost, decision.cut) = (composed.lost, composed.cut);
        }
        if let Some(closes_at) = context.profile.closes_at(kind, context.received_at) {
            for (number, step) in rule.steps.iter().enumerate() {
                let filled = step.script.render(&self.parts.templates, names, &mut dice)?;
                if filled.is_empty() {
                    continue;
                }
                let due = due(step.wanted, &step.allowed, context.received_at, closes_at, context.zone);
                let parts = in_parts(filled, context.profile);
                decision.cut += parts.cut;
                decision.follow_ups.push(FollowUp { step: number, due, replies: parts.messages });
            }
        }
        Ok(decision)
    }

    /// Everything that chance can make of a choice's answer, as words; empty where it has too many ways.
    pub fn possible_answers(&self, choice: &Choice) -> Vec<String> {
        let answers = || {
            let winner = choice.winner.as_ref()?;
            winner.rule.script.as_ref()?.render_all(&self.parts.templates, &winner.scope).ok()?
        };
        let shown = |replies: Vec<Reply>| replies.iter().map(Reply::rendered).collect::<Vec<_>>().join("\n");
        answers().unwrap_or_default().into_iter().map(shown).collect()
    }
}
