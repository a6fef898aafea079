//! The store: what is promised, and what must be known to keep it, beyond a restart. Everyone else speaks to
//! [`Store`] alone; an engine below it holds the SQL.

mod claimed;
mod commit;
mod contact;
mod fault;
mod finish;
mod held;
mod recent_line;
mod rule_sets;
mod sqlite;

pub use claimed::Claimed;
pub use commit::{Commit, PassiveAnswer, Recorded};
pub use contact::Contact;
pub use fault::StoreFault;
pub use finish::Finish;
pub use held::Held;
use jiff::{SignedDuration, Timestamp};
pub use recent_line::RecentLine;
pub use rule_sets::{KeptSet, Pin};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::language::source::RuleSource;
use crate::model::delivery::{Delivery, DeliveryId};
use crate::model::depth::Depth;
use crate::model::id::{RuleName, UserId};
use crate::telemetry::Metrics;
use rule_sets::{packed, unpacked};
use sqlite::column::At;
use sqlite::contacts::contact_of;
use sqlite::record::record;
use sqlite::{Sqlite, erase, outbox, recent, rule_sets as sets};

/// How many rows of a table are pruned at once, so that nobody waits long behind it.
const PRUNED_AT_ONCE: usize = 500;

/// An open store. Clones share it. Every call waits until the disk has what it changed.
///
/// # Errors
///
/// A call fails when the file cannot be written or is damaged, and once the store is closed.
#[derive(Clone)]
pub struct Store(Arc<Sqlite>);

impl Store {
    /// Opens the file for this process alone, and makes it if there is none. What a crash left in flight is
    /// due again, except for replies that may be sent only once. It blocks.
    ///
    /// # Errors
    /// See [`StoreFault`]; the file is then as it was.
    pub fn open(path: &Path) -> Result<Self, StoreFault> {
        Sqlite::open(path).map(Arc::new).map(Self)
    }

    /// As [`Store::open`], but a full disk and what else may pass by itself is waited for: every call fails until then.
    /// It blocks.
    ///
    /// # Errors
    /// See [`StoreFault`]; only what will not pass.
    pub fn open_or_wait(path: &Path) -> Result<Self, StoreFault> {
        Sqlite::open_or_wait(path).map(Arc::new).map(Self)
    }

    /// Why nothing can be promised now. It touches no disk.
    pub fn fault(&self) -> Option<StoreFault> {
        self.0.shown.fault()
    }

    /// A store without a file, which ends with its last clone: what it promises is not to be kept. Errors:
    /// there is no thread to be had for it.
    pub fn in_memory() -> Result<Self, StoreFault> {
        Sqlite::in_memory().map(Arc::new).map(Self)
    }

    /// Counts what it does there from now on; only the first to say so is heard.
    pub fn count_in(&self, metrics: Metrics) {
        self.0.count_in(metrics);
    }

    /// Records a message with its answer, what it says of its sender, and what it promises; or, when it was
    /// recorded before, tells what it was answered.
    pub async fn record(&self, commit: Commit) -> Result<Recorded, StoreFault> {
        let has_open_deliveries = self.0.shown.has_open_deliveries.clone();
        self.0
            .ask(move |db| {
                has_open_deliveries.fetch_or(!commit.effects.deliveries.is_empty(), Ordering::Relaxed);
                record(db, &commit)
            })
            .await
    }

    /// Whether something may be promised still, so that what a fan does is worth remembering whatever the
    /// rules have become. It touches no disk; that all was kept is noticed by [`Store::expire`].
    pub fn has_open_deliveries(&self) -> bool {
        self.0.shown.has_open_deliveries.load(Ordering::Relaxed)
    }

    /// Claims up to `limit` deliveries that are due, none of an account that is held: the first in each sender's
    /// line, fairly over the accounts. Until its lease runs out nobody else gets one.
    pub async fn claim(
        &self,
        now: Timestamp,
        limit: usize,
        lease: SignedDuration,
        held: &Held,
    ) -> Result<Vec<Claimed>, StoreFault> {
        let held = held.clone();
        self.0.ask(move |db| outbox::claim(db, now, limit, lease, &held)).await
    }

