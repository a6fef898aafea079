//! One look at a folder: what it swaps, what it refuses, and what happens beside it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use fanreply::data_dir::last_good::LastGood;
use fanreply::language::Loaded;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::reload::report::{ReloadOutcome, ServedFrom, Trouble};
use fanreply::reload::{Keeper, LiveRules};
use fanreply::telemetry::Metrics;
use fanreply::words::lang::Lang;

use crate::stand::{BROKEN, Stand, codes, load, rename_over, rule};

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error_in_both_languages() {
    let stand = Stand::with(&[]);
    let opened =
        LiveRules::open(&stand.path("no"), None, Surroundings::default(), load, Metrics::new()).await;
    let error = opened.err().unwrap();
    assert!(error.message(Lang::En).contains("it does not exist"));
    assert!(error.message(Lang::Zh).contains("不存在"));
}

#[tokio::test]
async fn a_folder_without_a_rule_file_is_refused_at_any_time() {
    let stand = Stand::with(&[]);
    let live = stand.open(load).await;
    assert_eq!(codes(&live.report()), [169]);
    assert_eq!(live.report().origin, ServedFrom::Nothing);
    assert!(live.snapshot().is_none());
    stand.write("a.yaml", &rule("a"));
    assert_eq!(live.reload().await.outcome, ReloadOutcome::Swapped);
    fs::remove_file(stand.path("a.yaml")).unwrap();
    let report = live.reload().await;
    assert_eq!((report.outcome, report.origin), (ReloadOutcome::Refused, ServedFrom::Folder));
    assert!(live.snapshot().is_some());
}

#[tokio::test]
async fn a_fault_of_the_folder_refuses_a_set_that_would_load() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open(load).await;
    let former = live.report().serving;
    stand.write("b.yaml", &rule("b"));
    stand.write("c.yaml.txt", &rule("c"));
    stand.write("d.yaml", BROKEN);
    let report = live.reload().await;
    assert_eq!((report.outcome, report.serving), (ReloadOutcome::Refused, former));
    assert_eq!(codes(&report), [160, 999], "all faults come at once");
    fs::remove_file(stand.path("c.yaml.txt")).unwrap();
    fs::remove_file(stand.path("d.yaml")).unwrap();
    assert_eq!(live.reload().await.serving, Some(stand.hash()));
}

#[tokio::test]
async fn a_set_that_has_rules_is_not_followed_by_none() {
    let rules = "rules: [{when: {keyword: 你好}, reply: 好}]";
    let stand = Stand::with(&[("a.yaml", rules)]);
    let live = stand.open(fanreply::language::load).await;
    let former = live.report().serving;
    for nothing in ["# nothing is left\n", "", "lists: {a: [你好]}\n", "rules: []\n"] {
        stand.write("a.yaml", nothing);
        let report = live.reload().await;
        assert_eq!((report.outcome, report.serving), (ReloadOutcome::Refused, former), "{nothing:?}");
        assert_eq!(live.snapshot().map(|set| set.hash()), former);
    }
}

#[tokio::test]
async fn a_data_folder_inside_the_rules_folder_is_no_rules() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let last_good = LastGood::new(&stand.path("data"), &stand.rules());
    let keeper = Some(Keeper { last_good, history: None });
    let live =
        LiveRules::open(&stand.rules(), keeper, Surroundings::default(), load, Metrics::new()).await.unwrap();
    assert!(live.report().troubles.is_empty());
    assert_eq!(live.reload().await.outcome, ReloadOutcome::Unchanged);
}

static LOADS: AtomicUsize = AtomicUsize::new(0);

fn counting(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
    LOADS.fetch_add(1, Ordering::SeqCst);
    load(source, surroundings)
}

