//! The rule language against folders that a person can read: everything below `tests/rules/accept` must
//! load with all its examples holding; every file of `tests/rules/reject` must be refused, or warned of,
//! in exactly the words beside it; what `tests/rules/mended` makes of such a file must load without a word.
//! `docs/diagnostics.md` shows them. `FANREPLY_BLESS=1` writes the words and the pages anew; read them before
//! committing.

#[path = "rules/copying.rs"]
mod copying;
#[path = "rules/fixtures.rs"]
mod fixtures;
#[path = "rules/page.rs"]
mod page;
#[path = "rules/suggestions.rs"]
mod suggestions;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use fanreply::language::diagnostic::render::{render, render_all};
use fanreply::language::diagnostic::{Code, Fault, Severity};
use fanreply::language::load;
use fanreply::language::source::{RuleSource, SourceFile};
use fanreply::words::lang::Lang;
use proptest::prelude::*;

use fixtures::{
    SHOWN_ELSEWHERE, STAGES, entries, examples, found, is_text, root, said, shown_elsewhere, surroundings,
};

fn bless() -> bool {
    std::env::var_os("FANREPLY_BLESS").is_some()
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
fn a_file_that_cannot_be_read_makes_no_errors_of_names_in_the_others() {
    let shop = "values:\n  电话：0571-88886666\n  店名: 晴天\nlists:\n  问候: [你好]\n";
    let rules = "rules:\n  - when: {keyword: {list: 问候}}\n    reply: 这里是{{ 店名 }}\n";
    let source = RuleSource::of_texts([("00-shop.yaml", shop), ("10-welcome.yaml", rules)]);
    let codes = |source: &RuleSource| {
        let found = load(source, &surroundings(true)).diagnostics;
        found.iter().map(|found| found.fault.code().0).collect::<Vec<_>>()
    };
    assert_eq!(codes(&source), [117]);
    let mended = shop.replace("电话：", "电话: ").replace("店名", "店");
    let source = RuleSource::of_texts([("00-shop.yaml", mended.as_str()), ("10-welcome.yaml", rules)]);
    assert!(codes(&source).contains(&300), "{:?}", codes(&source));
}

/// Such a line took a minute before its guesses were bounded.
#[test]
fn a_line_of_brackets_without_end_is_refused_soon() {
    #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
    let began = std::time::Instant::now();
    for opening in ["{a: ", "[", "- ", "{", "? ", "\"a\": "] {
        let source = RuleSource::of_texts([("a.yaml", opening.repeat(20_000).as_str())]);
        let loaded = load(&source, &surroundings(true));
        assert!(loaded.ruleset.is_none() && !loaded.diagnostics.is_empty(), "{opening}");
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn every_mistake_is_pointed_at_in_both_languages() {
    let mut wrong = Vec::new();
    for path in entries("reject") {
        for (lang, ending) in [(Lang::En, "en.txt"), (Lang::Zh, "zh.txt")] {
            // a laptop has no token, so what needs one is warned of
            let (_, text) = said(&path, &surroundings(false), lang);
            assert!(!text.is_empty(), "{} is accepted without a word", path.display());
            let expected = path.with_extension(ending);
            if bless() {
                fs::write(&expected, &text).unwrap();
            } else if fs::read_to_string(&expected).unwrap_or_default() != text {
                wrong.push(format!("{}:\n{text}", expected.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table of warnings in the guides names what the program can warn of, and nothing else.
#[test]
fn every_warning_has_its_line_in_the_guides() {
    let warnings = STAGES.iter().flat_map(|(_, entries)| *entries);
    let warnings = warnings.filter(|entry| entry.severity == Severity::Warning);
    let expected: BTreeSet<String> = warnings.map(|entry| entry.code.to_string()).collect();
    for (page, title) in [("docs/rules.md", "### Warnings\n"), ("docs/rules.zh-CN.md", "### 警告\n")] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let (_, section) = text.split_once(title).unwrap();
        let (section, _) = section.split_once("\n### ").unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| F")?.split(" |").next());
        let codes = rows.flat_map(|codes| codes.split([',', '、']));
        let codes = codes.map(|code| format!("F{}", code.trim().trim_start_matches('F')));
        assert_eq!(codes.collect::<BTreeSet<String>>(), expected, "{page}");
    }
}

/// What one version took, the next refuses only after a version in which it warned, or for safety: CONTRIBUTING.md, "A new
/// refusal".
#[test]
fn what_is_newly_refused_warns_for_one_version_first_except_for_safety() {
    let text = fs::read_to_string(root().join("tests/rules/refusals.txt")).unwrap();
    let rows: BTreeMap<&str, &str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap_or((line, "")))
        .collect();
    let mut wrong = Vec::new();
    for entry in STAGES.iter().flat_map(|(_, entries)| *entries) {
        let code = entry.code.to_string();
        let expected = match rows.get(code.as_str()) {
            None => Severity::Warning,
            Some(terms) if *terms == format!("warns since {}", env!("CARGO_PKG_VERSION")) => {
                Severity::Warning
            }
            Some(terms) => {
                let is_told = terms.is_empty()
                    || terms.starts_with("warns since ")
                    || terms.strip_prefix("safety since ").is_some_and(|terms| terms.contains(": "));
                assert!(is_told, "{code} {terms}");
                Severity::Error
            }
        };
        if entry.severity != expected {
            wrong.push(format!("{code} is an {}", entry.severity.as_str()));
        }
    }
    assert!(wrong.is_empty(), "tests/rules/refusals.txt says otherwise: {wrong:?}");
    let codes: BTreeSet<String> =
        STAGES.iter().flat_map(|(_, entries)| *entries).map(|entry| entry.code.to_string()).collect();
    let unknown: Vec<&&str> = rows.keys().filter(|code| !codes.contains(**code)).collect();
    assert!(unknown.is_empty(), "no table has {unknown:?}");
}

#[test]
fn every_code_has_a_mistake_that_shows_it() {
    let shown: HashSet<Code> = entries("reject")
        .iter()
        .flat_map(|path| found(path))
        .map(|diagnostic| diagnostic.fault.code())
        .collect();
    let codes: Vec<Code> =
        STAGES.iter().flat_map(|(_, stage)| stage.iter().map(|entry| entry.code)).collect();
    let unique: HashSet<Code> = codes.iter().copied().collect();
    assert_eq!(codes.len(), unique.len(), "a code has two meanings");
    let missing: Vec<&Code> =
        unique.difference(&shown).filter(|code| !SHOWN_ELSEWHERE.contains(code)).collect();
    assert!(missing.is_empty(), "no file of tests/rules/reject shows {missing:?}");
}

#[test]
fn every_code_has_one_mistake_that_is_mended() {
    let examples = examples();
    let mut wrong = Vec::new();
    for entry in STAGES.iter().flat_map(|(_, stage)| *stage) {
        let of_code = examples.get(&entry.code).into_iter().flatten();
        let names: Vec<_> = of_code.map(|example| example.right.file_name().unwrap()).collect();
        if names.len() != usize::from(!SHOWN_ELSEWHERE.contains(&entry.code)) {
            wrong.push(format!("{} is mended in {names:?}", entry.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_mended_loads_without_a_word() {
    let mut wrong = Vec::new();
    for path in entries("mended") {
        let (loaded, text) = said(&path, &surroundings(true), Lang::En);
        if !text.is_empty() || loaded.ruleset.is_none() {
            wrong.push(format!("{}:\n{text}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_catalogue_is_what_the_tables_and_the_mistakes_make() {
    for (lang, name) in [(Lang::En, "docs/diagnostics.md"), (Lang::Zh, "docs/diagnostics.zh-CN.md")] {
        let (text, path) = (page::page(lang), root().join(name));
        if bless() {
            fs::write(&path, &text).unwrap();
        }
        let fresh = fs::read_to_string(&path).unwrap_or_default() == text;
        assert!(
            fresh,
            "{name} is not what the tables say: FANREPLY_BLESS=1 cargo test --test rules writes it"
        );
    }
}

/// What needs a disk in a certain state is shown by the tests beside the code, which look at the number alone.
#[test]
fn what_no_file_shows_has_words_in_both_languages() {
    let faults = shown_elsewhere();
    let codes: Vec<Code> = faults.iter().map(|fault| fault.code()).collect();
    assert_eq!(codes, SHOWN_ELSEWHERE);
    for (lang, ending) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        let localized = |fault: &dyn Fault| {
            format!("{}: {}\n  = {}\n", fault.code(), fault.message(lang), fault.help(lang))
        };
        let text: String = faults.iter().map(|fault| localized(&**fault)).collect();
        let path = root().join(format!("tests/rules/elsewhere.{ending}.txt"));
        if bless() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{}", path.display());
    }
}

#[test]
fn a_file_that_no_author_writes_is_refused_unread() {
    let file = SourceFile { path: "a.yaml".into(), bytes: vec![b'#'; (32 << 20) + 1].into() };
    let loaded = load(&RuleSource::new(vec![file]), &surroundings(true));
    let codes: Vec<Code> = loaded.diagnostics.iter().map(|found| found.fault.code()).collect();
    assert_eq!(codes, [Code(102)]);
    assert!(loaded.ruleset.is_none());
}

#[test]
fn an_expected_text_without_its_file_is_refused() {
    for path in fs::read_dir(root().join("tests/rules/reject")).unwrap().map(|entry| entry.unwrap().path()) {
        let stem = path.with_extension("").with_extension("");
        let belongs = stem.with_extension("yaml").exists() || stem.is_dir();
        assert!(belongs || !is_text(&path), "{} belongs to nothing", path.display());
    }
}

#[test]
fn an_error_is_shown_however_many_warnings_stand_before_it() {
    let words: String = (0..150).map(|n| format!("        - 你好{n}\n        - 你好 {n}\n")).collect();
    let text = format!(
        "rules:\n  - when:\n      keyword:\n{words}    reply: 好\n  - when: {{keyword: 您好}}\n    repyl: 好\n"
    );
    let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
    let found = load(&source, &surroundings(true)).diagnostics;
    let shown = render_all(&found, &source, Lang::En, false);
    assert!(found.len() > 150 && shown.len() == 101, "{} of {}", shown.len(), found.len());
    assert!(shown.iter().any(|text| text.starts_with("error[F131]")), "{}", shown.join("\n"));
    assert_eq!(shown.last().unwrap(), &format!("… and {} more", found.len() - 100));
}

#[test]
fn a_choice_may_be_of_a_thousand_answers_and_not_of_more() {
    let codes = |answers: usize| -> Vec<Code> {
        let answers: String = (0..answers).map(|n| format!("        - 第 {n} 句\n")).collect();
        let text = format!("rules:\n  - when: {{keyword: 你好}}\n    reply:\n      one_of:\n{answers}");
        let found = load(&RuleSource::of_texts([("a.yaml", text.as_str())]), &surroundings(true)).diagnostics;
        found.iter().map(|found| found.fault.code()).collect()
    };
    assert_eq!(codes(1_000), []);
    assert_eq!(codes(1_001), [Code(250)]);
}

/// What slips into a text or out of it.
const SLIPS: &[&str] = &[
    "", "中", "：", "，", "“", "”", "\"", "'", "\\", "\\中", "#", " #", ": ", ":", "- ", "－ ", "{", "}",
    "{{", "}}", "[", "]", "｛", "@", "*", "&", "|", ">", "\t", "\n", "\u{3000}", "\u{A0}", "\u{200B}", "//",
    "=", ",", "{%", "(", "\0", "\u{FEFF}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Whatever an author types, he gets an answer at a place of his file.
    #[test]
    fn no_slip_brings_the_reader_down(
        file: prop::sample::Index,
        slips in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, prop::sample::select(SLIPS)), 1..4),
    ) {
        let files: Vec<_> = entries("reject").into_iter().chain(entries("accept")).filter(|path| path.is_file()).collect();
        let mut text = fs::read_to_string(file.get(&files)).unwrap_or_default();
        text.truncate(text.floor_char_boundary(4_000));
        for (at, removed, inserted) in slips {
            let from = text.floor_char_boundary(at.index(text.len() + 1));
            let to = text.ceil_char_boundary((from + removed).min(text.len()));
            text.replace_range(from..to, inserted);
        }
        let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
        for diagnostic in load(&source, &surroundings(true)).diagnostics {
            prop_assert!(diagnostic.place.span.end <= text.len());
            for lang in [Lang::En, Lang::Zh] {
                prop_assert!(!render(&diagnostic, &source, lang, false).is_empty());
            }
        }
    }
}
