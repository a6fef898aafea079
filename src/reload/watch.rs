//! When to look at the rules folder again: after the system tells of a change, and, because it does not
//! always tell, after a comparison every few seconds. Events only mean "look again": which file they name does not
//! matter.

use crate::words::log::said;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::survey::Survey;
use super::{LiveRules, Read};

/// How long each wait of the watch is.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Without events, before the folder is read: a save is several of them.
    pub quiet: Duration,
    /// Until the folder is read although the events do not end.
    pub longest: Duration,
    /// Between two readings that must be the same, so that no half-saved file is taken.
    pub second_look: Duration,
    /// Between comparisons of sizes and dates, which need no events.
    pub comparison: Duration,
    /// Whether the system is asked to tell of changes at all.
    pub events: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(300),
            longest: Duration::from_secs(3),
            second_look: Duration::from_millis(100),
            comparison: Duration::from_secs(5),
            events: true,
        }
    }
}

impl LiveRules {
    /// Watches the folder and reloads on every change, until `stop`.
    pub async fn watch(self: Arc<Self>, pace: Pace, stop: CancellationToken) {
        stop.run_until_cancelled(self.watch_on(pace)).await;
    }

    async fn watch_on(self: &Arc<Self>, pace: Pace) {
        let mut watcher = FolderWatcher::new(self.folder().to_owned(), pace.clone());
        loop {
            // listening begins before the folder is read, so that a change after the reading is noticed
            watcher.listen().await;
            self.reload_when_still(&pace).await;
            watcher.change().await;
            watcher.quiet().await;
        }
    }

    /// Reloads once two readings are the same, or when the folder did not come to rest in time.
    async fn reload_when_still(self: &Arc<Self>, pace: &Pace) {
        let latest = Instant::now() + pace.longest;
        let mut before = self.read().await;
        loop {
            sleep(pace.second_look).await;
            let state = self.state.clone().lock_owned().await;
            let now = self.read().await;
            if is_same(&before, &now) || Instant::now() >= latest {
                self.judge(state, now).await;
                return;
            }
            before = now;
        }
    }
}

