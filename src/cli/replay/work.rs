//! The work of a replay: lines are decoded and put to both sets, on every core. The result is the same on any number of
//! cores.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use jiff::Timestamp;

use super::source::{Batch, Source};
use crate::advice::compare::Comparison;
use crate::cli::session::Session;
use crate::config::{AccountSettings, Settings};
use crate::engine::ruleset::RuleSet;
use crate::engine::subject::Context;
use crate::model::id::UserId;
use crate::model::message::InboundMessage;
use crate::platform::{DecodeFault, DecodeLine, Inbound, Unsaid};

/// How often a terminal is told how far it is.
const PROGRESS: Duration = Duration::from_millis(200);
/// Bad lines that are kept to be named.
const NAMED: usize = 20;

/// What a message is put to, and for whom.
pub(super) struct Replay<'r> {
    /// The old set and the new one.
    pub sets: [&'r RuleSet; 2],
    pub settings: &'r Settings,
    /// The accounts whose messages count; never empty.
    pub accounts: &'r [&'r AccountSettings],
    /// Of the platform of the accounts.
    pub decode_line: DecodeLine,
    pub unsaid: Unsaid,
    /// Whether each line is a message as it stands.
    pub is_plain: bool,
}

/// What came of all lines.
#[derive(Default)]
pub(super) struct Replayed {
    pub comparison: Comparison,
    /// Lines that are no messages to the accounts: of other accounts, of their own, of unknown kinds.
    pub left_out: u64,
    /// Lines that cannot be read; the first of them by number.
    pub bad: BTreeMap<u64, DecodeFault>,
    pub bad_lines: u64,
}

impl Replay<'_> {
    /// Puts every message of a source to both sets.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn run(&self, session: &Session, source: &Source) -> anyhow::Result<Replayed> {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let (batches, waiting) = sync_channel::<Batch>(2 * workers);
        let waiting = Mutex::new(waiting);
        thread::scope(|scope| {
            let work = || {
                let mut replayed = Replayed::default();
                // the lock is held while waiting: one worker waits, the others wait for him
                while let Some(batch) = waiting.lock().ok().and_then(|waiting| waiting.recv().ok()) {
                    self.take(&batch, &mut replayed);
                }
                replayed
            };
            let working: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let read = feed(session, self.settings, source, batches);
            let mut all = Replayed::default();
            for worker in working {
                all.merge(worker.join().map_err(|_| anyhow!("a worker ended in disorder"))?);
            }
            read.map(|()| all)
        })
    }

    fn take(&self, batch: &Batch, replayed: &mut Replayed) {
        for (number, line) in (batch.first..).zip(batch.bytes.split(|byte| *byte == b'\n')) {
            let line = line.trim_ascii();
            if line.is_empty() || line == b"\xEF\xBB\xBF" {
                continue;
            }
            match self.read(line) {
                Err(fault) => replayed.refuse(number, fault),
                Ok((Inbound::Unknown { .. }, _)) => replayed.left_out += 1,
                Ok((Inbound::Message(message), at)) => self.put(number, &message, at, replayed),
            }
        }
    }

    fn read(&self, line: &[u8]) -> Result<(Inbound, Timestamp), DecodeFault> {
        if !self.is_plain {
            return (self.decode_line)(line, &self.unsaid);
        }
        let text = std::str::from_utf8(line).map_err(|_| DecodeFault::NotUtf8)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Ok((Inbound::Message(self.unsaid.message(text.to_owned())), self.unsaid.at))
    }

    fn put(&self, number: u64, message: &InboundMessage, received_at: Timestamp, replayed: &mut Replayed) {
        let is_own = message.sender == message.account && message.account != UserId::SOMEBODY;
        let Some(account) = self.account_for(message.account).filter(|_| !is_own) else {
            replayed.left_out += 1;
            return;
        };
        let profile = account.profile;
        let context = Context { received_at, zone: &account.zone, account_name: &account.name, profile };
        replayed.comparison.compare(number, message, &context, self.sets);
    }

    /// The account that a message is for, as the server would find it; messages of strangers count as its
    /// own, because a recording may come from elsewhere.
    fn account_for(&self, receiver: UserId) -> Option<&AccountSettings> {
        let listed = self.settings.accounts.iter().find(|account| account.id == Some(receiver));
        match listed {
            Some(listed) => self.accounts.iter().copied().find(|account| account.name == listed.name),
            None => {
                let without_id = self.accounts.iter().find(|account| account.id.is_none());
                without_id.or(self.accounts.first()).copied()
            }
        }
    }
}

/// Hands the source to the workers, and says on a terminal how far it is.
fn feed(
    session: &Session,
    settings: &Settings,
    source: &Source,
    batches: SyncSender<Batch>,
) -> anyhow::Result<()> {
    let is_seen = std::io::stderr().is_terminal();
    let (mut lines, mut told) = (0, Instant::now());
    let mut was_told = false;
    let read = source.read(session, settings, &mut |batch| {
        lines += batch.lines;
        if is_seen && told.elapsed() >= PROGRESS {
            let text = session.say(format!("{lines} messages …"), format!("{lines} 条消息……"));
            let _ = write!(std::io::stderr(), "\r{text}");
            (told, was_told) = (Instant::now(), true);
        }
        batches.send(batch).is_ok()
    });
    if was_told {
        // what follows takes the place of this line
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    read
}

impl Replayed {
    fn refuse(&mut self, number: u64, fault: DecodeFault) {
        self.bad_lines += 1;
        self.bad.insert(number, fault);
        while self.bad.len() > NAMED {
            self.bad.pop_last();
        }
    }

    fn merge(&mut self, other: Self) {
        self.comparison.merge(other.comparison);
        self.left_out += other.left_out;
        let bad_lines = self.bad_lines + other.bad_lines;
        other.bad.into_iter().for_each(|(number, fault)| self.refuse(number, fault));
        self.bad_lines = bad_lines;
    }
}
