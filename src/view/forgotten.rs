//! What was erased about a fan.

use serde::{Deserialize, Serialize};

use crate::respond::fan_data::Erased;

#[derive(Debug, Deserialize, Serialize)]
pub struct Forgotten {
    /// Answers that were kept for the platform's retries.
    pub answers: usize,
    /// Rows on disk: what is known of the fan, what he was promised, what he was answered.
    pub rows: usize,
}

impl Forgotten {
    pub fn of(erased: Erased) -> Self {
        Self { answers: erased.answers, rows: erased.rows }
    }
}
