//! An outbox full of promises, recorded as messages record them. It sends nothing.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use fanreply::engine::effect::Effects;
use fanreply::engine::effect::contact::ContactChange;
use fanreply::engine::effect::delivery::NewDelivery;
use fanreply::model::delivery::Again;
use fanreply::model::id::{RuleName, UserId};
use fanreply::model::key::MessageKey;
use fanreply::model::kind::Kind;
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::model::reply::Reply;
use fanreply::store::{Commit, Store};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

/// Accounts that the fans are spread over, so many that their rates are not the limit.
pub const ACCOUNTS: u64 = 16;
const FIRST_FAN: u64 = 1_700_000_000;
/// As many as one transaction takes.
const AT_ONCE: u64 = 256;

/// One delivery to each of `count` fans, due evenly from `first` on.
#[derive(Clone)]
pub struct Promised {
    pub count: u64,
    pub first: Timestamp,
    pub over: SignedDuration,
}

impl Promised {
    /// Each fan, and when his delivery is due; to the millisecond, as it is kept.
    pub fn due(&self) -> impl Iterator<Item = (UserId, Timestamp)> {
        (0..self.count).map(|number| (user(FIRST_FAN + number), self.due_of(number)))
    }

    fn due_of(&self, number: u64) -> Timestamp {
        let after = self.over.as_millis() * i128::from(number) / i128::from(self.count);
        let due = self.first.as_millisecond() + i64::try_from(after).unwrap();
        Timestamp::from_millisecond(due).unwrap()
    }
}

pub fn file(data: &Path) -> PathBuf {
    data.join("fanreply.db")
}

/// Fills the outbox of a data folder.
pub async fn fill(data: &Path, promised: &Promised) {
    std::fs::create_dir_all(data).unwrap();
    let store = Store::open(&file(data)).unwrap();
    for first in (0..promised.count).step_by(AT_ONCE as usize) {
        let mut records = JoinSet::new();
        for number in first..promised.count.min(first + AT_ONCE) {
            let (store, commit) = (store.clone(), commit(number, promised.due_of(number)));
            records.spawn(async move { store.record(commit).await.unwrap() });
        }
        records.join_all().await;
    }
    store.close().await.unwrap();
}

fn user(id: u64) -> UserId {
    UserId::new(id).unwrap()
}

fn commit(number: u64, due: Timestamp) -> Commit {
    let (account, sender) = (user(3_600_001_001 + number % ACCOUNTS), user(FIRST_FAN + number));
    let received_at = due - SignedDuration::from_hours(2);
    let expires = received_at + SignedDuration::from_hours(48);
    let content = Content::Text("我要下单".to_owned());
    let message = InboundMessage {
        account,
        sender,
        created_at: received_at,
        platform_id: None,
        format: Format::Json,
        content,
    };
    let answer = format!(
        "{{\"result\":true,\"receiver_id\":{sender},\"sender_id\":{account},\"type\":\"text\",\"data\":\"%7B%22text%22%3A%22%E5%A5%BD%E7%9A%84%22%7D\"}}"
    );
    let delivery = NewDelivery {
        rule: RuleName::new("order"),
        step: Some(0),
        again: Again::Add,
        due,
        expires,
        unless_replied: false,
        unless_answered_by: Vec::new(),
        single: false,
        replies: vec![Reply::Text("还在吗".to_owned())],
    };
    Commit {
        key: MessageKey::of(&message),
        account,
        sender,
        kind: Kind::Text,
        received_at,
        answer: Some((Format::Json, Bytes::from(answer))),
        effects: Effects {
            contact: ContactChange { opens_until: Some(expires), replied: true, ..Default::default() },
            deliveries: vec![delivery],
        },
    }
}
