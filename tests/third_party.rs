//! The list of what others wrote and the binary holds, against the lock file: who, which version, under which
//! licence, and the text of each licence that wants to go along. Made anew by
//! `FANREPLY_BLESS=1 cargo test --test third_party`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The image is built for this one; another architecture needs the same crates or fewer.
const TARGET: &str = "x86_64-unknown-linux-gnu";

const HEAD: &str = "What others wrote and the program holds. Made from the lock file by tests/third_party.rs.

Where a licence leaves the choice, Apache-2.0 is chosen, whose text is in LICENSE. The texts of the others follow the
list. The program also holds the standard library of Rust (MIT OR Apache-2.0) and SQLite (public domain); the static one
of the image and the archives, the GNU C library (LGPL-2.1-or-later), with which it can be linked anew from its own source.
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(arguments).arg("--locked").current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The crates that are linked, each as `name v1.2.3`.
fn linked() -> BTreeSet<String> {
    let edges = ["tree", "--edges", "normal,no-proc-macro", "--target", TARGET, "--prefix", "none"];
    let crates = cargo(&[&edges[..], &["--format", "{p}"]].concat());
    let names = crates.lines().filter(|line| !line.starts_with("fanreply ") && !line.is_empty());
    names.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

/// Whether we may take it under the licence that is ours.
fn offers_apache(licence: &str) -> bool {
    let choices = licence.split(" OR ").flat_map(|choice| choice.split('/'));
    !licence.contains(" AND ") && choices.into_iter().any(|choice| choice.trim() == "Apache-2.0")
}

/// The files in a crate's folder that are its licences, but for the one that is ours.
fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().to_uppercase();
        path.is_file()
            && ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|start| name.starts_with(start))
    };
    let mut files: Vec<PathBuf> = entries.filter(is_licence).collect();
    files.sort();
    let read = |path: PathBuf| fs::read_to_string(path).unwrap().replace("\r\n", "\n").trim().to_owned();
    let is_ours = |text: &String| text.chars().take(200).collect::<String>().contains("Apache License");
    files.into_iter().map(read).filter(|text| !is_ours(text)).collect()
}

fn list() -> String {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--filter-platform", TARGET]))
            .unwrap();
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let linked = linked();
    let (mut list, mut by_text) = (String::from(HEAD), BTreeMap::<String, Vec<String>>::new());
    list.push('\n');
    let mut packages: Vec<&Value> = metadata["packages"].as_array().unwrap().iter().collect();
    packages.sort_by_key(|package| (text(package, "name"), text(package, "version")));
    for package in packages {
        let named = format!("{} v{}", text(package, "name"), text(package, "version"));
        if !linked.contains(&named) {
            continue;
        }
        let licence = text(package, "license");
        let _ = writeln!(list, "{named}: {licence} <{}>", text(package, "repository"));
        if offers_apache(&licence) {
            continue;
        }
        let manifest = PathBuf::from(text(package, "manifest_path"));
        let texts = texts(manifest.parent().unwrap());
        assert!(!texts.is_empty(), "{named} has no text of its licence");
        for licence in texts {
            by_text.entry(licence).or_default().push(text(package, "name"));
        }
    }
    let mut texts: Vec<(String, String)> =
        by_text.into_iter().map(|(text, crates)| (crates.join(", "), text)).collect();
    texts.sort();
    for (crates, text) in texts {
        let _ = write!(list, "\n{}\n{crates}\n\n{text}\n", "=".repeat(100));
    }
    list
}

#[test]
fn whatever_is_linked_is_listed_with_its_licence() {
    let (path, fresh) = (root().join("THIRD-PARTY.txt"), list());
    if std::env::var_os("FANREPLY_BLESS").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let stale = kept.lines().zip(fresh.lines()).find(|(kept, fresh)| kept != fresh);
    assert!(
        kept == fresh,
        "THIRD-PARTY.txt is not fresh: FANREPLY_BLESS=1 cargo test --test third_party; {stale:?}"
    );
}

#[test]
fn the_image_has_the_licences_of_what_it_holds() {
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    assert!(read("Dockerfile").contains("COPY LICENSE NOTICE THIRD-PARTY.txt /\n"));
    assert!(read(".dockerignore").contains("!THIRD-PARTY.txt\n"));
}
