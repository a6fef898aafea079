//! The lexicon: every word of a ruleset, so that one pass over a message finds all of them. The cost of a pass does
//! not grow with the number of words.
//!
//! All words are sorted, and those that begin with the same two characters are a block. At each place of a text, take the
//! last word of the block that sorts at or before the rest of the text. Only this word, and the words that it begins
//! with, can stand there: one search finds all of them. A small table of bits tells for most places that no word
//! begins there.

use std::collections::HashMap;

use crate::engine::fold::is_word_char;

/// Places of words in one text; what stands behind them is not looked for. Only a text whose words lie one inside another
/// has so many.
const MOST_PLACES: usize = 50_000;
/// Work of one text, in bytes of words that are compared with it and words that are looked at; no more words are looked for then. Only a text that says the
/// beginning of many long words again and again needs so many.
const MOST_COMPARED: usize = 8 << 20;
/// Bits of the table for each word: of the places at which no word begins, one in sixteen is looked at in vain.
const BITS_PER_WORD: usize = 16;

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

impl Hit {
    fn of(word: WordId, text: &str, start: usize, end: usize) -> Self {
        let whole = is_whole(text, start, end);
        Self { word, whole, at_start: start == 0, at_end: end == text.len() }
    }
}

/// Gathers words; equal ones are one.
#[derive(Debug, Default)]
pub struct LexiconBuilder {
    ids: HashMap<Box<str>, WordId>,
    words: Vec<Box<str>>,
}

/// All words, by their beginnings.
#[derive(Debug)]
pub struct Lexicon {
    /// The bits of all beginnings.
    begins: Box<[u64]>,
    /// In the order of their beginnings. A search takes no time that an author can make long, as a hash might.
    blocks: Box<[Block]>,
    /// In the order of their bytes.
    words: Box<[Word]>,
    /// The bytes of all words, one behind the other.
    bytes: Box<str>,
    /// Whether some word has one character only.
    has_single: bool,
}

/// The first two characters of a word, or its only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning(u64);

/// The words with one beginning: those from the first number up to the second.
#[derive(Clone, Copy, Debug)]
struct Block {
    beginning: Beginning,
    first: u32,
    end: u32,
}

#[derive(Debug)]
struct Word {
    id: WordId,
    begins: u32,
    length: u32,
    /// The number of the longest word that this one begins with.
    shorter: Option<u32>,
}

impl Beginning {
    fn new(first: char, second: Option<char>) -> Self {
        Self((u64::from(u32::from(first)) << 32) | second.map_or(u64::from(u32::MAX), u64::from))
    }

    fn of(word: &str) -> Option<Self> {
        let mut chars = word.chars();
        Some(Self::new(chars.next()?, chars.next()))
    }

    /// The number and the bit of its word in a table of this many, which is a power of two.
    fn bit(self, table: usize) -> (usize, u64) {
        let product = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = product ^ (product >> 32);
        ((mixed >> 6) as usize & (table - 1), 1 << (mixed & 63))
    }
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

    pub fn build(self) -> Lexicon {
        let ids = (0..).map(WordId);
        let mut sorted: Vec<(&str, WordId)> = self.words.iter().map(|word| &**word).zip(ids).collect();
        sorted.sort_unstable();
        let table = (sorted.len() * BITS_PER_WORD / 64).next_power_of_two();
        let mut lexicon = Lexicon {
            begins: vec![0; table].into(),
            blocks: Box::default(),
            words: Box::default(),
            bytes: sorted.iter().map(|(word, _)| *word).collect::<String>().into(),
            has_single: sorted.iter().any(|(word, _)| word.chars().nth(1).is_none()),
        };
        let (mut words, mut blocks) = (Vec::with_capacity(sorted.len()), Vec::<Block>::new());
        let (mut begins, mut beginnings_of_last) = (0, Vec::<(u32, &str)>::new());
        for ((word, id), number) in sorted.iter().zip(0..) {
            // the words that the last one begins with, and the last one itself: some of them begin this one
            while beginnings_of_last.pop_if(|(_, shorter)| !word.starts_with(*shorter)).is_some() {}
            let shorter = beginnings_of_last.last().map(|(number, _)| *number);
            beginnings_of_last.push((number, word));
            words.push(Word { id: *id, begins, length: word.len() as u32, shorter });
            begins += word.len() as u32;
            if let Some(beginning) = Beginning::of(word) {
                let (at, bit) = beginning.bit(table);
                lexicon.begins[at] |= bit;
                match blocks.last_mut() {
                    Some(block) if block.beginning == beginning => block.end = number + 1,
                    _ => blocks.push(Block { beginning, first: number, end: number + 1 }),
                }
            }
        }
        // a word of one character stands before all others that begin with it, and its beginning behind theirs
        blocks.sort_unstable_by_key(|block| block.beginning);
        (lexicon.words, lexicon.blocks) = (words.into(), blocks.into());
        lexicon
    }
}

impl Lexicon {
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words that stand in the text, once each, in the order of their ids; and whether these are all.
    pub fn hits(&self, text: &str) -> (Vec<Hit>, bool) {
        if self.is_empty() {
            return (Vec::new(), true);
        }
        let mut found = Found { text, hits: Vec::new(), compared: 0 };
        let mut chars = text.char_indices().peekable();
        while let Some((at, first)) = chars.next() {
            if let Some((_, second)) = chars.peek() {
                self.find_at(at, Beginning::new(first, Some(*second)), &mut found);
            }
            if self.has_single {
                self.find_at(at, Beginning::new(first, None), &mut found);
            }
            if found.is_enough() {
                break;
            }
        }
        let is_all = !found.is_enough();
        (found.once_each(), is_all)
    }

