//! A store in a folder of its own, and messages to record in it.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use fanreply::engine::effect::Effects;
use fanreply::engine::effect::contact::ContactChange;
use fanreply::engine::effect::delivery::NewDelivery;
use fanreply::model::delivery::{Again, Delivery, EndReason};
use fanreply::model::id::{RuleName, UserId};
use fanreply::model::key::MessageKey;
use fanreply::model::kind::Kind;
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::model::reply::Reply;
use fanreply::store::{Claimed, Commit, Finish, Held, Store};
use jiff::{SignedDuration, Timestamp};

pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
pub const SENT: Finish = Finish::End(EndReason::Sent, None);

pub struct Stand {
    pub folder: tempfile::TempDir,
    pub store: Store,
}

impl Stand {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&file_in(folder.path())).unwrap();
        Self { folder, store }
    }

    pub fn path(&self) -> PathBuf {
        file_in(self.folder.path())
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn restart(self) -> Self {
        self.store.close().await.unwrap();
        let store = Store::open(&self.path()).unwrap();
        Self { store, ..self }
    }

    pub async fn claim(&self, second: i64) -> Vec<Claimed> {
        self.store.claim(at(second), 100, LEASE, &Held::default()).await.unwrap()
    }

    pub async fn claim_one(&self, second: i64) -> Claimed {
        let mut claimed = self.claim(second).await;
        assert_eq!(claimed.len(), 1, "{claimed:?}");
        claimed.remove(0)
    }

    pub async fn finish(&self, claimed: &Claimed, finish: Finish, second: i64) -> bool {
        self.store.finish(claimed, finish, at(second)).await.unwrap()
    }

    pub async fn pending(&self, sender: u64) -> Vec<Delivery> {
        self.store.pending_of(user(1), user(sender)).await.unwrap()
    }

    /// The texts that are promised to a sender, in order.
    pub async fn pending_texts(&self, sender: u64) -> Vec<String> {
        self.pending(sender).await.iter().map(|delivery| delivery.reply.rendered()).collect()
    }
}

pub fn file_in(folder: &Path) -> PathBuf {
    folder.join("fanreply.db")
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub fn user(id: u64) -> UserId {
    UserId::new(id).unwrap()
}

pub fn rule(name: &str) -> RuleName {
    RuleName::new(name)
}

/// A text of a sender at a second. It was answered with `answer to TEXT`, and promises nothing.
pub fn message(sender: u64, second: i64, text: &str) -> Commit {
    let (account, sender, created_at) = (user(1), user(sender), at(second));
    let content = Content::Text(text.to_owned());
    let inbound =
        InboundMessage { account, sender, created_at, platform_id: None, format: Format::Json, content };
    Commit {
        key: MessageKey::of(&inbound),
        account,
        sender,
        kind: Kind::Text,
        received_at: created_at,
        answer: Some((Format::Json, Bytes::from(format!("answer to {text}")))),
        effects: Effects {
            contact: ContactChange {
                opens_until: Some(at(second + 172_800)),
                replied: true,
                ..Default::default()
            },
            deliveries: Vec::new(),
        },
    }
}

/// These texts, promised for a second by the rule `r`.
pub fn step(due: i64, texts: &[&str]) -> NewDelivery {
    NewDelivery {
        rule: rule("r"),
        step: Some(0),
        again: Again::Add,
        due: at(due),
        expires: at(172_800),
        unless_replied: true,
        unless_answered_by: vec![rule("人工客服")],
        single: false,
        replies: texts.iter().map(|text| Reply::Text((*text).to_owned())).collect(),
    }
}

pub trait Promising {
    fn promising(self, step: NewDelivery) -> Self;
}

impl Promising for Commit {
    fn promising(mut self, step: NewDelivery) -> Self {
        self.effects.deliveries.push(step);
        self
    }
}
