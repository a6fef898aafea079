//! `not`: conditions that must not all hold.

use crate::engine::condition::{Conjunction, Predicate};
use crate::engine::subject::Subject;

/// What is denied.
#[derive(Debug)]
pub struct Not(pub Conjunction);

impl Predicate for Not {
    fn holds(&self, subject: &Subject) -> bool {
        !self.0.holds(subject)
    }

    fn written(&self) -> String {
        let denied: Vec<String> =
            self.0.conditions.iter().map(|condition| condition.predicate().written()).collect();
        format!("not {{{}}}", denied.join("; "))
    }

    fn asks_for_something(&self) -> bool {
        false
    }
}
