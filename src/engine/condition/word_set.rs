//! The words of one condition, in the author's spelling and as ids of the lexicon. The lexicon has searched the text
//! already; here its hits are looked up.

use crate::engine::index::Trigger;
use crate::engine::lexicon::{Hit, WordId, find};

/// Words, at least one of them.
#[derive(Debug)]
pub struct WordSet {
    /// In the author's order and spelling.
    words: Box<[(WordId, Box<str>)]>,
    /// Places in `words`, ordered by id, so that a hit is found without looking at every word.
    by_id: Box<[u32]>,
}

impl WordSet {
    /// Words, each once and with the author's spelling.
    pub fn new(words: Vec<(WordId, Box<str>)>) -> Self {
        let mut by_id: Vec<u32> = (0..words.len() as u32).collect();
        by_id.sort_by_key(|place| words[*place as usize].0);
        Self { words: words.into(), by_id: by_id.into() }
    }

    /// The first of the words, in the author's order, of which a hit passes.
    pub fn any(&self, hits: &[Hit], passes: impl Fn(&Hit) -> bool) -> Option<&str> {
        // many rules may ask of a text in which very many words stand, so the fewer of both are gone through
        if self.words.len() < hits.len() {
            let stands = |word| find(hits, word).is_some_and(&passes);
            return self.words.iter().find(|(word, _)| stands(*word)).map(|(_, written)| &**written);
        }
        let places = hits.iter().filter(|hit| passes(hit)).filter_map(|hit| self.place_of(hit.word));
        Some(&self.words[places.min()?].1)
    }

    fn place_of(&self, word: WordId) -> Option<usize> {
        let at = self.by_id.partition_point(|place| self.words[*place as usize].0 < word);
        let place = *self.by_id.get(at)? as usize;
        (self.words[place].0 == word).then_some(place)
    }

    /// Of several words the one of which a hit passes, where no other's does.
    pub fn only(&self, hits: &[Hit], passes: impl Fn(&Hit) -> bool) -> Option<&str> {
        let mut found = hits.iter().filter(|hit| passes(hit)).filter_map(|hit| self.place_of(hit.word));
        let only = found.next().filter(|_| self.words.len() > 1 && found.next().is_none())?;
        Some(&self.words[only].1)
    }

    /// Whether of every word a hit passes.
    pub fn all(&self, hits: &[Hit], passes: impl Fn(&Hit) -> bool) -> bool {
        self.words.iter().all(|(word, _)| find(hits, *word).is_some_and(&passes))
    }

    pub fn ids(&self) -> impl Iterator<Item = WordId> {
        self.words.iter().map(|(word, _)| *word)
    }

    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(_, written)| &**written)
    }

    /// Any of the words shows.
    pub fn any_trigger(&self) -> Vec<Trigger> {
        self.words.iter().map(|(word, _)| Trigger::Word(*word)).collect()
    }

    /// The word that shows most rarely: the longest.
    pub fn all_trigger(&self) -> Vec<Trigger> {
        let longest = self.words.iter().max_by_key(|(_, written)| written.len());
        longest.map(|(word, _)| Trigger::Word(*word)).into_iter().collect()
    }
}
