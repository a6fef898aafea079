//! Files that cannot be used, and disks that refuse.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use fanreply::store::{Recorded, Store, StoreFault};
use fanreply::words::lang::Lang;
use rusqlite::Connection;

use crate::own_mounts;
use crate::small_disk::SmallDisk;
use crate::stand::{Promising, Stand, file_in, message, step};

const FILE: &str = "FANREPLY_TEST_STORE_FILE";

#[tokio::test]
async fn a_second_process_is_refused() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a")).await.unwrap();
    let other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "faults::the_second_process", "--ignored", "--nocapture"])
        .env(FILE, stand.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&other.stdout);
    assert!(other.status.success() && said.contains("refused: Locked"), "{other:?}");
    stand.store.record(message(7, 1, "b")).await.unwrap();
    stand.restart().await;
}

#[test]
#[ignore = "run by the test above"]
fn the_second_process() {
    let path = PathBuf::from(std::env::var_os(FILE).unwrap());
    println!("refused: {:?}", Store::open(&path).unwrap_err());
}

#[tokio::test]
async fn a_damaged_file_is_left_as_it_is() {
    let stand = Stand::open();
    for n in 0..200 {
        stand.store.record(message(n + 1, 0, "a").promising(step(60, &["b"; 20]))).await.unwrap();
    }
    stand.store.close().await.unwrap();
    let good = fs::read(stand.path()).unwrap();
    let foreign = stand.folder.path().join("foreign.db");
    let other = Connection::open(&foreign).unwrap();
    other.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").unwrap();
    drop(other);
    let mut torn = good.clone();
    let middle = torn.len() / 2 / 4096 * 4096;
    torn[middle..middle + 4096].fill(0xA5);
    let cases = [
        ("no database", b"name: \xE9\x97\xAE\xE5\x80\x99\n".repeat(400)),
        ("another program's", fs::read(&foreign).unwrap()),
        ("cut off", good[..good.len() / 2].to_vec()),
        ("a page is torn", torn),
        ("the first bytes are gone", [&[0; 100][..], &good[100..]].concat()),
    ];
    for (what, bytes) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = file_in(folder.path());
        fs::write(&path, &bytes).unwrap();
        let fault = Store::open(&path).unwrap_err();
        assert_eq!(fault, StoreFault::Damaged { path: path.clone().into() }, "{what}");
        assert!(fs::read(&path).unwrap() == bytes, "{what}: the file was touched");
        assert_eq!(fault.message(Lang::Zh).lines().count(), 1);
    }
}

