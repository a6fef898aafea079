//! The whole flow beside a disk that is stuck, which only the store itself can be made to play.

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::account::token::Token;
use crate::engine::in_service::InService;
use crate::language::load;
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::store::Store;

const RULES: &str = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n    follow_up: {after: 2h, text: 还在吗}\n";
const BODY: &[u8] =
    r#"{"type":"text","receiver_id":1,"sender_id":2,"created_at":"Mon Nov 23 12:00:00 +0800 2026","text":"下单"}"#
        .as_bytes();

fn responder(store: &Store, metrics: &Metrics) -> Responder {
    let surroundings = Surroundings::default();
    let loaded = load(&RuleSource::of_texts([("a.yaml", RULES)]), &surroundings);
    let rules = InService::default();
    rules.swap(Arc::new(loaded.ruleset.unwrap()));
    let account = Account {
        name: "shop".to_owned(),
        id: None,
        secret: "secret".into(),
        token: Token::new(Some("token".into()), None),
        rules,
        zone: surroundings.zone,
        pace: 1.0,
        profile: surroundings.profile,
    };
    let accounts = Arc::new(Accounts { all: vec![account] });
    Responder::new(
        accounts,
        Clock::manual(Timestamp::UNIX_EPOCH),
        None,
        FanData::new(store.clone(), None),
        metrics.clone(),
    )
}

/// The answer to a push that arrived so long ago.
async fn answer(responder: &Responder, ago: Duration) -> PassiveAnswer {
    let signers: Vec<&Account> = responder.accounts.all.iter().collect();
    let profile = signers[0].profile;
    let deadline = Deadline::of(Instant::now() - ago);
    let admitted =
        Admitted { signers, profile, named: true, once: None, received_at: responder.clock.now(), deadline };
    responder.push(admitted, BODY).await.unwrap()
}

#[tokio::test]
async fn an_answer_does_not_wait_for_a_stuck_disk_beyond_its_deadline() {
    let (store, metrics) = (Store::in_memory().unwrap(), Metrics::new());
    let expected = answer(&responder(&Store::in_memory().unwrap(), &metrics), Duration::ZERO).await;
    assert!(expected.is_some());
    let responder = responder(&store, &metrics);
    let release = store.stick();
    tokio::task::yield_now().await;
    let began = Instant::now();
    let said = answer(&responder, Duration::from_millis(4_300)).await;
    let (waited, left) = (began.elapsed(), Duration::from_millis(200));
    assert!(left <= waited && waited < 10 * left, "{waited:?}");
    let page = metrics.encode();
    assert!(page.contains("fanreply_store_errors_total{error=\"slow\"} 1\n"), "{page}");
    assert!(page.contains("fanreply_not_sent_total 0\n"), "{page}");
    assert_eq!(answer(&responder, Duration::ZERO).await, said, "a repeat does not wait again");
    drop(release);
    let [account, sender] = [1, 2].map(|id| UserId::new(id).unwrap());
    assert_eq!(store.pending_of(account, sender).await.unwrap().len(), 1, "it is kept all the same");
    assert_eq!(said, expected);
}
