//! What is suggested, done: each suggestion put in the place of what it speaks of. It must mend what it is said
//! about and bring nothing new, and where the file is mended it must say the same. It judges no wording.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fanreply::language::diagnostic::{Code, Diagnostic};
use fanreply::language::load;
use fanreply::language::source::RuleSource;

use super::copying::copied;
use super::fixtures::{entries, root, surroundings};

fn codes(text: &str) -> BTreeMap<Code, usize> {
    let source = RuleSource::of_texts([("a.yaml", text)]);
    let mut codes = BTreeMap::new();
    for found in load(&source, &surroundings(false)).diagnostics {
        *codes.entry(found.fault.code()).or_default() += 1;
    }
    codes
}

/// Without what makes no difference to what is said.
fn plain(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\''))
        .collect()
}

/// What is wrong with the corrected text that a diagnostic shows.
fn flaw(path: &Path, text: &str, found: &Diagnostic, (suggestion, good): (&str, String)) -> Option<String> {
    let before = codes(text);
    let code = found.fault.code();
    let mends = |after: &BTreeMap<Code, usize>| {
        let fewer = after.get(&code).copied().unwrap_or(0) < before[&code];
        fewer && after.keys().all(|code| before.contains_key(code) || code.0 >= 160)
    };
    if !mends(&codes(&good)) {
        return Some(format!("{}: {code} does not mend: {suggestion}", path.display()));
    }
    let mended = fs::read_to_string(root().join("tests/rules/mended").join(path.file_name()?)).ok()?;
    let alone = before.values().sum::<usize>() == 1;
    (alone && plain(&good) != plain(&mended))
        .then(|| format!("{}: {code} means something else: {suggestion}", path.display()))
}

#[test]
fn what_is_suggested_mends_the_mistake_and_says_the_same() {
    let mut wrong = Vec::new();
    let mut followed = 0;
    for path in entries("reject").into_iter().filter(|path| path.is_file()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
        for found in load(&source, &surroundings(false)).diagnostics {
            let Some(copied) = copied(&text, &found) else { continue };
            followed += 1;
            wrong.extend(flaw(&path, &text, &found, copied));
        }
    }
    assert!(wrong.is_empty() && followed > 50, "{followed} followed\n{}", wrong.join("\n"));
}
