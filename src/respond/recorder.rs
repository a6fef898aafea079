//! The recorder: keeps the most recent messages where the operator wants that. No answer waits for it: what the disk
//! cannot keep up with is left out and counted.

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::model::decision::Decision;
use crate::model::message::InboundMessage;
use crate::model::profile::Profile;
use crate::model::received::Received;
use crate::model::reply::Reply;
use crate::platform::{self, Given};
use crate::store::{RecentLine, Store};
use crate::telemetry::Metrics;
use crate::words::log;
use crate::words::log::said;

/// How many messages may wait for the disk.
const QUEUE: usize = 4_096;
/// The most that are written together.
const AT_ONCE: usize = 256;
/// Bytes of a line; a message and its answer are some hundred, and at most some thousand.
const LONGEST_LINE: usize = 32 << 10;

/// The end to which messages are handed over.
#[derive(Clone, Debug)]
pub struct Recorder {
    queue: mpsc::Sender<Entry>,
    metrics: Metrics,
}

/// The end that writes them to the store.
pub struct Recording {
    queue: mpsc::Receiver<Entry>,
    store: Store,
    most: u32,
    metrics: Metrics,
}

#[derive(Debug)]
enum Entry {
    Message(Box<Kept>),
    /// Tell when all that came before has been written, or is lost.
    Mark(oneshot::Sender<()>),
}

/// A message, and what became of it.
#[derive(Debug)]
struct Kept {
    message: InboundMessage,
    profile: &'static Profile,
    received_at: Timestamp,
    given: Given,
}

/// A recorder that keeps the last `most` messages in the store, and its other end.
pub fn recorder(store: Store, most: u32, metrics: Metrics) -> (Recorder, Recording) {
    let (entries, queue) = mpsc::channel(QUEUE);
    (Recorder { queue: entries, metrics: metrics.clone() }, Recording { queue, store, most, metrics })
}

impl Recorder {
    /// Hands over a message that was decided. It waits for nothing.
    pub(super) fn record(&self, received: Received, decision: &Decision, sends: bool) {
        // what follows the passive answer needs an access token, and a message that grants more
        let grants = received.profile.grant(received.message.kind()).is_some();
        let then = decision.then.iter().filter(|_| sends && grants);
        let kept = Kept {
            message: received.message.clone(),
            profile: received.profile,
            received_at: received.at,
            given: Given {
                rule: decision.rule.clone(),
                outcome: decision.outcome,
                answers: decision.passive.iter().chain(then).map(Reply::rendered).collect(),
            },
        };
        if self.queue.try_send(Entry::Message(Box::new(kept))).is_err() {
            self.metrics.not_recorded(1);
        }
    }

    /// Waits until all that was handed over before is on disk, or lost.
    pub(super) async fn written(&self) {
        let (tell, told) = oneshot::channel();
        // it fails when the recording has stopped, and then nothing waits any more
        if self.queue.send(Entry::Mark(tell)).await.is_ok() {
            let _ = told.await;
        }
    }
}

impl Recording {
    /// Writes until it is told to stop, then what still waits.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut entries = Vec::with_capacity(AT_ONCE);
        loop {
            let came = tokio::select! {
                () = stop.cancelled(), if !self.queue.is_closed() => {
                    self.queue.close();
                    continue;
                }
                came = self.queue.recv_many(&mut entries, AT_ONCE) => came,
            };
            if came == 0 {
                return;
            }
            self.write(entries.drain(..)).await;
        }
    }

    async fn write(&self, entries: impl Iterator<Item = Entry>) {
        let (mut lines, mut marks) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry {
                Entry::Message(kept) => lines.push(kept.line()),
                Entry::Mark(tell) => marks.push(tell),
            }
        }
        let came = lines.len();
        lines.retain(|line| line.line.len() <= LONGEST_LINE);
        self.metrics.not_recorded((came - lines.len()) as u64);
        let lost = lines.len();
        if lost > 0
            && let Err(fault) = self.store.keep_recent(lines, self.most).await
        {
            warn!(
                lost,
                fault = fault.message(log::lang()),
                "{}",
                said("messages could not be recorded", "消息没能记录下来")
            );
            self.metrics.not_recorded(lost as u64);
        }
        for tell in marks {
            // whoever asked may have gone
            let _ = tell.send(());
        }
    }
}

impl Kept {
    fn line(&self) -> RecentLine {
        let Self { message, profile, received_at, given } = self;
        let line = (platform::of(profile).encode_line)(message, *received_at, given);
        RecentLine { sender: message.sender, received_at: *received_at, line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::UserId;
    use crate::model::key::MessageKey;
    use crate::model::message::{Content, Format};

    fn message(text: &str) -> InboundMessage {
        InboundMessage {
            account: UserId::SOMEBODY,
            sender: UserId::SOMEBODY,
            created_at: Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: Content::Text(text.to_owned()),
        }
    }

    fn record(recorder: &Recorder, text: &str) {
        let message = message(text);
        let received = Received {
            key: MessageKey::of(&message),
            message: &message,
            at: Timestamp::UNIX_EPOCH,
            profile: platform::DEFAULT,
        };
        recorder.record(received, &Decision::unanswered(), true);
    }

    struct Stand {
        _folder: tempfile::TempDir,
        store: Store,
        metrics: Metrics,
    }

    impl Stand {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&folder.path().join("db")).unwrap();
            Self { _folder: folder, store, metrics: Metrics::new() }
        }

        fn recorder(&self) -> (Recorder, Recording) {
            recorder(self.store.clone(), 100_000, self.metrics.clone())
        }

        async fn recorded(&self) -> usize {
            self.store.recent_after(0, 100_000).await.unwrap().len()
        }

        fn lost(&self) -> String {
            let page = self.metrics.encode();
            page.lines()
                .find_map(|line| line.strip_prefix("fanreply_not_recorded_total "))
                .unwrap()
                .to_owned()
        }
    }

    #[tokio::test]
    async fn what_finds_no_room_is_left_out_and_counted_and_a_stop_writes_the_rest() {
        let stand = Stand::new();
        let (recorder, recording) = stand.recorder();
        // nobody writes yet, and nobody waits for that
        (0..QUEUE + 7).for_each(|number| record(&recorder, &number.to_string()));
        let stop = CancellationToken::new();
        stop.cancel();
        recording.run(stop).await;
        assert_eq!((stand.recorded().await, stand.lost().as_str()), (QUEUE, "7"));
        record(&recorder, "too late");
        recorder.written().await;
        assert_eq!((stand.recorded().await, stand.lost().as_str()), (QUEUE, "8"));
    }

    #[tokio::test]
    async fn what_is_too_long_or_the_disk_refuses_is_counted() {
        let stand = Stand::new();
        let (recorder, recording) = stand.recorder();
        let running = tokio::spawn(recording.run(CancellationToken::new()));
        record(&recorder, &"长".repeat(LONGEST_LINE));
        record(&recorder, "short");
        recorder.written().await;
        assert_eq!((stand.recorded().await, stand.lost().as_str()), (1, "1"));
        stand.store.close().await.unwrap();
        record(&recorder, "on no disk");
        recorder.written().await;
        assert_eq!(stand.lost(), "2");
        drop(recorder);
        running.await.unwrap();
    }
}
