//! The database as the writer has it: open, and found again under its name, or away for now. What is committed into a
//! file that no name leads to is gone at the next start, so nothing is; what such a file holds is brought back under
//! its name where nothing else stands there. A database that is away is opened again as soon as that can be done.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tracing::{error, info, warn};

use crate::disk::{self, identity};
use crate::store::StoreFault;
use crate::store::sqlite::backup::Backup;
use crate::store::sqlite::outbox::{is_any_open, take_back_what_was_running};
use crate::store::sqlite::schema;
use crate::telemetry::Metrics;
use crate::words::log;
use crate::words::log::said;

/// What the file of a database begins with (its [form](https://sqlite.org/fileformat2.html), 1.3).
const HEADING: &[u8] = b"SQLite format 3\0";
/// What its log begins with (4.1 there).
const LOG_HEADING: &[u8] = &[0x37, 0x7f, 0x06];
/// Between two tries to open a database that is away.
const BETWEEN_TRIES: Duration = Duration::from_secs(5);

/// What others may know of the database, and where it is counted.
#[derive(Clone, Default)]
pub(in crate::store) struct Shown {
    /// Whether something may be promised still.
    pub has_open_deliveries: Arc<AtomicBool>,
    /// Where what it does is counted, once somebody has said where.
    pub metrics: Arc<OnceLock<Metrics>>,
    fault: Arc<Mutex<Option<StoreFault>>>,
}

impl Shown {
    /// Why nothing can be kept now.
    pub fn fault(&self) -> Option<StoreFault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts there from now on; only the first to say so is heard.
    pub fn count_in(&self, metrics: Metrics) {
        metrics.store_usable(self.fault().is_none());
        let _ = self.metrics.set(metrics);
    }

    /// Tells when it is another fault than before, or none any more.
    fn note(&self, now: Option<&StoreFault>) {
        let mut known = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref() == now {
            return;
        }
        match now {
            Some(fault) => {
                error!(
                    fault = fault.message(log::lang()),
                    "{}",
                    said(
                        "the store cannot be used: nothing is promised until it can; what needs no promise is answered",
                        "数据库无法使用：恢复之前不再答应稍后发消息；不需要稍后再发的照常回复"
                    )
                )
            }
            None => info!("{}", said("the store can be used again", "数据库恢复正常")),
        }
        if let Some(metrics) = self.metrics.get() {
            metrics.store_usable(now.is_none());
        }
        *known = now.cloned();
    }
}

/// A database and its files; a database in memory has none.
struct Open {
    db: Connection,
    file: Option<Own>,
    log: Option<Own>,
}

/// One of the files as it was when the database was opened. It is closed after the database: whoever closes a file lets
/// go of the lock that SQLite has on it.
struct Own {
    file: File,
    identity: (u64, u64),
}

/// The database, or none for now.
pub(in crate::store) struct Held {
    path: Arc<PathBuf>,
    open: Option<Open>,
    /// Whether it was opened since the start.
    was_open: bool,
    next_try: Instant,
    shown: Shown,
}

impl Held {
    /// Opens the file, and makes it if there is none. What a crash left in flight is due again.
    ///
    /// # Errors
    /// See [`StoreFault`]; the file is then as it was.
    pub fn open(path: &Path, shown: Shown) -> Result<Self, StoreFault> {
        let mut held = Self::away(path, shown);
        held.try_open()?;
        Ok(held)
    }

    /// Will be opened when that can be done, which this fault hinders now.
    pub fn waiting(path: &Path, shown: Shown, fault: &StoreFault) -> Self {
        shown.note(Some(fault));
        Self::away(path, shown)
    }

