//! The SQL of the sets of rules that served.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::engine::source_hash::SourceHash;
use crate::model::id::{RuleName, UserId};
use crate::store::sqlite::column::{At, Rules};
use crate::store::{KeptSet, Pin};

/// Sets of a folder that are kept.
const MOST_SETS: usize = 20;
/// Bytes of the files of all sets of a folder; the last two are kept however large they are.
const LARGEST_HISTORY: usize = 16 << 20;
/// Newer sets of all folders, beyond which those of a folder that serves no more are let go.
const MOST_BESIDE: i64 = 200;

/// Keeps a set that came to serve, and lets go of those that are too old. The newest is not kept twice.
pub(in crate::store) fn keep_rules(
    db: &Connection,
    folder: &str,
    set: &KeptSet,
    source: &[u8],
) -> Result<KeptSet> {
    if let Some(newest) = rule_sets(db, folder)?.into_iter().next().filter(|newest| newest.hash == set.hash) {
        return Ok(newest);
    }
    db.execute(
        "INSERT INTO rule_sets (folder, hash, kept_at, rules, source) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![folder, set.hash, At(set.kept_at), set.rules as i64, source],
    )?;
    let kept = KeptSet { number: db.last_insert_rowid(), ..set.clone() };
    db.execute(
        "DELETE FROM rule_sets WHERE number IN (
           SELECT number FROM (
             SELECT number, row_number() OVER newer AS place, sum(length(source)) OVER newer AS bytes
             FROM rule_sets WHERE folder = ?1 WINDOW newer AS (ORDER BY number DESC))
           WHERE place > ?2 OR place > 2 AND bytes > ?3)
         AND number NOT IN (SELECT number FROM rule_pins WHERE folder = ?1)",
        params![folder, MOST_SETS as i64, LARGEST_HISTORY as i64],
    )?;
    // a deployment may give each release a folder of its own
    db.execute(
        "DELETE FROM rule_sets WHERE folder <> ?1 AND number <= ?2 AND number NOT IN (SELECT number FROM rule_pins)",
        params![folder, kept.number - MOST_BESIDE],
    )?;
    Ok(kept)
}

/// The sets of a folder, the newest first.
pub(in crate::store) fn rule_sets(db: &Connection, folder: &str) -> Result<Vec<KeptSet>> {
    let mut select = db.prepare_cached(
        "SELECT number, hash, kept_at, rules FROM rule_sets WHERE folder = ?1 ORDER BY number DESC",
    )?;
    let set = |row: &rusqlite::Row<'_>| {
        let rules: i64 = row.get(3)?;
        let At(kept_at) = row.get(2)?;
        Ok(KeptSet { number: row.get(0)?, hash: row.get(1)?, kept_at, rules: rules.unsigned_abs() as usize })
    };
    select.query_map([folder], set)?.collect()
}

/// The files of a set of a folder, packed.
pub(in crate::store) fn rule_source(db: &Connection, folder: &str, number: i64) -> Result<Option<Vec<u8>>> {
    let select = "SELECT source FROM rule_sets WHERE folder = ?1 AND number = ?2";
    db.query_row(select, params![folder, number], |row| row.get(0)).optional()
}

/// The set of a folder that was brought back, if one was.
pub(in crate::store) fn rule_pin(db: &Connection, folder: &str) -> Result<Option<Pin>> {
    let pin = |row: &rusqlite::Row<'_>| Ok(Pin { number: row.get(0)?, files: row.get(1)? });
    db.query_row("SELECT number, files FROM rule_pins WHERE folder = ?1", [folder], pin).optional()
}

pub(in crate::store) fn pin_rules(db: &Connection, folder: &str, pin: Option<Pin>) -> Result<()> {
    match pin {
        Some(Pin { number, files }) => db.execute(
            "INSERT OR REPLACE INTO rule_pins (folder, number, files) VALUES (?1, ?2, ?3)",
            params![folder, number, files],
        )?,
        None => db.execute("DELETE FROM rule_pins WHERE folder = ?1", [folder])?,
    };
    Ok(())
}

/// How many follow-ups of these rules are pending with these accounts, or with any, for each rule that has some. It looks at
/// all that is pending.
pub(in crate::store) fn pending_of_rules(
    db: &Connection,
    rules: &[RuleName],
    accounts: Option<&[UserId]>,
) -> Result<Vec<(RuleName, u64)>> {
    let mut select = db.prepare(
        "SELECT rule, count(*) FROM deliveries
         WHERE ended_at IS NULL AND step >= 0 AND rule IN (SELECT value FROM json_each(?1))
           AND (?2 IS NULL OR account IN (SELECT value FROM json_each(?2)))
         GROUP BY rule ORDER BY rule",
    )?;
    let counted = |row: &rusqlite::Row<'_>| {
        Ok((RuleName::new(row.get::<_, String>(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
    };
    let accounts = accounts
        .map(|accounts| serde_json::Value::from_iter(accounts.iter().map(UserId::to_string)).to_string());
    select.query_map(params![Rules(rules.to_vec()), accounts], counted)?.collect()
}

impl ToSql for SourceHash {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

impl FromSql for SourceHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_blob()?.try_into().map(Self).map_err(|fault| FromSqlError::Other(Box::new(fault)))
    }
}
