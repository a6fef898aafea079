//! The steps of a look at a rules folder: what was read is judged, put in service, and kept. They block.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tracing::warn;

use super::folder::{Folder, FolderUnreadable, read_folder};
use super::history::History;
use super::report::{LeftOutRules, ReloadOutcome, Report, ServedFrom, Trouble, concerned};
use super::{CompiledSource, Findings, LiveRules, Read, ReloadState};
use crate::data_dir::last_good::Unusable;
use crate::engine::source_hash::SourceHash;
use crate::language::Loaded;
use crate::language::diagnostic::Diagnostic;
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::model::id::RuleName;
use crate::words::log;

impl LiveRules {
    pub(super) fn first_look(&self, mut state: OwnedMutexGuard<ReloadState>) -> Result<(), FolderUnreadable> {
        let is_kept =
            || self.keeper.as_ref().is_some_and(|keeper| matches!(keeper.last_good.read(), Ok(Some(_))));
        let read = match read_folder(&self.folder) {
            // a folder that never was there is a slip of the settings; one that served before is broken
            Err(unreadable) if !is_kept() => return Err(unreadable),
            read => read,
        };
        match self.history().map_or(Ok(None), History::pin) {
            Ok(pin) => state.pin = pin,
            Err(fault) => {
                state.pin_is_unknown = true;
                warn!(
                    folder = %self.folder.display(),
                    reason = fault.message(log::lang()),
                    "{}",
                    log::said(
                        "it cannot be known whether a former set of rules was brought back: the files serve from now on",
                        "不知道之前有没有换回某一版规则：从现在起以文件为准",
                    )
                );
            }
        }
        if let (Some(pin), Ok(folder)) = (state.pin, &read)
            && pin.files == folder.source.hash()
        {
            match self.bring_back_row(&mut state, pin) {
                Ok(()) => drop(self.publish(&state, ReloadOutcome::Swapped, Findings::default())),
                Err(fault) => warn!(
                    folder = %self.folder.display(),
                    set = pin.number,
                    reason = fault.message(log::lang()),
                    "{}",
                    log::said(
                        "the rules that were brought back cannot be used: the files serve from now on",
                        "之前换回的规则用不了：从现在起以文件为准",
                    )
                ),
            }
        }
        self.apply(&mut state, read);
        Ok(())
    }

    /// Takes what was read into service if nothing is wrong with it.
    pub(super) fn apply(&self, state: &mut ReloadState, read: Read) -> Arc<Report> {
        let mut folder = read.unwrap_or_else(Folder::gone);
        let mut diagnostics = std::mem::take(&mut folder.faults);
        let source = &folder.source;
        let is_as_then = state.pin.is_some_and(|pin| pin.files == source.hash());
        // a folder without files has a fault, and no loader needs to be asked about it
        let compiled = (!source.files().is_empty()).then(|| self.compiled(state, source));
        diagnostics.extend(compiled.iter().flat_map(|compiled| compiled.diagnostics.iter().cloned()));
        folder.withhold(&mut diagnostics);
        let findings = Findings { sources: concerned(source, &diagnostics), diagnostics };
        let is_refused = findings.diagnostics.iter().any(Diagnostic::is_error);
        // a former set serves in place of these very files, whatever is wrong with them
        if state.origin == ServedFrom::Restored && is_as_then {
            let outcome = if is_refused { ReloadOutcome::Refused } else { ReloadOutcome::Unchanged };
            return self.publish(state, outcome, findings);
        }
        if let Some(compiled) = compiled.filter(|compiled| compiled.set.is_some() && !is_refused) {
            return self.serve(state, compiled, findings, source);
        }
        if state.served.is_none() && !std::mem::replace(&mut state.fell_back, true) {
            self.fall_back(state);
        }
        self.publish(state, ReloadOutcome::Refused, findings)
    }

    /// What the loader makes of a source; one that was loaded already is not loaded again.
    fn compiled(&self, state: &mut ReloadState, source: &RuleSource) -> Arc<CompiledSource> {
        let hash = source.hash();
        let known = [&state.served, &state.waiting].into_iter().flatten().find(|known| known.hash == hash);
        if let Some(known) = known {
            return known.clone();
        }
        let compiled = Arc::new(self.load(source, hash));
        state.waiting = Some(compiled.clone());
        compiled
    }