    /// Finds the words with this beginning that stand at this place.
    fn find_at(&self, at: usize, beginning: Beginning, found: &mut Found) {
        let (number, bit) = beginning.bit(self.begins.len());
        if self.begins[number] & bit == 0 {
            return;
        }
        let Ok(block) = self.blocks.binary_search_by_key(&beginning, |block| block.beginning) else { return };
        let block = self.blocks[block];
        let rest = &found.text[at..];
        let words = &self.words[block.first as usize..block.end as usize];
        let behind = words.partition_point(|word| {
            found.compared += rest.len().min(word.length as usize);
            self.text_of(word) <= rest
        });
        let Some(last) = words[..behind].last() else { return };
        let common = common_length(self.text_of(last), rest);
        found.compared += common;
        let mut next = Some(last);
        while let Some(word) = next {
            if word.length as usize <= common {
                found.hits.push(Hit::of(word.id, found.text, at, at + word.length as usize));
            }
            found.compared += 1;
            if found.is_enough() {
                return;
            }
            let shorter = word.shorter.filter(|number| *number >= block.first);
            next = shorter.map(|number| &self.words[number as usize]);
        }
    }

    fn text_of(&self, word: &Word) -> &str {
        &self.bytes[word.begins as usize..][..word.length as usize]
    }
}

/// What was found in a text so far.
struct Found<'t> {
    text: &'t str,
    hits: Vec<Hit>,
    /// See [`MOST_COMPARED`].
    compared: usize,
}

impl Found<'_> {
    fn is_enough(&self) -> bool {
        self.hits.len() > MOST_PLACES || self.compared > MOST_COMPARED
    }

    /// Each word once, as it stands at its best place.
    fn once_each(mut self) -> Vec<Hit> {
        self.hits.truncate(MOST_PLACES);
        self.hits.sort_unstable_by_key(|hit| hit.word);
        self.hits.dedup_by(|later, kept| {
            let same = later.word == kept.word;
            if same {
                kept.whole |= later.whole;
                kept.at_start |= later.at_start;
                kept.at_end |= later.at_end;
            }
            same
        });
        self.hits
    }
}

/// The hit on this word, if it is among the hits of a text.
pub fn find(hits: &[Hit], word: WordId) -> Option<&Hit> {
    hits.binary_search_by_key(&word, |hit| hit.word).ok().map(|at| &hits[at])
}

/// How many bytes the two begin with in common.
fn common_length(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
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
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn lexicon<'w>(words: impl IntoIterator<Item = &'w str>) -> Lexicon {
        let mut builder = LexiconBuilder::default();
        words.into_iter().for_each(|word| {
            builder.intern(word);
        });
        builder.build()
    }

    #[test]
    fn a_latin_word_needs_its_edges_and_a_chinese_one_does_not() {
        let words = lexicon(["hi", "时间"]);
        let whole = |text| words.hits(text).0.iter().any(|hit| hit.whole);
        assert!(!whole("this"));
        assert!(!whole("hi5"));
        assert!(whole("说hi吧"));
        assert!(whole("this is hi"), "one whole place is enough");
        assert!(whole("营业时间表"));
    }

    #[test]
    fn overlapping_words_are_all_found_once() {
        let words = lexicon(["营业时间", "营业", "时间"]);
        let (hits, _) = words.hits("营业时间营业");
        assert_eq!(hits.len(), 3);
        assert!(hits[0].at_start && !hits[0].at_end);
        assert!(hits[1].at_start && hits[1].at_end);
    }

    #[test]
    fn words_one_inside_another_are_looked_for_in_so_many_places_only() {
        let nested: Vec<String> = (1..=100).map(|length| "a".repeat(length)).collect();
        let words = lexicon(nested.iter().map(String::as_str).chain(["好"]));
        let finds = |length: usize| {
            let (hits, is_all) = words.hits(&format!("{}好", "a".repeat(length)));
            (hits.len(), is_all)
        };
        assert_eq!((finds(400), finds(4_000)), ((101, true), (100, false)));
    }

    #[test]
    fn long_words_with_one_beginning_are_compared_with_so_much_only() {
        let long: Vec<String> = (0..100).map(|end| format!("{}{end:02}", "a".repeat(4_000))).collect();
        let words = lexicon(long.iter().map(String::as_str));
        assert_eq!(words.hits(&long[7]).0.len(), 1);
        let (hits, is_all) = words.hits(&"a".repeat(5_000));
        assert!(hits.is_empty() && !is_all);
    }

    #[test]
    fn no_words_find_nothing() {
        assert_eq!(lexicon([]).hits("你好"), (Vec::new(), true));
    }

    /// A text of few characters, so that words meet: of one byte and of several, word characters and others.
    fn text(most: usize) -> impl Strategy<Value = String> {
        let char = prop::sample::select("ab1商品号é👍 ".chars().collect::<Vec<_>>());
        vec(char, 1..=most).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn it_finds_what_stands_in_the_text((words, text) in (vec(text(4), 0..40), text(40))) {
            let mut builder = LexiconBuilder::default();
            let ids: Vec<WordId> = words.iter().map(|word| builder.intern(word)).collect();
            let (hits, is_all) = builder.build().hits(&text);
            prop_assert!(is_all);
            prop_assert!(hits.is_sorted_by(|one, next| one.word < next.word));
            for (id, word) in ids.into_iter().zip(&words) {
                // `match_indices` leaves out places that overlap
                let places = text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(word.as_str()));
                let each = places.map(|at| Hit::of(id, &text, at, at + word.len()));
                let best = each.reduce(|one, other| Hit {
                    word: id,
                    whole: one.whole | other.whole,
                    at_start: one.at_start | other.at_start,
                    at_end: one.at_end | other.at_end,
                });
                prop_assert_eq!(find(&hits, id).copied(), best, "{} in {}", word, &text);
            }
        }
    }
}
