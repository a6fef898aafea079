//! The rule language against folders that a person can read: everything below `tests/rules/accept` must
//! load with all its examples holding; every file of `tests/rules/reject` must be refused, or warned of,
//! in exactly the words beside it. `FANREPLY_BLESS=1` writes those words anew; read them before committing.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use fanreply::model::lang::Lang;
use fanreply::reload::fault::FolderFault;
use fanreply::reload::folder::read_folder;
use fanreply::rules::action::fault::ActionFault;
use fanreply::rules::diagnostic::render::render;
use fanreply::rules::diagnostic::{Code, Diagnostic};
use fanreply::rules::example::fault::ExampleFault;
use fanreply::rules::lint::fault::LintFault;
use fanreply::rules::lint::{lint, without_examples};
use fanreply::rules::matcher::fault::MatcherFault;
use fanreply::rules::menu::MenuFault;
use fanreply::rules::names::NameFault;
use fanreply::rules::rule::fault::RuleFault;
use fanreply::rules::source::RuleSource;
use fanreply::rules::surroundings::{Account, Surroundings};
use fanreply::rules::template::TemplateFault;
use fanreply::rules::yaml::fault::YamlFault;
use fanreply::rules::{Loaded, load};

/// What needs a disk in a certain state, or megabytes: `tests/reload` and the tests beside the code show it.
const SHOWN_ELSEWHERE: &[&str] =
    &["F102", "F161", "F162", "F163", "F164", "F165", "F166", "F167", "F168", "F293"];

fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(folder);
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn surroundings(sends: bool) -> Surroundings {
    let account = Account { name: "main".to_owned(), id: None };
    Surroundings { accounts: vec![account], sends, ..Surroundings::default() }
}

/// What is said about a folder or file, as an author sees it.
fn said(path: &Path, surroundings: &Surroundings, lang: Lang) -> (Loaded, String) {
    let folder = read_folder(path).unwrap();
    let loaded = load(&folder.source, surroundings);
    let linted = linted(&loaded, &folder.source, surroundings);
    let diagnostics = folder.faults.iter().chain(&loaded.diagnostics).chain(&linted);
    let text = diagnostics.map(|diagnostic| render(diagnostic, &folder.source, lang, false) + "\n").collect();
    (loaded, text)
}

/// What is doubtful in a folder that loads; that rules lack examples only where a file's name says so, since
/// the others are as short as they can be.
fn linted(loaded: &Loaded, source: &RuleSource, surroundings: &Surroundings) -> Vec<Diagnostic> {
    let Some(ruleset) = &loaded.ruleset else { return Vec::new() };
    let mut found = lint(ruleset, source, surroundings);
    if source.files().iter().any(|file| file.path.contains("without-examples")) {
        found.extend(without_examples(ruleset));
    }
    found
}

#[test]
fn every_accepted_folder_loads_without_a_word_and_proves_its_examples() {
    for path in entries("accept") {
        let (loaded, text) = said(&path, &surroundings(true), Lang::En);
        // the order of rules is shown by rules that stand in each other's way
        let is_shadowed = path.ends_with("order") && text.starts_with("warning[F40");
        assert!(text.is_empty() || is_shadowed, "{}\n{text}", path.display());
        assert!(loaded.ruleset.is_some() && loaded.trial.passed() > 0, "{}", path.display());
    }
}

#[test]
fn every_mistake_is_pointed_at_in_both_languages() {
    let bless = std::env::var_os("FANREPLY_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in entries("reject").into_iter().filter(|path| path.extension().is_none_or(|ext| ext != "txt")) {
        for (lang, ending) in [(Lang::En, "en.txt"), (Lang::Zh, "zh.txt")] {
            // a laptop has no token, so what needs one is warned of
            let (_, text) = said(&path, &surroundings(false), lang);
            assert!(!text.is_empty(), "{} is accepted without a word", path.display());
            let expected = path.with_extension(ending);
            if bless {
                fs::write(&expected, &text).unwrap();
            } else if fs::read_to_string(&expected).unwrap_or_default() != text {
                wrong.push(format!("{}:\n{text}", expected.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_mistake_that_shows_it() {
    let stages = [
        FolderFault::CODES,
        YamlFault::CODES,
        MatcherFault::CODES,
        ActionFault::CODES,
        RuleFault::CODES,
        TemplateFault::CODES,
        NameFault::CODES,
        MenuFault::CODES,
        ExampleFault::CODES,
        LintFault::CODES,
    ];
    let shown: HashSet<Code> = entries("reject")
        .iter()
        .filter(|path| path.extension().is_none_or(|extension| extension != "txt"))
        .flat_map(|path| {
            let folder = read_folder(path).unwrap();
            let loaded = load(&folder.source, &surroundings(false));
            let linted = linted(&loaded, &folder.source, &surroundings(false));
            folder.faults.into_iter().chain(loaded.diagnostics).chain(linted)
        })
        .map(|diagnostic| diagnostic.fault.code())
        .collect();
    let codes: Vec<Code> = stages.concat();
    let unique: HashSet<Code> = codes.iter().copied().collect();
    assert_eq!(codes.len(), unique.len(), "a code has two meanings");
    let missing: Vec<String> = unique.difference(&shown).map(Code::to_string).collect();
    let missing: Vec<&String> =
        missing.iter().filter(|code| !SHOWN_ELSEWHERE.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "no file of tests/rules/reject shows {missing:?}");
}

#[test]
fn an_expected_text_without_its_file_is_refused() {
    for path in entries("reject").iter().filter(|path| path.extension().is_some_and(|ext| ext == "txt")) {
        let stem = path.with_extension("").with_extension("");
        assert!(
            stem.with_extension("yaml").exists() || stem.is_dir(),
            "{} belongs to nothing",
            path.display()
        );
    }
}