    fn load(&self, source: &RuleSource, hash: SourceHash) -> CompiledSource {
        let Loaded { ruleset, diagnostics, .. } = (self.loader)(source, &self.surroundings);
        CompiledSource { hash, set: ruleset.map(Arc::new), diagnostics }
    }

    fn serve(
        &self,
        state: &mut ReloadState,
        compiled: Arc<CompiledSource>,
        findings: Findings,
        source: &RuleSource,
    ) -> Arc<Report> {
        let unchanged = state.served.as_ref().is_some_and(|served| served.hash == compiled.hash);
        let outcome = if unchanged { ReloadOutcome::Unchanged } else { ReloadOutcome::Swapped };
        let former = state.served.replace(compiled.clone()).filter(|_| !unchanged);
        state.waiting = None;
        state.origin = ServedFrom::Folder;
        state.kept &= unchanged;
        state.troubles.clear();
        state.losses.retain(|_| unchanged);
        // the swap itself: it can no longer fail, and it waits for no disk
        let report = self.publish(state, outcome, findings.clone());
        self.keep(state, source);
        if !unchanged {
            self.note_losses(state, former.as_deref(), &compiled);
        }
        self.keep_in_history(state, source);
        let report = match state.troubles.is_empty() && state.losses.is_empty() {
            true => report,
            false => self.tell(state, outcome, findings),
        };
        self.drop_retired(former);
        report
    }

    /// Keeps what serves for a restart; where that fails, the report must say so.
    pub(super) fn keep(&self, state: &mut ReloadState, source: &RuleSource) {
        let Some(keeper) = self.keeper.as_ref().filter(|_| !state.kept) else { return };
        let kept = keeper.last_good.keep(source);
        state.kept = kept.is_ok();
        state.troubles.extend(kept.err().map(|error| Trouble::NotKept { reason: (&error).into() }));
    }

    /// Compares the set that serves now with the one before, which after a start only the history knows.
    fn note_losses(&self, state: &mut ReloadState, former: Option<&CompiledSource>, now: &CompiledSource) {
        let history = self.history();
        let served_last = || match state.pin {
            Some(pin) => history?.row(pin.number).ok()?,
            None => history?.newest().ok()?,
        };
        let row = state.row.take().or_else(served_last);
        let is_same = row.as_ref().is_some_and(|row| row.hash == now.hash);
        let Some(now) = now.set.as_ref().filter(|_| !is_same) else {
            state.losses = Vec::new();
            return;
        };
        // the set before a restart is loaded once more, to know which of its rules are gone
        let from_history = || {
            let source = history?.source(row.as_ref()?.number).ok()??;
            self.load_kept(&source, &mut Vec::new())?.set
        };
        let former = former.map_or_else(from_history, |former| former.set.clone());
        let accounts =
            self.surroundings.accounts.iter().map(|account| account.id).collect::<Option<Vec<_>>>();
        state.losses = History::losses(history, former.as_deref(), row.as_ref(), now, accounts);
    }

    /// Keeps what serves under a number, and ends that a former set was brought back.
    fn keep_in_history(&self, state: &mut ReloadState, source: &RuleSource) {
        let Some(history) = self.history() else { return };
        let keep = |state: &mut ReloadState| {
            // the files serve again after a former set did: theirs is the newest
            if state.pin.is_some() && state.origin == ServedFrom::Folder {
                state.row = None;
            }
            if state.row.is_none() {
                let rules = state.served.as_ref().and_then(|served| served.set.as_ref());
                let rules = rules.map_or(0, |set| set.rules().len());
                state.row = Some(history.keep(source, rules, self.clock.now())?);
            }
            // only now: the set that served until now is never among those that are let go
            if state.pin.is_some() || state.pin_is_unknown {
                history.set_pin(None)?;
                (state.pin, state.pin_is_unknown) = (None, false);
            }
            Ok(())
        };
        if let Err(fault) = keep(state) {
            state.troubles.push(Trouble::NotInHistory { fault });
        }
    }

