//! Reading deliveries, for claims, people and gauges.

use jiff::Timestamp;
use rusqlite::{Connection, Result, Row, params};

use crate::model::delivery::{Delivery, DeliveryState, End};
use crate::model::depth::Depth;
use crate::model::id::UserId;
use crate::store::sqlite::column::{At, Rules};

/// Counting goes no further than this, so that looking costs nobody time in whatever state the outbox is.
pub(in crate::store) const DUE_COUNTED: i64 = 100_000;

/// How much is promised. What is pending is counted as it changes; the rest is a look into an index.
pub(in crate::store) fn depth(db: &Connection, now: Timestamp) -> Result<Depth> {
    let mut depth = Depth::default();
    let mut select = db.prepare_cached(PENDING)?;
    for row in select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))? {
        let (state, count): (DeliveryState, u64) = row?;
        depth.pending += count;
        match state {
            DeliveryState::Running => depth.running = count,
            DeliveryState::Retryable => depth.retryable = count,
            _ => {}
        }
    }
    let due = db.prepare_cached(DUE)?.query_row(params![At(now), DUE_COUNTED], |row| row.get::<_, i64>(0))?;
    depth.due = due.cast_unsigned();
    let oldest: Option<At> = db.prepare_cached(OLDEST)?.query_row([], |row| row.get(0))?;
    depth.oldest_due = oldest.map(|oldest| oldest.0).filter(|due| *due <= now);
    Ok(depth)
}

/// What is promised to a sender by an account, in the order in which it will be sent.
pub(in crate::store) fn open_in_line(
    db: &Connection,
    account: UserId,
    sender: UserId,
) -> Result<Vec<Delivery>> {
    let mut select = db.prepare_cached(OPEN_IN_LINE)?;
    select.query_map([account, sender], read_delivery)?.collect()
}

/// What ended, the last first.
pub(in crate::store) fn ended_last(db: &Connection, limit: usize) -> Result<Vec<Delivery>> {
    let mut select = db.prepare_cached(ENDED_LAST)?;
    select.query_map(params![limit as i64], read_delivery)?.collect()
}

pub(super) fn read_delivery(row: &Row<'_>) -> Result<Delivery> {
    let moment = |column| row.get::<_, At>(column).map(|at| at.0);
    let ended_at: Option<At> = row.get("ended_at")?;
    let reason: Option<_> = row.get("reason")?;
    Ok(Delivery {
        id: row.get("id")?,
        account: row.get("account")?,
        sender: row.get("sender")?,
        rule: row.get("rule")?,
        step: row.get("step")?,
        part: row.get("part")?,
        reply: row.get("reply")?,
        state: row.get("state")?,
        attempt: row.get("attempt")?,
        created: moment("created")?,
        due: moment("due")?,
        expires: moment("expires")?,
        single: row.get("single")?,
        unless_replied: row.get("unless_replied")?,
        unless_answered_by: row.get::<_, Rules>("unless_answered_by")?.0,
        claimable_at: row.get::<_, Option<At>>("claimable_at")?.map(|at| at.0),
        end: reason.zip(ended_at).map(|(reason, at)| End { reason, at: at.0 }),
        code: row.get("code")?,
    })
}

const PENDING: &str = "SELECT state, deliveries FROM pending";

pub(in crate::store) const DUE: &str = "
    SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE ended_at IS NULL AND due <= ?1 LIMIT ?2)";

pub(in crate::store) const OLDEST: &str = "SELECT min(due) FROM deliveries WHERE ended_at IS NULL";

pub(in crate::store) const OPEN_IN_LINE: &str = "
    SELECT * FROM deliveries WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL ORDER BY urgent DESC, due, id";

pub(in crate::store) const ENDED_LAST: &str = "
    SELECT * FROM deliveries WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ?1";
