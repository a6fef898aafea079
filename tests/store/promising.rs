//! What a message leaves behind.

use fanreply::engine::effect::contact::ContactChange;
use fanreply::engine::effect::delivery::NewDelivery;
use fanreply::model::delivery::{Again, DeliveryState, EndReason};
use fanreply::store::{Held, Recorded};
use tokio::task::JoinSet;

use crate::stand::{LEASE, Promising, SENT, Stand, at, message, rule, step, user};

fn step_again(again: Again, due: i64, text: &str) -> NewDelivery {
    NewDelivery { again, ..step(due, &[text]) }
}

#[tokio::test]
async fn a_repeat_gets_the_stored_answer() {
    let stand = Stand::open();
    let first = message(7, 0, "hi").promising(step(60, &["later"]));
    assert_eq!(stand.store.record(first.clone()).await, Ok(Recorded::First));
    let stand = stand.restart().await;
    // the rules have changed between the tries
    let mut second = first.clone();
    second.answer = None;
    second.received_at = at(5);
    second.effects.deliveries[0].rule = rule("other");
    let answer = first.answer.clone();
    assert_eq!(stand.store.record(second).await, Ok(Recorded::Repeat { answer }));
    assert_eq!(stand.pending_texts(7).await, ["later"]);
    assert_eq!(stand.store.contact(user(1), user(7)).await.unwrap().replied_at, Some(at(0)));
    let mut silent = message(7, 1, "…");
    silent.answer = None;
    assert_eq!(stand.store.record(silent.clone()).await, Ok(Recorded::First));
    assert_eq!(stand.store.record(silent).await, Ok(Recorded::Repeat { answer: None }));
}

#[tokio::test]
async fn restart_replaces_what_is_pending() {
    let stand = Stand::open();
    let restart = |due, text| step_again(Again::Restart, due, text);
    let other_step = NewDelivery { step: Some(1), ..step(90, &["other step"]) };
    let first = message(7, 0, "a").promising(restart(60, "one")).promising(other_step);
    stand.store.record(first).await.unwrap();
    stand.store.record(message(8, 0, "a").promising(restart(60, "other sender"))).await.unwrap();
    stand.store.record(message(7, 10, "b").promising(restart(70, "two"))).await.unwrap();
    assert_eq!(stand.pending_texts(7).await, ["two", "other step"]);
    assert_eq!(stand.pending_texts(8).await, ["other sender"]);
    let ended = stand.store.history(10).await.unwrap();
    assert_eq!(ended.len(), 1);
    let end = ended[0].end.unwrap();
    assert_eq!((ended[0].state, end.reason, end.at), (DeliveryState::Cancelled, EndReason::Replaced, at(10)));
    assert_eq!(stand.store.next_due(&Held::default()).await, Ok(Some(at(60))));
}

#[tokio::test]
async fn what_is_being_sent_is_not_replaced() {
    let stand = Stand::open();
    let restart = |due, text| step_again(Again::Restart, due, text);
    stand.store.record(message(7, 0, "a").promising(restart(60, "one"))).await.unwrap();
    let one = stand.claim_one(60).await;
    stand.store.record(message(7, 61, "b").promising(restart(62, "two"))).await.unwrap();
    assert!(stand.claim(70).await.is_empty(), "the first is still being sent");
    assert!(stand.finish(&one, SENT, 71).await);
    assert_eq!(stand.claim_one(71).await.delivery.reply.rendered(), "two");
}

#[tokio::test]
async fn keep_keeps_what_is_pending() {
    let stand = Stand::open();
    let keep = |due, text| step_again(Again::Keep, due, text);
    stand.store.record(message(7, 0, "a").promising(keep(60, "one"))).await.unwrap();
    stand.store.record(message(7, 1, "b").promising(keep(61, "two"))).await.unwrap();
    assert_eq!(stand.pending_texts(7).await, ["one"]);
    let one = stand.claim_one(60).await;
    stand.finish(&one, SENT, 60).await;
    stand.store.record(message(7, 62, "c").promising(keep(90, "three"))).await.unwrap();
    assert_eq!(stand.pending_texts(7).await, ["three"]);
}

