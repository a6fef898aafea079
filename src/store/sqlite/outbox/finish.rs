//! Finishing: what became of a try, told by the one who made it. A try whose lease has gone to
//! another one changes nothing.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::model::delivery::{DeliveryId, EndReason};
use crate::model::id::UserId;
use crate::store::Finish;
use crate::store::sqlite::column::At;
use crate::store::sqlite::outbox::line_up;

/// The delivery's place: its line, and the parts that come after it.
struct Place {
    id: DeliveryId,
    account: UserId,
    sender: UserId,
    single: bool,
    lease_ends: At,
}

/// Says what became of a try. False: the try is not the last one, or the delivery has ended.
pub(in crate::store) fn finish(
    db: &Connection,
    id: DeliveryId,
    attempt: u32,
    finish: Finish,
    now: Timestamp,
) -> Result<bool> {
    let mut select = db.prepare_cached(RUNNING)?;
    let Some(place) = select.query_row(params![id, attempt], read_place).optional()? else {
        return Ok(false);
    };
    match finish {
        Finish::End(reason, code) => {
            return end(db, &place, reason, code, now).map(|()| true);
        }
        Finish::RetryAt(then, code) => {
            db.prepare_cached(
                "UPDATE deliveries SET state = 'retryable', claimable_at = ?2, code = ?3 WHERE id = ?1",
            )?
            .execute(params![id, At(then), code])?;
        }
        Finish::Postpone(due) => {
            db.prepare_cached(POSTPONE_LATER_PARTS)?.execute(params![id, At(due)])?;
            db.prepare_cached(POSTPONE)?.execute(params![id, At(due)])?;
        }
        Finish::PutBack(then) => {
            // a clock that was set back meanwhile makes nothing come early
            db.prepare_cached(
                "UPDATE deliveries SET attempt = attempt - 1, claimable_at = max(?2, due),
                   state = iif(attempt = 1, 'scheduled', 'retryable') WHERE id = ?1",
            )?
            .execute(params![id, At(then)])?;
        }
    }
    line_up(db, place.account, place.sender, Some(now))?;
    Ok(true)
}

/// Says what became of many tries; tells which of them changed nothing.
pub(in crate::store) fn finish_all(
    db: &Connection,
    tries: &[(DeliveryId, u32, Finish)],
    now: Timestamp,
) -> Result<Vec<DeliveryId>> {
    let mut unchanged = Vec::new();
    for (id, attempt, how) in tries {
        if !finish(db, *id, *attempt, *how, now)? {
            unchanged.push(*id);
        }
    }
    Ok(unchanged)
}

fn end(db: &Connection, place: &Place, reason: EndReason, code: Option<u32>, now: Timestamp) -> Result<()> {
    let at = At(now);
    if reason != EndReason::Sent {
        db.prepare_cached(END_LATER_PARTS)?.execute(params![place.id, reason.state(), reason, code, at])?;
    }
    db.prepare_cached(END)?.execute(params![place.id, reason.state(), reason, code, at])?;
    line_up(db, place.account, place.sender, Some(now))
}

/// After a stop nobody is sending any more: what was in flight is tried again at once, save single replies.
pub(in crate::store) fn take_back_what_was_running(db: &Connection) -> Result<()> {
    for place in running_until(db, Timestamp::MAX)? {
        if place.single {
            // it is in doubt from the moment at which its lease ends
            end(db, &place, EndReason::InDoubt, None, place.lease_ends.0)?;
        } else {
            db.prepare_cached("UPDATE deliveries SET state = 'retryable', claimable_at = due WHERE id = ?1")?
                .execute([place.id])?;
            line_up(db, place.account, place.sender, None)?;
        }
    }
    Ok(())
}

/// A reply that may be sent only once is not claimed again when its lease has run out.
pub(in crate::store) fn give_up_single_replies(db: &Connection, now: Timestamp) -> Result<()> {
    for place in running_until(db, now)?.into_iter().filter(|place| place.single) {
        end(db, &place, EndReason::InDoubt, None, now)?;
    }
    Ok(())
}

/// Ends up to `most` deliveries whose window has closed, whoever may or may not send; tells how many.
pub(in crate::store) fn expire(db: &Connection, now: Timestamp, most: usize) -> Result<usize> {
    let mut select = db.prepare_cached(OVERDUE)?;
    let places: Vec<Place> =
        select.query_map(params![At(now), most as i64], read_place)?.collect::<Result<_>>()?;
    for place in &places {
        end(db, place, EndReason::WindowClosed, None, now)?;
    }
    Ok(places.len())
}

fn running_until(db: &Connection, until: Timestamp) -> Result<Vec<Place>> {
    db.prepare_cached(RUNNING_UNTIL)?.query_map([At(until)], read_place)?.collect()
}

fn read_place(row: &Row<'_>) -> Result<Place> {
    Ok(Place {
        id: row.get(0)?,
        account: row.get(1)?,
        sender: row.get(2)?,
        single: row.get(3)?,
        lease_ends: row.get(4)?,
    })
}

pub(in crate::store) const RUNNING: &str = "
    SELECT id, account, sender, single, claimable_at FROM deliveries
    WHERE id = ?1 AND attempt = ?2 AND state = 'running'";

/// A mention's single reply has no other window than its own.
pub(in crate::store) const OVERDUE: &str = "
    SELECT id, account, sender, single, coalesce(claimable_at, due) FROM deliveries AS delivery
    WHERE ended_at IS NULL AND expires <= ?1 AND state <> 'running' AND (single OR NOT EXISTS (
      SELECT 1 FROM contacts
      WHERE contacts.sender = delivery.sender AND contacts.account = delivery.account AND window_closes > ?1))
    LIMIT ?2";

pub(in crate::store) const RUNNING_UNTIL: &str = "
    SELECT id, account, sender, single, claimable_at FROM deliveries WHERE state = 'running' AND claimable_at <= ?1";

const POSTPONE: &str = "
    UPDATE deliveries SET attempt = attempt - 1, due = ?2, claimable_at = NULL, state = 'scheduled' WHERE id = ?1";

const POSTPONE_LATER_PARTS: &str = "
    UPDATE deliveries SET due = ?2
    FROM (SELECT account, sender, message, rule, step, created, part FROM deliveries WHERE id = ?1) AS first
    WHERE deliveries.account = first.account AND deliveries.sender = first.sender AND deliveries.ended_at IS NULL
      AND deliveries.message IS first.message AND deliveries.rule = first.rule AND deliveries.step IS first.step
      AND deliveries.created = first.created AND deliveries.part > first.part AND deliveries.due < ?2";

pub(in crate::store) const END: &str = "
    UPDATE deliveries SET state = ?2, reason = ?3, code = ?4, ended_at = ?5, claimable_at = NULL WHERE id = ?1";

pub(in crate::store) const END_LATER_PARTS: &str = "
    UPDATE deliveries SET state = ?2, reason = ?3, code = ?4, ended_at = ?5, claimable_at = NULL
    FROM (SELECT account, sender, message, rule, step, created, part FROM deliveries WHERE id = ?1) AS first
    WHERE deliveries.account = first.account AND deliveries.sender = first.sender AND deliveries.ended_at IS NULL
      AND deliveries.message IS first.message AND deliveries.rule = first.rule AND deliveries.step IS first.step
      AND deliveries.created = first.created AND deliveries.part > first.part";
