//! Flow 3, reload: a rules folder on disk → a ruleset in service. Everything fallible happens before the
//! swap; a broken folder never replaces a good set.

pub mod fault;
pub mod folder;
mod low_priority;
mod naming;
mod region;
pub mod report;
mod survey;
pub mod watch;
mod withheld;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch::{Receiver, Sender};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::clock::Clock;
use crate::data_dir::last_good::{LastGood, Unusable};
use crate::engine::in_service::InService;
use crate::engine::ruleset::RuleSet;
use crate::engine::source_hash::SourceHash;
use crate::language::Loaded;
use crate::language::diagnostic::Diagnostic;
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::model::id::RuleName;
use crate::telemetry::Metrics;
use crate::words::lang::Lang;

use folder::{Folder, FolderUnreadable, read_folder};
use low_priority::at_low_priority;
use report::{LeftOutRules, ReloadOutcome, Report, ServedFrom, Trouble, concerned};

/// Source → set; in service it is [`crate::language::load`]. It is pure: what it made of a source is not asked
/// again.
pub type Loader = fn(&RuleSource, &Surroundings) -> Loaded;

/// One rules folder in service: the set that answers now, and what became of the last look at the folder.
pub struct LiveRules {
    folder: PathBuf,
    keeper: Option<LastGood>,
    surroundings: Surroundings,
    loader: Loader,
    clock: Clock,
    metrics: Metrics,
    in_service: InService,
    report: ArcSwap<Report>,
    /// Tells of each report.
    looks: Sender<()>,
    /// Held while the folder is read and judged: one look at a time.
    state: Arc<Mutex<ReloadState>>,
}

/// What is known from one look to the next.
#[derive(Default)]
struct ReloadState {
    served: Option<Arc<CompiledSource>>,
    /// On the source that was loaded last and does not serve.
    waiting: Option<Arc<CompiledSource>>,
    from_last_good: bool,
    /// The last good set was asked for: that happens once, at the start.
    fell_back: bool,
    /// The set that serves is on disk.
    kept: bool,
    troubles: Vec<Trouble>,
}

/// What the loader made of a source.
struct CompiledSource {
    hash: SourceHash,
    set: Option<Arc<RuleSet>>,
    diagnostics: Vec<Diagnostic>,
}

/// What reading the folder gave.
type Read = Result<Folder, FolderUnreadable>;

/// What a look found wrong, and the texts it speaks of.
#[derive(Clone, Default)]
struct Findings {
    diagnostics: Vec<Diagnostic>,
    sources: Arc<RuleSource>,
}

/// The folder could not be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Unreadable(#[from] FolderUnreadable),
    #[error("loading the rules crashed")]
    Crashed,
}

impl OpenError {
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Unreadable(unreadable) => unreadable.message(lang),
            Self::Crashed => Trouble::Crashed.message(lang),
        }
    }
}

