//! The form of the database file, and how an older file is brought to it. A file that is not ours or is newer is
//! left as it is.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use tracing::info;

use crate::store::StoreFault;
use crate::store::sqlite::backup::Backup;
use crate::words::log::said;

/// What tells our files from other programs' ("fnrp").
const APPLICATION: i32 = 0x666E_7270;

/// A file up to this many pages (of 4 KiB) is read through for damage when it is opened, which takes some
/// hundredths of a second; a larger one shows its damage where it is met.
const CHECKED_PAGES: i64 = 4096;

/// Each step makes a file of the version that is its index into one of the next. Never change one that was
/// released: add another.
const STEPS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
];
const PRESENT: u32 = STEPS.len() as u32;

/// Opens a file that no other process may use from now on, makes it if there is none, and brings it to the
/// present form, beside a copy of what it was.
///
/// # Errors
/// See [`StoreFault`]; the file is then as it was.
pub(in crate::store) fn open(path: &Path) -> Result<Connection, StoreFault> {
    create_private(path).map_err(|error| StoreFault::of_io(&error, path))?;
    let fault = |error: rusqlite::Error| StoreFault::of(&error, path);
    // whoever closes another handle of the file in this process drops this lock
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(fault)?;
    // SQLite opens what it may not write to all the same
    if db.is_readonly("main").map_err(fault)? {
        return Err(StoreFault::ReadOnly { path: path.into() });
    }
    lock(&db).map_err(fault)?;
    let version = recognise(&db, path)?;
    let is_older = (1..PRESENT).contains(&version);
    if is_older {
        info!(
            from = version,
            to = PRESENT,
            "{}",
            said(
                "the store is of an earlier version: it is copied and brought up to this one",
                "数据库是旧版本的：先复制一份，再升级"
            )
        );
    }
    let backup = is_older.then(|| Backup::write(&db, path, PRESENT)).transpose()?;
    let migrated = make_durable(&db).and_then(|()| migrate(&mut db, version, STEPS));
    match (backup, &migrated) {
        (Some(backup), Ok(())) => backup.keep(),
        (Some(backup), Err(_)) => backup.discard(),
        (None, _) => {}
    }
    migrated.map_err(fault)?;
    Ok(db)
}

/// A database of the present form that no file holds.
pub(in crate::store) fn in_memory() -> rusqlite::Result<Connection> {
    let mut db = Connection::open_in_memory()?;
    migrate(&mut db, 0, STEPS)?;
    Ok(db)
}

/// Makes the file if there is none. Nobody else on the machine may read what fans wrote.
///
/// # Errors
/// It cannot be made.
pub(in crate::store) fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Takes the file for this process until the connection ends; whoever comes second fails at once.
fn lock(db: &Connection) -> rusqlite::Result<()> {
    // a crash leaves a journal anyhow; a file that is refused must not be written to by letting go of it
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.busy_timeout(std::time::Duration::ZERO)?;
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")
}

/// The version of a file that is ours, or 0 when it is empty.
fn recognise(db: &Connection, path: &Path) -> Result<u32, StoreFault> {
    let fault = |error: rusqlite::Error| StoreFault::of(&error, path);
    let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(fault);
    let pages = number("page_count")?;
    if pages == 0 {
        return Ok(0);
    }
    let damaged = || StoreFault::Damaged { path: path.into() };
    if number("application_id")? != i64::from(APPLICATION) {
        return Err(damaged());
    }
    let found = u32::try_from(number("user_version")?).map_err(|_| damaged())?;
    if found > PRESENT {
        return Err(StoreFault::Newer { path: path.into(), found, known: PRESENT });
    }
    // an older file is read through whatever its size: nothing is built upon damage
    if pages <= CHECKED_PAGES || found < PRESENT {
        let verdict: String = db.pragma_query_value(None, "quick_check", |row| row.get(0)).map_err(fault)?;
        if verdict != "ok" {
            return Err(damaged());
        }
    }
    Ok(found)
}

