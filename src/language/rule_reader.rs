//! The rule reader: one file's reader together with what its rules may refer to, and what they share.
//! Conditions and replies are read through it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::engine::lexicon::LexiconBuilder;
use crate::engine::pattern::Patterns;
use crate::engine::place::Place;
use crate::engine::template::{Groups, Templates};
use crate::language::diagnostic::{Fault, KnownNames, Suggestion};
use crate::language::doubt::slip::Lacking;
use crate::language::surroundings::Surroundings;
use crate::language::yaml::parse::Parsed;
use crate::language::yaml::reader::{Noted, Reader};
use crate::language::yaml::{Node, Span};
use crate::schedule::calendar::NamedTime;
use crate::schedule::calendar::arrangements::Arrangements;
use crate::words::nearest::nearest;

/// What is named in a folder and known in all of its files.
#[derive(Debug, Default)]
pub struct Names<'f> {
    pub lists: HashMap<String, Vec<String>>,
    pub replies: HashMap<String, NamedReply<'f>>,
    pub times: HashMap<String, Arc<NamedTime>>,
    /// Where each name was given, by the key behind which it stands.
    pub places: HashMap<&'static str, HashMap<String, Place>>,
    /// What `workdays` and `holidays` mean.
    pub arrangements: Arc<Arrangements>,
}

/// A reply of `replies:`, kept as it was written: each rule that uses it reads it with its own names.
#[derive(Clone, Copy, Debug)]
pub struct NamedReply<'f> {
    /// The place of its file among the folder's files.
    pub file: usize,
    pub node: &'f Node,
}

/// What all rules of a folder share once they are compiled.
#[derive(Debug, Default)]
pub struct Lexicons {
    /// Words of conditions, folded.
    pub words: LexiconBuilder,
    /// Literals of regular expressions.
    pub literals: LexiconBuilder,
    pub patterns: Patterns,
    /// Where expressions stand that have no literal to look for.
    pub open_patterns: Vec<Place>,
    /// Words and times that conditions have taken by the name of a list or a time, each as often as a condition takes it.
    listed: usize,
}

/// Words and entries of times that the conditions of a folder may take by a name.
pub const MOST_LISTED: usize = 1_000_000;

impl Lexicons {
    /// Whether a condition may take so many words of a list, or entries of a time.
    pub fn may_take(&mut self, entries: usize) -> bool {
        self.listed = self.listed.saturating_add(entries);
        self.listed <= MOST_LISTED
    }
}

/// Beyond this many faults nothing is suggested: each suggestion is a comparison with every name.
pub const SUGGESTIONS: usize = 100;

/// What the author referred to, to tell what is never used.
#[derive(Debug, Default)]
pub struct Used {
    pub lists: HashSet<String>,
    pub replies: HashSet<String>,
    pub times: HashSet<String>,
}

/// One file as it is read.
pub struct RuleReader<'f> {
    pub yaml: Reader<'f>,
    pub files: &'f [Parsed],
    pub names: &'f Names<'f>,
    pub surroundings: &'f Surroundings,
    pub lexicons: &'f mut Lexicons,
    pub templates: &'f mut Templates,
    pub used: &'f mut Used,
    /// The groups in the regular expressions of the rule that is being read; `None` outside of a rule, where
    /// any name may be one.
    pub groups: Option<Groups>,
    /// The names that are empty for every message that the rule answers, and why.
    pub empty_names: Vec<(&'static str, Lacking)>,
    /// A key beside the condition that is being read says more exactly which messages are meant.
    pub is_narrow: bool,
    /// The named replies that are being read, so that one that uses itself is noticed.
    pub using: Vec<String>,
    /// How many messages the replies of this rule have so far. It is bounded, because named replies that use
    /// one another multiply.
    pub messages: usize,
}

impl RuleReader<'_> {
    /// Notes a fault at these bytes of the file.
    pub fn fault(&mut self, fault: impl Fault + 'static, span: Span) {
        self.yaml.fault(fault, span);
    }

    /// Notes an error where nothing can be read.
    pub fn refuse<T>(&mut self, fault: impl Fault + 'static, span: Span) -> Result<T, Noted> {
        self.yaml.refuse(fault, span)
    }

    /// The place of these bytes.
    pub fn place(&self, span: &Span) -> Place {
        self.yaml.file.place(span.clone())
    }

    /// The known word that was perhaps meant; none after very many faults.
    pub fn nearest<T: AsRef<str>>(&self, word: &str, known: impl IntoIterator<Item = T>) -> Suggestion {
        if self.yaml.faults.len() >= SUGGESTIONS {
            return Suggestion::default();
        }
        let known: Vec<T> = known.into_iter().collect();
        Suggestion::of(nearest(word, known.iter().map(AsRef::as_ref)))
    }

    /// What is said of a name that no file gives under this key; nothing after very many faults.
    pub fn known_names(&self, kind: &str, name: &str) -> KnownNames {
        if self.yaml.faults.len() >= SUGGESTIONS {
            return KnownNames::default();
        }
        let given =
            || self.names.places.get(kind).into_iter().flatten().map(|(name, place)| (name.as_str(), place));
        let nearest = self.nearest(name, given().map(|(name, _)| name)).0;
        KnownNames::new(given(), nearest.as_deref())
    }

    /// Whether this mapping is what YAML makes of an unquoted text that begins with `{{`.
    pub fn starts_with_braces(&self, node: &Node) -> bool {
        self.yaml.file.text.get(node.span.start..).is_some_and(|rest| rest.starts_with("{{"))
    }

    /// Reads something that stands in another file; its faults are noted there.
    pub fn in_file<T>(&mut self, file: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let here = std::mem::replace(&mut self.yaml.file, &self.files[file].source);
        let result = read(self);
        self.yaml.file = here;
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_counts_in_each_condition_that_names_it() {
        let mut lexicons = Lexicons::default();
        assert!((0..100).all(|_| lexicons.may_take(MOST_LISTED / 100)));
        assert!(!lexicons.may_take(1));
    }
}
