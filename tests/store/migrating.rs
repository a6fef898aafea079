//! Files of earlier versions: they become those of the present one, and stay as they are where that fails.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use fanreply::store::{Held, Recorded, Store, StoreFault};
use fanreply::words::lang::Lang;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::own_mounts;
use crate::small_disk::SmallDisk;
use crate::stand::{LEASE, Promising, at, file_in, message, step, user};

/// The form of 0.1.0.
const FORM_3: [&str; 3] = [
    include_str!("../../src/store/sqlite/schema/1.sql"),
    include_str!("../../src/store/sqlite/schema/2.sql"),
    include_str!("../../src/store/sqlite/schema/3.sql"),
];

/// A file as 0.1.0 left it when it was killed: all that it holds stands in the log of changes yet. One third of
/// the deliveries have ended; each fan has three.
fn write_form_3(path: &Path, fans: i64) {
    let db = Connection::open(path).unwrap();
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    FORM_3.iter().for_each(|step| db.execute_batch(step).unwrap());
    db.pragma_update(None, "application_id", 0x666E_7270).unwrap();
    db.pragma_update(None, "user_version", 3).unwrap();
    let now = at(0).as_millisecond();
    db.execute_batch(&format!(
        "BEGIN;
         CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {fans}) SELECT i FROM n;
         INSERT INTO messages SELECT i, randomblob(20), 1, i, 'text', {now}, iif(i % 2, 'json', NULL), iif(i % 2, CAST('answer ' || i AS BLOB), NULL) FROM n;
         INSERT INTO contacts SELECT i, 1, {now} + 172800000, iif(i % 9, NULL, 'unfollowed'), iif(i % 9, NULL, {now} - 1), {now}, {now} FROM n;
         INSERT INTO answers SELECT i, 1, '人工客服', {now} FROM n;
         INSERT INTO recent SELECT i, i, {now}, '{{\"text\":\"好\"}}' FROM n;
         INSERT INTO deliveries (message, account, sender, rule, step, part, state, attempt, turn, due, created, expires,
             single, unless_replied, unless_answered_by, reply, reason, code, ended_at)
           SELECT i, 1, i, 'r', NULL, 0, 'failed', 2, NULL, {now}, {now}, {now} + 1000, 1, 0, NULL, '{{\"text\":\"a\"}}', 'refused', 20301, {now} FROM n
           UNION ALL SELECT i, 1, i, 'r', 0, 0, 'retryable', 1, {now}, {now}, {now}, {now} + 1000, 0, 1, '[\"x\"]', '{{\"text\":\"b\"}}', NULL, 10001, NULL FROM n
           UNION ALL SELECT i, 1, i, 'r', 0, 1, 'scheduled', 0, NULL, {now}, {now}, {now} + 1000, 0, 1, NULL, '{{\"text\":\"c\"}}', NULL, NULL, NULL FROM n;
         UPDATE sqlite_sequence SET seq = seq + 1000000 WHERE name = 'deliveries';
         COMMIT;"
    ))
    .unwrap();
}

/// How many rows of a table are in one file and not in the other, their ids compared as texts.
fn differences(db: &Connection, table: &str, old: &str, new: &str) -> i64 {
    let names = db
        .prepare(&format!("SELECT group_concat(name) FROM pragma_table_info('{table}', 'old')"))
        .and_then(|mut names| names.query_row([], |row| row.get::<_, String>(0)))
        .unwrap();
    let columns = |turn: &str| {
        let column = |name| match name {
            "account" | "sender" => format!("CAST({name} AS TEXT)"),
            "turn" => turn.to_owned(),
            name => name.to_owned(),
        };
        names.split(',').map(column).collect::<Vec<_>>().join(", ")
    };
    let old = format!("SELECT {} FROM old.{table}", columns(old));
    let new = format!("SELECT {} FROM new.{table}", columns(new));
    db.query_row(
        &format!(
            "SELECT (SELECT count(*) FROM ({old} EXCEPT {new})) + (SELECT count(*) FROM ({new} EXCEPT {old}))"
        ),
        [],
        |row| row.get(0),
    )
    .unwrap()
}

fn attached(old: &Path, new: &Path) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute("ATTACH ?1 AS old", [old.to_str()]).unwrap();
    db.execute("ATTACH ?1 AS new", [new.to_str()]).unwrap();
    db
}

const TABLES: [&str; 6] = ["messages", "deliveries", "pending", "contacts", "answers", "recent"];