    /// Says what became of a delivery that was claimed. False: this try is not the last one any more, or the
    /// delivery has ended or was forgotten; nothing was changed.
    pub async fn finish(
        &self,
        claimed: &Claimed,
        finish: Finish,
        now: Timestamp,
    ) -> Result<bool, StoreFault> {
        let (id, attempt) = (claimed.delivery.id, claimed.delivery.attempt);
        self.0.ask(move |db| outbox::finish(db, id, attempt, finish, now)).await
    }

    /// Says what became of many, in one transaction; returns those of which nothing was changed.
    pub async fn finish_all(
        &self,
        finished: &[(Claimed, Finish)],
        now: Timestamp,
    ) -> Result<Vec<DeliveryId>, StoreFault> {
        let tries = finished.iter().map(|(claimed, finish)| {
            let delivery = &claimed.delivery;
            (delivery.id, delivery.attempt, *finish)
        });
        let tries: Vec<_> = tries.collect();
        self.0.ask(move |db| outbox::finish_all(db, &tries, now)).await
    }

    /// The earliest moment at which there is something to claim, the end of a lease included; it may have
    /// passed.
    pub async fn next_due(&self, held: &Held) -> Result<Option<Timestamp>, StoreFault> {
        let held = held.clone();
        self.0.ask(move |db| outbox::next_due(db, &held)).await
    }

    /// How much is promised. It costs the same however much that is.
    pub async fn depth(&self, now: Timestamp) -> Result<Depth, StoreFault> {
        self.0.ask(move |db| outbox::depth(db, now)).await
    }

    /// What is known of a sender.
    pub async fn contact(&self, account: UserId, sender: UserId) -> Result<Contact, StoreFault> {
        self.0.ask(move |db| contact_of(db, account, sender)).await
    }

    /// What is promised to a sender by an account, in the order in which it will be sent.
    pub async fn pending_of(&self, account: UserId, sender: UserId) -> Result<Vec<Delivery>, StoreFault> {
        self.0.ask(move |db| outbox::open_in_line(db, account, sender)).await
    }

    /// What ended, the last first.
    pub async fn history(&self, limit: usize) -> Result<Vec<Delivery>, StoreFault> {
        self.0.ask(move |db| outbox::ended_last(db, limit)).await
    }

    /// Records messages, and lets go of the oldest beyond `most`.
    pub async fn keep_recent(&self, lines: Vec<RecentLine>, most: u32) -> Result<(), StoreFault> {
        self.0.ask(move |db| recent::keep_recent(db, &lines, most)).await
    }

    /// Up to `limit` recorded messages behind this number, the oldest first, each with its number.
    pub async fn recent_after(&self, number: i64, limit: u32) -> Result<Vec<(i64, String)>, StoreFault> {
        self.0.ask(move |db| recent::recent_after(db, number, limit)).await
    }

    /// Deletes all recorded messages but the last `most`; tells how many that were. None of their words is
    /// left in a file.
    pub async fn trim_recent(&self, most: u32) -> Result<usize, StoreFault> {
        self.0.erase(move |db| recent::trim_recent(db, most)).await
    }

    /// Deletes everything about a fan, whatever the account; tells how many rows that were. None of his words
    /// is left in a file.
    pub async fn forget(&self, sender: UserId) -> Result<usize, StoreFault> {
        self.0.erase(move |db| erase::forget(db, sender)).await
    }

    /// Deletes what ended before, messages and contacts of before, a little at a time; tells how many rows
    /// that were. What is still promised stays.
    pub async fn prune(&self, before: Timestamp) -> Result<usize, StoreFault> {
        let mut deleted = 0;
        loop {
            let some = self.0.ask(move |db| erase::prune(db, At(before), PRUNED_AT_ONCE)).await?;
            deleted += some;
            if some == 0 {
                return Ok(deleted);
            }
        }
    }

