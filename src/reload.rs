//! Flow 3, reload: a rules folder on disk → a ruleset in service. Everything fallible happens before the
//! swap; a broken folder never replaces a good set.

pub mod fault;
pub mod folder;
pub mod history;
mod look;
mod low_priority;
mod naming;
mod region;
pub mod report;
mod restore;
mod survey;
pub mod watch;
mod withheld;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::watch::{Receiver, Sender};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::clock::Clock;
use crate::data_dir::last_good::LastGood;
use crate::engine::in_service::InService;
use crate::engine::ruleset::RuleSet;
use crate::engine::source_hash::SourceHash;
use crate::language::Loaded;
use crate::language::diagnostic::Diagnostic;
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::store::{KeptSet, Pin};
use crate::telemetry::Metrics;
use crate::words::lang::Lang;
use crate::words::log::said;

use folder::{Folder, FolderUnreadable, read_folder};
use history::History;
use low_priority::at_low_priority;
use report::{ReloadOutcome, Report, ServedFrom, Trouble};
pub use restore::RestoreFault;

/// Source → set; in service it is [`crate::language::load`]. It is pure: what it made of a source is not asked
/// again.
pub type Loader = fn(&RuleSource, &Surroundings) -> Loaded;

/// Where sets of rules are kept.
#[derive(Clone, Debug)]
pub struct Keeper {
    pub last_good: LastGood,
    /// None: only the last good set is kept.
    pub history: Option<History>,
}

/// One rules folder in service: the set that answers now, and what became of the last look at the folder.
pub struct LiveRules {
    folder: PathBuf,
    keeper: Option<Keeper>,
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
    origin: ServedFrom,
    /// The set that serves, as the history has it.
    row: Option<KeptSet>,
    /// The set that was brought back; the next that comes from the files ends that.
    pin: Option<Pin>,
    /// At the start the store could not tell whether there is one.
    pin_is_unknown: bool,
    /// What the set that serves lacks of the one before.
    losses: Vec<Trouble>,
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
        keeper: Option<Keeper>,
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

    /// Whether the folder is being looked at now.
    pub fn is_looked_at(&self) -> bool {
        self.state.try_lock().is_err()
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
        tracing::error!(
            folder = %self.folder.display(),
            "{}",
            said(
                "loading the rules crashed; what served serves on",
                "加载规则时程序出错；继续使用原来的规则"
            )
        );
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

impl ReloadState {
    fn report(&self, outcome: ReloadOutcome, findings: Findings, clock: &Clock) -> Report {
        Report {
            outcome,
            origin: self.origin,
            serving: self.served.as_ref().map(|served| served.hash),
            rules: self
                .served
                .as_ref()
                .and_then(|served| served.set.as_ref())
                .map_or(0, |set| set.rules().len()),
            diagnostics: findings.diagnostics,
            sources: findings.sources,
            troubles: self.losses.iter().chain(&self.troubles).cloned().collect(),
            at: clock.now(),
        }
    }
}
