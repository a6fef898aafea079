//! Claiming: whoever is first in line and due goes to the one who sends, for as long as a lease. The
//! cost depends on how many are claimed, not on how many wait.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use tracing::error;

use crate::model::delivery::{Delivery, DeliveryId, EndReason};
use crate::model::id::UserId;
use crate::store::sqlite::column::At;
use crate::store::sqlite::contacts::contact_of;
use crate::store::sqlite::outbox::finish::{finish, give_up_single_replies};
use crate::store::sqlite::outbox::look::read_delivery;
use crate::store::{Claimed, Finish, Held};
use crate::words::log::said;

/// The shortest lease: it must end after the moment at which it was given.
const SHORTEST_LEASE: SignedDuration = SignedDuration::from_millis(1);

/// Claims up to `limit` deliveries that are due, the longest waiting first within each account, and as many of
/// one account as of another.
pub(in crate::store) fn claim(
    db: &Connection,
    now: Timestamp,
    limit: usize,
    lease: SignedDuration,
    held: &Held,
) -> Result<Vec<Claimed>> {
    give_up_single_replies(db, now)?;
    let lease_ends = now.saturating_add(lease.max(SHORTEST_LEASE)).unwrap_or(Timestamp::MAX);
    let mut waiting = accounts_waiting(db, held)?;
    waiting.retain(|(since, _)| *since <= now);
    waiting.sort();
    let mut claimed = Vec::new();
    while claimed.len() < limit && !waiting.is_empty() {
        // the longest waiting accounts come first where there is less than one for each
        waiting.truncate(limit - claimed.len());
        let share = (limit - claimed.len()) / waiting.len();
        let mut rest = Vec::with_capacity(waiting.len());
        for account in waiting {
            let found = claim_of_account(db, account.1, now, lease_ends, share)?;
            if found.len() == share {
                rest.push(account);
            }
            claimed.extend(found);
        }
        waiting = rest;
    }
    let with_contact = |delivery: Delivery| {
        contact_of(db, delivery.account, delivery.sender).map(|contact| Claimed { delivery, contact })
    };
    claimed.into_iter().map(with_contact).collect()
}

/// The earliest moment at which something can be claimed.
pub(in crate::store) fn next_due(db: &Connection, held: &Held) -> Result<Option<Timestamp>> {
    Ok(accounts_waiting(db, held)?.into_iter().map(|(claimable_at, _)| claimable_at).min())
}

/// The accounts that have something pending, each with the moment from which it can be claimed.
fn accounts_waiting(db: &Connection, held: &Held) -> Result<Vec<(Timestamp, UserId)>> {
    let mut next = db.prepare_cached(NEXT_ACCOUNT)?;
    let mut found = Vec::new();
    let mut last = None;
    loop {
        let place = |row: &Row<'_>| Ok((row.get::<_, UserId>(0)?, row.get::<_, At>(1)?.0));
        let Some((account, claimable_at)) =
            next.query_row([last.as_ref().map_or("", UserId::as_str)], place).optional()?
        else {
            return Ok(found);
        };
        last = Some(account);
        if !held.holds(account) {
            found.push((claimable_at, account));
        }
    }
}

fn claim_of_account(
    db: &Connection,
    account: UserId,
    now: Timestamp,
    lease_ends: Timestamp,
    most: usize,
) -> Result<Vec<Delivery>> {
    let mut update = db.prepare_cached(CLAIM)?;
    let read =
        |row: &Row<'_>| Ok(read_delivery(row).map_err(|fault| (row.get("id"), row.get("attempt"), fault)));
    let rows = update.query_map(params![account, At(now), At(lease_ends), most as i64], read)?;
    let mut claimed = Vec::new();
    for row in rows.collect::<Result<Vec<_>>>()? {
        match row {
            Ok(readable) => claimed.push(readable),
            // one damaged row ends alone, so that it stops nobody else's
            Err((id, attempt, fault)) => end_unreadable(db, id?, attempt?, now, &fault)?,
        }
    }
    // RETURNING promises no order
    claimed.sort_by_key(|claimed| (claimed.due, claimed.id));
    Ok(claimed)
}

fn end_unreadable(
    db: &Connection,
    id: DeliveryId,
    attempt: u32,
    now: Timestamp,
    fault: &rusqlite::Error,
) -> Result<()> {
    error!(id = id.0, %fault, "{}", said("this delivery cannot be read and is not sent", "这条待发消息无法读取，不会发送"));
    finish(db, id, attempt, Finish::End(EndReason::Unreadable, None), now).map(drop)
}

pub(in crate::store) const NEXT_ACCOUNT: &str = "
    SELECT account, claimable_at FROM deliveries
    WHERE account > ?1 AND claimable_at IS NOT NULL ORDER BY account, claimable_at LIMIT 1";

pub(in crate::store) const CLAIM: &str = "
    UPDATE deliveries SET state = 'running', attempt = attempt + 1, claimable_at = ?3
    WHERE id IN (
      SELECT id FROM deliveries WHERE account = ?1 AND claimable_at <= ?2 ORDER BY claimable_at, id LIMIT ?4)
    RETURNING *";
