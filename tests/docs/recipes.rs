//! The pages of recipes: thirty each, the same in both languages, all of them shown by examples. That each of them
//! loads alone and without a warning is tested with the other guides.

use std::collections::BTreeMap;
use std::path::Path;

use fanreply::advice::lint::without_examples;
use fanreply::language::diagnostic::{Code, Diagnostic};
use fanreply::language::load;
use fanreply::language::registry::GRAMMAR;
use fanreply::language::source::{RuleSource, SourceFile};
use fanreply::language::surroundings::Surroundings;
use fanreply::reload::folder::read_folder;
use fanreply::words::lang::Lang;
use regex::Regex;

use super::{page, read, said};

const PAGES: [&str; 2] = ["docs/recipes.md", "docs/recipes.zh-CN.md"];

/// The warning that something needs an access token, and there is none.
const NOT_SENT: Code = Code(290);

struct Recipe {
    /// The number of the recipe is the number of its file.
    file: String,
    rules: String,
    /// As the page says.
    needs_token: bool,
}

fn recipes(page: &str) -> Vec<Recipe> {
    let text = read(page);
    let recipe = |(before, text): (usize, &str)| {
        let number = before + 1;
        let is_numbered = text.starts_with(&format!("{number}. "));
        assert!(is_numbered, "{page}: recipe {number} is {:?}", text.lines().next());
        let blocks = page::blocks(text);
        let [block] = &blocks[..] else { panic!("{page}: recipe {number} has {} blocks", blocks.len()) };
        let file = format!("{number:02}.yaml");
        Recipe { file, rules: block.text.to_owned(), needs_token: text.contains('🔑') }
    };
    text.split("\n### ").skip(1).enumerate().map(recipe).collect()
}

fn folder(recipes: &[Recipe]) -> RuleSource {
    RuleSource::of_texts(recipes.iter().map(|recipe| (recipe.file.as_str(), recipe.rules.as_str())))
}

#[test]
fn each_page_has_thirty_recipes_and_every_rule_of_them_an_example() {
    for page in PAGES {
        let recipes = recipes(page);
        assert_eq!(recipes.len(), 30, "{page}");
        for recipe in recipes.chunks(1) {
            let file = &recipe[0].file;
            let loaded = load(&folder(recipe), &Surroundings::default());
            let ruleset = loaded.ruleset.unwrap_or_else(|| panic!("{page}: {file}"));
            assert!(without_examples(&ruleset).is_empty(), "{page}: {file} has a rule without examples");
        }
    }
}

#[test]
fn a_recipe_that_needs_an_access_token_says_so() {
    for page in PAGES {
        for recipe in recipes(page).chunks(1) {
            let loaded = load(&folder(recipe), &Surroundings { sends: false, ..Surroundings::default() });
            let is_warned = loaded.diagnostics.iter().any(|diagnostic| diagnostic.fault.code() == NOT_SENT);
            assert_eq!(is_warned, recipe[0].needs_token, "{page}: {}", recipe[0].file);
        }
    }
}

/// Whoever likes several of them copies several.
#[test]
fn all_recipes_of_a_page_serve_together() {
    for page in PAGES {
        let said = said(&folder(&recipes(page)));
        assert!(said.is_empty(), "{page}:\n{}", said.join("\n"));
    }
}

#[test]
fn the_recipes_of_both_pages_are_the_same() {
    let names: Vec<&str> =
        GRAMMAR.mappings.iter().flat_map(|mapping| mapping.keys).map(|key| key.name).collect();
    let key = Regex::new(&format!(r"\b({}):(?:\s|$)", names.join("|"))).unwrap();
    let keys = |recipe: &Recipe| -> Vec<String> {
        key.captures_iter(&recipe.rules).map(|found| found[1].to_owned()).collect()
    };
    let [english, chinese] = PAGES.map(recipes);
    for (english, chinese) in english.iter().zip(&chinese) {
        assert_eq!(keys(english), keys(chinese), "{}", english.file);
    }
}

/// What may be wrong besides, where a recipe lies beside the shop: a name or a menu that is there twice, and a counterexample
/// that another rule answered.
const OTHER_MISTAKES: [Code; 3] = [Code(320), Code(330), Code(342)];

#[test]
fn what_is_said_of_a_recipe_beside_the_shop_leads_to_a_folder_that_serves() {
    let shop = read_folder(Path::new("rules")).unwrap().source;
    for recipe in recipes(PAGES[1]) {
        let text = |file: &SourceFile| String::from_utf8(file.bytes.to_vec()).unwrap();
        let mut files: BTreeMap<String, String> =
            shop.files().iter().map(|file| (file.path.to_string(), text(file))).collect();
        files.insert(format!("25-{}", recipe.file), recipe.rules);
        let mut steps = 0;
        loop {
            let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let loaded = load(&RuleSource::of_texts(texts), &Surroundings::default());
            let Some(error) = loaded.diagnostics.iter().find(|found| found.is_error()) else { break };
            if OTHER_MISTAKES.contains(&error.fault.code()) {
                break;
            }
            assert!(steps < 4, "{}: in circles: {error:?}", recipe.file);
            follow(error, &mut files);
            steps += 1;
        }
    }
}

/// Does the first of what the help of F340 offers: gives the rule a priority, or deletes the other one.
fn follow(error: &Diagnostic, files: &mut BTreeMap<String, String>) {
    let (message, help) = (error.fault.message(Lang::En), error.fault.help(Lang::En));
    let raised = Regex::new(r"give this rule `(priority: \d+)`").unwrap();
    let other = Regex::new(r"\((\S+):(\d+)\)$").unwrap();
    let (file, line, key) = match raised.captures(&help) {
        Some(found) => (error.place.file.to_string(), error.place.line, found[1].to_owned()),
        None => {
            assert!(help.contains("delete one of them"), "{message}: {help}");
            let found = other.captures(&message).unwrap();
            (found[1].to_owned(), found[2].parse().unwrap(), "enabled: false".to_owned())
        }
    };
    let text = files.get_mut(&file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let rule = lines[..line].iter_mut().rfind(|line| line.starts_with("  - ")).unwrap();
    *rule = rule.replacen("  - ", &format!("  - {key}\n    "), 1);
    *text = lines.join("\n") + "\n";
}
