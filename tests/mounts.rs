//! A rules folder as containers get it: mounted, read-only, a Kubernetes ConfigMap, a single file. The real
//! binary with its own pace; `cargo test --test mounts -- --nocapture` shows how soon it answers by a change.

mod support;

#[path = "support/own_mounts.rs"]
mod own_mounts;
#[path = "support/server.rs"]
mod server;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use own_mounts::Bound;
use server::{Server, fanreply, said};
use support::{Ground, rule};

/// Events are seen in less than a second, the comparison comes every five.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a greeting is answered with. The same text within one second would be a repeat, and get the answer of
/// the first; the rule looks for a word in it.
fn answer(ground: &Ground) -> String {
    let text = format!("你好 {}", getrandom::u64().unwrap());
    let output = fanreply(ground, &["push", &text]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        #[allow(clippy::disallowed_methods)] // another process is waited for
        std::thread::sleep(Duration::from_millis(10));
    }
    println!("{what}: after {:.2} s", began.elapsed().as_secs_f64());
}

fn answers(ground: &Ground, how: &str) {
    until(how, || answer(ground) == how);
}

fn write(path: &Path, reply: &str) {
    fs::write(path, rule("你好", reply)).unwrap();
}

/// Writes beside the file and renames over it, as editors do.
fn rename_over(path: &Path, reply: &str) {
    let fresh = path.with_extension("new");
    write(&fresh, reply);
    fs::rename(fresh, path).unwrap();
}

#[test]
fn a_folder_mounted_read_only_is_seen_changed_in_any_way() {
    if !own_mounts::inside("a_folder_mounted_read_only_is_seen_changed_in_any_way") {
        return;
    }
    let (ground, outside) = (Ground::with(&[]), tempfile::tempdir().unwrap());
    let file = outside.path().join("b.yaml");
    write(&file, "at first");
    let _bound = Bound::read_only(outside.path(), &ground.rules());
    assert!(fs::write(ground.rules().join("b.yaml"), "").is_err(), "it is not read-only");
    let _server = Server::start(&ground);
    answers(&ground, "at first");
    write(&file, "written in place");
    answers(&ground, "written in place");
    for how in ["renamed over", "renamed over again"] {
        rename_over(&file, how);
        answers(&ground, how);
    }
    fs::remove_file(&file).unwrap();
    write(&file, "deleted and made again");
    answers(&ground, "deleted and made again");
    fs::remove_file(&file).unwrap();
    write(&outside.path().join("a.yaml"), "under another name");
    answers(&ground, "under another name");
}

/// Puts a file into the ConfigMap that is mounted here, as the kubelet does: everything changes at once.
fn publish(mount: &Path, generation: usize, reply: &str) {
    let folder = format!("..{generation}");
    fs::create_dir(mount.join(&folder)).unwrap();
    write(&mount.join(&folder).join("a.yaml"), reply);
    symlink(&folder, mount.join("..data_tmp")).unwrap();
    fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
    match generation {
        1 => symlink("..data/a.yaml", mount.join("a.yaml")).unwrap(),
        _ => fs::remove_dir_all(mount.join(format!("..{}", generation - 1))).unwrap(),
    }
}

#[test]
fn a_config_map_is_seen_each_time_it_is_swapped() {
    if !own_mounts::inside("a_config_map_is_seen_each_time_it_is_swapped") {
        return;
    }
    let (ground, outside) = (Ground::with(&[]), tempfile::tempdir().unwrap());
    publish(outside.path(), 1, "generation 1");
    let _bound = Bound::read_only(outside.path(), &ground.rules());
    let _server = Server::start(&ground);
    answers(&ground, "generation 1");
    for generation in 2..5 {
        let reply = format!("generation {generation}");
        publish(outside.path(), generation, &reply);
        answers(&ground, &reply);
    }
}

#[test]
fn a_file_mounted_singly_is_seen_each_time_it_is_written_in_place() {
    if !own_mounts::inside("a_file_mounted_singly_is_seen_each_time_it_is_written_in_place") {
        return;
    }
    let (ground, outside) = (Ground::with(&[("a.yaml", "")]), tempfile::tempdir().unwrap());
    let file = outside.path().join("a.yaml");
    write(&file, "at first");
    let _bound = Bound::read_only(&file, &ground.rules().join("a.yaml"));
    let _server = Server::start(&ground);
    for how in ["written in place", "written in place again"] {
        write(&file, how);
        answers(&ground, how);
    }
}

/// What was mounted is the file, not its name: nothing inside shows the new one. Silence would be worse.
#[test]
fn a_file_mounted_singly_and_replaced_outside_is_said_to_be_lost() {
    if !own_mounts::inside("a_file_mounted_singly_and_replaced_outside_is_said_to_be_lost") {
        return;
    }
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("b.yaml");
    write(&file, "at first");
    is_said_to_be_lost(&file, || rename_over(&file, "renamed over"));
    // a ConfigMap's key that is mounted by `subPath`
    publish(outside.path(), 1, "at first");
    is_said_to_be_lost(&outside.path().join("..data/a.yaml"), || publish(outside.path(), 2, "swapped"));
}

fn is_said_to_be_lost(file: &Path, replace: impl FnOnce()) {
    let ground = Ground::with(&[("a.yaml", "")]);
    let _bound = Bound::read_only(file, &ground.rules().join("a.yaml"));
    let _server = Server::start(&ground);
    replace();
    until("the file is said to be lost", || said(&ground).contains("a.yaml:1:1 F168"));
    assert_eq!(answer(&ground), "at first");
}
