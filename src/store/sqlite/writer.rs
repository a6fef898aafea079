//! The writer: the one thread that has the database. It commits whatever waits for it together, so that a
//! thousand callers wait for one disk write, and tells each only when the disk has it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreFault;
use crate::store::sqlite::held::Held;

/// How many requests may wait; the next caller waits for room.
pub(in crate::store) const QUEUE: usize = 4096;
/// The most requests that are committed together.
const BATCH: usize = 256;

/// What the thread is told.
pub(in crate::store) enum Command {
    Do(Box<dyn Job>),
    /// Leave nothing in the log of changes: what was deleted still stands there.
    EmptyLog(oneshot::Sender<Result<(), StoreFault>>),
    /// Finish what was asked before, then end.
    Close,
}

/// Something to be done in a transaction that is shared with others.
pub(in crate::store) trait Job: Send {
    /// Does it.
    ///
    /// # Errors
    /// The database has rolled back the whole transaction; a failure of this job alone is kept for its caller.
    fn run(&mut self, db: &Connection) -> rusqlite::Result<()>;

    /// Tells the caller, once it is known whether the transaction was committed.
    fn settle(self: Box<Self>, committed: &Result<(), StoreFault>);
}

/// A request, and the caller who waits for it.
pub(in crate::store) struct Request<W, T> {
    work: Option<W>,
    done: Option<rusqlite::Result<T>>,
    caller: oneshot::Sender<Result<T, StoreFault>>,
    path: Arc<PathBuf>,
}

impl<W, T> Request<W, T>
where
    W: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    pub fn new(work: W, caller: oneshot::Sender<Result<T, StoreFault>>, path: Arc<PathBuf>) -> Self {
        Self { work: Some(work), done: None, caller, path }
    }
}

impl<W, T> Job for Request<W, T>
where
    W: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn run(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let Some(work) = self.work.take() else { return Ok(()) };
        db.prepare_cached("SAVEPOINT request")?.execute([])?;
        let done = work(db);
        if let Err(error) = &done {
            if db.is_autocommit() || is_damage(error) {
                return Err(copy(error));
            }
            db.execute_batch("ROLLBACK TO request")?;
        }
        self.done = Some(done);
        db.prepare_cached("RELEASE request")?.execute([])?;
        Ok(())
    }

    fn settle(self: Box<Self>, committed: &Result<(), StoreFault>) {
        let answer = match (committed, self.done) {
            (Err(fault), _) => Err(fault.clone()),
            (Ok(()), Some(done)) => done.map_err(|error| StoreFault::of(&error, &self.path)),
            (Ok(()), None) => Err(StoreFault::Closed),
        };
        // a caller who has gone needs no answer
        let _ = self.caller.send(answer);
    }
}

/// Whether the file itself is at fault, so that nothing of this transaction can be relied upon.
fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// SQLite's errors cannot be cloned; the code is what is needed of one.
fn copy(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        _ => rusqlite::Error::InvalidQuery,
    }
}

/// Works until it is told to close, or nobody is left who could ask; then brings all into the file itself. It
/// tells how long each transaction took.
pub(in crate::store) fn work(
    held: &mut Held,
    commands: &mut mpsc::Receiver<Command>,
    committed_in: impl Fn(Duration),
) -> Result<(), StoreFault> {
    let path = held.path();
    while let Some(first) = commands.blocking_recv() {
        let (mut jobs, mut waiting) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(command) = next {
            match command {
                Command::Do(job) => jobs.push(job),
                Command::EmptyLog(caller) => waiting.push(caller),
                Command::Close => commands.close(),
            }
            next = if jobs.len() < BATCH { commands.try_recv().ok() } else { None };
        }
        if !jobs.is_empty() {
            let began = Instant::now();
            let commit = |db: &Connection| {
                let committed = commit_together(db, &mut jobs);
                committed_in(began.elapsed());
                committed.map_err(|error| StoreFault::of(&error, &path))
            };
            let tried = held.ready().map(commit);
            let committed = tried.and_then(|committed| held.committed(committed));
            jobs.into_iter().for_each(|job| job.settle(&committed));
        }
        if !waiting.is_empty() {
            let emptied = held.ready().and_then(|db| empty_log(db, &path));
            // a caller who has gone needs no answer
            waiting.into_iter().for_each(|caller| drop(caller.send(emptied.clone())));
        }
    }
    held.at_the_end().map_or(Ok(()), |db| empty_log(db, &path))
}

/// Brings all changes into the file itself, and cuts the log of changes to nothing.
fn empty_log(db: &Connection, path: &Path) -> Result<(), StoreFault> {
    let checkpoint = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    checkpoint.map_err(|error| StoreFault::of(&error, path))
}

/// Does all of it in one transaction, or nothing.
fn commit_together(db: &Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    let mut whole = || {
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        jobs.iter_mut().try_for_each(|job| job.run(db))?;
        db.prepare_cached("COMMIT")?.execute([]).map(drop)
    };
    let outcome = whole();
    if outcome.is_err() && !db.is_autocommit() {
        // what fails here fails the next BEGIN too, and is told then
        let _ = db.execute_batch("ROLLBACK");
    }
    outcome
}