impl LiveRules {
    /// Looks at the folder for the first time. One with faults, or that has gone, falls back to the last good set; without
    /// that nothing serves, and the report says why. Without a keeper no set is kept on disk, and none is
    /// fallen back to.
    ///
    /// # Errors
    /// The folder cannot be read at all and nothing was kept of it, or loading it crashed.
    pub async fn open(
        folder: &Path,
        keeper: Option<LastGood>,
        surroundings: Surroundings,
        loader: Loader,
        metrics: Metrics,
    ) -> Result<Arc<Self>, OpenError> {
        let (folder, clock) = (folder.to_owned(), Clock::System);
        let nothing = ReloadState::default().report(ReloadOutcome::Refused, Findings::default(), &clock);
        let report = ArcSwap::from_pointee(nothing);
        let (in_service, state) = (InService::default(), Arc::default());
        let live = Arc::new(Self {
            folder,
            keeper,
            surroundings,
            loader,
            clock,
            metrics,
            in_service,
            report,
            looks: Sender::default(),
            state,
        });
        let state = live.state.clone().lock_owned().await;
        let first = live.clone();
        let opened = tokio::task::spawn_blocking(move || first.first_look(state)).await;
        opened.map_err(|_| OpenError::Crashed)??;
        Ok(live)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The handle by which requests look at the set that serves.
    pub fn in_service(&self) -> InService {
        self.in_service.clone()
    }

    /// The set that serves now; none when no good set was ever there. Lock-free.
    pub fn snapshot(&self) -> Option<Arc<RuleSet>> {
        self.in_service.snapshot()
    }

    /// What became of the last look.
    pub fn report(&self) -> Arc<Report> {
        self.report.load_full()
    }

    /// Changes whenever there is another report.
    pub fn looks(&self) -> Receiver<()> {
        self.looks.subscribe()
    }

    /// Looks at the folder now and tells what became of it. Calls queue; each sees a look that began after
    /// it was made.
    pub async fn reload(self: &Arc<Self>) -> Arc<Report> {
        let state = self.state.clone().lock_owned().await;
        let read = self.read().await;
        self.judge(state, read).await
    }

    async fn read(&self) -> Read {
        let folder = self.folder.clone();
        let reading = tokio::task::spawn_blocking(move || read_folder(&folder));
        let cut_off = |error| FolderUnreadable { path: self.folder.clone(), source: io::Error::other(error) };
        reading.await.map_err(cut_off)?
    }

    /// Once begun it ends, even if the caller goes away.
    async fn judge(self: &Arc<Self>, mut state: OwnedMutexGuard<ReloadState>, read: Read) -> Arc<Report> {
        let live = self.clone();
        let judging = tokio::task::spawn_blocking(move || at_low_priority(|| live.apply(&mut state, read)));
        judging.await.unwrap_or_else(|_| self.crashed())
    }

    fn crashed(&self) -> Arc<Report> {
        tracing::error!(folder = %self.folder.display(), "loading the rules crashed; what served serves on");
        let mut report = Report::clone(&self.report());
        (report.outcome, report.at) = (ReloadOutcome::Refused, self.clock.now());
        report.troubles.push(Trouble::Crashed);
        let report = Arc::new(report);
        self.note(report.clone());
        report
    }

    /// Puts a report in the place of the former one, which it gives back.
    fn note(&self, report: Arc<Report>) -> Arc<Report> {
        let former = self.report.swap(report);
        self.looks.send_replace(());
        former
    }
}

/// The steps of a look. They block.
impl LiveRules {
    fn first_look(&self, mut state: OwnedMutexGuard<ReloadState>) -> Result<(), FolderUnreadable> {
        let is_kept = || self.keeper.as_ref().is_some_and(|keeper| matches!(keeper.read(), Ok(Some(_))));
        match read_folder(&self.folder) {
            // a folder that never was there is a slip of the settings; one that served before is broken
            Err(unreadable) if !is_kept() => return Err(unreadable),
            read => self.apply(&mut state, read),
        };
        Ok(())
    }

    /// Takes what was read into service if nothing is wrong with it.
    fn apply(&self, state: &mut ReloadState, read: Read) -> Arc<Report> {
        let mut folder = read.unwrap_or_else(Folder::gone);
        let mut diagnostics = std::mem::take(&mut folder.faults);
        let source = &folder.source;
        // a folder without files has a fault, and no loader needs to be asked about it
        let compiled = (!source.files().is_empty()).then(|| self.compiled(state, source));
        diagnostics.extend(compiled.iter().flat_map(|compiled| compiled.diagnostics.iter().cloned()));
        folder.withhold(&mut diagnostics);
        let findings = Findings { sources: concerned(source, &diagnostics), diagnostics };
        let is_refused = findings.diagnostics.iter().any(Diagnostic::is_error);
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
        let former = state.served.replace(compiled);
        state.waiting = None;
        state.from_last_good = false;
        state.kept &= unchanged;
        state.troubles.clear();
        // the swap itself: it can no longer fail, and it waits for no disk
        let mut report = self.publish(state, outcome, findings.clone());
        if !self.keep(state, source) {
            report = self.publish(state, outcome, findings);
        }
        self.drop_retired(former.filter(|_| !unchanged));
        report
    }

