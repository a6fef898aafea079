//! The documents against the product: every YAML block that an author may copy loads, the shipped rules
//! prove themselves, what a page shows is what the program prints, and what it names is there.

#[path = "docs/page.rs"]
mod page;
#[path = "docs/recipes.rs"]
mod recipes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fanreply::advice::lint::lint;
use fanreply::advice::reference::reference;
use fanreply::language::diagnostic::Diagnostic;
use fanreply::language::diagnostic::render::render_all;
use fanreply::language::load;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::reload::folder::read_folder;
use fanreply::words::lang::Lang;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages for those who write rules.
const GUIDES: [(&str, Lang); 10] = [
    ("rules/README.md", Lang::En),
    ("rules/README.zh-CN.md", Lang::Zh),
    ("docs/rules.md", Lang::En),
    ("docs/rules.zh-CN.md", Lang::Zh),
    ("docs/recipes.md", Lang::En),
    ("docs/recipes.zh-CN.md", Lang::Zh),
    ("docs/import.md", Lang::En),
    ("docs/import.zh-CN.md", Lang::Zh),
    ("docs/testing.md", Lang::En),
    ("docs/testing.zh-CN.md", Lang::Zh),
];

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// All that the program says of a folder, doubts included.
fn said(source: &RuleSource) -> Vec<String> {
    let surroundings = Surroundings { sends: true, ..Surroundings::default() };
    let loaded = load(source, &surroundings);
    let mut said = loaded.diagnostics;
    said.extend(loaded.ruleset.iter().flat_map(|ruleset| lint(ruleset, source, &surroundings)));
    render_all(&said, source, Lang::En, false)
}

#[test]
fn every_rule_in_the_authors_guides_is_a_file_that_loads() {
    for (page, _) in GUIDES {
        let text = read(page);
        let blocks = page::blocks(&text);
        let mut count = 0;
        for (number, block) in blocks.iter().enumerate().filter(|(_, block)| block.info.starts_with("yaml")) {
            count += 1;
            // files that stand one after the other are saved together
            if blocks.get(number + 1).is_some_and(page::Block::is_part_of_folder) {
                continue;
            }
            let said = said(&block.folder.source());
            match block.info {
                "yaml" => assert!(said.is_empty(), "{page}:\n{}\n{}", block.text, said.join("\n")),
                "yaml mistake" => assert!(!said.is_empty(), "{page}: nothing is wrong with\n{}", block.text),
                info => panic!("{page} has a block of {info}"),
            }
        }
        assert!(count > 0, "{page}");
    }
}

/// Fans send 关键词; what stands before a colon needs a name that nobody takes for one.
#[test]
fn a_chinese_page_never_calls_a_key_what_fans_send() {
    for page in [
        "README.zh-CN.md",
        "rules/README.zh-CN.md",
        "docs/rules.zh-CN.md",
        "docs/recipes.zh-CN.md",
        "docs/diagnostics.zh-CN.md",
    ] {
        let text = read(page);
        let line = text.lines().find(|line| line.contains("关键字"));
        assert_eq!(line, None, "{page}");
    }
}

/// 没有规则回复: not 未回答 on one page and 未回复 on the next.
#[test]
fn a_message_that_no_rule_answers_is_called_the_same_everywhere() {
    let pages = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.to_string_lossy().ends_with(".zh-CN.md"));
    let texts = pages.map(|path| fs::read_to_string(path).unwrap()).collect::<String>();
    let all = texts + &read("README.zh-CN.md") + &read("rules/README.zh-CN.md") + &code(&root().join("src"));
    assert!(all.contains("计入“没有规则回复”"));
    for other in ["未回答", "未回复"] {
        let line = all.lines().find(|line| line.contains(other));
        assert_eq!(line, None);
    }
}

/// Behind this line of `docs/rules.md` stands what the program says of its language.
const GENERATED: &str =
    "<!-- made by the program from here on: FANREPLY_BLESS=1 cargo test --test docs -->\n";

#[test]
fn a_page_shows_what_the_program_says() {
    for (page, lang) in GUIDES {
        let text = read(page);
        let (told, reference) = match text.split_once(GENERATED) {
            Some((told, _)) => (told, format!("{GENERATED}\n{}\n", reference(lang).trim_end())),
            None => (text.as_str(), String::new()),
        };
        let fresh = page::with_fresh_output(told, lang) + &reference;
        if std::env::var_os("FANREPLY_BLESS").is_some() {
            fs::write(root().join(page), &fresh).unwrap();
        } else {
            let changed = text.lines().zip(fresh.lines()).find(|(old, new)| old != new);
            assert!(text == fresh, "{page} is not fresh: {changed:?}");
        }
    }
}