    /// A database that no file holds.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn in_memory(shown: Shown) -> Result<Self, StoreFault> {
        let path = Path::new(":memory:");
        let db = schema::in_memory().map_err(|error| StoreFault::of(&error, path))?;
        Ok(Self { open: Some(Open { db, file: None, log: None }), ..Self::away(path, shown) })
    }

    fn away(path: &Path, shown: Shown) -> Self {
        let next_try = Instant::now() + BETWEEN_TRIES;
        Self { path: Arc::new(path.to_owned()), open: None, was_open: false, next_try, shown }
    }

    /// Opens the file. What is in flight there at the first time is what a crash left.
    fn try_open(&mut self) -> Result<(), StoreFault> {
        let path = self.path.clone();
        let fault = |error| StoreFault::of(&error, &path);
        let of_io = |error: io::Error| StoreFault::of_io(&error, &path);
        let file = Own::made(&path).map_err(of_io)?;
        put_aside_a_damaged_log(&log_of(&path)).map_err(of_io)?;
        let mut db = schema::open(&path)?;
        if !self.was_open {
            let whole = db.transaction().map_err(fault)?;
            take_back_what_was_running(&whole).and_then(|()| whole.commit()).map_err(fault)?;
        }
        let any = is_any_open(&db).map_err(fault)?;
        self.shown.has_open_deliveries.store(any, Ordering::Relaxed);
        // the log is made when the file is first read
        let log = Own::found(&log_of(&path)).ok();
        self.open = Some(Open { db, file: Some(file), log });
        self.was_open = true;
        Ok(())
    }

    /// The database, if what is committed now will be found again.
    ///
    /// # Errors
    /// It is away, and why.
    pub fn ready(&mut self) -> Result<&Connection, StoreFault> {
        if self.open.as_ref().is_some_and(Open::is_overwritten) {
            self.committed(Err(StoreFault::Damaged { path: (*self.path).clone().into() }))?;
        }
        if self.open.as_ref().is_some_and(|open| open.is_in_place(&self.path)) {
            self.look_for_room();
        } else if let Err(fault) = self.bring_back() {
            self.shown.note(Some(&fault));
            return Err(fault);
        } else {
            self.shown.note(None);
        }
        self.open.as_ref().map(|open| &open.db).ok_or(StoreFault::Closed)
    }

    /// After a commit that failed: whether something can be written again. That nothing was to be written shows nothing.
    fn look_for_room(&mut self) {
        let now = Instant::now();
        if self.shown.fault().is_none() || now < self.next_try {
            return;
        }
        self.next_try = now + BETWEEN_TRIES;
        if self.open.as_ref().is_some_and(|open| schema::write_through(&open.db).is_ok()) {
            self.shown.note(None);
        }
    }

    fn bring_back(&mut self) -> Result<(), StoreFault> {
        let now = Instant::now();
        // a file that has just gone is looked after at once
        let is_news = self.open.is_some() && self.shown.fault().is_none();
        if !is_news && now < self.next_try {
            return Err(self.shown.fault().unwrap_or_else(|| self.gone()));
        }
        self.next_try = now + BETWEEN_TRIES;
        if let Some(open) = &self.open {
            error!(
                path = %self.path.display(),
                "{}",
                said(
                    "the database was taken away or replaced below the running server",
                    "服务运行时，数据库被删除或替换了"
                )
            );
            // the way back may be missing too: the folder was made anew, or is not there yet
            open.save(&self.path).map_err(|_| self.gone())?;
            self.open = None;
        }
        self.try_open()
    }

    fn gone(&self) -> StoreFault {
        StoreFault::Gone { path: (*self.path).clone().into() }
    }

    /// What came of a commit. A database whose file refuses is opened anew.
    ///
    /// # Errors
    /// As it came.
    pub fn committed(&mut self, outcome: Result<(), StoreFault>) -> Result<(), StoreFault> {
        let Err(fault) = &outcome else { return outcome };
        if matches!(fault, StoreFault::Damaged { .. } | StoreFault::Io { .. }) {
            self.open = None;
        }
        self.next_try = Instant::now() + BETWEEN_TRIES;
        self.shown.note(Some(fault));
        outcome
    }

    pub fn path(&self) -> Arc<PathBuf> {
        self.path.clone()
    }

    /// The database at the end.
    pub fn at_the_end(&self) -> Option<&Connection> {
        self.open.as_ref().filter(|open| open.is_in_place(&self.path)).map(|open| &open.db)
    }
}

