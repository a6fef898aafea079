//! The recording: the most recent messages, and no more of them.

use fanreply::store::RecentLine;

use crate::stand::{Stand, at, user};

fn line(sender: u64, second: i64) -> RecentLine {
    let line = format!("{{\"second\":{second}}}");
    RecentLine { sender: user(sender), received_at: at(second), line }
}

impl Stand {
    /// The seconds of all that is recorded.
    async fn recorded(&self) -> Vec<i64> {
        let lines = self.store.recent_after(0, 10_000).await.unwrap();
        let second =
            |line: &str| line.trim_start_matches("{\"second\":").trim_end_matches('}').parse().unwrap();
        lines.iter().map(|(_, line)| second(line)).collect()
    }
}

#[tokio::test]
async fn the_last_ones_are_kept_and_survive_a_restart() {
    let stand = Stand::open();
    for first in [0, 7, 14] {
        let lines = (first..first + 7).map(|second| line(7, second)).collect();
        stand.store.keep_recent(lines, 10).await.unwrap();
    }
    let stand = stand.restart().await;
    assert_eq!(stand.recorded().await, (11..21).collect::<Vec<_>>());
    assert_eq!(stand.store.trim_recent(3).await, Ok(7));
    assert_eq!(stand.recorded().await, [18, 19, 20]);
    assert_eq!(stand.store.trim_recent(0).await, Ok(3));
    assert_eq!(stand.store.trim_recent(0).await, Ok(0));
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap() {
    let stand = Stand::open();
    stand.store.keep_recent((0..25).map(|second| line(7, second)).collect(), 100).await.unwrap();
    let (mut after, mut lines) = (0, Vec::new());
    loop {
        let page = stand.store.recent_after(after, 10).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        lines.extend(page.into_iter().map(|(_, line)| line));
    }
    assert_eq!(lines, (0..25).map(|second| line(7, second).line).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_fan_is_forgotten_in_the_recording_and_old_messages_go() {
    let stand = Stand::open();
    let lines = vec![line(7, 0), line(8, 1), line(7, 2), line(8, 100)];
    stand.store.keep_recent(lines, 10).await.unwrap();
    assert_eq!(stand.store.forget(user(7)).await, Ok(2));
    assert_eq!(stand.recorded().await, [1, 100]);
    assert_eq!(stand.store.prune(at(50)).await, Ok(1));
    assert_eq!(stand.recorded().await, [100]);
}

/// Whether this stands in any file of the store.
fn stands_on_disk(stand: &Stand, words: &str) -> bool {
    let files = std::fs::read_dir(stand.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let holds = |bytes: Vec<u8>| bytes.windows(words.len()).any(|found| found == words.as_bytes());
    files.into_iter().any(|file| holds(std::fs::read(file).unwrap()))
}

#[tokio::test]
async fn of_what_is_forgotten_no_word_is_left_in_a_file() {
    let stand = Stand::open();
    let secret = "my telephone is 13800138000";
    let told = |second| RecentLine { line: format!("{{\"text\":\"{secret}\"}}"), ..line(7, second) };
    stand.store.keep_recent(vec![told(0), line(8, 1)], 10).await.unwrap();
    assert!(stands_on_disk(&stand, secret));
    stand.store.forget(user(7)).await.unwrap();
    assert!(!stands_on_disk(&stand, secret), "forgotten, while the store is open");
    let stand = stand.restart().await;
    stand.store.keep_recent(vec![told(2)], 10).await.unwrap();
    let stand = stand.restart().await;
    assert!(stands_on_disk(&stand, secret));
    stand.store.trim_recent(0).await.unwrap();
    assert!(!stands_on_disk(&stand, secret), "a recording that is switched off");
}