#[test]
fn the_rules_for_kubernetes_prove_themselves_without_a_warning() {
    let text = read("deploy/kubernetes-rules.yaml");
    let (_, block) = text.split_once("  rules.yaml: |\n").unwrap();
    let rules: String =
        block.lines().map(|line| line.strip_prefix("    ").unwrap().to_owned() + "\n").collect();
    let loaded = load(&RuleSource::of_texts([("rules.yaml", rules.as_str())]), &Surroundings::default());
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    assert_eq!(loaded.trial.passed(), 3);
}

/// An upgrade applies the manifest again: whatever it holds takes the place of what the operator has made of it.
#[test]
fn an_upgrade_in_kubernetes_leaves_the_rules_alone() {
    let manifest = read("deploy/kubernetes.yaml");
    assert!(!manifest.contains("kind: ConfigMap"));
    assert!(manifest.contains("name: fanreply-rules"), "they are mounted");
    for page in
        ["deploy/kubernetes.yaml", "deploy/kubernetes-rules.yaml", "docs/deploy.md", "docs/deploy.zh-CN.md"]
    {
        let text = read(page);
        assert!(!text.contains("kubectl apply -f deploy/kubernetes-rules.yaml"), "{page}");
        assert!(text.contains("kubectl create -f deploy/kubernetes-rules.yaml"), "{page}");
    }
}

#[test]
fn what_is_run_as_the_pages_say_has_bounds() {
    let compose = read("compose.yaml");
    let services = compose.matches("\n    image: ").count();
    for bound in ["\n    logging: *bounded-log", "\n    mem_limit: ", "\n    pids_limit: "] {
        assert_eq!(compose.matches(bound).count(), services, "{bound}");
    }
    assert!(compose.contains("options: {max-size: 10m, max-file: \"5\"}"));
    for page in ["docs/deploy.md", "docs/deploy.zh-CN.md"] {
        let text = read(page);
        let command = text.split("docker run -d").nth(1).unwrap().split("```").next().unwrap();
        for bound in ["--memory ", "--pids-limit ", "--log-opt max-size=", "--log-opt max-file="] {
            assert!(command.contains(bound), "{page}: {bound}");
        }
    }
}

/// A page that names an archive names one that the release makes.
#[test]
fn the_archives_that_the_pages_name_are_those_that_the_release_makes() {
    let output = Command::new(root().join("tools/release")).arg("--names").output().unwrap();
    let names = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = names.lines().collect();
    assert!(names.iter().all(|name| name.contains(env!("CARGO_PKG_VERSION")) || *name == "SHA256SUMS"));
    let named = regex::Regex::new(r"fanreply-\d[\w.-]*(?:gz|json)\b|\b[A-Z0-9]+SUMS\b").unwrap();
    let mut told: Vec<String> = Vec::new();
    for page in ["README.md", "README.zh-CN.md", "docs/deploy.md", "docs/deploy.zh-CN.md"] {
        let text = read(page);
        let found: Vec<&str> = named.find_iter(&text).map(|found| found.as_str()).collect();
        let unknown = found.iter().find(|name| !names.contains(*name));
        assert!(found.len() >= 3 && unknown.is_none(), "{page}: {unknown:?}");
        told.extend(found.into_iter().map(str::to_owned));
    }
    assert!(names.iter().all(|name| told.iter().any(|told| told == name)), "{names:?}");
}

