//! The SQL of contacts: what is known of a fan, by account.

use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::engine::effect::Effects;
use crate::model::delivery::EndReason;
use crate::model::id::UserId;
use crate::store::sqlite::column::At;
use crate::store::{Commit, Contact};

/// Applies what a message changes about its sender.
pub(in crate::store) fn change_contact(db: &Connection, commit: &Commit) -> Result<()> {
    let Commit { account, sender, effects: Effects { contact, .. }, .. } = commit;
    let received_at = At(commit.received_at);
    if let Some(rule) = &contact.answered {
        db.prepare_cached(
            "INSERT INTO answers (sender, account, rule, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
        )?
        .execute(params![sender, account, rule, received_at])?;
    }
    let window = contact.opens_until.filter(|_| contact.closes.is_none()).map(At);
    let left_at = contact.closes.map(|_| received_at);
    let replied_at = contact.replied.then_some(received_at);
    if window.is_none() && contact.closes.is_none() && replied_at.is_none() {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO contacts (sender, account, window_closes, departure, left_at, replied_at, touched_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET
           window_closes = CASE
             WHEN excluded.departure IS NOT NULL AND excluded.touched_at >= touched_at THEN NULL
             WHEN excluded.window_closes IS NULL OR excluded.touched_at < left_at THEN window_closes
             ELSE max(excluded.window_closes, coalesce(window_closes, excluded.window_closes)) END,
           departure = iif(excluded.left_at >= coalesce(left_at, 0), excluded.departure, departure),
           left_at = coalesce(max(left_at, excluded.left_at), left_at, excluded.left_at),
           replied_at = coalesce(max(replied_at, excluded.replied_at), replied_at, excluded.replied_at),
           touched_at = max(touched_at, excluded.touched_at)",
    )?
    .execute(params![sender, account, window, contact.closes, left_at, replied_at, received_at])?;
    Ok(())
}

/// What is known of a sender; nothing is known of one who never wrote.
pub(in crate::store) fn contact_of(db: &Connection, account: UserId, sender: UserId) -> Result<Contact> {
    let mut select = db.prepare_cached(
        "SELECT window_closes, replied_at, departure, left_at FROM contacts WHERE sender = ?1 AND account = ?2",
    )?;
    let known = select.query_row([sender, account], |row| {
        let moment = |column| row.get::<_, Option<At>>(column).map(|at| at.map(|at| at.0));
        let (window_closes, replied_at) = (moment(0)?, moment(1)?);
        let left = row.get::<_, Option<EndReason>>(2)?.zip(moment(3)?);
        Ok(Contact { window_closes, left, replied_at, answered: Vec::new() })
    });
    let mut contact = known.optional()?.unwrap_or_default();
    let mut select = db.prepare_cached("SELECT rule, at FROM answers WHERE sender = ?1 AND account = ?2")?;
    let answers = select.query_map([sender, account], |row| Ok((row.get(0)?, row.get::<_, At>(1)?.0)))?;
    contact.answered = answers.collect::<Result<_>>()?;
    Ok(contact)
}

pub(in crate::store) fn forget_contact(db: &Connection, sender: UserId) -> Result<usize> {
    let contacts = db.execute("DELETE FROM contacts WHERE sender = ?1", [sender])?;
    let answers = db.execute("DELETE FROM answers WHERE sender = ?1", [sender])?;
    Ok(contacts + answers)
}

/// Deletes up to `most` contacts whose window closed before, and as many old answers. Nothing that could
/// still be sent depends on them.
pub(in crate::store) fn prune_contacts(db: &Connection, before: At, most: usize) -> Result<usize> {
    let most = most as i64;
    let contacts = db
        .prepare_cached(
            "DELETE FROM contacts WHERE (sender, account) IN (
               SELECT sender, account FROM contacts
               WHERE touched_at < ?1 AND (window_closes IS NULL OR window_closes < ?1)
               ORDER BY touched_at LIMIT ?2)",
        )?
        .execute(params![before, most])?;
    let answers = db
        .prepare_cached(
            "DELETE FROM answers WHERE (sender, account, rule) IN (
               SELECT sender, account, rule FROM answers WHERE at < ?1 ORDER BY at LIMIT ?2)",
        )?
        .execute(params![before, most])?;
    Ok(contacts + answers)
}