    /// Keeps what serves for a restart; false when that failed, which the report must say.
    fn keep(&self, state: &mut ReloadState, source: &RuleSource) -> bool {
        let Some(keeper) = self.keeper.as_ref().filter(|_| !state.kept) else { return true };
        let kept = keeper.keep(source);
        state.kept = kept.is_ok();
        state.troubles.extend(kept.err().map(|error| Trouble::NotKept { reason: error.to_string() }));
        state.kept
    }

    /// The folder is broken at the start: the last good set serves, if there is one that loads.
    fn fall_back(&self, state: &mut ReloadState) {
        let source = match self.keeper.as_ref().map_or(Ok(None), LastGood::read) {
            Ok(Some(source)) => source,
            Ok(None) => return,
            Err(Unusable::Unreadable { path, source }) => {
                let (path, reason) = (path.into(), source.to_string());
                return state.troubles.push(Trouble::LastGoodUnreadable { path, reason });
            }
            Err(Unusable::Damaged { path }) => {
                return state.troubles.push(Trouble::LastGoodDamaged { path: path.into() });
            }
        };
        let mut compiled = self.load(&source, source.hash());
        if compiled.set.is_none() || compiled.diagnostics.iter().any(Diagnostic::is_error) {
            // what another version took is never taken away as a whole
            let surroundings = Surroundings { leaves_out: true, ..self.surroundings.clone() };
            let Loaded { ruleset, diagnostics, left_out, .. } = (self.loader)(&source, &surroundings);
            let Some(set) = ruleset else { return state.troubles.push(Trouble::LastGoodRefused) };
            state.troubles.push(match left_out.is_empty() {
                true => Trouble::LastGoodDoubted,
                false => Trouble::LeftOut { count: left_out.len(), rules: LeftOutRules(left_out) },
            });
            compiled = CompiledSource { hash: compiled.hash, set: Some(Arc::new(set)), diagnostics };
        }
        state.served = Some(Arc::new(compiled));
        (state.from_last_good, state.kept) = (true, true);
    }

    /// Drops a set that has been replaced once nobody else holds it. Dropping thousands of rules takes milliseconds,
    /// and whoever drops the last handle pays for it: that must not be a request. The counters of rules that are gone
    /// are removed.
    fn drop_retired(&self, former: Option<Arc<CompiledSource>>) {
        const LONGEST: Duration = Duration::from_secs(1);
        const PAUSE: Duration = Duration::from_millis(5);
        let Some(set) = former.as_ref().and_then(|former| former.set.as_ref()) else { return };
        let mut waited = Duration::ZERO;
        while Arc::strong_count(set) > 1 && waited < LONGEST {
            thread::park_timeout(PAUSE);
            waited += PAUSE;
        }
        let serving = self.snapshot();
        let is_gone = |name: &&RuleName| serving.as_ref().is_none_or(|set| set.rule_named(name).is_none());
        set.rules()
            .iter()
            .map(|rule| &rule.name)
            .filter(is_gone)
            .for_each(|name| self.metrics.rule_gone(name));
    }

    fn publish(&self, state: &ReloadState, outcome: ReloadOutcome, findings: Findings) -> Arc<Report> {
        let report = Arc::new(state.report(outcome, findings, &self.clock));
        if let Some(set) = state.served.as_ref().and_then(|served| served.set.clone()) {
            self.in_service.swap(set);
        }
        let former = self.note(report.clone());
        report.log(&self.folder, &former);
        self.count(&report, &former);
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

impl ReloadState {
    fn report(&self, outcome: ReloadOutcome, findings: Findings, clock: &Clock) -> Report {
        let origin = match &self.served {
            None => ServedFrom::Nothing,
            Some(_) if self.from_last_good => ServedFrom::LastGood,
            Some(_) => ServedFrom::Folder,
        };
        Report {
            outcome,
            origin,
            serving: self.served.as_ref().map(|served| served.hash),
            rules: self
                .served
                .as_ref()
                .and_then(|served| served.set.as_ref())
                .map_or(0, |set| set.rules().len()),
            diagnostics: findings.diagnostics,
            sources: findings.sources,
            troubles: self.troubles.clone(),
            at: clock.now(),
        }
    }
}