    /// The folder is broken at the start: the last good set serves, if there is one that loads.
    fn fall_back(&self, state: &mut ReloadState) {
        let source = match self.keeper.as_ref().map_or(Ok(None), |keeper| keeper.last_good.read()) {
            Ok(Some(source)) => source,
            Ok(None) => return,
            Err(Unusable::Unreadable { path, source }) => {
                let (path, reason) = (path.into(), (&source).into());
                return state.troubles.push(Trouble::LastGoodUnreadable { path, reason });
            }
            Err(Unusable::Damaged { path }) => {
                return state.troubles.push(Trouble::LastGoodDamaged { path: path.into() });
            }
        };
        let Some(compiled) = self.load_kept(&source, &mut state.troubles) else { return };
        state.served = Some(Arc::new(compiled));
        (state.origin, state.kept) = (ServedFrom::LastGood, true);
    }

    /// Loads what was kept: what another version took is never taken away as a whole.
    pub(super) fn load_kept(
        &self,
        source: &RuleSource,
        troubles: &mut Vec<Trouble>,
    ) -> Option<CompiledSource> {
        let mut compiled = self.load(source, source.hash());
        if compiled.set.is_none() || compiled.diagnostics.iter().any(Diagnostic::is_error) {
            let surroundings = Surroundings { leaves_out: true, ..self.surroundings.clone() };
            let Loaded { ruleset, diagnostics, left_out, .. } = (self.loader)(source, &surroundings);
            let Some(set) = ruleset else {
                troubles.push(Trouble::LastGoodRefused);
                return None;
            };
            troubles.push(match left_out.is_empty() {
                true => Trouble::LastGoodDoubted,
                false => Trouble::LeftOut { count: left_out.len(), rules: LeftOutRules(left_out) },
            });
            compiled = CompiledSource { hash: compiled.hash, set: Some(Arc::new(set)), diagnostics };
        }
        Some(compiled)
    }

    /// Drops a set that has been replaced once nobody else holds it. Dropping thousands of rules takes milliseconds,
    /// and whoever drops the last handle pays for it: that must not be a request. The counters of rules that are gone
    /// are removed.
    pub(super) fn drop_retired(&self, former: Option<Arc<CompiledSource>>) {
        const LONGEST: Duration = Duration::from_secs(1);
        const PAUSE: Duration = Duration::from_millis(5);
        let Some(set) = former.and_then(|former| former.set.clone()) else { return };
        let mut waited = Duration::ZERO;
        while Arc::strong_count(&set) > 1 && waited < LONGEST {
            thread::park_timeout(PAUSE);
            waited += PAUSE;
        }
        let serving = self.snapshot();
        let is_gone = |name: &&RuleName| serving.as_ref().is_none_or(|set| set.rule_named(name).is_none());
        let gone: Vec<RuleName> =
            set.rules().iter().map(|rule| &rule.name).filter(is_gone).cloned().collect();
        drop(set);
        gone.iter().for_each(|name| self.metrics.rule_gone(name));
    }

    pub(super) fn publish(
        &self,
        state: &ReloadState,
        outcome: ReloadOutcome,
        findings: Findings,
    ) -> Arc<Report> {
        if let Some(set) = state.served.as_ref().and_then(|served| served.set.clone()) {
            self.in_service.swap(set);
        }
        let former = self.report();
        let report = self.tell(state, outcome, findings);
        self.count(&report, &former);
        report
    }

    /// Makes the report, and writes into the log what is new in it.
    fn tell(&self, state: &ReloadState, outcome: ReloadOutcome, findings: Findings) -> Arc<Report> {
        let report = Arc::new(state.report(outcome, findings, &self.clock));
        let former = self.note(report.clone());
        report.log(&self.folder, &former);
        report
    }

    fn count(&self, report: &Report, former: &Report) {
        match report.outcome {
            ReloadOutcome::Swapped => self.metrics.reload_succeeded(&self.folder, report.at),
            // the folder was repaired to what served all the time
            ReloadOutcome::Unchanged if former.outcome == ReloadOutcome::Refused => {
                self.metrics.reload_succeeded(&self.folder, report.at);
            }
            ReloadOutcome::Unchanged => {}
            ReloadOutcome::Refused => self.metrics.reload_refused(&self.folder),
        }
        let [former, hash] = [former, report].map(|report| report.serving.map(|hash| hash.to_string()));
        self.metrics.rules_in_service(&self.folder, report.rules, former.as_deref(), hash.as_deref());
    }
}
