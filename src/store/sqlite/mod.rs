//! The SQLite engine of the store: one file, and the one thread that has it. Every call waits until the disk
//! has what it changed.

mod backup;
pub(in crate::store) mod column;
pub(in crate::store) mod contacts;
pub(in crate::store) mod erase;
mod fault;
mod messages;
pub(in crate::store) mod outbox;
pub(in crate::store) mod recent;
pub(in crate::store) mod record;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreFault;
use crate::telemetry::Metrics;
use outbox::{is_any_open, take_back_what_was_running};
use writer::{Command, QUEUE, Request, work};

/// An open file, and the way to its thread.
pub(in crate::store) struct Sqlite {
    pub path: Arc<PathBuf>,
    commands: mpsc::Sender<Command>,
    commits: Arc<AtomicU64>,
    /// Whether something may be promised still. Only the writer's thread changes it.
    pub has_open_deliveries: Arc<AtomicBool>,
    /// Where what it does is counted, once somebody has said where.
    metrics: Arc<OnceLock<Metrics>>,
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
        let mut db = schema::open(path)?;
        take_back(&mut db).map_err(|error| StoreFault::of(&error, path))?;
        Self::on(db, path)
    }

    /// A database without a file.
    ///
    /// # Errors
    /// There is no thread to be had for it.
    pub fn in_memory() -> Result<Self, StoreFault> {
        let path = Path::new(":memory:");
        Self::on(schema::in_memory().map_err(|error| StoreFault::of(&error, path))?, path)
    }

    fn on(db: Connection, path: &Path) -> Result<Self, StoreFault> {
        let has_open_deliveries = is_any_open(&db).map_err(|error| StoreFault::of(&error, path))?;
        let has_open_deliveries = Arc::new(AtomicBool::new(has_open_deliveries));
        let (commands, mut waiting) = mpsc::channel(QUEUE);
        let (tell, ended) = oneshot::channel();
        let (path, commits) = (Arc::new(path.to_owned()), Arc::new(AtomicU64::new(0)));
        let metrics = Arc::new(OnceLock::new());
        let (its_path, its_commits, its_metrics) = (path.clone(), commits.clone(), metrics.clone());
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            let checkpoint = work(&db, &mut waiting, &its_path, |took| {
                its_commits.fetch_add(1, Ordering::Relaxed);
                if let Some(metrics) = its_metrics.get() {
                    Metrics::store_committed(metrics, took);
                }
            });
            drop(db);
            let _ = tell.send(checkpoint);
        });
        let thread = thread.map_err(|error| StoreFault::of_io(&error, &path))?;
        let writer = Mutex::new(Some(Writer { thread, ended }));
        Ok(Self { path, commands, commits, has_open_deliveries, metrics, writer })
    }

    /// Counts what it does there from now on; only the first to say so is heard.
    pub fn count_in(&self, metrics: Metrics) {
        let _ = self.metrics.set(metrics);
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
        let (caller, told) = oneshot::channel();
        let request = Request::new(work, caller, self.path.clone());
        let command = Command::Do(Box::new(request));
        let done = match self.commands.send(command).await {
            Ok(()) => told.await.unwrap_or(Err(StoreFault::Closed)),
            Err(_) => Err(StoreFault::Closed),
        };
        if let (Err(fault), Some(metrics)) = (&done, self.metrics.get()) {
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

fn take_back(db: &mut Connection) -> rusqlite::Result<()> {
    let whole = db.transaction()?;
    take_back_what_was_running(&whole)?;
    whole.commit()
}
