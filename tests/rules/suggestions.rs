//! What is suggested, done: each suggestion put in the place of what it speaks of. It must mend what it is said
//! about and bring nothing new, and where the file is mended it must say the same. It judges no wording.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fanreply::language::diagnostic::{Code, Diagnostic};
use fanreply::language::load;
use fanreply::language::source::RuleSource;
use fanreply::words::lang::Lang;

use super::fixtures::{entries, root, surroundings};

/// What leads to a suggestion, and what ends it.
const LEADS: [&str; 9] = [
    "write: when: ",
    "write: ",
    "write this text as ",
    "put the text in quotes: ",
    "put the whole text in quotes: ",
    "put it in single quotes: ",
    "where a backslash is a backslash: ",
    "delete what is too much: ",
    "are written as a list: ",
];

/// Files whose suggestion is not the whole mending, and why.
const NOT_ALONE: &[(&str, &str)] = &[
    ("number-for-dash", "the lines below it are indented by the width of its number"),
    ("words-with-plus", "the key changes as well"),
    ("words-with-and", "the key changes as well"),
];

fn suggested(diagnostic: &Diagnostic) -> Option<String> {
    let help = diagnostic.fault.help(Lang::En);
    let (at, lead) = LEADS.iter().filter_map(|lead| Some((help.find(lead)?, lead))).min()?;
    let rest = &help[at + lead.len()..];
    let end = rest.find("; ").unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

/// The file with the suggestion where an author might put it: for what is marked, for the line or for its item.
fn followed(text: &str, found: &Diagnostic, suggestion: &str) -> Vec<String> {
    let span = found.place.span.clone();
    let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[span.start..].find('\n').map_or(text.len(), |newline| span.start + newline);
    let content = start + text[start..end].len() - text[start..end].trim_start().len();
    let mut places = vec![span.clone(), content..end];
    if text[content..end].starts_with("- ") {
        places.push(content + 2..end);
    }
    if text[start..span.start].contains(": ") {
        places.push(start + text[start..span.start].rfind(": ").unwrap() + 2..span.end);
        places.push(span.start..end);
        // inside brackets, what stands between the key and the next sign
        let value = start + text[start..span.start].rfind(": ").unwrap() + 2;
        places.push(value..span.start + text[span.start..end].find([',', '}']).unwrap_or(end - span.start));
    }
    let put = |at: std::ops::Range<usize>| format!("{}{suggestion}{}", &text[..at.start], &text[at.end..]);
    places.into_iter().filter(|at| at.start <= at.end).map(put).collect()
}

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

/// What is wrong with following this suggestion.
fn flaw(path: &Path, text: &str, found: &Diagnostic, suggestion: &str) -> Option<String> {
    let before = codes(text);
    let code = found.fault.code();
    let mends = |after: &BTreeMap<Code, usize>| {
        let fewer = after.get(&code).copied().unwrap_or(0) < before[&code];
        fewer && after.keys().all(|code| before.contains_key(code) || code.0 >= 160)
    };
    let good: Vec<String> =
        followed(text, found, suggestion).into_iter().filter(|text| mends(&codes(text))).collect();
    if good.is_empty() {
        return Some(format!("{}: {code} does not mend: {suggestion}", path.display()));
    }
    let mended = fs::read_to_string(root().join("tests/rules/mended").join(path.file_name()?)).ok()?;
    let alone = before.values().sum::<usize>() == 1;
    (alone && good.iter().all(|good| plain(good) != plain(&mended)))
        .then(|| format!("{}: {code} means something else: {suggestion}", path.display()))
}

#[test]
fn what_is_suggested_mends_the_mistake_and_says_the_same() {
    let mut wrong = Vec::new();
    let mut followed = 0;
    for path in entries("reject").into_iter().filter(|path| path.is_file()) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
        let mut flaws = Vec::new();
        for found in load(&source, &surroundings(false)).diagnostics {
            let Some(suggestion) = suggested(&found).filter(|said| !said.contains('…')) else { continue };
            followed += 1;
            flaws.extend(flaw(&path, &text, &found, &suggestion));
        }
        if NOT_ALONE.iter().any(|(excepted, _)| *excepted == name) {
            assert!(!flaws.is_empty(), "{name} needs no exception");
        } else {
            wrong.extend(flaws);
        }
    }
    assert!(wrong.is_empty() && followed > 50, "{followed} followed\n{}", wrong.join("\n"));
}
