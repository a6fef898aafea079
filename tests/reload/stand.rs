//! The stand on which the tests are made: a rules folder, a data folder, and a loader that refuses what is
//! marked as broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fanreply::data_dir::last_good::LastGood;
use fanreply::engine::source_hash::SourceHash;
use fanreply::language::diagnostic::{Code, Diagnostic, Fault};
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::language::{self, Loaded};
use fanreply::reload::folder::read_folder;
use fanreply::reload::history::History;
use fanreply::reload::report::{ReloadOutcome, Report, ServedFrom};
use fanreply::reload::watch::Pace;
use fanreply::reload::{Keeper, LiveRules, Loader};
use fanreply::store::Store;
use fanreply::telemetry::Metrics;
use fanreply::words::lang::Lang;
use tokio_util::sync::{CancellationToken, DropGuard};

pub const BROKEN: &str = "BROKEN";

#[derive(Debug)]
struct Marked;

impl Fault for Marked {
    fn code(&self) -> Code {
        Code(999)
    }

    fn message(&self, _: Lang) -> String {
        "marked as broken".to_owned()
    }

    fn help(&self, _: Lang) -> String {
        String::new()
    }
}

/// Refuses files that are empty or marked, and crashes where it is told to.
pub fn load(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
    let mut diagnostics = Vec::new();
    for file in source.files() {
        let text = String::from_utf8_lossy(&file.bytes);
        assert!(!text.contains("CRASH"), "told to");
        if text.contains(BROKEN) || text.trim().is_empty() {
            diagnostics.push(Diagnostic::of_file(Marked, &file.path));
        }
    }
    if diagnostics.is_empty() {
        return language::load(source, surroundings);
    }
    Loaded { diagnostics, ..Loaded::default() }
}

/// The text of a file with one rule.
pub fn rule(name: &str) -> String {
    format!("rules:\n  - name: {name}\n    when:\n      exact: {name}\n    reply: 好的\n")
}

pub struct Stand {
    above: tempfile::TempDir,
}

impl Stand {
    pub fn with(files: &[(&str, &str)]) -> Self {
        let stand = Self { above: tempfile::tempdir().unwrap() };
        fs::create_dir(stand.rules()).unwrap();
        files.iter().for_each(|(name, text)| stand.write(name, text));
        stand
    }

    pub fn rules(&self) -> PathBuf {
        self.above.path().join("rules")
    }

    pub fn data(&self) -> PathBuf {
        self.above.path().join("data")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.rules().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// The hash of what is in the folder now.
    pub fn hash(&self) -> SourceHash {
        read_folder(&self.rules()).unwrap().source.hash()
    }

    pub fn keeper(&self) -> LastGood {
        LastGood::new(&self.data(), &self.rules())
    }

    pub async fn open(&self, loader: Loader) -> Arc<LiveRules> {
        self.open_with(None, loader).await
    }

    /// Opens with a history in this store.
    pub async fn open_with(&self, store: Option<&Store>, loader: Loader) -> Arc<LiveRules> {
        let history = store.map(|store| History::new(store.clone(), &self.rules()));
        let keeper = Some(Keeper { last_good: self.keeper(), history });
        LiveRules::open(&self.rules(), keeper, Surroundings::default(), loader, Metrics::new()).await.unwrap()
    }

    /// Opens and watches until the guard is dropped.
    pub async fn watch(&self, pace: Pace) -> (Arc<LiveRules>, DropGuard) {
        let live = self.open(load).await;
        assert_eq!(live.report().outcome, ReloadOutcome::Swapped);
        let stop = CancellationToken::new();
        tokio::spawn(live.clone().watch(pace, stop.clone()));
        // it has begun once it has looked: from then on it listens
        let opened = live.report().at;
        until("the watch looks", || live.report().at > opened).await;
        (live, stop.drop_guard())
    }

    /// What is in the folder now comes to serve.
    pub async fn comes_to_serve(&self, live: &LiveRules) {
        until("the folder serves", || {
            let report = live.report();
            report.serving == Some(self.hash()) && report.is_good() && report.origin == ServedFrom::Folder
        })
        .await;
    }
}

/// Only events tell; the comparison is too far away to help.
pub fn by_events() -> Pace {
    let comparison = Duration::from_secs(3600);
    Pace {
        quiet: Duration::from_millis(40),
        second_look: Duration::from_millis(20),
        comparison,
        ..Pace::default()
    }
}

/// There are no events.
pub fn by_comparison() -> Pace {
    Pace { comparison: Duration::from_millis(50), events: false, ..by_events() }
}

pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let latest = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < latest, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub fn codes(report: &Report) -> Vec<u16> {
    report.diagnostics.iter().map(|found| found.fault.code().0).collect()
}

/// Writes beside the file and renames over it, as editors do.
pub fn rename_over(path: &Path, text: &str) {
    let fresh = path.with_extension("new");
    fs::write(&fresh, text).unwrap();
    fs::rename(&fresh, path).unwrap();
}
