//! The sets of rules that served: the last twenty of each folder, and the one that was brought back.

use fanreply::language::source::RuleSource;
use fanreply::store::{KeptSet, Pin, Store};

use crate::stand::{Promising, Stand, at, message, rule, step, user};

fn source(number: usize) -> RuleSource {
    RuleSource::of_texts([("a.yaml", format!("# {number}\n").as_str())])
}

fn keep(store: &Store, folder: &str, number: usize) -> KeptSet {
    let source = source(number);
    let set = KeptSet { number: 0, hash: source.hash(), kept_at: at(number as i64), rules: number };
    store.keep_rules_blocking(folder, set, &source).unwrap()
}

fn kept(store: &Store, folder: &str) -> Vec<usize> {
    store.rule_sets_blocking(folder).unwrap().iter().map(|set| set.rules).collect()
}

#[test]
fn the_last_twenty_of_each_folder_are_kept_and_the_one_that_serves_again() {
    let stand = Stand::open();
    let store = &stand.store;
    let other = keep(store, "/other", 7);
    let first = keep(store, "/rules", 1);
    assert_eq!(keep(store, "/rules", 1), first, "the newest is not kept twice");
    let pin = Some(Pin { number: first.number, files: source(2).hash() });
    store.pin_rules_blocking("/rules", pin).unwrap();
    for number in 2..=30 {
        keep(store, "/rules", number);
    }
    assert_eq!(kept(store, "/rules"), (11..=30).rev().chain([1]).collect::<Vec<_>>());
    assert_eq!(store.rule_source_blocking("/rules", first.number), Ok(Some(source(1))));
    assert_eq!(store.rule_source_blocking("/rules", other.number), Ok(None), "it is of another folder");
    assert_eq!((kept(store, "/other"), store.rule_pin_blocking("/other")), (vec![7], Ok(None)));

    assert_eq!(store.rule_pin_blocking("/rules"), Ok(pin));
    store.pin_rules_blocking("/rules", None).unwrap();
    keep(store, "/rules", 31);
    assert_eq!(kept(store, "/rules"), (12..=31).rev().collect::<Vec<_>>());
}

#[test]
fn a_folder_that_serves_no_more_loses_its_sets_in_the_end() {
    let stand = Stand::open();
    let store = &stand.store;
    for number in 1..=3 {
        keep(store, "/release/1", number);
    }
    let pinned = Pin { number: 2, files: source(2).hash() };
    store.pin_rules_blocking("/release/1", Some(pinned)).unwrap();
    for number in 4..=202 {
        keep(store, "/release/2", number);
    }
    assert_eq!(kept(store, "/release/1"), [3, 2]);
    keep(store, "/release/2", 203);
    assert_eq!(kept(store, "/release/1"), [2], "the one that was brought back stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_promised_is_counted_for_the_accounts_that_are_asked_for() {
    let stand = Stand::open();
    stand.store.record(message(7, 10, "下单").promising(step(100, &["还在吗"]))).await.unwrap();
    let pending = |accounts: Option<&[u64]>| {
        let accounts = accounts.map(|ids| ids.iter().copied().map(user).collect());
        let ask = || stand.store.pending_of_rules_blocking(vec![rule("r"), rule("s")], accounts);
        tokio::task::block_in_place(ask).unwrap()
    };
    assert_eq!(pending(None), [(rule("r"), 1)]);
    assert_eq!(pending(Some(&[1, 2])), [(rule("r"), 1)]);
    assert_eq!(pending(Some(&[2])), []);
}
