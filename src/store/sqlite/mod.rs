//! The SQLite engine of the store: one file, and the one thread that has it. Every call waits until the disk
//! has what it changed.

mod backup;
pub(in crate::store) mod column;
pub(in crate::store) mod contacts;
pub(in crate::store) mod erase;
mod fault;
mod held;
mod messages;
pub(in crate::store) mod outbox;
pub(in crate::store) mod recent;
pub(in crate::store) mod record;
pub(in crate::store) mod rule_sets;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreFault;
use crate::telemetry::Metrics;
use held::Held;
pub(in crate::store) use held::Shown;
use writer::{Command, QUEUE, Request, work};

/// An open file, and the way to its thread.
pub(in crate::store) struct Sqlite {
    pub path: Arc<PathBuf>,
    commands: mpsc::Sender<Command>,
    commits: Arc<AtomicU64>,
    /// What the writer's thread tells of itself.
    pub shown: Shown,
    writer: Mutex<Option<Writer>>,
}

struct Writer {
    thread: JoinHandle<()>,
    ended: oneshot::Receiver<Result<(), StoreFault>>,
}

impl Sqlite {
    /// Opens the file for this process alone, and makes it if there is none. What a crash left in flight is
    /// due again.
    ///
    /// # Errors
    /// See [`StoreFault`]; the file is then as it was.
    pub fn open(path: &Path) -> Result<Self, StoreFault> {
        let shown = Shown::default();
        Self::on(Held::open(path, shown.clone())?, shown)
    }

    /// As [`Self::open`], but what may pass by itself is waited for: until then every call fails.
    ///
    /// # Errors
    /// What will not pass.
    pub fn open_or_wait(path: &Path) -> Result<Self, StoreFault> {
        let shown = Shown::default();
        match Held::open(path, shown.clone()) {
            Err(fault) if fault.may_pass() => Self::on(Held::waiting(path, shown.clone(), &fault), shown),
            held => Self::on(held?, shown),
        }
    }

    /// A database without a file.
    ///
    /// # Errors
    /// There is no thread to be had for it.
    pub fn in_memory() -> Result<Self, StoreFault> {
        let shown = Shown::default();
        Self::on(Held::in_memory(shown.clone())?, shown)
    }

    fn on(mut held: Held, shown: Shown) -> Result<Self, StoreFault> {
        let (path, commits) = (held.path(), Arc::new(AtomicU64::new(0)));
        let (commands, mut waiting) = mpsc::channel(QUEUE);
        let (tell, ended) = oneshot::channel();
        let (its_commits, its_metrics) = (commits.clone(), shown.metrics.clone());
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            let checkpoint = work(&mut held, &mut waiting, |took| {
                its_commits.fetch_add(1, Ordering::Relaxed);
                if let Some(metrics) = its_metrics.get() {
                    Metrics::store_committed(metrics, took);
                }
            });
            drop(held);
            let _ = tell.send(checkpoint);
        });
        let thread = thread.map_err(|error| StoreFault::of_io(&error, &path))?;
        let writer = Mutex::new(Some(Writer { thread, ended }));
        Ok(Self { path, commands, commits, shown, writer })
    }

    /// Counts what it does there from now on; only the first to say so is heard.
    pub fn count_in(&self, metrics: Metrics) {
        self.shown.count_in(metrics);
    }

    /// How many transactions there were since it was opened: many calls share one.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Has the writer do something, and waits until the disk has it.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let (command, told) = self.request(work);
        let done = match self.commands.send(command).await {
            Ok(()) => told.await.unwrap_or(Err(StoreFault::Closed)),
            Err(_) => Err(StoreFault::Closed),
        };
        self.counted(done)
    }

    /// As [`Self::ask`], on a thread that may wait.
    pub fn ask_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let (command, told) = self.request(work);
        let done = match self.commands.blocking_send(command) {
            Ok(()) => told.blocking_recv().unwrap_or(Err(StoreFault::Closed)),
            Err(_) => Err(StoreFault::Closed),
        };
        self.counted(done)
    }

    fn request<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> (Command, oneshot::Receiver<Result<T, StoreFault>>) {
        let (caller, told) = oneshot::channel();
        (Command::Do(Box::new(Request::new(work, caller, self.path.clone()))), told)
    }

    fn counted<T>(&self, done: Result<T, StoreFault>) -> Result<T, StoreFault> {
        if let (Err(fault), Some(metrics)) = (&done, self.shown.metrics.get()) {
            metrics.store_failed(fault.as_str());
        }
        done
    }

    /// Has the writer delete something, and waits until it stands neither in the file nor in the log of
    /// changes; tells how many rows that were.
    pub async fn erase(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<usize, StoreFault> {
        let rows = self.ask(work).await?;
        let (caller, told) = oneshot::channel();
        let command = self.commands.send(Command::EmptyLog(caller)).await;
        command.map_err(|_| StoreFault::Closed)?;
        told.await.unwrap_or(Err(StoreFault::Closed))?;
        Ok(rows)
    }

    /// Finishes what was asked before, brings all into the file itself, and lets go of it. Every later call
    /// fails.
    ///
    /// # Errors
    /// The file could not be brought up to date; nothing is lost by that.
    pub async fn close(&self) -> Result<(), StoreFault> {
        // it fails when the thread has ended, which is what is wanted
        let _ = self.commands.send(Command::Close).await;
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Writer { thread, ended }) = writer else { return Ok(()) };
        let checkpoint = ended.await.unwrap_or(Err(StoreFault::Closed));
        // nothing is left for it to do
        let _ = thread.join();
        checkpoint
    }
}
