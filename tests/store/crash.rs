//! Killed in the middle of everything: what was acknowledged is there, and what was sent is not sent again.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fanreply::store::{Held, Recorded, Store};
use tokio::task::JoinSet;

use crate::stand::{LEASE, Promising, SENT, at, file_in, message, step};

const FILE: &str = "FANREPLY_TEST_STORE_FILE";
const FIRST: &str = "FANREPLY_TEST_STORE_FIRST";
/// Messages of different rounds do not meet.
const ROUND: u64 = 1_000_000;

/// What the killed process had been told by its store.
#[derive(Default)]
struct Told {
    recorded: BTreeSet<u64>,
    sent: BTreeSet<i64>,
}

#[tokio::test]
async fn no_kill_loses_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = file_in(folder.path());
    let mut told = Told::default();
    for round in 0..10 {
        let mut child = start(&path, round * ROUND);
        told.read_and_kill(&mut child, 30 + 23 * round as usize);
        let store = Store::open(&path).unwrap();
        assert_all_is_there(&store, &told).await;
        store.close().await.unwrap();
    }
    println!("10 kills, {} recorded, {} sent", told.recorded.len(), told.sent.len());
    assert!(told.recorded.len() > 300 && told.sent.len() > 10);
}

fn start(path: &Path, first: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::a_stream_of_everything", "--ignored", "--nocapture"])
        .env(FILE, path)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

impl Told {
    /// Kills after so many lines; lines that were on their way count too.
    fn read_and_kill(&mut self, child: &mut Child, lines: usize) {
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        for n in 0.. {
            if n == lines {
                child.kill().unwrap();
            }
            line.clear();
            said.read_line(&mut line).unwrap();
            // the last one may be torn
            let Some(whole) = line.strip_suffix('\n') else { break };
            match whole.split_once(' ') {
                Some(("recorded", n)) => drop(self.recorded.insert(n.parse().unwrap())),
                Some(("sent", id)) => drop(self.sent.insert(id.parse().unwrap())),
                _ => {}
            }
        }
        child.wait().unwrap();
    }
}

async fn assert_all_is_there(store: &Store, told: &Told) {
    for n in &told.recorded {
        let again = store.record(numbered(*n)).await.unwrap();
        assert!(matches!(again, Recorded::Repeat { answer: Some(_) }), "{n} is lost");
    }
    let ended = store.history(1_000_000).await.unwrap();
    let ids: BTreeSet<i64> = ended.iter().map(|delivery| delivery.id.0).collect();
    assert!(told.sent.is_subset(&ids), "what was sent would be sent again");
    let mut promised: BTreeSet<u64> =
        ended.iter().map(|delivery| delivery.reply.rendered().parse().unwrap()).collect();
    for sender in 1..=SENDERS {
        let pending = store.pending_of(crate::stand::user(1), crate::stand::user(sender)).await.unwrap();
        promised.extend(pending.iter().map(|delivery| delivery.reply.rendered().parse::<u64>().unwrap()));
    }
    assert!(told.recorded.is_subset(&promised), "a promise is lost");
}

const SENDERS: u64 = 40;

/// The `n`th message; what it promises is due at once.
fn numbered(n: u64) -> fanreply::store::Commit {
    let text = n.to_string();
    message(1 + n % SENDERS, 0, &text).promising(step(0, &[&text]))
}

#[tokio::test]
#[ignore = "run and killed by the test above"]
async fn a_stream_of_everything() {
    let store = Store::open(&PathBuf::from(std::env::var_os(FILE).unwrap())).unwrap();
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = store.clone();
        writers.spawn(async move {
            for n in (first + writer..).step_by(8) {
                store.record(numbered(n)).await.unwrap();
                println!("recorded {n}");
            }
        });
    }
    loop {
        for claimed in store.claim(at(0), 5, LEASE, &Held::default()).await.unwrap() {
            assert!(store.finish(&claimed, SENT, at(0)).await.unwrap());
            println!("sent {}", claimed.delivery.id);
        }
        tokio::task::yield_now().await;
    }
}
