//! Whose turn it is, and what becomes of it.

use fanreply::engine::effect::delivery::NewDelivery;
use fanreply::model::delivery::{Again, DeliveryState, EndReason};
use fanreply::model::depth::Depth;
use fanreply::store::{Claimed, Finish, Held};
use jiff::SignedDuration;

use crate::stand::{Promising, SENT, Stand, at, message, rule, step, user};

#[tokio::test]
async fn what_becomes_of_many_is_one_transaction_and_says_what_was_not_changed() {
    let stand = Stand::open();
    for sender in 1..=20 {
        stand.store.record(message(sender, 0, "x").promising(step(60, &["y"]))).await.unwrap();
    }
    let claimed = stand.claim(60).await;
    assert!(stand.finish(&claimed[3], SENT, 60).await);
    let (ended, commits) = (claimed[3].delivery.id, stand.store.commits());
    let finished: Vec<_> = claimed.into_iter().map(|claimed| (claimed, SENT)).collect();
    assert_eq!(stand.store.finish_all(&finished, at(61)).await, Ok(vec![ended]));
    assert_eq!(stand.store.commits(), commits + 1);
    assert_eq!(stand.store.next_due(&Held::default()).await, Ok(None));
}

#[tokio::test]
async fn a_claim_holds_all_that_judging_and_sending_need() {
    let stand = Stand::open();
    let mut commit = message(7, 5, "a").promising(step(60, &["再见\0"]));
    commit.effects.contact.answered = Some(rule("人工客服"));
    stand.store.record(commit).await.unwrap();
    assert!(stand.claim(59).await.is_empty());
    let Claimed { delivery, contact } = stand.claim_one(60).await;
    assert_eq!((delivery.account, delivery.sender, delivery.attempt), (user(1), user(7), 1));
    assert_eq!((delivery.rule.as_str(), delivery.step, delivery.part), ("r", Some(0), 0));
    assert_eq!((delivery.created, delivery.due, delivery.expires), (at(5), at(60), at(172_800)));
    assert_eq!((delivery.reply.rendered().as_str(), delivery.unless_replied), ("再见\0", true));
    assert_eq!(delivery.unless_answered_by, [rule("人工客服")]);
    assert_eq!((contact.window_closes, contact.left), (Some(at(172_805)), None));
    // the message that promised it is no reply to it
    assert_eq!(contact.replied_at, Some(delivery.created));
    assert_eq!(contact.answered, [(rule("人工客服"), at(5))]);
}

#[tokio::test]
async fn a_sender_gets_his_messages_in_order() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(60, &["one", "two"]))).await.unwrap();
    stand.store.record(message(7, 1, "b").promising(step(61, &["three"]))).await.unwrap();
    stand.store.record(message(8, 1, "b").promising(step(61, &["other"]))).await.unwrap();
    let claimed = stand.claim(100).await;
    let texts: Vec<_> = claimed.iter().map(|claimed| claimed.delivery.reply.rendered()).collect();
    assert_eq!(texts, ["one", "other"], "one at a time for each sender");
    // what waits for its retry holds back what comes after it
    stand.finish(&claimed[0], Finish::RetryAt(at(130), Some(10001)), 100).await;
    stand.finish(&claimed[1], SENT, 100).await;
    assert!(stand.claim(129).await.is_empty());
    assert_eq!(stand.store.next_due(&Held::default()).await, Ok(Some(at(130))));
    for (text, attempt) in [("one", 2), ("two", 1), ("three", 1)] {
        let claimed = stand.claim_one(130).await;
        assert_eq!((claimed.delivery.reply.rendered().as_str(), claimed.delivery.attempt), (text, attempt));
        stand.finish(&claimed, SENT, 130).await;
    }
    assert_eq!(stand.store.next_due(&Held::default()).await, Ok(None));
}

#[tokio::test]
async fn an_earlier_promise_overtakes_a_later_one() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(7_200, &["in two hours"]))).await.unwrap();
    stand.store.record(message(7, 10, "b").promising(step(10, &["at once"]))).await.unwrap();
    let now = stand.claim_one(10).await;
    assert_eq!(now.delivery.reply.rendered(), "at once");
    stand.finish(&now, SENT, 10).await;
    assert_eq!(stand.store.next_due(&Held::default()).await, Ok(Some(at(7_200))));
}

#[tokio::test]
async fn a_lease_that_ran_out_is_claimed_again() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(60, &["one"]))).await.unwrap();
    assert_eq!(stand.claim_one(60).await.delivery.attempt, 1);
    assert!(stand.claim(119).await.is_empty());
    assert_eq!(stand.store.next_due(&Held::default()).await, Ok(Some(at(120))));
    assert_eq!(stand.claim_one(120).await.delivery.attempt, 2);
}

