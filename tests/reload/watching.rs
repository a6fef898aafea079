//! What the watch finds: every way in which people and machines change a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use fanreply::reload::report::ReloadOutcome;
use fanreply::reload::watch::Pace;

use crate::own_mounts::{self, Bound};
use crate::stand::{BROKEN, Stand, by_comparison, by_events, codes, rename_over, rule, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_written_in_place_is_found() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let (live, _stop) = stand.watch(by_events()).await;
    for text in ["b", "c", "d"] {
        stand.write("a.yaml", &rule(text));
        stand.comes_to_serve(&live).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_renamed_over_is_found_each_time() {
    let stand = Stand::with(&[("a.yaml", &rule("a")), ("in/b.yaml", &rule("b"))]);
    let (live, _stop) = stand.watch(by_events()).await;
    for text in ["c", "d", "e"] {
        rename_over(&stand.path("in/b.yaml"), &rule(text));
        stand.comes_to_serve(&live).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_deleted_and_made_again_is_found() {
    let stand = Stand::with(&[("a.yaml", &rule("a")), ("b.yaml", &rule("b"))]);
    let (live, _stop) = stand.watch(by_events()).await;
    fs::remove_file(stand.path("a.yaml")).unwrap();
    stand.comes_to_serve(&live).await;
    for text in ["c", "d"] {
        stand.write("a.yaml", &rule(text));
        stand.comes_to_serve(&live).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_folder_is_listened_to() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let (live, _stop) = stand.watch(by_events()).await;
    for text in ["b", "c"] {
        stand.write("new/deep/b.yaml", &rule(text));
        stand.comes_to_serve(&live).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_over_many_files_ends_with_all_of_them() {
    let names: Vec<String> = (0..200).map(|file| format!("{}/{file}.yaml", file % 7)).collect();
    let stand = Stand::with(&[]);
    names.iter().enumerate().for_each(|(at, name)| stand.write(name, &rule(&format!("before-{at}"))));
    let (live, _stop) = stand.watch(by_events()).await;
    for (at, name) in names.iter().enumerate() {
        match at % 3 {
            0 => rename_over(&stand.path(name), &rule(&format!("after-{at}"))),
            1 => stand.write(name, &rule(&format!("after-{at}"))),
            _ => fs::remove_file(stand.path(name)).unwrap(),
        }
    }
    stand.comes_to_serve(&live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_swap_of_a_mounted_config_map_is_found() {
    let stand = Stand::with(&[("..1/a.yaml", &rule("1"))]);
    symlink("..1", stand.path("..data")).unwrap();
    symlink("..data/a.yaml", stand.path("a.yaml")).unwrap();
    let (live, _stop) = stand.watch(by_events()).await;
    for generation in 2..5 {
        stand.write(&format!("..{generation}/a.yaml"), &rule(&generation.to_string()));
        symlink(format!("..{generation}"), stand.path("..data_tmp")).unwrap();
        fs::rename(stand.path("..data_tmp"), stand.path("..data")).unwrap();
        fs::remove_dir_all(stand.path(&format!("..{}", generation - 1))).unwrap();
        stand.comes_to_serve(&live).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_file_mounted_in_and_written_in_place_is_found() {
    if !own_mounts::inside("watching::a_single_file_mounted_in_and_written_in_place_is_found") {
        return;
    }
    let outside = tempfile::tempdir().unwrap();
    let source = outside.path().join("a.yaml");
    fs::write(&source, rule("a")).unwrap();
    let stand = Stand::with(&[("a.yaml", "")]);
    let _bound = Bound::onto(&source, &stand.path("a.yaml"));
    let (live, _stop) = stand.watch(by_events()).await;
    for text in ["b", "c"] {
        fs::write(&source, rule(text)).unwrap();
        stand.comes_to_serve(&live).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_mounted_in_is_found_changed_in_any_way() {
    if !own_mounts::inside("watching::a_folder_mounted_in_is_found_changed_in_any_way") {
        return;
    }
    let outside = tempfile::tempdir().unwrap();
    let source = outside.path().join("a.yaml");
    fs::write(&source, rule("a")).unwrap();
    let stand = Stand::with(&[]);
    let _bound = Bound::onto(outside.path(), &stand.rules());
    let (live, _stop) = stand.watch(by_events()).await;
    rename_over(&source, &rule("b"));
    stand.comes_to_serve(&live).await;
    fs::write(&source, rule("c")).unwrap();
    stand.comes_to_serve(&live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_events_the_comparison_finds_every_change() {
    let stand = Stand::with(&[("a.yaml", &rule("a")), ("b.yaml", &rule("b"))]);
    let (live, _stop) = stand.watch(by_comparison()).await;
    // of the same size and with the same date, at once in its place: only the inode tells
    let beside = stand.rules().with_file_name("a.yaml");
    fs::write(&beside, rule("c")).unwrap();
    let date = fs::metadata(stand.path("a.yaml")).unwrap().modified().unwrap();
    fs::File::open(&beside).unwrap().set_modified(date).unwrap();
    fs::rename(&beside, stand.path("a.yaml")).unwrap();
    stand.comes_to_serve(&live).await;
    rename_over(&stand.path("a.yaml"), &rule("d"));
    stand.comes_to_serve(&live).await;
    fs::remove_file(stand.path("b.yaml")).unwrap();
    stand.comes_to_serve(&live).await;
    stand.write("c.yaml.txt", "");
    until("the wrong name is pointed out", || codes(&live.report()) == [160]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_removed_and_made_again_is_listened_to_again() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    // so far apart that the last change is found by its events
    let comparison = Duration::from_secs(2);
    let (live, _stop) = stand.watch(Pace { comparison, ..by_events() }).await;
    let former = live.report().serving;
    fs::remove_dir_all(stand.rules()).unwrap();
    until("the loss is told", || live.report().outcome == ReloadOutcome::Refused).await;
    assert_eq!(live.report().serving, former);
    assert!(live.snapshot().is_some());
    stand.write("a.yaml", &rule("b"));
    stand.comes_to_serve(&live).await;
    let began = std::time::Instant::now();
    stand.write("a.yaml", &rule("c"));
    stand.comes_to_serve(&live).await;
    assert!(began.elapsed() < comparison);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_folder_changes_nothing_and_serves_once_it_is_repaired() {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let (live, _stop) = stand.watch(by_events()).await;
    let former = live.report().serving;
    for broken in [BROKEN, ""] {
        stand.write("a.yaml", broken);
        until("it is refused", || codes(&live.report()) == [999]).await;
        let report = live.report();
        assert_eq!((report.outcome, report.serving), (ReloadOutcome::Refused, former));
        assert_eq!(&*report.sources.files()[0].bytes, broken.as_bytes());
        stand.write("a.yaml", &rule("a"));
        stand.comes_to_serve(&live).await;
        assert!(live.report().diagnostics.is_empty());
    }
}

/// A save that takes its time, in parts none of which is whole.
async fn is_saved_slowly(pace: Pace) {
    let stand = Stand::with(&[("a.yaml", &rule("a"))]);
    let (live, _stop) = stand.watch(pace).await;
    let path = stand.path("a.yaml");
    let slow_save = tokio::spawn(async move {
        for part in 0..40 {
            fs::write(&path, format!("{BROKEN} {part}")).unwrap();
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        fs::write(&path, rule("whole")).unwrap();
    });
    until("the whole file serves", || {
        assert_ne!(live.report().outcome, ReloadOutcome::Refused);
        live.report().outcome == ReloadOutcome::Swapped && slow_save.is_finished()
    })
    .await;
    stand.comes_to_serve(&live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_saved_file_is_waited_for_until_it_is_quiet() {
    is_saved_slowly(Pace { quiet: Duration::from_millis(400), ..by_events() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_saved_file_that_is_read_is_read_again() {
    let second_look = Duration::from_millis(400);
    is_saved_slowly(Pace { quiet: Duration::from_millis(1), second_look, ..by_events() }).await;
}
