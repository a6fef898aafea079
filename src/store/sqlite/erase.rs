//! Erasing, over all tables: what is known of a fan, and what is old.

use rusqlite::{Connection, Result};

use crate::model::id::UserId;
use crate::store::sqlite::column::At;
use crate::store::sqlite::contacts::{forget_contact, prune_contacts};
use crate::store::sqlite::messages::{forget_messages_of, prune_messages};
use crate::store::sqlite::outbox::{forget_deliveries_to, prune_ended};
use crate::store::sqlite::recent::{forget_recent_of, prune_recent};

/// Deletes everything about a fan; tells how many rows that were.
pub(in crate::store) fn forget(db: &Connection, sender: UserId) -> Result<usize> {
    let deliveries = forget_deliveries_to(db, sender)?;
    let messages = forget_messages_of(db, sender)? + forget_recent_of(db, sender)?;
    Ok(deliveries + messages + forget_contact(db, sender)?)
}

/// Deletes up to `most` rows of each table that are of before; tells how many that were.
pub(in crate::store) fn prune(db: &Connection, before: At, most: usize) -> Result<usize> {
    let deliveries = prune_ended(db, before, most)?;
    let messages = prune_messages(db, before, most)? + prune_recent(db, before, most)?;
    Ok(deliveries + messages + prune_contacts(db, before, most)?)
}