#[tokio::test]
async fn what_was_loaded_is_not_loaded_again() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open(counting).await;
    assert_eq!(live.reload().await.outcome, ReloadOutcome::Unchanged);
    assert_eq!(LOADS.load(Ordering::SeqCst), 1);
    stand.write("a.yaml", BROKEN);
    for _ in 0..2 {
        let report = live.reload().await;
        assert_eq!((report.outcome, codes(&report)), (ReloadOutcome::Refused, vec![999]));
    }
    assert_eq!(LOADS.load(Ordering::SeqCst), 2);
    stand.write("a.yaml", &rule("a"));
    assert_eq!(live.reload().await.outcome, ReloadOutcome::Unchanged);
    assert_eq!(LOADS.load(Ordering::SeqCst), 2);
}

static INSIDE: AtomicUsize = AtomicUsize::new(0);

fn slow_and_alone(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
    assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0, "two looks at once");
    #[allow(clippy::disallowed_methods)] // a loader that is slow, as the real one is with many rules
    std::thread::sleep(Duration::from_millis(20));
    INSIDE.fetch_sub(1, Ordering::SeqCst);
    load(source, surroundings)
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_reloads_queue_and_each_sees_what_was_there_when_it_was_called() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open(slow_and_alone).await;
    let mut looks = Vec::new();
    for look in 0..5 {
        // never half written, because a look by hand does not wait for a second one
        rename_over(&stand.path("a.yaml"), &rule(&format!("a-{look}")));
        let (asked, live) = (stand.hash(), live.clone());
        looks.push((asked, tokio::spawn(async move { live.reload().await })));
        tokio::task::yield_now().await;
    }
    let asked: Vec<_> = looks.iter().map(|(asked, _)| *asked).collect();
    for (at, (_, look)) in looks.into_iter().enumerate() {
        let report = look.await.unwrap();
        assert!(report.troubles.is_empty());
        let seen = report.serving.unwrap();
        assert!(asked[at..].contains(&seen), "look {at} saw what was there before it was called");
    }
    assert_eq!(live.report().serving, Some(stand.hash()));
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_always_find_a_whole_set_while_others_are_swapped_in() {
    let stand = Stand::with(&[("a.yaml", &rule("a")), ("b.yaml", &rule("a2"))]);
    let live = stand.open(load).await;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut reads = 0_u64;
                    while !done.load(Ordering::Relaxed) {
                        let (set, report) = (live.snapshot().unwrap(), live.report());
                        assert!(set.rules().len() <= 2);
                        assert!(report.is_good() && report.serving.is_some());
                        reads += 1;
                    }
                    reads
                })
            })
            .collect();
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                for swap in 0..40 {
                    stand.write("a.yaml", &rule(&format!("a-{swap}")));
                    let report = live.reload().await;
                    assert_eq!(
                        (report.outcome, report.serving),
                        (ReloadOutcome::Swapped, Some(stand.hash()))
                    );
                }
            });
        });
        done.store(true, Ordering::Relaxed);
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() > 40));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_taken_apart_by_the_reload_and_not_by_the_last_request() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open(load).await;
    let held = live.snapshot().unwrap();
    stand.write("a.yaml", &rule("b"));
    let reloading = tokio::spawn({
        let live = live.clone();
        async move { live.reload().await }
    });
    stand.comes_to_serve(&live).await;
    assert!(!reloading.is_finished(), "the set that a request still looks at is waited for");
    let old = Arc::downgrade(&held);
    drop(held);
    reloading.await.unwrap();
    assert_eq!(old.strong_count(), 0);
}

#[tokio::test]
async fn a_loader_that_crashes_leaves_the_set_in_service() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open(load).await;
    let former = live.report().serving;
    stand.write("a.yaml", "CRASH");
    let report = live.reload().await;
    assert_eq!((report.outcome, report.serving), (ReloadOutcome::Refused, former));
    assert!(matches!(report.troubles[..], [Trouble::Crashed]));
    assert!(live.snapshot().is_some());
    stand.write("a.yaml", &rule("b"));
    let report = live.reload().await;
    assert_eq!(report.outcome, ReloadOutcome::Swapped);
    assert!(report.troubles.is_empty());
}
