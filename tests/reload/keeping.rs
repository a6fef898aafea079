//! What outlives a restart: the last good rules.

use std::fs;
use std::path::PathBuf;

use fanreply::language::Loaded;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::reload::LiveRules;
use fanreply::reload::report::{ReloadOutcome, ServedFrom, Trouble};
use fanreply::telemetry::Metrics;
use fanreply::words::lang::Lang;

use crate::stand::{BROKEN, Stand, codes, load, rule};

#[tokio::test]
async fn a_restart_on_a_broken_folder_serves_the_last_good_set() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    drop(stand.open(load).await);
    stand.write("in/b.yaml", &rule("b"));
    let good = stand.open(load).await.report().serving;
    stand.write("a.yaml", BROKEN);

    let live = stand.open(load).await;
    let report = live.report();
    assert_eq!((report.outcome, report.origin), (ReloadOutcome::Refused, ServedFrom::LastGood));
    assert_eq!((report.serving, codes(&report)), (good, vec![999]));
    assert!(live.snapshot().is_some());

    stand.write("a.yaml", &rule("a"));
    let report = live.reload().await;
    assert_eq!((report.outcome, report.origin), (ReloadOutcome::Unchanged, ServedFrom::Folder));
    stand.write("a.yaml", &rule("c"));
    assert_eq!(live.reload().await.outcome, ReloadOutcome::Swapped);
    assert_eq!(stand.keeper().read().unwrap().unwrap().hash(), stand.hash());
}

#[tokio::test]
async fn a_broken_folder_never_becomes_the_last_good_one() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open(load).await;
    let good = live.report().serving;
    stand.write("a.yaml", BROKEN);
    live.reload().await;
    assert_eq!(stand.keeper().read().unwrap().map(|kept| kept.hash()), good);
}

/// A file somewhere below the data folder.
fn kept_file(stand: &Stand, name: &str) -> PathBuf {
    let mut open = vec![stand.data()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => open.push(entry.path()),
                false if entry.file_name() == name => return entry.path(),
                false => {}
            }
        }
    }
    panic!("{name} was not kept");
}

#[tokio::test]
async fn a_damaged_last_good_set_is_not_served() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    drop(stand.open(load).await);
    stand.write("a.yaml", BROKEN);
    fs::write(kept_file(&stand, "a.yaml"), rule("someone else's")).unwrap();
    let live = stand.open(load).await;
    let report = live.report();
    assert_eq!((report.origin, report.serving), (ServedFrom::Nothing, None));
    assert!(live.snapshot().is_none());
    let [trouble] = &report.troubles[..] else { panic!("{:?}", report.troubles) };
    assert!(trouble.message(Lang::Zh).contains("已损坏"));
}

fn refusing(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
    Loaded { ruleset: None, ..load(source, surroundings) }
}

#[tokio::test]
async fn a_last_good_set_that_this_program_refuses_is_told() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    drop(stand.open(load).await);
    stand.write("a.yaml", BROKEN);
    let live = stand.open(refusing).await;
    assert!(live.snapshot().is_none());
    assert!(matches!(live.report().troubles[..], [Trouble::LastGoodRefused]));
    let report = live.reload().await;
    assert!(matches!(report.troubles[..], [Trouble::LastGoodRefused]), "it is told as long as it is so");
}

#[tokio::test]
async fn a_set_that_cannot_be_kept_serves_and_is_kept_later() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    fs::write(stand.data(), "in the way").unwrap();
    let live = stand.open(load).await;
    let report = live.report();
    assert_eq!(report.outcome, ReloadOutcome::Swapped);
    assert!(matches!(report.troubles[..], [Trouble::NotKept { .. }]));
    assert!(live.snapshot().is_some());
    fs::remove_file(stand.data()).unwrap();
    let report = live.reload().await;
    assert_eq!(report.outcome, ReloadOutcome::Unchanged);
    assert!(report.troubles.is_empty());
    assert_eq!(stand.keeper().read().unwrap().unwrap().hash(), stand.hash());
}

#[tokio::test]
async fn without_a_keeper_rules_serve_and_leave_nothing_on_disk() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let open = async || {
        LiveRules::open(&stand.rules(), None, Surroundings::default(), load, Metrics::new()).await.unwrap()
    };
    let live = open().await;
    let mut looks = live.looks();
    stand.write("a.yaml", &rule("b"));
    let report = live.reload().await;
    assert_eq!((report.outcome, report.troubles.len()), (ReloadOutcome::Swapped, 0));
    assert!(looks.has_changed().unwrap());
    looks.mark_unchanged();
    stand.write("a.yaml", BROKEN);
    assert_eq!(live.reload().await.serving, report.serving);
    assert!(!stand.data().exists());
    assert_eq!(open().await.report().origin, ServedFrom::Nothing);
}
