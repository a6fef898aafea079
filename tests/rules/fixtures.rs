//! The folders of the rule language's tests: where they lie, what is said about them, and which of them shows
//! which code. It judges nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fanreply::advice::lint::{lint, without_examples};
use fanreply::language::condition::fault::ConditionFault;
use fanreply::language::diagnostic::render::render;
use fanreply::language::diagnostic::{CatalogueEntry, Code, Diagnostic, Fault};
use fanreply::language::doubt::LintFault;
use fanreply::language::doubt::slip::SlipFault;
use fanreply::language::example::fault::ExampleFault;
use fanreply::language::menu::MenuFault;
use fanreply::language::names::NameFault;
use fanreply::language::reply::fault::ReplyFault;
use fanreply::language::rule::fault::RuleFault;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::{KnownAccount, Surroundings};
use fanreply::language::template::fault::TemplateFault;
use fanreply::language::yaml::fault::YamlFault;
use fanreply::language::yaml::value_fault::ValueFault;
use fanreply::language::{Loaded, load};
use fanreply::reload::fault::FolderFault;
use fanreply::reload::folder::read_folder;
use fanreply::words::lang::Lang;

/// What needs a disk in a certain state, or megabytes: `tests/reload` and the tests beside the code show it.
/// Their words stand in `tests/rules/elsewhere.*.txt`.
pub const SHOWN_ELSEWHERE: &[Code] = &[
    Code(102),
    Code(162),
    Code(164),
    Code(165),
    Code(166),
    Code(167),
    Code(168),
    Code(170),
    Code(171),
    Code(229),
    Code(418),
    Code(439),
];

/// One of each of [`SHOWN_ELSEWHERE`].
pub fn shown_elsewhere() -> Vec<Box<dyn Fault>> {
    let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    vec![
        Box::new(YamlFault::FileTooLarge { megabytes: 32 }),
        Box::new(FolderFault::Unreadable { reason: (&denied).into() }),
        Box::new(FolderFault::TooManyFiles { most: 10_000 }),
        Box::new(FolderFault::TooLarge { megabytes: 64 }),
        Box::new(FolderFault::TooDeep { deepest: 32 }),
        Box::new(FolderFault::NameNotUtf8 {}),
        Box::new(FolderFault::Replaced {}),
        Box::new(FolderFault::LeadsAround {}),
        Box::new(FolderFault::LeadsFar {}),
        Box::new(ConditionFault::TooManyListed { most: 1_000_000 }),
        Box::new(LintFault::HolidaysUnknown { year: 2031 }),
        Box::new(SlipFault::Over { last: "2026-10-07".to_owned() }),
    ]
}

/// The stages of reading in their order, in both languages, and what can be found at each.
pub const STAGES: &[([&str; 2], &[CatalogueEntry])] = &[
    (["The YAML itself", "YAML 写法"], YamlFault::CATALOGUE),
    (["Keys, values, texts", "字段、内容、文字"], ValueFault::CATALOGUE),
    (["The folder and its files", "文件夹和文件"], FolderFault::CATALOGUE),
    (["Conditions", "条件"], ConditionFault::CATALOGUE),
    (["Replies and follow-ups", "回复和跟进消息"], ReplyFault::CATALOGUE),
    (["Rules", "规则"], RuleFault::CATALOGUE),
    (["Templates", "模板"], TemplateFault::CATALOGUE),
    (["Names", "名字"], NameFault::CATALOGUE),
    (["The menu", "菜单"], MenuFault::CATALOGUE),
    (["Examples", "示例"], ExampleFault::CATALOGUE),
    (["Doubts: rules that can serve", "提醒：规则可以使用，但可能不是您想要的"], LintFault::CATALOGUE),
    (
        ["Slips: rules that mean something else than they seem to", "笔误：规则可以使用，但意思多半不对"],
        SlipFault::CATALOGUE,
    ),
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files and folders of `tests/rules/FOLDER`, without the expected texts.
pub fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/rules").join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut entries: Vec<PathBuf> = entries.filter(|path| !is_text(path)).collect();
    entries.sort();
    entries
}

pub fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "txt")
}

pub fn surroundings(sends: bool) -> Surroundings {
    let account = KnownAccount { name: "main".to_owned(), id: None };
    Surroundings { accounts: vec![account], sends, ..Surroundings::default() }
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

/// What is wrong with a mistaken folder or file. A laptop has no token, so what needs one is warned of.
pub fn found(path: &Path) -> Vec<Diagnostic> {
    let folder = read_folder(path).unwrap();
    let loaded = load(&folder.source, &surroundings(false));
    let linted = linted(&loaded, &folder.source, &surroundings(false));
    folder.faults.into_iter().chain(loaded.diagnostics).chain(linted).collect()
}

/// What is said about a folder or file, as an author sees it.
pub fn said(path: &Path, surroundings: &Surroundings, lang: Lang) -> (Loaded, String) {
    let folder = read_folder(path).unwrap();
    let loaded = load(&folder.source, surroundings);
    let linted = linted(&loaded, &folder.source, surroundings);
    let diagnostics = folder.faults.iter().chain(&loaded.diagnostics).chain(&linted);
    let text = diagnostics.map(|diagnostic| render(diagnostic, &folder.source, lang, false) + "\n").collect();
    (loaded, text)
}

/// A mistake, as it was made and as it should have been written.
pub struct Example {
    pub wrong: PathBuf,
    pub right: PathBuf,
    pub found: Vec<Diagnostic>,
}

/// Each code's example: of what is mended, that whose mistake is first of all this one.
pub fn examples() -> BTreeMap<Code, Vec<Example>> {
    let mut examples: BTreeMap<Code, Vec<Example>> = BTreeMap::new();
    for right in entries("mended") {
        let wrong = root().join("tests/rules/reject").join(right.file_name().unwrap());
        assert!(wrong.exists(), "{} mends nothing", right.display());
        let found = found(&wrong);
        let code = found.first().unwrap_or_else(|| panic!("{} is no mistake", wrong.display())).fault.code();
        examples.entry(code).or_default().push(Example { wrong, right, found });
    }
    examples
}