#[tokio::test]
async fn a_file_of_0_1_0_becomes_a_present_one_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = file_in(folder.path());
    write_form_3(&path, 34_000);
    let original = folder.path().join("original");
    fs::copy(&path, &original).unwrap();
    fs::copy(folder.path().join("fanreply.db-wal"), folder.path().join("original-wal")).unwrap();
    let began = Instant::now();
    let store = Store::open(&path).unwrap();
    let took = began.elapsed();
    println!("102,000 deliveries of 34,000 fans were brought up to date in {took:?}");
    assert!(took < Duration::from_secs(60), "{took:?}");
    store.close().await.unwrap();
    let copy = folder.path().join("fanreply.db.before-5");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let db = attached(&original, &copy);
    for table in TABLES {
        assert_eq!(differences(&db, table, "turn", "turn"), 0, "the copy: {table}");
    }
    let db = attached(&original, &path);
    for table in TABLES {
        assert_eq!(differences(&db, table, "turn", "claimable_at"), 0, "{table}");
        assert!(
            table == "pending"
                || 34_000
                    <= db
                        .query_row(&format!("SELECT count(*) FROM new.{table}"), [], |row| row
                            .get::<_, i64>(0))
                        .unwrap()
        );
    }
    drop(db);
    // it is not only alike, but works: the form is that of a file that was made now
    let fresh = folder.path().join("fresh.db");
    Store::open(&fresh).unwrap().close().await.unwrap();
    let db = attached(&fresh, &path);
    let form = |schema| format!("SELECT type, name, sql FROM {schema}.sqlite_schema");
    let unlike = format!("SELECT count(*) FROM ({} EXCEPT {})", form("old"), form("new"));
    assert_eq!(db.query_row(&unlike, [], |row| row.get(0)), Ok(0));
    drop(db);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.record(message(7, 0, "a").promising(step(0, &["d"]))).await, Ok(Recorded::First));
    let line = store.pending_of(user(1), user(7)).await.unwrap();
    let texts: Vec<_> = line.iter().map(|pending| pending.reply.rendered()).collect();
    assert_eq!(texts, ["b", "c", "d"]);
    assert!(line[2].id.0 > 1_102_000, "no number is given twice");
    assert_eq!(store.claim(at(1), 40_000, LEASE, &Held::default()).await.unwrap().len(), 34_000);
    assert_eq!(
        store.forget(user(9)).await,
        Ok(7),
        "a message, a contact, an answer, a line, three deliveries"
    );
}

#[tokio::test]
async fn an_earlier_copy_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = file_in(folder.path());
    write_form_3(&path, 10);
    let name = |ending: &str| folder.path().join(format!("fanreply.db.before-5{ending}"));
    fs::write(name(""), "kept by somebody").unwrap();
    // what a start left that was cut short
    fs::write(name(".new"), "half a co").unwrap();
    Store::open(&path).unwrap().close().await.unwrap();
    assert_eq!(fs::read(name("")).unwrap(), b"kept by somebody");
    let db = attached(&name(".2"), &path);
    assert_eq!(differences(&db, "deliveries", "turn", "claimable_at"), 0);
    drop(db);
    assert!(!name(".new").exists());
    Store::open(&path).unwrap().close().await.unwrap();
    assert!(!name(".3").exists(), "a file of the present form needs no copy");
}

/// Fills a disk, but for so many bytes.
fn fill(ballast: &Path, spare: u64) {
    let mut file = fs::File::create(ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(spare)).unwrap();
}

#[tokio::test]
async fn a_full_disk_leaves_an_older_file_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    if !own_mounts::inside("migrating::a_full_disk_leaves_an_older_file_as_it_is") {
        return;
    }
    let disk = SmallDisk::on(place.path());
    let path = file_in(disk.path());
    write_form_3(&path, 600);
    let whole = || [&path, &disk.path().join("fanreply.db-wal")].map(|file| fs::read(file).unwrap());
    let before = whole();
    let ballast = disk.path().join("ballast");
    let mut told = Vec::new();
    // ever more room: at first for nothing, then for the copy alone, in the end for all
    for spare in (0..3_000).step_by(50) {
        fill(&ballast, spare << 10);
        let store = match Store::open(&path) {
            Ok(store) => store,
            Err(fault) => {
                assert!(fault.message(Lang::Zh).contains("磁盘已满"), "{fault}");
                let [file, log] = whole();
                assert!(file == before[0] && log.starts_with(&before[1]), "{spare} KiB to spare");
                let names = fs::read_dir(disk.path()).unwrap().map(|file| file.unwrap().file_name());
                assert_eq!(names.filter(|name| name.to_string_lossy().contains("before")).count(), 0);
                told.push(matches!(fault, StoreFault::NotCopied { .. }));
                fs::write(disk.path().join("fanreply.db-wal"), &before[1]).unwrap();
                continue;
            }
        };
        assert_eq!(store.depth(at(0)).await.unwrap().pending, 1_200);
        told.dedup();
        assert_eq!(told, [true, false], "without room for the copy, and then without room for the change");
        return;
    }
    panic!("there is never room");
}
