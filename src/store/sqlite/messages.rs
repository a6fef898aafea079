//! The SQL of messages: which ones were answered before, and with what. Two messages are the same when
//! their keys are.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::model::id::UserId;
use crate::model::key::MessageKey;
use crate::store::sqlite::column::At;
use crate::store::{Commit, PassiveAnswer};

/// The number of a message in the file.
pub(in crate::store) type MessageId = i64;

/// Keeps a message with its answer, unless it is known already.
pub(in crate::store) fn keep_if_new(db: &Connection, commit: &Commit) -> Result<Option<MessageId>> {
    let (format, answer) = match &commit.answer {
        Some((format, body)) => (Some(*format), Some(body.as_ref())),
        None => (None, None),
    };
    let mut insert = db.prepare_cached(
        "INSERT INTO messages (key, account, sender, kind, received_at, format, answer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING RETURNING id",
    )?;
    let Commit { key, account, sender, kind, received_at, .. } = commit;
    let received_at = At(*received_at);
    let row = params![key.as_bytes(), account, sender, kind.as_str(), received_at, format, answer];
    insert.query_row(row, |row| row.get(0)).optional()
}

/// What a known message was answered.
pub(in crate::store) fn answer_of(db: &Connection, key: MessageKey) -> Result<PassiveAnswer> {
    let mut select = db.prepare_cached("SELECT format, answer FROM messages WHERE key = ?1")?;
    select.query_row([key.as_bytes()], |row| {
        let (format, body): (Option<_>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
        Ok(format.zip(body.map(Bytes::from)))
    })
}

pub(in crate::store) fn forget_messages_of(db: &Connection, sender: UserId) -> Result<usize> {
    db.execute("DELETE FROM messages WHERE sender = ?1", [sender])
}

/// Deletes up to `most` messages that were received before, and of which no delivery is kept.
pub(in crate::store) fn prune_messages(db: &Connection, before: At, most: usize) -> Result<usize> {
    db.prepare_cached(
        "DELETE FROM messages WHERE id IN (
           SELECT id FROM messages WHERE received_at < ?1
             AND NOT EXISTS (
               SELECT 1 FROM deliveries WHERE sender = messages.sender AND message = messages.id)
           ORDER BY received_at LIMIT ?2)",
    )?
    .execute(params![before, most as i64])
}