#[tokio::test]
async fn add_adds_to_what_is_pending() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(60, &["one", "two"]))).await.unwrap();
    stand.store.record(message(7, 1, "b").promising(step(30, &["earlier"]))).await.unwrap();
    assert_eq!(stand.pending_texts(7).await, ["earlier", "one", "two"]);
    let parts: Vec<_> = stand.pending(7).await.iter().map(|delivery| delivery.part).collect();
    assert_eq!(parts, [0, 0, 1]);
}

#[tokio::test]
async fn a_window_only_grows_until_the_sender_leaves() {
    let stand = Stand::open();
    let change = async |second: i64, contact: ContactChange| {
        let mut commit = message(7, second, "x");
        commit.effects.contact = contact;
        stand.store.record(commit).await.unwrap();
        stand.store.contact(user(1), user(7)).await.unwrap()
    };
    let opens = |until| ContactChange { opens_until: Some(at(until)), ..Default::default() };
    assert_eq!(change(0, opens(100)).await.window_closes, Some(at(100)));
    assert_eq!(change(1, opens(90)).await.window_closes, Some(at(100)));
    assert_eq!(change(2, opens(110)).await.window_closes, Some(at(110)));
    let leaves = ContactChange { closes: Some(EndReason::Unfollowed), ..Default::default() };
    let left = change(3, leaves).await;
    assert_eq!((left.window_closes, left.left), (None, Some((EndReason::Unfollowed, at(3)))));
    let back = change(4, opens(105)).await;
    assert_eq!((back.window_closes, back.replied_at), (Some(at(105)), None));
    assert_eq!(back.left, left.left, "what was promised before is over");
    let answered = ContactChange { replied: true, answered: Some(rule("人工")), ..Default::default() };
    let after = change(5, answered).await;
    assert_eq!((after.replied_at, after.window_closes), (Some(at(5)), Some(at(105))));
    assert_eq!(after.answered, [(rule("人工"), at(5))]);
    assert_eq!(stand.store.contact(user(2), user(7)).await.unwrap(), Default::default());
}

#[tokio::test]
async fn many_records_wait_for_one_disk_write() {
    let stand = Stand::open();
    let mut callers = JoinSet::new();
    for n in 0..1_000 {
        let store = stand.store.clone();
        callers.spawn(async move { store.record(message(n + 1, 0, "a").promising(step(60, &["b"]))).await });
    }
    assert!(callers.join_all().await.iter().all(|recorded| *recorded == Ok(Recorded::First)));
    let commits = stand.store.commits();
    assert!(commits <= 20, "{commits} commits for 1000 records");
    assert_eq!(stand.store.depth(at(0)).await.unwrap().pending, 1_000);
}

#[tokio::test]
async fn a_fan_is_forgotten_in_every_table() {
    let stand = Stand::open();
    for sender in [7, 8] {
        let mut commit = message(sender, 0, "a").promising(step(60, &["one", "two"]));
        commit.effects.contact.answered = Some(rule("r"));
        stand.store.record(commit).await.unwrap();
    }
    assert_eq!(stand.store.forget(user(7)).await, Ok(5), "a message, a contact, an answer, two deliveries");
    assert_eq!(stand.store.forget(user(7)).await, Ok(0));
    let again = stand.store.record(message(7, 0, "a")).await;
    assert_eq!(again, Ok(Recorded::First));
    assert_eq!(stand.pending_texts(8).await, ["one", "two"]);
}

#[tokio::test]
async fn what_is_old_is_pruned_and_what_is_promised_stays() {
    let stand = Stand::open();
    for n in 0..1_200 {
        let commit = message(n + 1, 0, "a").promising(step(10, &["sent"]));
        stand.store.record(commit).await.unwrap();
    }
    stand.store.record(message(5_000, 0, "a").promising(step(2_000_000, &["pending"]))).await.unwrap();
    for claimed in stand.store.claim(at(10), 5_000, LEASE, &Held::default()).await.unwrap() {
        stand.finish(&claimed, SENT, 11).await;
    }
    assert_eq!(stand.store.prune(at(0)).await, Ok(0));
    // 1200 deliveries, messages and contacts, and the contact of the one whose window has closed too
    assert_eq!(stand.store.prune(at(1_000_000)).await, Ok(3 * 1_200 + 1));
    assert_eq!(stand.store.history(10).await, Ok(vec![]));
    assert_eq!(stand.pending_texts(5_000).await, ["pending"]);
    let repeat = stand.store.record(message(5_000, 0, "a")).await.unwrap();
    assert!(matches!(repeat, Recorded::Repeat { answer: Some(_) }));
}
