//! The store: the border behind which what is promised outlives a crash. Every call waits until the disk has
//! what it changed. It speaks no SQL and decides nothing.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::commit::{Commit, Recorded};
use crate::model::delivery::{Delivery, DeliveryId};
use crate::model::id::UserId;
use crate::store::StoreFault;
use crate::store::sqlite::column::At;
use crate::store::sqlite::contacts::{Contact, contact_of, forget_contact, prune_contacts};
use crate::store::sqlite::messages::{forget_messages_of, prune_messages};
use crate::store::sqlite::outbox::{self, Claimed, Depth, Finish};
use crate::store::sqlite::recent::{self, RecentLine};
use crate::store::sqlite::record::record;
use crate::store::sqlite::schema;
use crate::store::sqlite::writer::{Command, QUEUE, Request, work};
use crate::telemetry::Metrics;

/// How many rows of a table are pruned at once, so that nobody waits long behind it.
const PRUNED_AT_ONCE: usize = 500;

/// An open store. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    path: Arc<PathBuf>,
    commands: mpsc::Sender<Command>,
    commits: Arc<AtomicU64>,
    /// Whether something may be promised still. Only the writer's thread changes it.
    has_open_deliveries: Arc<AtomicBool>,
    /// Where what it does is counted, once somebody has said where.
    metrics: Arc<OnceLock<Metrics>>,
    writer: Mutex<Option<Writer>>,
}

struct Writer {
    thread: JoinHandle<()>,
    ended: oneshot::Receiver<Result<(), StoreFault>>,
}

impl Store {
    /// Opens the file for this process alone, and makes it if there is none. What a crash left in flight is
    /// due again, except for replies that may be sent only once. It blocks. Errors: see [`StoreFault`]; the
    /// file is then as it was.
    pub fn open(path: &Path) -> Result<Self, StoreFault> {
        let db = schema::open(path)?;
        take_back(&db).map_err(|error| StoreFault::of(&error, path))?;
        Self::on(db, path)
    }

    /// A store without a file, which ends with its last clone: what it promises is not to be kept. Errors:
    /// there is no thread to be had for it.
    pub fn in_memory() -> Result<Self, StoreFault> {
        let path = Path::new(":memory:");
        Self::on(schema::in_memory().map_err(|error| StoreFault::of(&error, path))?, path)
    }

    fn on(db: Connection, path: &Path) -> Result<Self, StoreFault> {
        let has_open_deliveries = outbox::is_any_open(&db).map_err(|error| StoreFault::of(&error, path))?;
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
        Ok(Self(Arc::new(Inner { path, commands, commits, has_open_deliveries, metrics, writer })))
    }

    /// Counts what it does there from now on; only the first to say so is heard.
    pub fn count_in(&self, metrics: Metrics) {
        let _ = self.0.metrics.set(metrics);
    }

    /// Records a message with its answer, what it says of its sender, and what it promises; or, when it was
    /// recorded before, tells what it was answered.
    pub async fn record(&self, commit: Commit) -> Result<Recorded, StoreFault> {
        let has_open_deliveries = self.0.has_open_deliveries.clone();
        self.ask(move |db| {
            has_open_deliveries.fetch_or(!commit.effects.deliveries.is_empty(), Ordering::Relaxed);
            record(db, &commit)
        })
        .await
    }

    /// Whether something may be promised still, so that what a fan does is worth remembering whatever the
    /// rules have become. It touches no disk; that all was kept is noticed by [`Store::expire`].
    pub fn has_open_deliveries(&self) -> bool {
        self.0.has_open_deliveries.load(Ordering::Relaxed)
    }

    /// Claims up to `limit` deliveries that are due, none of a paused account: the first in each sender's
    /// line, fairly over the accounts. Until its lease runs out nobody else gets one.
    pub async fn claim(
        &self,
        now: Timestamp,
        limit: usize,
        lease: SignedDuration,
        paused: &[UserId],
    ) -> Result<Vec<Claimed>, StoreFault> {
        let paused = paused.to_owned();
        self.ask(move |db| outbox::claim(db, now, limit, lease, &paused)).await
    }

    /// Says what became of a delivery that was claimed. False: this try is not the last one any more, or the
    /// delivery has ended or was forgotten; nothing was changed.
    pub async fn finish(
        &self,
        id: DeliveryId,
        attempt: u32,
        finish: Finish,
        now: Timestamp,
    ) -> Result<bool, StoreFault> {
        self.ask(move |db| outbox::finish(db, id, attempt, finish, now)).await
    }

    /// The earliest moment at which there is something to claim, the end of a lease included; it may have
    /// passed.
    pub async fn next_due(&self, paused: &[UserId]) -> Result<Option<Timestamp>, StoreFault> {
        let paused = paused.to_owned();
        self.ask(move |db| outbox::next_turn(db, &paused)).await
    }

    /// How much is promised. It costs the same however much that is.
    pub async fn depth(&self, now: Timestamp) -> Result<Depth, StoreFault> {
        self.ask(move |db| outbox::depth(db, now)).await
    }

    /// What is known of a sender.
    pub async fn contact(&self, account: UserId, sender: UserId) -> Result<Contact, StoreFault> {
        self.ask(move |db| contact_of(db, account, sender)).await
    }

    /// What is promised to a sender by an account, in the order in which it will be sent.
    pub async fn pending_of(&self, account: UserId, sender: UserId) -> Result<Vec<Delivery>, StoreFault> {
        self.ask(move |db| outbox::open_in_line(db, account, sender)).await
    }