#[tokio::test]
async fn an_old_claim_cannot_finish_a_row_that_another_has() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(60, &["one"]))).await.unwrap();
    let (old, new) = (stand.claim_one(60).await, stand.claim_one(120).await);
    let failed = Finish::End(EndReason::Refused, Some(20301));
    assert!(!stand.finish(&old, failed, 121).await);
    assert!(stand.finish(&new, SENT, 121).await);
    assert!(!stand.finish(&new, failed, 122).await, "it has ended");
    let history = stand.store.history(10).await.unwrap();
    assert_eq!((history.len(), history[0].state, history[0].code), (1, DeliveryState::Sent, None));
}

#[tokio::test]
async fn what_was_put_back_was_not_tried() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(60, &["one"]))).await.unwrap();
    let claimed = stand.claim_one(60).await;
    assert!(stand.finish(&claimed, Finish::PutBack(at(90)), 60).await);
    let pending = stand.pending(7).await;
    assert_eq!((pending[0].state, pending[0].attempt), (DeliveryState::Scheduled, 0));
    assert!(stand.claim(89).await.is_empty());
    assert_eq!(stand.claim_one(90).await.delivery.attempt, 1);
}

#[tokio::test]
async fn the_rest_of_a_half_answer_is_not_sent() {
    let stand = Stand::open();
    let promise = message(7, 0, "a").promising(step(60, &["one", "two", "three"]));
    stand.store.record(promise).await.unwrap();
    stand.store.record(message(7, 1, "b").promising(step(61, &["another"]))).await.unwrap();
    let one = stand.claim_one(60).await;
    stand.finish(&one, SENT, 60).await;
    let two = stand.claim_one(61).await;
    let refused = Finish::End(EndReason::Refused, Some(20301));
    stand.finish(&two, refused, 62).await;
    let history = stand.store.history(10).await.unwrap();
    let ends: Vec<_> = history.iter().map(|ended| (ended.part, ended.state, ended.code)).collect();
    let failed = DeliveryState::Failed;
    assert_eq!(ends, [(2, failed, Some(20301)), (1, failed, Some(20301)), (0, DeliveryState::Sent, None)]);
    assert_eq!(stand.claim_one(62).await.delivery.reply.rendered(), "another");
}

#[tokio::test]
async fn what_was_in_flight_at_a_stop_is_due_again() {
    let stand = Stand::open();
    stand.store.record(message(7, 0, "a").promising(step(60, &["one", "two"]))).await.unwrap();
    stand.claim_one(60).await;
    let stand = stand.restart().await;
    assert_eq!(stand.pending(7).await[0].state, DeliveryState::Retryable);
    let again = stand.claim_one(60).await;
    assert_eq!((again.delivery.reply.rendered().as_str(), again.delivery.attempt), ("one", 2));
}

#[tokio::test]
async fn a_single_reply_in_flight_is_not_repeated() {
    let single = || NewDelivery { single: true, step: None, again: Again::Add, ..step(0, &["only one"]) };
    let stand = Stand::open();
    for sender in [7, 8] {
        stand.store.record(message(sender, 0, "@").promising(single())).await.unwrap();
    }
    let lease = SignedDuration::from_secs(60);
    assert_eq!(stand.store.claim(at(0), 1, lease, &Held::default()).await.unwrap().len(), 1);
    // its lease runs out, and the other one is claimed
    let second = stand.claim_one(60).await;
    assert_eq!(second.delivery.sender, user(8));
    let stand = stand.restart().await;
    assert!(stand.claim(1_000).await.is_empty());
    let history = stand.store.history(10).await.unwrap();
    let unknown = |ended: &fanreply::model::delivery::Delivery| {
        ended.state == DeliveryState::Unknown && ended.end.unwrap().reason == EndReason::InDoubt
    };
    assert!(history.len() == 2 && history.iter().all(unknown), "{history:?}");
}

#[tokio::test]
async fn depth_tells_what_waits_and_since_when() {
    let stand = Stand::open();
    assert_eq!(stand.store.depth(at(0)).await, Ok(Depth::default()));
    stand.store.record(message(7, 0, "a").promising(step(60, &["one", "two"]))).await.unwrap();
    stand.store.record(message(8, 0, "a").promising(step(90, &["three"]))).await.unwrap();
    let depth = async |second| stand.store.depth(at(second)).await.unwrap();
    let three = Depth { pending: 3, ..Depth::default() };
    assert_eq!(depth(59).await, three);
    assert_eq!(depth(60).await, Depth { due: 2, oldest_due: Some(at(60)), ..three });
    assert_eq!(depth(90).await, Depth { due: 3, oldest_due: Some(at(60)), ..three });
    let claimed = stand.claim(90).await;
    assert_eq!((claimed.len(), depth(90).await.running), (2, 2));
    stand.finish(&claimed[0], Finish::RetryAt(at(200), None), 91).await;
    stand.finish(&claimed[1], Finish::End(EndReason::Sent, None), 91).await;
    let left = depth(91).await;
    assert_eq!((left.pending, left.running, left.retryable, left.due), (2, 0, 1, 2));
}
