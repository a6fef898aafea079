//! Flow 3, reload: a rules folder on disk → a ruleset in service. Everything fallible happens before the
//! swap; a broken folder never replaces a good set.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::rules::diagnostic::Diagnostic;
use crate::rules::ruleset::RuleSet;
use crate::rules::surroundings::Surroundings;

/// One rules folder in service: the set that answers now, and what became of the last look at the folder.
pub struct LiveRules {
    _private: (),
}

/// What became of the last look at the folder. (To be refined by its author.)
#[derive(Clone, Debug)]
pub struct Report {
    /// The set was swapped in, or is the one that serves already.
    pub ok: bool,
    /// The hash of the set that serves, as hex.
    pub serving: Option<String>,
    /// How many rules the set that serves has.
    pub rules: usize,
    pub diagnostics: Vec<Diagnostic>,
}

impl LiveRules {
    /// Looks at the folder for the first time. A broken folder falls back to the last good set kept
    /// under `data`. Errors: the folder cannot be read at all.
    pub async fn open(
        _folder: &Path,
        _data: &Path,
        _surroundings: Surroundings,
    ) -> Result<Arc<Self>, OpenError> {
        todo!()
    }

    /// The set that serves now; none when no good set was ever there. Lock-free.
    pub fn snapshot(&self) -> Option<Arc<RuleSet>> {
        todo!()
    }

    /// What became of the last look.
    pub fn report(&self) -> Arc<Report> {
        todo!()
    }

    /// Looks at the folder now and tells what became of it.
    pub async fn reload(&self) -> Arc<Report> {
        todo!()
    }

    /// Watches the folder and reloads on every change, until `stop`.
    pub async fn watch(self: Arc<Self>, _stop: CancellationToken) {
        todo!()
    }
}

/// The folder could not be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot read the rules folder {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
}
