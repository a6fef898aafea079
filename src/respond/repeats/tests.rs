//! Repeats of a message, as they come one after another and at the same time.

use std::task::Poll;

use super::*;
use crate::model::message::{Content, InboundMessage};

/// What a future comes to when it is asked once.
async fn once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx))).await
}

fn key(number: usize) -> MessageKey {
    MessageKey::of(&InboundMessage {
        account: UserId::SOMEBODY,
        sender: UserId::SOMEBODY,
        created_at: Timestamp::UNIX_EPOCH,
        platform_id: None,
        format: Format::Json,
        content: Content::Text(number.to_string()),
    })
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + seconds).unwrap()
}

fn said(text: &str) -> PassiveAnswer {
    Some((Format::Json, Bytes::copy_from_slice(text.as_bytes())))
}

/// The answer to a delivery of this message, which is this one if no other has been answered; and whether that is so.
async fn answer(repeats: &Arc<Repeats>, number: usize, second: i64, first: &str) -> (PassiveAnswer, bool) {
    match repeats.claim(key(number), UserId::SOMEBODY, at(second)).await {
        Ok(claim) => {
            claim.keep(&said(first));
            (said(first), true)
        }
        Err(answer) => (answer, false),
    }
}

#[tokio::test]
async fn a_repeat_gets_the_answer_of_the_first() {
    let repeats = Arc::default();
    assert_eq!(answer(&repeats, 1, 0, "first").await, (said("first"), true));
    assert_eq!(answer(&repeats, 1, 0, "second").await, (said("first"), false));
    assert_eq!(answer(&repeats, 2, 0, "other").await, (said("other"), true));
    repeats.claim(key(3), UserId::SOMEBODY, at(0)).await.unwrap().keep(&None);
    assert_eq!(answer(&repeats, 3, 0, "third").await, (None, false));
}

#[tokio::test]
async fn a_repeat_waits_for_the_first_that_is_still_being_answered() {
    let repeats = Arc::default();
    let first = Repeats::claim(&repeats, key(1), UserId::SOMEBODY, at(0)).await.unwrap();
    let mut others: Vec<_> = (0..2).map(|_| Box::pin(answer(&repeats, 1, 1, "never"))).collect();
    for other in &mut others {
        assert!(once(other).await.is_pending());
    }
    first.keep(&said("slow"));
    for other in others {
        assert_eq!(other.await, (said("slow"), false));
    }
}

#[tokio::test]
async fn a_first_that_is_given_up_lets_one_that_waits_start_anew() {
    let repeats = Arc::default();
    let first = Repeats::claim(&repeats, key(1), UserId::SOMEBODY, at(0)).await.unwrap();
    let mut second = Box::pin(answer(&repeats, 1, 5, "again"));
    assert!(once(&mut second).await.is_pending());
    drop(first);
    assert_eq!(second.await, (said("again"), true));
    assert_eq!(answer(&repeats, 1, 6, "never").await, (said("again"), false));
}

#[tokio::test]
async fn what_is_being_answered_outlives_generations_and_a_fan_who_is_forgotten() {
    let repeats = Arc::default();
    let first = Repeats::claim(&repeats, key(1), UserId::SOMEBODY, at(0)).await.unwrap();
    let mut second = Box::pin(answer(&repeats, 1, 1, "never"));
    assert!(once(&mut second).await.is_pending());
    for generation in 1..4 {
        answer(&repeats, 2, 100 * generation, "").await;
    }
    repeats.forget(UserId::SOMEBODY);
    assert!(once(&mut second).await.is_pending());
    first.keep(&said("slow"));
    assert_eq!(second.await, (said("slow"), false));
}

#[tokio::test]
async fn messages_whose_times_are_exchanged_begin_no_generation() {
    let repeats = Arc::default();
    answer(&repeats, 1, 100, "first").await;
    for number in 2..6 {
        answer(&repeats, number, 99, "").await;
    }
    assert_eq!(answer(&repeats, 1, 100, "second").await, (said("first"), false));
}

#[tokio::test]
async fn what_is_kept_is_bounded_in_time_and_number() {
    let repeats = Arc::default();
    answer(&repeats, 1, 0, "").await;
    answer(&repeats, 2, 89, "").await;
    assert!(!answer(&repeats, 1, 89, "").await.1, "the platform's last try comes within a minute");
    answer(&repeats, 3, 200, "").await;
    answer(&repeats, 4, 400, "").await;
    assert!(answer(&repeats, 1, 401, "").await.1, "forgotten after two generations");
    for number in 10..10 + 3 * MOST {
        answer(&repeats, number, 402, "").await;
    }
    let generations = repeats.lock();
    assert!(generations.young.answers.len() + generations.old.answers.len() <= 2 * MOST);
}

#[tokio::test]
async fn what_is_kept_is_bounded_in_bytes() {
    let (repeats, long) = (Arc::default(), "x".repeat(MOST_BYTES / 100));
    for number in 0..1_000 {
        answer(&repeats, number, 0, &long).await;
    }
    let generations = repeats.lock();
    let (young, old) = (generations.young.bytes.len(), generations.old.bytes.len());
    let most = MOST_BYTES + long.len();
    assert!(young <= most && old <= most && young + old > MOST_BYTES / 2, "{young} and {old}");
}

#[tokio::test]
async fn a_forgotten_fan_is_answered_anew_and_no_byte_of_his_answer_is_kept() {
    let repeats = Arc::default();
    answer(&repeats, 1, 0, "first").await;
    assert_eq!(repeats.forget(UserId::SOMEBODY), 1);
    assert_eq!(repeats.lock().young.bytes, [0; 5]);
    assert_eq!(answer(&repeats, 1, 0, "second").await, (said("second"), true));
}
