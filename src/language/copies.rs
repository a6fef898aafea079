//! Copies of rule files, as file managers and sync programs make them: `a (1).yaml`, `a - 副本.yaml`. All their names are
//! taken, by the file that they were copied from.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;
use std::sync::Arc;

use crate::language::diagnostic::{Code, Diagnostic};
use crate::language::rule::fault::RuleFault;
use crate::language::source::RuleSource;

/// A name that is taken, of a rule and of anything else; two menus.
const TAKEN: [Code; 3] = [Code(283), Code(320), Code(330)];

/// Puts one fault for a copied file in the place of all that say that its names are taken.
pub fn tell_copies(found: &mut Vec<Diagnostic>, source: &RuleSource) {
    if !found.iter().any(|found| TAKEN.contains(&found.fault.code())) {
        return;
    }
    let paths: BTreeSet<&str> = source.files().iter().map(|file| &*file.path).collect();
    let copies: BTreeMap<&str, &str> =
        paths.iter().filter_map(|path| Some((*path, original_of(path, &paths)?))).collect();
    // of a copy of a copy, too
    let first_of =
        |path: &Arc<str>| successors(copies.get(&**path), |path| copies.get(**path)).last().copied();
    let mut told: BTreeMap<Arc<str>, &str> = BTreeMap::new();
    found.retain(|found| {
        let here = &found.place.file;
        let other = found.fault.other_place().filter(|_| TAKEN.contains(&found.fault.code()));
        let Some(there) = other.map(|other| &other.file).filter(|there| *there != here) else { return true };
        let (first_here, first_there) = (first_of(here), first_of(there));
        let are_copies = first_here.unwrap_or(here) == first_there.unwrap_or(there);
        if are_copies {
            for path in [here, there] {
                told.extend(copies.get(&**path).map(|original| (path.clone(), *original)));
            }
        }
        !are_copies
    });
    found.extend(told.into_iter().map(|(copy, original)| {
        Diagnostic::of_file(RuleFault::CopiedFile { original: original.to_owned() }, &copy)
    }));
}

/// The file of which this one is a copy, by its name.
fn original_of<'p>(path: &str, paths: &BTreeSet<&'p str>) -> Option<&'p str> {
    let (stem, ending) = path.rsplit_once('.')?;
    let mut beginnings = stem.char_indices().rev().map(|(at, _)| stem.split_at(at));
    beginnings.find_map(|(beginning, mark)| {
        let original = is_mark_of_copy(mark).then(|| format!("{beginning}.{ending}"))?;
        paths.get(original.as_str()).copied()
    })
}

/// ` (1)`, ` - 副本`, ` copy 2`, `.sync-conflict-20260101`, and not the word in `-copywriting`.
fn is_mark_of_copy(mark: &str) -> bool {
    const WORDS: [&str; 5] = ["副本", "copy", "复制", "conflict", "冲突"];
    let mark = mark.to_lowercase();
    let in_brackets = mark.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let stands_alone = |(at, word): (usize, &str)| {
        (in_brackets.is_some() || mark[..at].ends_with([' ', '-', '_', '.']))
            && !mark[at + word.len()..].starts_with(char::is_alphabetic)
    };
    !mark.contains('/')
        && (WORDS.iter().any(|word| mark.match_indices(word).any(stands_alone))
            || in_brackets
                .is_some_and(|inside| !inside.is_empty() && inside.chars().all(|c| c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::language::load;
    use crate::language::surroundings::Surroundings;

    #[test]
    fn a_copy_is_known_by_its_name() {
        let paths = BTreeSet::from(["10-a.yaml", "10-a2.yaml", "shop/b.yml"]);
        for copy in [
            "10-a (1).yaml",
            "10-a(2).yaml",
            "10-a - 副本.yaml",
            "10-a - 副本 (2).yaml",
            "10-a copy.yaml",
            "10-a - Copy (2).yaml",
            "10-a.sync-conflict-20260101-120000-ABC.yaml",
            "10-a (张三的冲突副本).yaml",
        ] {
            assert_eq!(original_of(copy, &paths), Some("10-a.yaml"), "{copy}");
        }
        assert_eq!(original_of("shop/b (1).yml", &paths), Some("shop/b.yml"));
        for other in [
            "10-a2.yaml",
            "10-a-night.yaml",
            "c (1).yaml",
            "10-a (新).yaml",
            "10-a冲突.yaml",
            "10-a-copywriting.yaml",
            "10-a/b copy.yaml",
        ] {
            assert_eq!(original_of(other, &paths), None, "{other}");
        }
    }

    fn codes_and_files(files: &[(&str, &str)]) -> Vec<(u16, String)> {
        let source = RuleSource::of_texts(files.iter().copied());
        let found = load(&source, &Surroundings::default()).diagnostics.into_iter();
        let errors = found.filter(Diagnostic::is_error);
        errors.map(|error| (error.fault.code().0, error.place.file.to_string())).collect()
    }

    #[test]
    fn a_name_that_is_taken_inside_a_file_or_by_another_is_told_as_such() {
        let once = "rules:\n- {name: 门店, when: {keyword: 门店}, reply: 好}\n";
        let twice = "rules:\n- {name: 上海, when: {keyword: 上海}, reply: 好}\n- {name: 上海, when: {keyword: 虹桥}, reply: 好}\n";
        let honest = [("门店.yaml", once), ("门店 (2).yaml", twice)];
        assert_eq!(codes_and_files(&honest), [(283, "门店 (2).yaml".to_owned())]);
        let copied = [("门店.yaml", once), ("门店 (2).yaml", once), ("附近.yaml", once)];
        let told = codes_and_files(&copied);
        assert!(told.contains(&(294, "门店 (2).yaml".to_owned())), "{told:?}");
        assert!(told.iter().any(|(code, _)| *code == 283), "{told:?}");
        let twice_copied = [("门店.yaml", once), ("门店 (2).yaml", once), ("门店 (3).yaml", once)];
        let copies = [(294, "门店 (2).yaml".to_owned()), (294, "门店 (3).yaml".to_owned())];
        assert_eq!(codes_and_files(&twice_copied), copies);
    }

    #[test]
    fn a_folder_of_very_many_files_is_looked_through_once() {
        let began = Instant::now();
        let text = |number| format!("rules:\n- {{name: 问候, when: {{keyword: 问候{number}}}, reply: 好}}\n");
        let texts: Vec<_> = (0..5_000).map(|number| (format!("{number}.yaml"), text(number))).collect();
        let files: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(codes_and_files(&files).len(), 4_999);
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }
}
