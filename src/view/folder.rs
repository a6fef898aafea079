//! The rules folders as they stand, or as a reload left them.

use jiff::Timestamp;
use serde::Serialize;

use super::diagnostic::LocalizedDiagnostic;
use crate::reload::LiveRules;
use crate::reload::report::{Report, ServedFrom};
use crate::words::lang::Lang;

/// All folders.
#[derive(Debug, Serialize)]
pub struct Folders {
    pub ok: bool,
    /// Of the set that serves; of the first folder where there are several.
    hash: Option<String>,
    /// Rules in service, of all folders.
    rules: usize,
    diagnostics: Vec<LocalizedDiagnostic>,
    folders: Vec<Folder>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub struct Folder {
    folder: String,
    /// Whether it is being looked at now: what stands here may change at once.
    loading: bool,
    /// When it was looked at last.
    at: Timestamp,
    ok: bool,
    hash: Option<String>,
    rules: usize,
    /// Where the rules that serve come from: `folder`, `last_good`, `restored` or `nothing`.
    origin: &'static str,
    diagnostics: Vec<LocalizedDiagnostic>,
    troubles: Vec<String>,
}

impl FromIterator<Folder> for Folders {
    fn from_iter<I: IntoIterator<Item = Folder>>(folders: I) -> Self {
        let folders: Vec<Folder> = folders.into_iter().collect();
        Self {
            ok: folders.iter().all(|folder| folder.ok),
            hash: folders.first().and_then(|folder| folder.hash.clone()),
            rules: folders.iter().map(|folder| folder.rules).sum(),
            diagnostics: folders.iter().flat_map(|folder| folder.diagnostics.iter().cloned()).collect(),
            folders,
        }
    }
}

impl Folder {
    pub fn of(folder: &LiveRules, report: &Report, lang: Lang) -> Self {
        Self {
            folder: folder.folder().display().to_string(),
            loading: folder.is_looked_at(),
            at: report.at,
            ok: report.is_good(),
            hash: report.serving.map(|hash| hash.to_string()),
            rules: report.rules,
            origin: match report.origin {
                ServedFrom::Folder => "folder",
                ServedFrom::LastGood => "last_good",
                ServedFrom::Restored => "restored",
                ServedFrom::Nothing => "nothing",
            },
            diagnostics: LocalizedDiagnostic::all(&report.diagnostics, lang),
            troubles: report.troubles.iter().map(|trouble| trouble.message(lang)).collect(),
        }
    }
}
