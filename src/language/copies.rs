//! Copies of rule files, as file managers and sync programs make them: `a (1).yaml`, `a - 副本.yaml`. All their names are
//! taken, by the file that they were copied from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::language::diagnostic::{Code, Diagnostic};
use crate::language::rule::fault::RuleFault;
use crate::language::source::RuleSource;

/// A name that is taken, of a rule and of anything else; two menus.
const TAKEN: [Code; 4] = [Code(283), Code(320), Code(330), Code(336)];

/// Puts one fault for a copied file in the place of all that say that its names are taken.
pub fn tell_copies(found: &mut Vec<Diagnostic>, source: &RuleSource) {
    let paths: BTreeSet<&str> = source.files().iter().map(|file| &*file.path).collect();
    let copies: BTreeMap<&Arc<str>, &str> = source
        .files()
        .iter()
        .filter_map(|file| Some((&file.path, original_of(&file.path, &paths)?)))
        .collect();
    let mut told = BTreeSet::new();
    for (copy, original) in copies {
        let before = found.len();
        let concerns = |path: &str| path == &**copy || path == original;
        found.retain(|found| !(TAKEN.contains(&found.fault.code()) && concerns(&found.place.file)));
        if found.len() < before && told.insert(copy) {
            let fault = RuleFault::CopiedFile { original: original.to_owned() };
            found.push(Diagnostic::of_file(fault, copy));
        }
    }
}

/// The file of which this one is a copy, by its name.
fn original_of<'p>(path: &str, paths: &BTreeSet<&'p str>) -> Option<&'p str> {
    let (stem, ending) = path.rsplit_once('.')?;
    let originals = paths.iter().filter_map(|other| {
        let mark = stem.strip_prefix(other.strip_suffix(ending)?.strip_suffix('.')?)?;
        is_mark_of_copy(mark).then_some(*other)
    });
    originals.max_by_key(|other| other.len())
}

/// ` (1)`, ` - 副本`, ` copy 2`, `.sync-conflict-20260101`.
fn is_mark_of_copy(mark: &str) -> bool {
    const WORDS: [&str; 5] = ["副本", "copy", "复制", "conflict", "冲突"];
    let lower = mark.to_lowercase();
    let is_number = lower.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    WORDS.iter().any(|word| lower.contains(word))
        || is_number.is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for other in ["10-a2.yaml", "10-a-night.yaml", "c (1).yaml", "10-a (新).yaml"] {
            assert_eq!(original_of(other, &paths), None, "{other}");
        }
    }
}