#[test]
fn a_link_into_a_page_finds_its_heading() {
    let link = regex::Regex::new(r"\]\(([^)#\s]*)#([^)\s]+)\)").unwrap();
    let mut missing = Vec::new();
    let operators = ["README.md", "README.zh-CN.md", "docs/deploy.md", "docs/deploy.zh-CN.md"];
    for page in GUIDES.map(|(page, _)| page).into_iter().chain(operators) {
        let text = read(page);
        for found in link.captures_iter(&text).filter(|found| !found[1].contains("://")) {
            let target = match &found[1] {
                "" => root().join(page),
                other => root().join(page).with_file_name("").join(other),
            };
            let anchors = page::anchors(&fs::read_to_string(&target).unwrap());
            if !anchors.iter().any(|anchor| *anchor == found[2]) {
                missing.push(format!("{page}: {}", &found[0]));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn the_shipped_rules_prove_themselves_without_a_warning() {
    let folder = read_folder(&root().join("rules")).unwrap();
    let surroundings = Surroundings { sends: true, ..Surroundings::default() };
    let loaded = load(&folder.source, &surroundings);
    let doubts = loaded.ruleset.as_ref().map(|ruleset| lint(ruleset, &folder.source, &surroundings));
    let doubts = doubts.unwrap_or_default();
    let said: Vec<&Diagnostic> = folder.faults.iter().chain(&loaded.diagnostics).chain(&doubts).collect();
    assert!(said.is_empty(), "{said:?}");
    assert!(loaded.trial.passed() >= 50 && loaded.ruleset.unwrap().menu().is_some());
}

/// Links and paths in backticks that look like files of this project.
#[test]
fn what_a_page_names_is_there() {
    let link = regex::Regex::new(
        r"\]\(([^)#\s]+)[^)]*\)|`((?:src|tests|benches|deploy|docs|rules|tools)/[\w./-]+)`",
    )
    .unwrap();
    let pages = [
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "rules/README.md",
        "rules/README.zh-CN.md",
        "docs/rules.md",
        "docs/rules.zh-CN.md",
        "docs/recipes.md",
        "docs/recipes.zh-CN.md",
        "docs/BENCHMARKS.md",
        "docs/import.md",
        "docs/import.zh-CN.md",
        "docs/deploy.md",
        "docs/deploy.zh-CN.md",
        "docs/limits.md",
        "docs/limits.zh-CN.md",
        "docs/metrics.md",
        "docs/metrics.zh-CN.md",
        "docs/protocol.md",
        "SECURITY.md",
        "SECURITY.zh-CN.md",
        "docs/testing.md",
        "docs/testing.zh-CN.md",
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

/// The map of the house: every path below `src/` and every `Type::function` on it.
#[test]
fn what_the_map_names_is_in_the_house() {
    let code = code(&root().join("src"));
    let map = read("ARCHITECTURE.md");
    let named = regex::Regex::new(r"`([\w/]+\.rs|\w+(?:/\w+)*/|[A-Z]\w+::\w+)`").unwrap();
    let is_there = |name: &str| match name.split_once("::") {
        Some((owner, item)) => {
            let sort = if item.starts_with(char::is_uppercase) { "" } else { "fn " };
            let item = regex::Regex::new(&format!(r"\b{sort}{item}\b")).unwrap();
            // or what a macro writes for every type of its table
            let head =
                format!(r"(?m)^ *(?:impl|pub (?:enum|trait))\b[^\n{{]*(?:\b{owner}|\$name)\b[^\n]*\{{$");
            let heads = regex::Regex::new(&head).unwrap();
            heads
                .split(&code)
                .skip(1)
                .any(|behind| item.is_match(behind.split("\n}").next().unwrap_or_default()))
        }
        None => {
            let stands = [root().join("src").join(name), root().join(name)].iter().any(|path| path.exists());
            stands || name.contains("NAME")
        }
    };
    let named: Vec<&str> = named.captures_iter(&map).map(|found| found.extract::<1>().1[0]).collect();
    assert!(named.len() >= 80, "{}", named.len());
    let missing: Vec<&str> = named.into_iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// All Rust files below a folder, as one text.
fn code(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => code(&path),
        Some(extension) if extension == "rs" => fs::read_to_string(path).unwrap(),
        _ => String::new(),
    };
    entries.map(text).collect()
}

/// A law that no test holds is a promise that nobody keeps.
#[test]
fn every_test_that_a_page_calls_to_witness_is_there() {
    let code = code(&root().join("src")) + &code(&root().join("tests"));
    let law = regex::Regex::new("`([a-z]+(?:_[a-z]+){3,})`").unwrap();
    let missing = |page: &str| {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let named: Vec<String> = law.captures_iter(&text).map(|found| found[1].to_owned()).collect();
        assert!(named.len() >= 10, "{page}");
        named.into_iter().filter(|name| !code.contains(&format!("fn {name}("))).collect::<Vec<_>>()
    };
    for page in ["SECURITY.md", "SECURITY.zh-CN.md", "ARCHITECTURE.md"] {
        assert_eq!(missing(page), Vec::<String>::new(), "{page}");
    }
}