    /// What ended, the last first.
    pub async fn history(&self, limit: usize) -> Result<Vec<Delivery>, StoreFault> {
        self.ask(move |db| outbox::ended_last(db, limit)).await
    }

    /// Records messages, and lets go of the oldest beyond `most`.
    pub async fn keep_recent(&self, lines: Vec<RecentLine>, most: u32) -> Result<(), StoreFault> {
        self.ask(move |db| recent::keep_recent(db, &lines, most)).await
    }

    /// Up to `limit` recorded messages behind this number, the oldest first, each with its number.
    pub async fn recent_after(&self, number: i64, limit: u32) -> Result<Vec<(i64, String)>, StoreFault> {
        self.ask(move |db| recent::recent_after(db, number, limit)).await
    }

    /// Deletes all recorded messages but the last `most`; tells how many that were. None of their words is
    /// left in a file.
    pub async fn trim_recent(&self, most: u32) -> Result<usize, StoreFault> {
        self.erase(move |db| recent::trim_recent(db, most)).await
    }

    /// Deletes everything about a fan, whatever the account; tells how many rows that were. None of his words
    /// is left in a file.
    pub async fn forget(&self, sender: UserId) -> Result<usize, StoreFault> {
        self.erase(move |db| {
            let deliveries = outbox::forget_deliveries_to(db, sender)?;
            let messages = forget_messages_of(db, sender)? + recent::forget_recent_of(db, sender)?;
            Ok(deliveries + messages + forget_contact(db, sender)?)
        })
        .await
    }

    /// Deletes what ended before, messages and contacts of before, a little at a time; tells how many rows
    /// that were. What is still promised stays.
    pub async fn prune(&self, before: Timestamp) -> Result<usize, StoreFault> {
        let mut deleted = 0;
        loop {
            let some = self.ask(move |db| prune_some(db, At(before))).await?;
            deleted += some;
            if some == 0 {
                return Ok(deleted);
            }
        }
    }

    /// Ends what can no longer be sent because its window has closed, also that of accounts that may not send,
    /// a little at a time; tells how much that was.
    pub async fn expire(&self, now: Timestamp) -> Result<usize, StoreFault> {
        let mut ended = 0;
        loop {
            let some = self.ask(move |db| outbox::expire(db, now, PRUNED_AT_ONCE)).await?;
            ended += some;
            if some == 0 {
                break;
            }
        }
        let has_open_deliveries = self.0.has_open_deliveries.clone();
        self.ask(move |db| {
            has_open_deliveries.store(outbox::is_any_open(db)?, Ordering::Relaxed);
            Ok(())
        })
        .await?;
        Ok(ended)
    }

    /// How many transactions there were since it was opened: many calls share one.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::Relaxed)
    }

    /// Finishes what was asked before, brings all into the file itself, and lets go of it. Every later call
    /// fails. Errors: the file could not be brought up to date; nothing is lost by that.
    pub async fn close(&self) -> Result<(), StoreFault> {
        // it fails when the thread has ended, which is what is wanted
        let _ = self.0.commands.send(Command::Close).await;
        let writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Writer { thread, ended }) = writer else { return Ok(()) };
        let checkpoint = ended.await.unwrap_or(Err(StoreFault::Closed));
        // nothing is left for it to do
        let _ = thread.join();
        checkpoint
    }

    /// Has the writer delete something, and waits until it stands neither in the file nor in the log of
    /// changes; tells how many rows that were.
    async fn erase(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<usize, StoreFault> {
        let rows = self.ask(work).await?;
        let (caller, told) = oneshot::channel();
        let command = self.0.commands.send(Command::EmptyLog(caller)).await;
        command.map_err(|_| StoreFault::Closed)?;
        told.await.unwrap_or(Err(StoreFault::Closed))?;
        Ok(rows)
    }

    /// Has the writer do something, and waits until the disk has it.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let (caller, told) = oneshot::channel();
        let request = Request::new(work, caller, self.0.path.clone());
        let command = Command::Do(Box::new(request));
        let done = match self.0.commands.send(command).await {
            Ok(()) => told.await.unwrap_or(Err(StoreFault::Closed)),
            Err(_) => Err(StoreFault::Closed),
        };
        if let (Err(fault), Some(metrics)) = (&done, self.0.metrics.get()) {
            metrics.store_failed(fault.as_str());
        }
        done
    }
}

#[cfg(test)]
impl Store {
    /// The writer waits until it is told or the sender is gone, as it does for a disk that is stuck.
    pub(crate) fn stick(&self) -> std::sync::mpsc::Sender<()> {
        let (release, released) = std::sync::mpsc::channel();
        let store = self.clone();
        tokio::spawn(async move { store.ask(move |_| Ok(released.recv().is_ok())).await });
        release
    }
}

fn take_back(db: &Connection) -> rusqlite::Result<()> {
    let whole = db.unchecked_transaction()?;
    outbox::take_back_what_was_running(&whole)?;
    whole.commit()
}

fn prune_some(db: &Connection, before: At) -> rusqlite::Result<usize> {
    let deliveries = outbox::prune_ended(db, before, PRUNED_AT_ONCE)?;
    let messages = prune_messages(db, before, PRUNED_AT_ONCE)?;
    let messages = messages + recent::prune_recent(db, before, PRUNED_AT_ONCE)?;
    Ok(deliveries + messages + prune_contacts(db, before, PRUNED_AT_ONCE)?)
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.path).finish()
    }
}