#[tokio::test]
async fn a_newer_file_is_refused_and_left_as_it_is() {
    let stand = Stand::open();
    stand.store.close().await.unwrap();
    Connection::open(stand.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let bytes = fs::read(stand.path()).unwrap();
    let fault = Store::open(&stand.path()).unwrap_err();
    assert_eq!(fault, StoreFault::Newer { path: stand.path().into(), found: 99, known: 5 });
    assert_eq!(fs::read(stand.path()).unwrap(), bytes);
}

#[test]
fn nobody_else_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let stand = Stand::open();
    for file in fs::read_dir(stand.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn a_closed_store_says_so_and_has_all_in_one_file() {
    let stand = Stand::open();
    let waiting = stand.store.record(message(7, 0, "a").promising(step(60, &["b"])));
    let (recorded, closed) = tokio::join!(waiting, stand.store.close());
    assert_eq!((recorded, closed), (Ok(Recorded::First), Ok(())));
    assert_eq!(stand.store.record(message(7, 1, "b")).await, Err(StoreFault::Closed));
    assert_eq!(stand.store.close().await, Ok(()));
    let journal = fs::metadata(stand.folder.path().join("fanreply.db-wal"));
    assert!(journal.is_ok_and(|journal| journal.len() == 0));
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_promised() {
    let place = tempfile::tempdir().unwrap();
    if !own_mounts::inside("faults::a_full_disk_loses_nothing_that_was_promised") {
        return;
    }
    let disk = SmallDisk::on(place.path());
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![0; 400 << 10]).unwrap();
    let store = Store::open(&file_in(disk.path())).unwrap();
    let long = "长".repeat(2_000);
    let commit = |n: u64| message(n + 1, 0, "a").promising(step(60, &[&long]));
    let mut kept = 0;
    let fault = loop {
        match store.record(commit(kept)).await {
            Ok(Recorded::First) => kept += 1,
            other => break other.unwrap_err(),
        }
        assert!(kept < 10_000, "the disk is never full");
    };
    assert!(matches!(fault, StoreFault::Full { .. }), "{fault:?}");
    assert!(kept > 10);
    let is_kept = async |store: &Store, n| store.record(commit(n)).await.map(|done| done != Recorded::First);
    assert_eq!(is_kept(&store, kept - 1).await, Ok(true), "what is known can still be told");
    assert!(store.record(commit(kept)).await.is_err());
    fs::remove_file(ballast).unwrap();
    assert_eq!(store.record(commit(kept)).await, Ok(Recorded::First), "there is room again");
    // the journal holds all of it; there may be no room to bring it into the file
    let closed = store.close().await;
    assert!(matches!(closed, Ok(()) | Err(StoreFault::Full { .. })), "{closed:?}");
    let store = Store::open(&file_in(disk.path())).unwrap();
    for n in 0..=kept {
        assert_eq!(is_kept(&store, n).await, Ok(true), "{n}");
    }
    assert_eq!(store.depth(crate::stand::at(0)).await.unwrap().pending, kept + 1);
}

#[tokio::test]
async fn a_read_only_disk_is_refused_with_its_name() {
    let place = tempfile::tempdir().unwrap();
    if !own_mounts::inside("faults::a_read_only_disk_is_refused_with_its_name") {
        return;
    }
    let disk = SmallDisk::on(place.path());
    let path = file_in(disk.path());
    Store::open(&path).unwrap().close().await.unwrap();
    assert!(disk.remount("ro"));
    assert_eq!(Store::open(&path).unwrap_err(), StoreFault::ReadOnly { path: path.clone().into() });
    let absent = disk.path().join("absent.db");
    assert_eq!(Store::open(&absent).unwrap_err(), StoreFault::ReadOnly { path: absent.clone().into() });
}

/// Removes the file and its log of changes, or one of them.
fn remove(stand: &Stand, endings: &[&str]) {
    endings.iter().for_each(|ending| {
        fs::remove_file(stand.folder.path().join(format!("fanreply.db{ending}"))).unwrap()
    });
}

#[tokio::test]
async fn a_database_that_is_removed_below_a_running_server_loses_no_promise() {
    for endings in [&["", "-wal"][..], &[""], &["-wal"]] {
        let stand = Stand::open();
        let promise = |n: u64| message(n, 1, "a").promising(step(60, &["later"]));
        assert_eq!(stand.store.record(promise(1)).await, Ok(Recorded::First));
        remove(&stand, endings);
        assert_eq!(stand.store.record(promise(2)).await, Ok(Recorded::First), "{endings:?}");
        assert_eq!(stand.store.fault(), None);
        let stand = stand.restart().await;
        assert_eq!(stand.store.depth(crate::stand::at(0)).await.unwrap().pending, 2, "{endings:?}");
    }
}

#[tokio::test]
async fn nothing_is_promised_into_a_folder_that_is_gone_and_all_is_back_with_it() {
    let stand = Stand::open();
    let promise = |n: u64| message(n, 1, "a").promising(step(60, &["later"]));
    stand.store.record(promise(1)).await.unwrap();
    fs::remove_dir_all(stand.folder.path()).unwrap();
    let gone = StoreFault::Gone { path: stand.path().into() };
    for _ in 0..2 {
        assert_eq!(stand.store.record(promise(2)).await, Err(gone.clone()));
        assert_eq!(stand.store.fault(), Some(gone.clone()));
    }
    fs::create_dir(stand.folder.path()).unwrap();
    let latest = Instant::now() + Duration::from_secs(60);
    while stand.store.record(promise(3)).await.is_err() {
        assert!(Instant::now() < latest, "it does not come back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(stand.store.fault(), None);
    let stand = stand.restart().await;
    assert_eq!(stand.store.depth(crate::stand::at(0)).await.unwrap().pending, 2);
}

#[tokio::test]
async fn a_database_in_the_place_of_another_is_used_and_not_mixed_with_its_log() {
    let (stand, other) = (Stand::open(), Stand::open());
    let promise = |n: u64| message(n, 1, "a").promising(step(60, &["later"]));
    for n in 1..4 {
        stand.store.record(promise(n)).await.unwrap();
    }
    other.store.record(promise(9)).await.unwrap();
    other.store.close().await.unwrap();
    fs::rename(other.path(), stand.path()).unwrap();
    assert_eq!(stand.store.record(promise(10)).await, Ok(Recorded::First));
    let stand = stand.restart().await;
    assert_eq!(stand.store.depth(crate::stand::at(0)).await.unwrap().pending, 2);
}
