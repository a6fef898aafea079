//! The documents against the product: every YAML block that an author may copy loads, the shipped rules
//! prove themselves, and what a page names is there.

use std::fs;
use std::path::{Path, PathBuf};

use fanreply::reload::folder::read_folder;
use fanreply::rules::diagnostic::Diagnostic;
use fanreply::rules::load;
use fanreply::rules::source::RuleSource;
use fanreply::rules::surroundings::Surroundings;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The YAML blocks of a page.
fn blocks(page: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("```yaml\n") {
        let (block, after) = after.split_once("```").unwrap();
        blocks.push(block.to_owned());
        rest = after;
    }
    blocks
}

#[test]
fn every_rule_in_the_authors_guides_is_a_file_that_loads() {
    let surroundings = Surroundings { sends: true, ..Surroundings::default() };
    for page in ["rules/README.md", "rules/README.zh-CN.md"] {
        let blocks = blocks(page);
        assert!(blocks.len() >= 3, "{page}");
        for block in blocks {
            let loaded = load(&RuleSource::of_texts([("block.yaml", block.as_str())]), &surroundings);
            assert!(loaded.diagnostics.is_empty(), "{page}:\n{block}\n{:?}", loaded.diagnostics);
        }
    }
}

#[test]
fn the_shipped_rules_prove_themselves_without_a_warning() {
    let folder = read_folder(&root().join("rules")).unwrap();
    let loaded = load(&folder.source, &Surroundings { sends: true, ..Surroundings::default() });
    let said: Vec<&Diagnostic> = folder.faults.iter().chain(&loaded.diagnostics).collect();
    assert!(said.is_empty(), "{said:?}");
    assert!(loaded.examples_passed >= 50 && loaded.ruleset.unwrap().menu().is_some());
}

/// Links and paths in backticks that look like files of this project.
#[test]
fn what_a_page_names_is_there() {
    let link =
        regex::Regex::new(r"\]\(([^)#\s]+)[^)]*\)|`((?:src|tests|benches|docs|rules|tools)/[\w./-]+)`")
            .unwrap();
    let pages = [
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "rules/README.md",
        "rules/README.zh-CN.md",
        "docs/BENCHMARKS.md",
        "docs/diagnostics.md",
        "docs/diagnostics.zh-CN.md",
    ];
    let mut missing = Vec::new();
    for page in pages {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for found in link.captures_iter(&text) {
            let (path, from_root) = match (found.get(1), found.get(2)) {
                (Some(link), _) => (link.as_str(), false),
                (None, Some(path)) => (path.as_str(), true),
                (None, None) => continue,
            };
            if path.contains("://") {
                continue;
            }
            let above = if from_root { PathBuf::new() } else { Path::new(page).parent().unwrap().to_owned() };
            // a module's name may be a file, and NAME stands for one that is yet to come
            let target = root().join(above).join(path.trim_end_matches('/'));
            if !target.exists() && !target.with_extension("rs").exists() && !path.contains("NAME") {
                missing.push(format!("{page} names {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
