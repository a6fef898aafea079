//! Sets of rules as they served, and the one that was brought back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::source_hash::SourceHash;
use crate::language::source::{RuleSource, SourceFile};

/// A set that served, without its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSet {
    /// No other set of any folder has it.
    pub number: i64,
    pub hash: SourceHash,
    /// When it came to serve.
    pub kept_at: Timestamp,
    /// How many rules it has.
    pub rules: usize,
}

/// A former set that was brought back: it serves for as long as the files stay as they were then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Of the set.
    pub number: i64,
    /// The hash of the files that it serves in place of.
    pub files: SourceHash,
}

/// The files of a set as they are kept: of each the length and bytes of its path, then of what stands in it.
pub(super) fn packed(source: &RuleSource) -> Vec<u8> {
    let mut packed = Vec::new();
    for part in source.files().iter().flat_map(|file| [file.path.as_bytes(), &file.bytes]) {
        packed.extend_from_slice(&(part.len() as u64).to_be_bytes());
        packed.extend_from_slice(part);
    }
    packed
}

/// The files of a set, from [`packed`]; none where they are damaged.
pub(super) fn unpacked(mut bytes: &[u8]) -> Option<RuleSource> {
    let mut files = Vec::new();
    while !bytes.is_empty() {
        let path = std::str::from_utf8(part(&mut bytes)?).ok()?;
        files.push(SourceFile { path: path.into(), bytes: Arc::from(part(&mut bytes)?) });
    }
    Some(RuleSource::new(files))
}

fn part<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_unpacked_byte_for_byte_and_damage_is_noticed() {
        let source = RuleSource::of_texts([("2.yaml", "x"), ("10-你好.yaml", ""), ("in/a.yaml", "y\n")]);
        let bytes = packed(&source);
        assert_eq!(unpacked(&bytes), Some(source));
        assert_eq!(unpacked(&bytes[..bytes.len() - 1]), None);
        assert_eq!(unpacked(&[0xFF; 9]), None);
    }
}
