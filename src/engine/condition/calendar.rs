//! `hours`, `days` and `dates` of one mapping, which hold together.

use crate::engine::condition::Predicate;
use crate::engine::subject::Subject;
use crate::schedule::calendar::Calendar;

impl Predicate for Calendar {
    fn holds(&self, subject: &Subject) -> bool {
        Calendar::holds(self, subject.moment)
    }

    fn written(&self) -> String {
        self.to_string()
    }

    fn asks_for_something(&self) -> bool {
        false
    }
}
