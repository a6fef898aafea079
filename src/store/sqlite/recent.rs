//! The SQL of the recording: the most recent messages, each as a line of JSON.

use rusqlite::{Connection, Result, params};

use crate::model::id::UserId;
use crate::store::RecentLine;
use crate::store::sqlite::column::At;

/// Adds lines, and lets go of the oldest beyond `most`.
pub(in crate::store) fn keep_recent(db: &Connection, lines: &[RecentLine], most: u32) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO recent (sender, received_at, line) VALUES (?1, ?2, ?3)")?;
    for RecentLine { sender, received_at, line } in lines {
        insert.execute(params![sender, At(*received_at), line])?;
    }
    trim_recent(db, most).map(drop)
}

/// Deletes all but the last `most`; tells how many that were.
pub(in crate::store) fn trim_recent(db: &Connection, most: u32) -> Result<usize> {
    db.prepare_cached("DELETE FROM recent WHERE number <= (SELECT max(number) FROM recent) - ?1")?
        .execute([most])
}

/// Up to `limit` lines behind this number, the oldest first, each with its own.
pub(in crate::store) fn recent_after(db: &Connection, number: i64, limit: u32) -> Result<Vec<(i64, String)>> {
    let mut select =
        db.prepare_cached("SELECT number, line FROM recent WHERE number > ?1 ORDER BY number LIMIT ?2")?;
    select.query_map(params![number, limit], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

pub(in crate::store) fn forget_recent_of(db: &Connection, sender: UserId) -> Result<usize> {
    db.execute("DELETE FROM recent WHERE sender = ?1", [sender])
}

/// Deletes up to `limit` lines of messages that were received before.
pub(in crate::store) fn prune_recent(db: &Connection, before: At, limit: usize) -> Result<usize> {
    db.prepare_cached(
        "DELETE FROM recent WHERE number IN (
           SELECT number FROM recent WHERE received_at < ?1 ORDER BY received_at LIMIT ?2)",
    )?
    .execute(params![before, limit as i64])
}
