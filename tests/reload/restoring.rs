//! What a reload takes away is said, and a former set can be brought back.

use std::fs;

use fanreply::language;
use fanreply::language::source::RuleSource;
use fanreply::reload::RestoreFault;
use fanreply::reload::report::{ReloadOutcome, Report, ServedFrom};
use fanreply::store::Store;
use fanreply::words::lang::Lang;

use crate::stand::{BROKEN, Stand, load, rule};

/// A file with so many rules.
fn rules(count: usize) -> String {
    let rule = |number: usize| format!("  - {{name: r{number}, when: {{exact: 词{number}}}, reply: 好}}\n");
    format!("rules:\n{}", (0..count).map(rule).collect::<String>())
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).unwrap();
    (folder, store)
}

fn said(report: &Report) -> Vec<String> {
    report.troubles.iter().map(|trouble| trouble.message(Lang::En)).collect()
}

const LOST: &str = "23 rules serve now, 33 did before; if that was not meant, `fanreply rules restore 1` brings the former rules back";

#[tokio::test]
async fn a_file_that_was_cut_between_two_rules_serves_and_is_said() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rules(33))]);
    let live = stand.open_with(Some(&store), language::load).await;
    assert_eq!(said(&live.report()), [""; 0]);

    let whole = rules(33);
    let cut = whole.find("  - {name: r23,").unwrap();
    stand.write("a.yaml", &whole[..cut]);
    let report = live.reload().await;
    assert_eq!((report.outcome, report.rules), (ReloadOutcome::Swapped, 23));
    assert_eq!(said(&report), [LOST]);
    assert!(live.report().has_losses());
    assert_eq!(said(&*live.reload().await), [LOST], "it is told as long as this set serves");

    stand.write("a.yaml", &rules(20));
    assert_eq!(said(&*live.reload().await), [""; 0], "three fewer are an edit");
}

#[tokio::test]
async fn what_a_restart_takes_away_is_said_too() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rules(33))]);
    drop(stand.open_with(Some(&store), language::load).await);
    stand.write("a.yaml", &rules(23));
    assert_eq!(said(&stand.open_with(Some(&store), language::load).await.report()), [LOST]);
}

#[tokio::test]
async fn a_former_set_serves_until_the_files_change_also_after_a_restart() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rules(33))]);
    let live = stand.open_with(Some(&store), language::load).await;
    let former = live.report().serving;
    stand.write("a.yaml", &rules(23));
    live.reload().await;

    let report = live.restore(1).await.unwrap();
    assert_eq!((report.origin, report.serving, report.rules), (ServedFrom::Restored, former, 33));
    assert_eq!(said(&report), [""; 0]);
    assert_eq!(live.snapshot().map(|set| set.rules().len()), Some(33));
    let report = live.reload().await;
    assert_eq!((report.outcome, report.origin), (ReloadOutcome::Unchanged, ServedFrom::Restored));
    drop(live);
    let live = stand.open_with(Some(&store), language::load).await;
    assert_eq!((live.report().origin, live.report().serving), (ServedFrom::Restored, former));

    stand.write("a.yaml", "rules: [");
    let report = live.reload().await;
    assert_eq!(
        (report.outcome, report.serving),
        (ReloadOutcome::Refused, former),
        "a mistake changes nothing"
    );
    stand.write("a.yaml", &rules(30));
    let report = live.reload().await;
    assert_eq!((report.origin, report.rules), (ServedFrom::Folder, 30));
    drop(live);
    let live = stand.open_with(Some(&store), language::load).await;
    assert_eq!((live.report().origin, live.report().rules), (ServedFrom::Folder, 30));
}

#[tokio::test]
async fn a_restart_on_a_broken_folder_serves_the_set_that_was_brought_back() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open_with(Some(&store), load).await;
    let former = live.report().serving;
    stand.write("a.yaml", &rule("b"));
    live.reload().await;
    live.restore(1).await.unwrap();
    stand.write("a.yaml", BROKEN);
    drop(live);
    assert_eq!(stand.open_with(Some(&store), load).await.report().serving, former);
}

