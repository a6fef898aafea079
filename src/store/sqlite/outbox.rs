//! The SQL of deliveries: what is promised, which of it may be claimed, what became of it. Whether a delivery is
//! still wanted is judged elsewhere.
//!
//! The open deliveries of one sender to one account stand in a line: what is urgent first, then in the order in
//! which they are due. Only the first can be claimed, so whatever it waits for holds back all others, and claiming
//! is a look into one index. The lines take turns: once something of a line has ended, the next of it stands behind
//! the first of every other line that is due, so that nobody waits for another fan's long answer.

mod claim;
mod finish;
mod look;

use jiff::Timestamp;
use rusqlite::{Connection, Result, params};

pub(in crate::store) use claim::{claim, next_due};
pub(in crate::store) use finish::{expire, finish, finish_all, take_back_what_was_running};
pub(in crate::store) use look::{depth, ended_last, open_in_line};

use crate::engine::effect::delivery::NewDelivery;
use crate::model::delivery::Again;
use crate::model::id::UserId;
use crate::store::Commit;
use crate::store::sqlite::column::{At, Rules};
use crate::store::sqlite::messages::MessageId;

/// What a message promises joins the line of its sender.
pub(in crate::store) fn promise(db: &Connection, message: MessageId, commit: &Commit) -> Result<()> {
    for step in &commit.effects.deliveries {
        if may_join(db, message, commit, step)? {
            join_line(db, message, commit, step)?;
        }
    }
    if commit.effects.deliveries.is_empty() {
        Ok(())
    } else {
        line_up(db, commit.account, commit.sender, None)
    }
}

/// Whether a step is to be kept beside what is pending of it, which makes room where it is to be replaced.
fn may_join(db: &Connection, message: MessageId, commit: &Commit, step: &NewDelivery) -> Result<bool> {
    match step.again {
        Again::Add => Ok(true),
        Again::Keep => is_pending(db, message, commit, step).map(|pending| !pending),
        Again::Restart => replace_pending(db, message, commit, step).map(|()| true),
    }
}

fn is_pending(db: &Connection, message: MessageId, commit: &Commit, step: &NewDelivery) -> Result<bool> {
    let Commit { account, sender, .. } = commit;
    db.prepare_cached(IS_PENDING)?.exists(params![account, sender, step.rule, step.step, message])
}

/// Cancels what other messages promised of this step. What is being sent at this moment is let go on.
fn replace_pending(db: &Connection, message: MessageId, commit: &Commit, step: &NewDelivery) -> Result<()> {
    let (Commit { account, sender, .. }, received_at) = (commit, At(commit.received_at));
    let mut update = db.prepare_cached(REPLACE_PENDING)?;
    update.execute(params![account, sender, step.rule, step.step, message, received_at]).map(drop)
}

fn join_line(db: &Connection, message: MessageId, commit: &Commit, step: &NewDelivery) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO deliveries (message, account, sender, rule, step, part, state, due, created, expires,
           single, unless_replied, unless_answered_by, reply)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'scheduled', ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let (due, created, expires) = (At(step.due), At(commit.received_at), At(step.expires));
    let answered_by = Rules(step.unless_answered_by.clone());
    for (part, reply) in step.replies.iter().enumerate() {
        insert.execute(params![
            message,
            commit.account,
            commit.sender,
            step.rule,
            step.step,
            part as i64,
            due,
            created,
            expires,
            step.single,
            step.unless_replied,
            answered_by,
            reply
        ])?;
    }
    Ok(())
}

/// Makes the first in a line claimable: when it is due and, where something of the line was tried just now, not before
/// the first of other lines that are due. What was tried already stays the first, unless something urgent has come;
/// after that it is tried again at once.
fn line_up(db: &Connection, account: UserId, sender: UserId, tried_at: Option<Timestamp>) -> Result<()> {
    db.prepare_cached(STEP_BACK)?.execute([account, sender])?;
    let not_before = At(tried_at.unwrap_or(Timestamp::UNIX_EPOCH));
    db.prepare_cached(STEP_FORWARD)?.execute(params![account, sender, not_before])?;
    Ok(())
}

/// Whether any delivery has not ended.
pub(in crate::store) fn is_any_open(db: &Connection) -> Result<bool> {
    db.query_row("SELECT EXISTS (SELECT 1 FROM deliveries WHERE ended_at IS NULL)", [], |row| row.get(0))
}

/// Deletes the deliveries of a fan; those of all accounts.
pub(in crate::store) fn forget_deliveries_to(db: &Connection, sender: UserId) -> Result<usize> {
    db.execute("DELETE FROM deliveries WHERE sender = ?1", [sender])
}

/// Deletes up to `most` deliveries that ended before.
pub(in crate::store) fn prune_ended(db: &Connection, before: At, most: usize) -> Result<usize> {
    db.prepare_cached(
        "DELETE FROM deliveries WHERE id IN (
           SELECT id FROM deliveries WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)",
    )?
    .execute(params![before, most as i64])
}

const IS_PENDING: &str = "
    SELECT 1 FROM deliveries
    WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL AND rule = ?3 AND step IS ?4 AND message IS NOT ?5";

const REPLACE_PENDING: &str = "
    UPDATE deliveries SET state = 'cancelled', reason = 'replaced', ended_at = ?6, claimable_at = NULL
    WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL AND rule = ?3 AND step IS ?4 AND message IS NOT ?5
      AND state <> 'running'";

const STEP_BACK: &str = "
    UPDATE deliveries SET claimable_at = NULL
    WHERE account = ?1 AND sender = ?2 AND claimable_at IS NOT NULL AND id <> (
        SELECT id FROM deliveries
        WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL ORDER BY urgent DESC, due, id LIMIT 1)
      AND (state = 'scheduled' OR state = 'retryable' AND urgent < (
        SELECT max(urgent) FROM deliveries WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL))";

const STEP_FORWARD: &str = "
    UPDATE deliveries SET claimable_at = max(due, ?3)
    WHERE id = (
        SELECT id FROM deliveries
        WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL ORDER BY urgent DESC, due, id LIMIT 1)
      AND NOT EXISTS (
        SELECT 1 FROM deliveries WHERE account = ?1 AND sender = ?2 AND claimable_at IS NOT NULL)";

#[cfg(test)]
mod tests;
