//! News of the rules folder: what the last look at it found and was not told yet.

use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::check::counted;
use crate::cli::serve::faults;
use crate::cli::session::Session;
use crate::engine::source_hash::SourceHash;
use crate::reload::LiveRules;

use super::shown::note;

/// Tells each piece of news once, whoever asks first.
pub struct News {
    pub rules: Arc<LiveRules>,
    session: Session,
    told: Mutex<Told>,
}

/// The set that answers, and what is wrong with the folder.
#[derive(Default, PartialEq)]
struct Told {
    serving: Option<SourceHash>,
    faults: Vec<String>,
}

impl News {
    /// What is wrong with the folder at the beginning is news; what it holds is not.
    pub fn new(rules: Arc<LiveRules>, session: Session) -> Self {
        let told = Mutex::new(Told { serving: rules.report().serving, faults: Vec::new() });
        Self { rules, session, told }
    }

    /// What the last look found, unless it was told already.
    pub fn since(&self) -> Option<String> {
        let (report, session) = (self.rules.report(), &self.session);
        // warnings are no news: `check` tells them
        let faults =
            if report.is_good() { Vec::new() } else { faults(session, self.rules.folder(), &report) };
        let now = Told { serving: report.serving, faults };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told == now {
            return None;
        }
        let text = if now.faults.is_empty() {
            let (rules, warnings) = (report.rules, report.diagnostics.len());
            let warned = match warnings {
                0 => String::new(),
                n => session.say(
                    format!(" ({}: `fanreply check` tells more)", counted(n, "warning")),
                    format!("（{n} 个警告，用 `fanreply check` 查看）"),
                ),
            };
            note(
                session.page(),
                &session.say(
                    format!("the rules were changed: {} from now on{warned}", counted(rules, "rule")),
                    format!("规则已更新：现在有 {rules} 条规则{warned}"),
                ),
            )
        } else {
            now.faults.join("\n")
        };
        *told = now;
        Some(text)
    }
}