/// Memory stays the same however much is kept.
const CACHE_BYTES: i64 = 8 << 20;
/// Bytes to which the log of changes is cut back, once all of it is in the file.
const LARGEST_JOURNAL: i64 = 64 << 20;

/// What was promised survives a loss of power: each commit waits for the disk.
fn make_durable(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", "OFF")?;
    // what was forgotten is overwritten
    db.pragma_update(None, "secure_delete", "ON")?;
    // no other place than the data folder can be written to, nor should what fans wrote lie there
    db.pragma_update(None, "temp_store", "MEMORY")?;
    // what is negative counts KiB and not pages
    db.pragma_update(None, "cache_size", -(CACHE_BYTES >> 10))?;
    db.pragma_update(None, "journal_size_limit", LARGEST_JOURNAL)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Writes what stands there already, to see whether anything can be written.
pub(in crate::store) fn write_through(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "user_version", PRESENT)
}

fn migrate(db: &mut Connection, version: u32, steps: &[&str]) -> rusqlite::Result<()> {
    let missing = steps.iter().skip(version as usize);
    if missing.len() == 0 {
        return Ok(());
    }
    let whole = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in missing {
        whole.execute_batch(step)?;
    }
    whole.pragma_update(None, "application_id", APPLICATION)?;
    whole.pragma_update(None, "user_version", steps.len() as u32)?;
    whole.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(db: &Connection) -> u32 {
        db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_empty_file_gets_the_present_form_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        std::fs::write(&path, "").unwrap();
        for _ in 0..2 {
            assert_eq!(version(&open(&path).unwrap()), PRESENT);
        }
    }

    #[test]
    fn an_older_file_is_brought_up_to_date_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let mut db = Connection::open(&path).unwrap();
        migrate(&mut db, 0, &STEPS[..1]).unwrap();
        assert_eq!(version(&db), 1);
        db.execute("INSERT INTO answers VALUES (1, 2, 'r', 3)", []).unwrap();
        drop(db);
        let db = open(&path).unwrap();
        assert_eq!(version(&db), PRESENT);
        let kept = db.query_row("SELECT at, (SELECT count(*) FROM recent) FROM answers", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        });
        assert_eq!(kept, Ok((3, 0)));
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = open(&folder.path().join("db")).unwrap();
        let next = [STEPS, &["DROP TABLE answers; ALTER TABLE nowhere ADD COLUMN x INTEGER"]].concat();
        assert!(migrate(&mut db, PRESENT, &next).is_err());
        assert_eq!(version(&db), PRESENT);
        db.execute("INSERT INTO answers VALUES (1, 2, 'r', 3)", []).unwrap();
    }

    #[test]
    fn what_was_pending_in_a_file_of_the_first_form_is_counted() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, 0, &STEPS[..1]).unwrap();
        db.execute_batch(
            "INSERT INTO deliveries (message, account, sender, rule, part, state, due, created, expires,
               single, unless_replied, reply, ended_at)
             VALUES (1, 1, 1, 'r', 0, 'retryable', 0, 0, 9, 0, 0, '', NULL),
               (1, 1, 1, 'r', 1, 'sent', 0, 0, 9, 0, 0, '', 5)",
        )
        .unwrap();
        migrate(&mut db, 1, STEPS).unwrap();
        let counted = "SELECT group_concat(state || ' ' || deliveries, ', ' ORDER BY state) FROM pending";
        let counted = db.query_row(counted, [], |row| row.get::<_, String>(0));
        assert_eq!(counted.as_deref(), Ok("retryable 1, running 0, scheduled 0"));
    }

    #[test]
    fn every_commit_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&folder.path().join("db")).unwrap();
        let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("synchronous"), 2);
        assert_eq!(db.pragma_query_value(None, "journal_mode", |row| row.get(0)), Ok("wal".to_owned()));
        assert_eq!((number("foreign_keys"), number("secure_delete")), (0, 1));
    }
}
