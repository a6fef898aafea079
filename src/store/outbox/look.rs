//! Looking at deliveries, for people and gauges. It changes nothing.

use jiff::Timestamp;
use rusqlite::{Connection, Result, Row, params};

use crate::model::delivery::{Delivery, End};
use crate::model::id::UserId;
use crate::store::column::At;

/// How much is promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// All that has not ended.
    pub pending: u64,
    /// What should have been sent by now.
    pub due: u64,
    /// When the oldest of those should have been sent.
    pub oldest_due: Option<Timestamp>,
}

/// How much is promised. It counts every open delivery, so its cost grows with them.
pub(in crate::store) fn depth(db: &Connection, now: Timestamp) -> Result<Depth> {
    db.prepare_cached(DEPTH)?.query_row([At(now)], |row| {
        let oldest_due = row.get::<_, Option<At>>(2)?.map(|at| at.0).filter(|due| *due <= now);
        let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(Depth { pending: count(0)?, due: count(1)?, oldest_due })
    })
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

fn read_delivery(row: &Row<'_>) -> Result<Delivery> {
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
        turn: row.get::<_, Option<At>>("turn")?.map(|at| at.0),
        end: reason.zip(ended_at).map(|(reason, at)| End { reason, at: at.0 }),
        code: row.get("code")?,
    })
}

pub(super) const DEPTH: &str = "
    SELECT count(*), count(*) FILTER (WHERE due <= ?1), min(due) FROM deliveries WHERE ended_at IS NULL";

pub(super) const OPEN_IN_LINE: &str = "
    SELECT * FROM deliveries WHERE account = ?1 AND sender = ?2 AND ended_at IS NULL ORDER BY due, id";

pub(super) const ENDED_LAST: &str = "
    SELECT * FROM deliveries WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ?1";