impl Open {
    /// Whether its names still lead to its files.
    fn is_in_place(&self, path: &Path) -> bool {
        let leads_to = |path: &Path, own: &Option<Own>| match own {
            // a look that fails proves nothing
            Some(own) => standing(path).map_or(true, |found| found == Some(own.identity)),
            None => true,
        };
        leads_to(path, &self.file) && leads_to(&log_of(path), &self.log)
    }

    /// Whether something else was written over its files.
    fn is_overwritten(&self) -> bool {
        self.file.as_ref().is_some_and(|file| !file.begins_with(HEADING) || file.is_empty())
            || self.log.as_ref().is_some_and(|log| !log.begins_with(LOG_HEADING))
    }

    /// Brings all that it holds under its name again, if nothing else stands there.
    fn save(&self, path: &Path) -> Result<(), StoreFault> {
        let of_io = |error: io::Error| StoreFault::of_io(&error, path);
        let log = log_of(path);
        let identity = |own: &Option<Own>| own.as_ref().map(|own| own.identity);
        let ours = standing(path).map_err(of_io)? == identity(&self.file);
        if ours {
            // its log alone has gone: what stood there goes into the file itself
            let emptied = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            return emptied.map_err(|error| StoreFault::of(&error, path));
        }
        let is_free = standing(path).map_err(of_io)?.is_none();
        let copy = is_free.then(|| Backup::rescue(&self.db, path)).transpose()?;
        // a log of another database would be taken for that of the file that stands there now
        if self.log.is_some() && standing(&log).map_err(of_io)? == identity(&self.log) {
            fs::remove_file(&log).map_err(of_io)?;
        }
        match copy {
            Some(copy) => {
                fs::rename(copy, path).map_err(of_io)?;
                warn!(
                    path = %path.display(),
                    "{}",
                    said(
                        "the database was written again from what the server still had; nothing is lost",
                        "已用服务里还有的内容重新写出数据库，没有丢失"
                    )
                );
            }
            None => {
                error!(
                    path = %path.display(),
                    "{}",
                    said(
                        "another file stands in its place and is used from now on; what the former one promised is lost",
                        "原来的位置上是另一个文件，之后就用它；原来那个里答应过的消息丢失了"
                    )
                );
            }
        }
        Ok(())
    }
}

impl Own {
    /// The file of this name, which is made if there is none.
    fn made(path: &Path) -> io::Result<Self> {
        schema::create_private(path)?;
        Self::found(path)
    }

    fn found(path: &Path) -> io::Result<Self> {
        let file = disk::open(path)?;
        let identity = identity(&file.metadata()?);
        Ok(Self { file, identity })
    }

    /// Whether its first bytes are these. It may be empty; a look that fails proves nothing.
    fn begins_with(&self, heading: &[u8]) -> bool {
        let mut bytes = [0; HEADING.len()];
        let found = self.file.read_at(&mut bytes[..heading.len()], 0);
        found.map_or(true, |count| count == 0 || &bytes[..count] == heading)
    }

    fn is_empty(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| metadata.len() == 0)
    }
}

/// SQLite would begin a log anew that does not begin as one, without a word of what it held.
fn put_aside_a_damaged_log(log: &Path) -> io::Result<()> {
    let is_damaged = Own::found(log).is_ok_and(|own| !own.begins_with(LOG_HEADING));
    if is_damaged {
        let mut aside = log.as_os_str().to_owned();
        aside.push(".damaged");
        fs::rename(log, &aside)?;
        error!(
            log = %log.display(),
            "{}",
            said(
                "the log of the database is damaged and was put aside: what was promised last is lost",
                "数据库的日志文件已损坏，已改名放在一边：最后答应的消息丢失了"
            )
        );
    }
    Ok(())
}

/// Which file stands under this name; none where there is none.
fn standing(path: &Path) -> io::Result<Option<(u64, u64)>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(identity(&metadata))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
