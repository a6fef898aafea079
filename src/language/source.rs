//! Rule sources: the files of a rules folder as `reload` read them, in the order in which their rules are
//! tried.

use std::cmp::Ordering;
use std::sync::Arc;

use sha1::{Digest, Sha1};

use crate::engine::source_hash::SourceHash;

/// One rule file: where it lies below the rules folder, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the folder, with `/` between its parts.
    pub path: Arc<str>,
    pub bytes: Arc<[u8]>,
}

/// All files of one rules folder, in natural order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSource {
    files: Vec<SourceFile>,
}

impl RuleSource {
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| natural_order(&a.path, &b.path));
        Self { files }
    }

    /// A folder of files given as path and text, for tests and for `init`.
    pub fn of_texts<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let file =
            |(path, text): (&str, &str)| SourceFile { path: path.into(), bytes: text.as_bytes().into() };
        Self::new(texts.into_iter().map(file).collect())
    }

    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file at this path below the folder.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| &*file.path == path)
    }

    pub fn hash(&self) -> SourceHash {
        let mut hash = Sha1::new();
        for file in &self.files {
            for part in [file.path.as_bytes(), &file.bytes] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        SourceHash(hash.finalize().into())
    }
}

/// Compares paths part by part; runs of digits compare as numbers, so `2-` comes before `10-`.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b)).then_with(|| a.cmp(b))
}

/// The parts of a path as values to compare: each run of digits as one part, each other character by itself.
fn parts(path: &str) -> impl Iterator<Item = (u32, usize, &str)> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        rest = &rest[digits.len().max(first.len_utf8())..];
        let rank = match first {
            // the files of a folder stand together: its name ends before any other character
            '/' => 0,
            '0'..='9' => u32::from('0') + 1,
            other => u32::from(other) + 1,
        };
        // without leading zeros, the longer number is the larger one
        let number = digits.trim_start_matches('0');
        Some((rank, number.len(), number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_paths_compare_as_numbers() {
        let mut paths =
            ["10-b.yaml", "2-a.yaml", "a/2.yaml", "a-1.yaml", "a/10.yaml", "02-a.yaml", "2-b.yaml"];
        paths.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            paths,
            ["02-a.yaml", "2-a.yaml", "2-b.yaml", "10-b.yaml", "a/2.yaml", "a/10.yaml", "a-1.yaml"]
        );
    }

    #[test]
    fn the_order_is_total_over_equal_numbers() {
        assert_ne!(natural_order("01.yaml", "1.yaml"), Ordering::Equal);
    }
}