#[tokio::test]
async fn a_broken_folder_stays_to_be_seen_while_a_former_set_serves() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open_with(Some(&store), load).await;
    let former = live.report().serving;
    stand.write("a.yaml", &rule("b"));
    live.reload().await;
    stand.write("a.yaml", BROKEN);
    live.reload().await;
    live.restore(1).await.unwrap();
    let is_seen = |report: &Report| {
        let Report { outcome, origin, serving, diagnostics, .. } = report;
        assert_eq!((*outcome, *origin, *serving), (ReloadOutcome::Refused, ServedFrom::Restored, former));
        assert_eq!(diagnostics.len(), 1);
    };
    is_seen(&live.report());
    is_seen(&*live.reload().await);
    drop(live);
    is_seen(&stand.open_with(Some(&store), load).await.report());
}

#[tokio::test]
async fn what_serves_after_a_restart_is_compared_with_the_set_that_was_brought_back() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rules(33))]);
    let live = stand.open_with(Some(&store), language::load).await;
    stand.write("a.yaml", &rules(23));
    live.reload().await;
    live.restore(1).await.unwrap();
    drop(live);
    stand.write("a.yaml", &rules(22));
    let lost = LOST.replace("23 rules", "22 rules");
    assert_eq!(said(&stand.open_with(Some(&store), language::load).await.report()), [lost]);
}

#[tokio::test]
async fn files_that_are_made_like_the_set_that_was_brought_back_are_the_newest() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rules(20))]);
    let live = stand.open_with(Some(&store), language::load).await;
    stand.write("a.yaml", &rules(33));
    live.reload().await;
    live.restore(1).await.unwrap();
    stand.write("a.yaml", &rules(20));
    assert_eq!(live.reload().await.origin, ServedFrom::Folder);
    drop(live);
    let report = stand.open_with(Some(&store), language::load).await.report();
    assert_eq!((report.rules, said(&report)), (20, vec![]), "nothing was lost");
}

#[tokio::test]
async fn a_set_that_cannot_be_brought_back_at_a_restart_leaves_the_files_to_serve() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open_with(Some(&store), load).await;
    stand.write("a.yaml", &rule("b"));
    live.reload().await;
    live.restore(1).await.unwrap();
    drop(live);
    let of_another_version: fanreply::reload::Loader = |source, surroundings| {
        let is_former =
            source.files().iter().any(|file| file.bytes.windows(7).any(|part| part == b"name: a"));
        if is_former {
            load(&RuleSource::of_texts([("a.yaml", BROKEN)]), surroundings)
        } else {
            load(source, surroundings)
        }
    };
    let live = stand.open_with(Some(&store), of_another_version).await;
    assert_eq!((live.report().origin, live.report().serving), (ServedFrom::Folder, Some(stand.hash())));
}

#[tokio::test]
async fn the_set_that_the_files_hold_can_be_chosen_again() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let live = stand.open_with(Some(&store), load).await;
    stand.write("a.yaml", &rule("b"));
    live.reload().await;
    live.restore(1).await.unwrap();
    let report = live.restore(2).await.unwrap();
    assert_eq!(
        (report.outcome, report.origin, report.serving),
        (ReloadOutcome::Swapped, ServedFrom::Folder, Some(stand.hash()))
    );
    fs::remove_dir_all(stand.rules()).unwrap();
    assert!(matches!(live.restore(3).await, Err(RestoreFault::Unknown { number: 3 })));
}

#[tokio::test]
async fn a_store_that_is_away_keeps_no_set_from_serving() {
    let (_folder, store) = store();
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    store.close().await.unwrap();
    let live = stand.open_with(Some(&store), load).await;
    assert_eq!(live.report().outcome, ReloadOutcome::Swapped);
    let [missing] = &said(&live.report())[..] else { panic!("{:?}", live.report().troubles) };
    assert!(
        missing.starts_with("the rules serve, but are missing from `fanreply rules history`"),
        "{missing}"
    );
    assert!(matches!(live.restore(1).await, Err(RestoreFault::Store { .. })));
}