fn is_same(before: &Read, now: &Read) -> bool {
    match (before, now) {
        (Ok(before), Ok(now)) => before.source == now.source && before.faults.len() == now.faults.len(),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

/// Listens to a folder, and compares it.
struct FolderWatcher {
    folder: PathBuf,
    pace: Pace,
    heard: Arc<Notify>,
    /// How the folder looked when listening began; none when it could not be listed.
    seen: Option<Arc<Survey>>,
    watches: FileWatches,
}

/// The watches of files and folders; dropping them ends them.
#[derive(Default)]
struct FileWatches {
    _watcher: Option<RecommendedWatcher>,
    /// Why some of it cannot be watched.
    failure: Option<String>,
}

impl FolderWatcher {
    fn new(folder: PathBuf, pace: Pace) -> Self {
        Self { folder, pace, heard: Arc::default(), seen: None, watches: FileWatches::default() }
    }

    /// Listens to everything in the folder as it is now. A watch dies with the file that it is on, so all
    /// of them are made anew.
    async fn listen(&mut self) {
        self.seen = self.survey().await;
        let Some(seen) = self.seen.clone().filter(|_| self.pace.events) else { return };
        let (heard, had_failed) = (self.heard.clone(), self.watches.failure.is_some());
        let former = std::mem::take(&mut self.watches);
        let listening = tokio::task::spawn_blocking(move || {
            let watches = FileWatches::on(&seen, heard);
            // only now, so that there is always one that listens
            drop(former);
            watches
        });
        // notify panics when its thread could not be started
        self.watches = listening.await.unwrap_or_else(|error| FileWatches::failed(&error));
        let folder = self.folder.display();
        match &self.watches.failure {
            Some(reason) if !had_failed => {
                let every = self.pace.comparison;
                tracing::warn!(
                    %folder, reason, ?every,
                    "{}",
                    said(
                        "cannot watch the rules folder; it is compared instead",
                        "无法监听规则文件夹的变化，改为定时比较"
                    )
                );
            }
            None if had_failed => {
                tracing::info!(%folder, "{}", said("the rules folder is watched again", "又能监听规则文件夹的变化了"))
            }
            _ => {}
        }
    }

    /// Waits until something is heard, or the folder looks different.
    async fn change(&mut self) {
        let every = self.pace.comparison;
        let mut ticks = interval_at(Instant::now() + every, every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.heard.notified() => return,
                _ = ticks.tick() => {}
            }
            let former = self.seen.clone();
            if self.watches.failure.is_some() {
                self.listen().await;
            } else {
                self.seen = self.survey().await;
            }
            let same = match (&former, &self.seen) {
                (Some(former), Some(now)) => former.looks_like(now),
                (None, None) => true,
                _ => false,
            };
            if !same {
                return;
            }
        }
    }

    /// Waits until nothing has been heard for a while.
    async fn quiet(&self) {
        let latest = Instant::now() + self.pace.longest;
        loop {
            let enough = latest.min(Instant::now() + self.pace.quiet);
            tokio::select! {
                () = self.heard.notified(), if Instant::now() < latest => {}
                () = sleep_until(enough) => return,
            }
        }
    }

    async fn survey(&self) -> Option<Arc<Survey>> {
        let folder = self.folder.clone();
        let surveying = tokio::task::spawn_blocking(move || Survey::of(&folder));
        surveying.await.ok()?.ok().map(Arc::new)
    }
}

impl FileWatches {
    fn failed(reason: &impl ToString) -> Self {
        Self { _watcher: None, failure: Some(reason.to_string()) }
    }

    /// Listens to every folder and every file of a survey: a folder does not tell of a file in it that is
    /// mounted singly, and a file does not tell of the one that replaces it. It blocks.
    fn on(seen: &Survey, heard: Arc<Notify>) -> Self {
        let tell = move |event: notify::Result<Event>| {
            if event.map_or(true, |event| is_change(event.kind)) {
                heard.notify_one();
            }
        };
        let mut watcher = match notify::recommended_watcher(tell) {
            Ok(watcher) => watcher,
            Err(error) => return Self::failed(&error),
        };
        let mut failure = None;
        let files = seen.files.iter().map(|file| &file.path);
        for path in seen.folders.iter().chain(files) {
            match watcher.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                // it went away: its folder tells so
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
                Err(error) => {
                    failure = Some(error.to_string());
                    if matches!(error.kind, ErrorKind::MaxFilesWatch) {
                        break;
                    }
                }
            }
        }
        Self { _watcher: Some(watcher), failure }
    }
}

/// Opening and reading, which we do ourselves, change nothing.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_watcher(pace: Pace) -> FolderWatcher {
        FolderWatcher::new(PathBuf::from("nowhere"), pace)
    }

    #[tokio::test(start_paused = true)]
    async fn quiet_begins_anew_with_each_event_and_ends_in_any_case() {
        let pace = Pace::default();
        let watcher = folder_watcher(pace.clone());
        let heard = watcher.heard.clone();
        let began = Instant::now();
        watcher.quiet().await;
        assert_eq!(began.elapsed(), pace.quiet);

        let noise = tokio::spawn(async move {
            loop {
                sleep(Duration::from_millis(200)).await;
                heard.notify_one();
            }
        });
        let began = Instant::now();
        watcher.quiet().await;
        assert_eq!(began.elapsed(), pace.longest);
        noise.abort();
    }

    #[test]
    fn our_own_reading_is_not_heard() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.yaml");
        std::fs::write(&file, "x").unwrap();
        let heard: Arc<Notify> = Arc::default();
        let watches = FileWatches::on(&Survey::of(dir.path()).unwrap(), heard.clone());
        assert_eq!(watches.failure, None);
        let wait = |longest: u64| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let waiting =
                async { tokio::time::timeout(Duration::from_millis(longest), heard.notified()).await };
            runtime.block_on(waiting).is_ok()
        };
        super::super::read_folder(dir.path()).unwrap();
        Survey::of(dir.path()).unwrap();
        assert!(!wait(300));
        std::fs::write(&file, "y").unwrap();
        assert!(wait(5000));
    }
}
