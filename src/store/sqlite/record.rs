//! Recording: a message, its answer, its sender and its promises are written together, or not at all.

use rusqlite::{Connection, Result};

use crate::store::sqlite::contacts::change_contact;
use crate::store::sqlite::messages::{answer_of, keep_if_new};
use crate::store::sqlite::outbox::promise;
use crate::store::{Commit, Recorded};

/// Records a message that was not recorded before.
pub(in crate::store) fn record(db: &Connection, commit: &Commit) -> Result<Recorded> {
    let Some(message) = keep_if_new(db, commit)? else {
        return answer_of(db, commit.key).map(|answer| Recorded::Repeat { answer });
    };
    change_contact(db, commit)?;
    promise(db, message, commit)?;
    Ok(Recorded::First)
}
