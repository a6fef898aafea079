//! The sets of rules that served, for the command that lists them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::reload::LiveRules;
use crate::store::{KeptSet, StoreFault};

/// The sets of one rules folder.
#[derive(Debug, Deserialize, Serialize)]
pub struct FolderHistory {
    pub folder: String,
    /// The newest first.
    pub sets: Vec<ShownSet>,
}

/// One of them.
#[derive(Debug, Deserialize, Serialize)]
pub struct ShownSet {
    pub number: i64,
    /// When it came to serve.
    pub kept_at: Timestamp,
    pub rules: usize,
    pub hash: String,
    /// Whether it serves now.
    pub serves: bool,
}

impl FolderHistory {
    /// # Errors
    /// The disk refuses.
    pub async fn of(folder: &LiveRules) -> Result<Self, StoreFault> {
        let sets = match folder.history() {
            Some(history) => history.sets().await?,
            None => Vec::new(),
        };
        // a set that came back has several numbers
        let serving = folder.report().serving;
        let shown = |set: KeptSet| ShownSet {
            number: set.number,
            kept_at: set.kept_at,
            rules: set.rules,
            hash: set.hash.to_string(),
            serves: Some(set.hash) == serving,
        };
        Ok(Self {
            folder: folder.folder().display().to_string(),
            sets: sets.into_iter().map(shown).collect(),
        })
    }
}
