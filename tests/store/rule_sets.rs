//! The sets of rules that served: the last twenty of each folder, and the one that was brought back.

use fanreply::language::source::RuleSource;
use fanreply::store::{KeptSet, Pin, Store};

use crate::stand::{Stand, at};

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
