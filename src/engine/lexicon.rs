//! The lexicon: every word of a ruleset in one automaton, so that one pass over a message finds all of them. The cost of
//! a pass does not grow with the number of words.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, BuildError, MatchKind};

use crate::engine::fold::is_word_char;

/// Places of words in one text; what stands behind them is not looked for. Only a text whose words lie one inside another
/// has so many.
const MOST_PLACES: usize = 50_000;

/// A word of the lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(u32);

impl WordId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A word found in a text, and how it stands there at its best place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub word: WordId,
    /// No Latin letter or digit of the word touches another one of the text.
    pub whole: bool,
    pub at_start: bool,
    pub at_end: bool,
}

/// Gathers words; equal ones are one.
#[derive(Debug, Default)]
pub struct LexiconBuilder {
    ids: HashMap<Box<str>, WordId>,
    words: Vec<Box<str>>,
}

/// The automaton over all words.
#[derive(Debug)]
pub struct Lexicon {
    /// `None` when there is no word at all.
    automaton: Option<AhoCorasick>,
}

impl LexiconBuilder {
    /// The id of a word that is not empty. The caller folds it as the texts will be.
    pub fn intern(&mut self, word: &str) -> WordId {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        // a folder is bounded at far fewer bytes than there are ids
        let id = WordId(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.words.push(word.into());
        self.ids.insert(word.into(), id);
        id
    }

    pub fn word(&self, id: WordId) -> &str {
        &self.words[id.index()]
    }

    /// # Errors
    ///
    /// The words are too many for one automaton.
    pub fn build(self) -> Result<Lexicon, BuildError> {
        if self.words.is_empty() {
            return Ok(Lexicon { automaton: None });
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(self.words.iter().map(|word| word.as_bytes()))?;
        Ok(Lexicon { automaton: Some(automaton) })
    }
}

impl Lexicon {
    pub fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }

    /// The words that stand in the text, once each, in the order of their ids; and whether these are all.
    pub fn hits(&self, text: &str) -> (Vec<Hit>, bool) {
        let mut hits = Vec::new();
        let Some(automaton) = &self.automaton else { return (hits, true) };
        let mut places = automaton.find_overlapping_iter(text);
        for found in places.by_ref().take(MOST_PLACES) {
            hits.push(Hit {
                word: WordId(found.pattern().as_u32()),
                whole: is_whole(text, found.start(), found.end()),
                at_start: found.start() == 0,
                at_end: found.end() == text.len(),
            });
        }
        hits.sort_unstable_by_key(|hit| hit.word);
        hits.dedup_by(|later, kept| {
            let same = later.word == kept.word;
            if same {
                kept.whole |= later.whole;
                kept.at_start |= later.at_start;
                kept.at_end |= later.at_end;
            }
            same
        });
        (hits, places.next().is_none())
    }
}

/// The hit on this word, if it is among the hits of a text.
pub fn find(hits: &[Hit], word: WordId) -> Option<&Hit> {
    hits.binary_search_by_key(&word, |hit| hit.word).ok().map(|at| &hits[at])
}

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let word = &text[start..end];
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let touches = |inside: Option<char>, outside: Option<char>| {
        inside.is_some_and(is_word_char) && outside.is_some_and(is_word_char)
    };
    !touches(word.chars().next(), before) && !touches(word.chars().next_back(), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(words: &[&str]) -> Lexicon {
        let mut builder = LexiconBuilder::default();
        words.iter().for_each(|word| {
            builder.intern(word);
        });
        builder.build().unwrap()
    }

    #[test]
    fn a_latin_word_needs_its_edges_and_a_chinese_one_does_not() {
        let words = lexicon(&["hi", "时间"]);
        let whole = |text| words.hits(text).0.iter().any(|hit| hit.whole);
        assert!(!whole("this"));
        assert!(!whole("hi5"));
        assert!(whole("说hi吧"));
        assert!(whole("this is hi"), "one whole place is enough");
        assert!(whole("营业时间表"));
    }

    #[test]
    fn overlapping_words_are_all_found_once() {
        let words = lexicon(&["营业时间", "营业", "时间"]);
        let (hits, _) = words.hits("营业时间营业");
        assert_eq!(hits.len(), 3);
        assert!(hits[0].at_start && !hits[0].at_end);
        assert!(hits[1].at_start && hits[1].at_end);
    }

    #[test]
    fn words_one_inside_another_are_looked_for_in_so_many_places_only() {
        let nested: Vec<String> = (1..=100).map(|length| "a".repeat(length)).collect();
        let words = lexicon(&nested.iter().map(String::as_str).chain(["好"]).collect::<Vec<_>>());
        let finds = |length: usize| {
            let (hits, is_all) = words.hits(&format!("{}好", "a".repeat(length)));
            (hits.len(), is_all)
        };
        assert_eq!((finds(400), finds(4_000)), ((101, true), (100, false)));
    }

    #[test]
    fn no_words_find_nothing() {
        assert_eq!(lexicon(&[]).hits("你好"), (Vec::new(), true));
    }
}
