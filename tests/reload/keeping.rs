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
async fn a_restart_without_the_folder_serves_the_last_good_set() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    drop(stand.open(load).await);
    fs::remove_dir_all(stand.rules()).unwrap();
    let live = stand.open(load).await;
    let report = live.report();
    assert_eq!((report.outcome, report.origin), (ReloadOutcome::Refused, ServedFrom::LastGood));
    assert!(live.snapshot().is_some());
    stand.write("a.yaml", &rule("a"));
    assert_eq!(live.reload().await.origin, ServedFrom::Folder);
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

/// An upgrade refuses a rule that the version before took: the folder, and what was kept of it, hold it.
#[tokio::test]
async fn a_new_refusal_takes_away_no_rule_but_its_own() {
    let refused = "  - name: refused\n    when: {keyword: 旧}\n    reply: {use: 老}\n";
    let asks = "  - name: asks\n    when: {exact: 等}\n    reply: 好\n    follow_up: {after: 1h, text: 在吗, unless: {answered_by: refused}}\n";
    let named = "replies:\n  老: '{{ nothing_of_this_name }}'\n";
    let files = [
        ("a.yaml", rule("a") + refused + asks),
        ("b.yaml", named.to_owned()),
        ("c.yaml", "rules: [".to_owned()),
    ];
    let stand = Stand::with(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let kept = RuleSource::of_texts(files.each_ref().map(|(name, text)| (*name, text.as_str())));
    stand.keeper().keep(&kept).unwrap();

    let live = stand.open(load).await;
    let report = live.report();
    assert_eq!((report.outcome, report.origin), (ReloadOutcome::Refused, ServedFrom::LastGood));
    let set = live.snapshot().unwrap();
    let names: Vec<&str> = set.rules().iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["a", "asks"]);
    let [trouble @ Trouble::LeftOut { count: 2, .. }] = &report.troubles[..] else {
        panic!("{:?}", report.troubles)
    };
    assert!(report.is_partial());
    for lang in [Lang::En, Lang::Zh] {
        let text = trouble.message(lang);
        assert!(text.contains("refused") && text.contains("c.yaml"), "{text}");
    }
    assert_eq!(live.reload().await.serving, report.serving, "a look at the same folder changes nothing");
    assert_eq!(stand.keeper().read().unwrap(), Some(kept), "what was kept stays whole");

    stand.write("a.yaml", &rule("mended"));
    stand.write("c.yaml", &rule("c"));
    stand.write("b.yaml", "replies: {}\n");
    let report = live.reload().await;
    assert!(!report.is_partial());
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
