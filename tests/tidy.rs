//! The house in order: imports only go down, no module reaches itself again through others, and each file
//! says what it is. A fault names the file and the import.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The floors of the house (ARCHITECTURE.md), lowest first. A room may use the floors below its own.
const FLOORS: &[&[&str]] = &[
    &["model", "clock", "disk"],
    &["schedule", "words", "telemetry"],
    &["engine", "platform"],
    &["language", "config"],
    &["advice", "import", "store", "data_dir", "account"],
    &["respond", "deliver", "reload"],
    &["view"],
    &["http"],
    &["app"],
    &["cli"],
    &["lib", "main"],
];
/// Settings are read once and handed on in parts: who imported them everywhere could not be tested alone.
const ONLY_FOR: &[(&str, &[&str])] = &[("config", &["app", "cli"])];
/// What a room says to the others stands at its border; what is behind it, nobody outside may name.
const BORDERS: &[(&str, &str)] = &[("platform", "weibo")];
/// Lines of a file.
const LONGEST: usize = 400;

struct Source {
    path: PathBuf,
    /// `language::condition::when`; the crate itself is empty.
    module: Vec<String>,
    /// Without comments and test modules.
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let comment = Regex::new(r"(?m)//.*$").unwrap();
    let source = |path: PathBuf| {
        let below = path.strip_prefix(root().join("src")).unwrap().with_extension("");
        let mut module: Vec<String> = below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        if module.last().is_some_and(|last| last == "mod" || last == "lib" || last == "main") {
            module.pop();
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        Source { code: comment.replace_all(code, "").into_owned(), module, path }
    };
    files(&root().join("src"), "rs")
        .into_iter()
        .filter(|path| !path.ends_with("tests.rs"))
        .map(source)
        .collect()
}

/// `a::{b, c::{d, e}}` → `a::b`, `a::c::d`, `a::c::e`.
fn spread(path: &str) -> Vec<String> {
    let Some((head, rest)) = path.split_once('{') else { return vec![path.trim().to_owned()] };
    let inside = &rest[..rest.rfind('}').unwrap()];
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.flat_map(|part| spread(&format!("{}{part}", head.trim()))).collect()
}

/// Everything of this crate that a file names, from the crate's root on.
fn named(source: &Source) -> BTreeSet<Vec<String>> {
    let uses = Regex::new(r"(?s)\buse\s+((?:crate|super|self)::.*?);").unwrap();
    let paths = Regex::new(r"\b(?:crate|super)(?:::[a-zA-Z_]\w*)+").unwrap();
    let used = uses.captures_iter(&source.code).flat_map(|found| spread(&found[1]));
    let inline = paths.find_iter(&source.code).map(|found| found.as_str().to_owned());
    let resolve = |path: String| {
        let mut at = source.module.clone();
        let mut parts: Vec<&str> = path.split("::").map(str::trim).collect();
        match parts[0] {
            "crate" => at.clear(),
            "super" => {
                while parts.first() == Some(&"super") {
                    at.pop();
                    parts.remove(0);
                }
                at.extend(parts.iter().map(|part| (*part).to_owned()));
                return at;
            }
            _ => {}
        }
        at.extend(parts[1..].iter().map(|part| (*part).to_owned()));
        at
    };
    used.chain(inline).map(resolve).collect()
}

fn floor(room: &str, source: &Source) -> usize {
    let found = FLOORS.iter().position(|rooms| rooms.contains(&room));
    found.unwrap_or_else(|| panic!("{room}, named in {}, stands on no floor", shown(source)))
}

fn shown(source: &Source) -> String {
    source.path.strip_prefix(root()).unwrap().display().to_string()
}

#[test]
fn imports_only_go_down() {
    let mut faults = Vec::new();
    for source in sources() {
        let Some(room) = source.module.first() else { continue };
        for path in named(&source) {
            let Some(other) = path.first().filter(|other| *other != room) else { continue };
            let own_only = ONLY_FOR.iter().find(|(name, _)| name == other);
            let is_reserved = own_only.is_some_and(|(_, rooms)| !rooms.contains(&room.as_str()));
            if floor(other, &source) >= floor(room, &source) || is_reserved {
                faults.push(format!("{} imports {}", shown(&source), path.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_platform_is_met_at_the_border() {
    let mut faults = Vec::new();
    for source in sources() {
        for (room, behind) in BORDERS {
            // also through an import of the room itself, or of a whole of it
            let path = Regex::new(&format!(r"\b{behind}\s*::|::\s*{behind}\b")).unwrap();
            let named = named(&source).iter().any(|path| path.get(1).is_some_and(|part| part == behind));
            let is_outside = source.module.first().is_some_and(|first| first != room);
            if is_outside && (named || path.is_match(&source.code)) {
                faults.push(format!("{} names {room}::{behind}", shown(&source)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_bytes_of_a_platform_are_read_and_written_without_a_network() {
    for source in sources() {
        let module: Vec<&str> = source.module.iter().map(String::as_str).collect();
        let is_wire = match module[..] {
            ["platform", platform] => BORDERS.contains(&("platform", platform)),
            ["platform", _, part, ..] => part != "api",
            _ => false,
        };
        assert!(!(is_wire && source.code.contains("reqwest")), "{} names reqwest", shown(&source));
    }
}

#[test]
fn no_module_reaches_itself_through_others() {
    let sources = sources();
    let modules: BTreeSet<Vec<String>> = sources.iter().map(|source| source.module.clone()).collect();
    let module_of = |path: &Vec<String>| {
        (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|prefix| modules.contains(prefix))
    };
    let mut edges: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for source in &sources {
        // what joins its parts, and parts that know what joins them, are one thing in several files
        let is_other = |target: &Vec<String>| !source.module.starts_with(target);
        let targets = named(source).iter().filter_map(module_of).filter(is_other).collect();
        edges.insert(source.module.clone(), targets);
    }
    // whatever can be taken away because nothing it needs is left, is in no circle
    while let Some(free) =
        edges.iter().find(|(_, targets)| targets.is_empty()).map(|(module, _)| module.clone())
    {
        edges.remove(&free);
        edges.values_mut().for_each(|targets| {
            targets.remove(&free);
        });
    }
    // and whatever nothing needs is in none either
    loop {
        let needed: BTreeSet<_> = edges.values().flatten().cloned().collect();
        let before = edges.len();
        edges.retain(|module, _| needed.contains(module));
        if edges.len() == before {
            break;
        }
    }
    let circle = edges.iter().map(|(module, targets)| {
        let targets: Vec<String> = targets.iter().map(|target| target.join("::")).collect();
        format!("{} → {}", module.join("::"), targets.join(", "))
    });
    assert!(edges.is_empty(), "in a circle:\n{}", circle.collect::<Vec<_>>().join("\n"));
}

/// What a name stands for can change, and a pipe keeps its reader waiting for ever: files that others wrote are opened
/// by [`fanreply::disk`]. An operator names those of the commands himself.
#[test]
fn files_are_read_in_one_way() {
    let lawful = ["disk", "cli", "telemetry::resources"];
    for source in sources() {
        let module = source.module.join("::");
        let is_lawful = lawful.iter().any(|room| module == *room || module.starts_with(&format!("{room}::")));
        let by_hand = ["fs::read(", "fs::read_to_string(", "File::open("];
        let found = by_hand.iter().find(|call| !is_lawful && source.code.contains(**call));
        assert!(found.is_none(), "{module}: {found:?}");
    }
}

#[test]
fn each_file_says_what_it_is_and_stays_short() {
    let mut faults = Vec::new();
    for path in files(&root().join("src"), "rs").into_iter().chain(files(&root().join("tests"), "rs")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        if !text.starts_with("//! ") {
            faults.push(format!("{name} does not open with //!"));
        }
        let lines = text.lines().count();
        if name.starts_with("src/") && !name.ends_with("tests.rs") && lines > LONGEST {
            faults.push(format!("{name} has {lines} lines"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn names_say_something() {
    let empty = [
        "util", "utils", "helper", "helpers", "common", "misc", "manager", "base", "shared", "data",
        "process",
    ];
    for source in sources() {
        let name = source.module.last().cloned().unwrap_or_default();
        assert!(!empty.contains(&name.as_str()), "{}", shown(&source));
    }
}
