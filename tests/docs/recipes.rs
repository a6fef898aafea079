//! The pages of recipes: thirty each, the same in both languages, all of them shown by examples. That each of them
//! loads alone and without a warning is tested with the other guides.

use fanreply::advice::lint::without_examples;
use fanreply::language::load;
use fanreply::language::registry::GRAMMAR;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use regex::Regex;

use super::{page, read, said};

const PAGES: [&str; 2] = ["docs/recipes.md", "docs/recipes.zh-CN.md"];

/// The block of each recipe, as files of one folder. The number of a recipe is the number of its file.
fn files(page: &str) -> Vec<(String, String)> {
    let text = read(page);
    let recipes = text.split("\n### ").skip(1).enumerate().map(|(before, recipe)| {
        let number = before + 1;
        let is_numbered = recipe.starts_with(&format!("{number}. "));
        assert!(is_numbered, "{page}: recipe {number} is {:?}", recipe.lines().next());
        let blocks = page::blocks(recipe);
        let [block] = &blocks[..] else { panic!("{page}: recipe {number} has {} blocks", blocks.len()) };
        (format!("{number:02}.yaml"), block.text.to_owned())
    });
    recipes.collect()
}

fn folder(files: &[(String, String)]) -> RuleSource {
    RuleSource::of_texts(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

#[test]
fn each_page_has_thirty_recipes_and_every_rule_of_them_an_example() {
    for page in PAGES {
        let files = files(page);
        assert_eq!(files.len(), 30, "{page}");
        for file in files {
            let loaded = load(&folder(std::slice::from_ref(&file)), &Surroundings::default());
            let ruleset = loaded.ruleset.unwrap_or_else(|| panic!("{page}: {}", file.0));
            assert!(without_examples(&ruleset).is_empty(), "{page}: {} has a rule without examples", file.0);
        }
    }
}

/// Whoever likes several of them copies several.
#[test]
fn all_recipes_of_a_page_serve_together() {
    for page in PAGES {
        let said = said(&folder(&files(page)));
        assert!(said.is_empty(), "{page}:\n{}", said.join("\n"));
    }
}

#[test]
fn the_recipes_of_both_pages_are_the_same() {
    let names: Vec<&str> =
        GRAMMAR.mappings.iter().flat_map(|mapping| mapping.keys).map(|key| key.name).collect();
    let key = Regex::new(&format!(r"\b({}):(?:\s|$)", names.join("|"))).unwrap();
    let [english, chinese] = PAGES.map(files);
    for ((number, english), (_, chinese)) in english.iter().zip(&chinese) {
        let keys = |text: &str| {
            key.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>().join(" ")
        };
        // examples differ: fans ask in other words
        let rule = |text: &str| keys(&text.replace("say: ", ""));
        assert_eq!(rule(english), rule(chinese), "{number}");
    }
}