    /// Ends what can no longer be sent because its window has closed, also that of accounts that may not send,
    /// a little at a time; tells how much that was.
    pub async fn expire(&self, now: Timestamp) -> Result<usize, StoreFault> {
        let mut ended = 0;
        loop {
            let some = self.0.ask(move |db| outbox::expire(db, now, PRUNED_AT_ONCE)).await?;
            ended += some;
            if some == 0 {
                break;
            }
        }
        let has_open_deliveries = self.0.shown.has_open_deliveries.clone();
        self.0
            .ask(move |db| {
                has_open_deliveries.store(outbox::is_any_open(db)?, Ordering::Relaxed);
                Ok(())
            })
            .await?;
        Ok(ended)
    }

    /// How many transactions there were since it was opened: many calls share one.
    pub fn commits(&self) -> u64 {
        self.0.commits()
    }

    /// Finishes what was asked before, brings all into the file itself, and lets go of it. Every later call
    /// fails.
    ///
    /// # Errors
    /// The file could not be brought up to date; nothing is lost by that.
    pub async fn close(&self) -> Result<(), StoreFault> {
        self.0.close().await
    }
}

/// The sets of rules that served, by folder. What a reload does waits on its own thread.
///
/// # Errors
///
/// As above.
impl Store {
    /// The sets of a folder, the newest first.
    pub async fn rule_sets(&self, folder: &str) -> Result<Vec<KeptSet>, StoreFault> {
        let folder = folder.to_owned();
        self.0.ask(move |db| sets::rule_sets(db, &folder)).await
    }

    /// As [`Store::rule_sets`].
    pub fn rule_sets_blocking(&self, folder: &str) -> Result<Vec<KeptSet>, StoreFault> {
        let folder = folder.to_owned();
        self.0.ask_blocking(move |db| sets::rule_sets(db, &folder))
    }

    /// Keeps a set that came to serve, unless it is the newest already, and lets go of the oldest. It has its number then.
    pub fn keep_rules_blocking(
        &self,
        folder: &str,
        set: KeptSet,
        source: &RuleSource,
    ) -> Result<KeptSet, StoreFault> {
        let (folder, source) = (folder.to_owned(), packed(source));
        self.0.ask_blocking(move |db| sets::keep_rules(db, &folder, &set, &source))
    }

    /// The files of a set of this folder; none where there is no such set, or its files are damaged.
    pub fn rule_source_blocking(&self, folder: &str, number: i64) -> Result<Option<RuleSource>, StoreFault> {
        let folder = folder.to_owned();
        let packed = self.0.ask_blocking(move |db| sets::rule_source(db, &folder, number))?;
        Ok(packed.and_then(|bytes| unpacked(&bytes)))
    }

    /// The set of this folder that was brought back, if one was.
    pub fn rule_pin_blocking(&self, folder: &str) -> Result<Option<Pin>, StoreFault> {
        let folder = folder.to_owned();
        self.0.ask_blocking(move |db| sets::rule_pin(db, &folder))
    }

    /// Says which set was brought back; none when the files serve again.
    pub fn pin_rules_blocking(&self, folder: &str, pin: Option<Pin>) -> Result<(), StoreFault> {
        let folder = folder.to_owned();
        self.0.ask_blocking(move |db| sets::pin_rules(db, &folder, pin))
    }

    /// How many follow-ups of these rules are pending, for each rule that has some.
    pub fn pending_of_rules_blocking(
        &self,
        rules: Vec<RuleName>,
        accounts: Option<Vec<UserId>>,
    ) -> Result<Vec<(RuleName, u64)>, StoreFault> {
        if rules.is_empty() || !self.has_open_deliveries() {
            return Ok(Vec::new());
        }
        self.0.ask_blocking(move |db| sets::pending_of_rules(db, &rules, accounts.as_deref()))
    }
}

#[cfg(test)]
impl Store {
    /// The writer waits until it is told or the sender is gone, as it does for a disk that is stuck.
    pub(crate) fn stick(&self) -> std::sync::mpsc::Sender<()> {
        let (release, released) = std::sync::mpsc::channel();
        let store = self.clone();
        tokio::spawn(async move { store.0.ask(move |_| Ok(released.recv().is_ok())).await });
        release
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.path).finish()
    }
}
