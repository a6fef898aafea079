//! The grammar against the checker: each of its keys is read. The JSON Schema made of it against an independent
//! validator: what it refuses, the checker refuses too; what is wrong in its shape, both refuse.
//! `FANREPLY_BLESS=1` writes `docs/rules.schema.json` anew.

use std::fs;
use std::path::{Path, PathBuf};

use fanreply::advice::schema::schema;
use fanreply::language::diagnostic::Diagnostic;
use fanreply::language::load;
use fanreply::language::registry::GRAMMAR;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::reload::folder::read_folder;
use jsonschema::Validator;
use serde_json::Value;

/// Mistakes of shape: a key, a kind of value, a word of a fixed set, something that must be there.
const OF_SHAPE: &[&str] = &[
    "F131", "F134", "F142", "F143", "F144", "F147", "F201", "F202", "F207", "F214", "F218", "F240", "F243",
    "F244", "F246", "F260", "F264", "F265", "F267", "F280", "F281", "F282", "F331", "F334", "F346", "F348",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries(folder: &str) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.retain(|path| path.extension().is_none_or(|extension| extension != "txt"));
    entries.sort();
    entries
}

/// What the schema says of a file; `None` where it is not YAML at all.
fn refusals(validator: &Validator, text: &str) -> Option<Vec<String>> {
    let value: Value = serde_yaml::from_str(text).ok()?;
    // a file of comments alone holds nothing, and that is no shape
    let errors = validator.iter_errors(&value).filter(|_| !value.is_null());
    Some(errors.map(|error| format!("{} at {}", error, error.instance_path())).collect())
}

fn checked(source: &RuleSource) -> Vec<Diagnostic> {
    let surroundings = Surroundings { sends: true, ..Surroundings::default() };
    load(source, &surroundings).diagnostics.into_iter().filter(Diagnostic::is_error).collect()
}

#[test]
fn the_published_schema_is_that_of_the_program() {
    let path = root().join("docs/rules.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("FANREPLY_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == text, "docs/rules.schema.json is not fresh");
}

#[test]
fn the_schema_accepts_whatever_the_checker_accepts() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut contradictions = Vec::new();
    for path in
        [entries("tests/rules/accept"), entries("tests/rules/reject"), vec![root().join("rules")]].concat()
    {
        let source = read_folder(&path).unwrap().source;
        let errors = checked(&source);
        for file in source.files() {
            let is_wrong = errors.iter().any(|found| found.place.file == file.path);
            let refused = refusals(&validator, &String::from_utf8_lossy(&file.bytes)).unwrap_or_default();
            if !is_wrong && !refused.is_empty() {
                contradictions.push(format!("{}: {}: {refused:?}", path.display(), file.path));
            }
        }
    }
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
}

#[test]
fn a_mistake_of_shape_is_refused_by_the_schema_too() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let (mut seen, mut contradictions) = (0, Vec::new());
    for path in entries("tests/rules/reject") {
        let source = read_folder(&path).unwrap().source;
        for found in checked(&source) {
            let code = found.fault.code().to_string();
            // what YAML itself makes of `True` is a truth to the schema, and of two lines without a dash one text
            let is_as_yaml_has_it =
                ["capital-true.yaml", "missing-first-dash.yaml"].iter().any(|name| path.ends_with(name));
            let is_of_shape = OF_SHAPE.contains(&code.as_str()) && !is_as_yaml_has_it;
            let Some(file) = source.file(&found.place.file).filter(|_| is_of_shape) else { continue };
            let Some(refused) = refusals(&validator, &String::from_utf8_lossy(&file.bytes)) else { continue };
            seen += 1;
            if refused.is_empty() {
                contradictions.push(format!("{}: {code}", path.display()));
            }
        }
    }
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
    assert!(seen > 30, "only {seen} mistakes of shape");
}

/// A file in which a mapping of the grammar stands with one entry, ENTRY, beside what it cannot be read without.
fn file_with(mapping: &str, key: &str) -> &'static str {
    match mapping {
        "file" => "{ENTRY}",
        "rule" => "{rules: [{ENTRY}]}",
        "when" => "{rules: [{when: {ENTRY}}]}",
        "list" => "{rules: [{when: {keyword: {ENTRY}}}]}",
        "near" => "{rules: [{when: {near: {ENTRY}}}]}",
        "named_time" => "{times: {a: {ENTRY}}}",
        "arrangement" => "{holidays: {2027: {ENTRY}}}",
        "reply" => "{rules: [{reply: {ENTRY}}]}",
        "choice" => "{rules: [{reply: {one_of: [{ENTRY}, a]}}]}",
        "card" => "{rules: [{reply: {articles: {ENTRY}}}]}",
        "position" => "{rules: [{reply: {position: {ENTRY}}}]}",
        "follow_up" => "{rules: [{follow_up: {ENTRY}}]}",
        "answered" => "{rules: [{follow_up: {unless: {ENTRY}}}]}",
        "example" => "{rules: [{examples: [{ENTRY}]}]}",
        "button" if key == "name" => "{menu: [{ENTRY}]}",
        "button" => "{menu: [{name: a, ENTRY}]}",
        "item" if key == "name" => "{menu: [{name: a, items: [{ENTRY}]}]}",
        "item" => "{menu: [{name: a, items: [{name: b, ENTRY}]}]}",
        other => panic!("say where `{other}` stands"),
    }
}

#[test]
fn a_key_of_the_grammar_that_nobody_reads_fails() {
    // a list of a list is wrong behind every key, and who reads the key says so
    const WRONG: &str = "[[x]]";
    let mut unread = Vec::new();
    for mapping in GRAMMAR.mappings {
        for key in mapping.names() {
            let text = file_with(mapping.name, key).replace("ENTRY", &format!("{key}: {WRONG}"));
            let value = text.find(WRONG).unwrap();
            let errors = checked(&RuleSource::of_texts([("a.yaml", text.as_str())]));
            let is_told = |found: &Diagnostic| (value..value + WRONG.len()).contains(&found.place.span.start);
            if !errors.iter().any(is_told) {
                unread.push(format!("{text}: {errors:?}"));
            }
        }
    }
    assert!(unread.is_empty(), "{}", unread.join("\n"));
}
