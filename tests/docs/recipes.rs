//! The pages of recipes: thirty each, the same in both languages, all of them shown by examples. That each of them
//! loads alone and without a warning is tested with the other guides.

use fanreply::advice::lint::without_examples;
use fanreply::language::diagnostic::Code;
use fanreply::language::load;
use fanreply::language::registry::GRAMMAR;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
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
