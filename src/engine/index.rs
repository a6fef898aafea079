//! The index: from what a message holds to the rules that could answer it, in the order in which rules are tried. A rule
//! may be a candidate without matching; a rule that matches is always a candidate.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

use crate::engine::lexicon::WordId;
use crate::engine::subject::Subject;
use crate::model::id::UserId;
use crate::model::kind::Kind;
use crate::model::message::{Content, Event};

/// The place of a rule in the order in which rules are tried; 0 is tried first.
pub type Rank = u32;

/// Something that a message shows, without which a rule cannot match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// The folded words contain this one.
    Word(WordId),
    /// The prepared words contain this literal of a regular expression.
    Literal(WordId),
    /// The folded words are exactly this.
    Exact(Box<str>),
    Menu(Box<str>),
    Link(Box<str>),
    Scene(Box<str>),
    Sender(UserId),
    /// The position lies in this cell of the map.
    Cell(Cell),
    /// Nothing better is known than the kind of message.
    Kind(Kind),
}

impl Trigger {
    /// Smaller for a trigger that fewer messages show, which makes its rules candidates less often in vain.
    pub fn commonness(&self) -> u8 {
        match self {
            Self::Exact(_) | Self::Menu(_) | Self::Link(_) | Self::Scene(_) | Self::Cell(_) => 0,
            Self::Word(_) => 1,
            Self::Literal(_) => 2,
            Self::Sender(_) => 3,
            Self::Kind(_) => 4,
        }
    }
}

/// A square of the map, a tenth of a degree each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    pub east: i32,
    pub north: i32,
}

impl Cell {
    /// The width and height of a cell in degrees.
    pub const DEGREES: f64 = 0.1;

    pub fn of(longitude: f64, latitude: f64) -> Self {
        let number = |degrees: f64| (degrees / Self::DEGREES).floor() as i32;
        Self { east: number(longitude), north: number(latitude) }
    }
}

/// Collects the rules of each trigger. Rules must be added in ascending rank.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    ranks: HashMap<Trigger, Vec<Rank>>,
}

/// For each trigger the ranks of its rules, ascending.
#[derive(Debug, Default)]
pub struct Index {
    words: ByWord,
    literals: ByWord,
    exact: HashMap<Box<str>, Box<[Rank]>>,
    menu: HashMap<Box<str>, Box<[Rank]>>,
    links: HashMap<Box<str>, Box<[Rank]>>,
    scenes: HashMap<Box<str>, Box<[Rank]>>,
    senders: HashMap<UserId, Box<[Rank]>>,
    cells: HashMap<Cell, Box<[Rank]>>,
    kinds: HashMap<Kind, Box<[Rank]>>,
}

impl IndexBuilder {
    /// Adds a rule that can only match where the trigger shows.
    pub fn add(&mut self, trigger: Trigger, rank: Rank) {
        let ranks = self.ranks.entry(trigger).or_default();
        if ranks.last() != Some(&rank) {
            ranks.push(rank);
        }
    }

    pub fn build(self) -> Index {
        let mut index = Index::default();
        let (mut words, mut literals) = (Vec::new(), Vec::new());
        for (trigger, ranks) in self.ranks {
            match trigger {
                Trigger::Word(word) => words.push((word, ranks)),
                Trigger::Literal(word) => literals.push((word, ranks)),
                Trigger::Exact(text) => drop(index.exact.insert(text, ranks.into())),
                Trigger::Menu(key) => drop(index.menu.insert(key, ranks.into())),
                Trigger::Link(url) => drop(index.links.insert(url, ranks.into())),
                Trigger::Scene(scene) => drop(index.scenes.insert(scene, ranks.into())),
                Trigger::Sender(sender) => drop(index.senders.insert(sender, ranks.into())),
                Trigger::Cell(cell) => drop(index.cells.insert(cell, ranks.into())),
                Trigger::Kind(kind) => drop(index.kinds.insert(kind, ranks.into())),
            }
        }
        Index { words: ByWord::of(words), literals: ByWord::of(literals), ..index }
    }
}

/// The ranks of each word, found by its number and not by a hash: a message asks for many of them.
#[derive(Debug, Default)]
struct ByWord {
    /// Where the ranks of each word end; they begin where those of the word before end.
    ends: Box<[u32]>,
    ranks: Box<[Rank]>,
}

impl ByWord {
    fn of(mut words: Vec<(WordId, Vec<Rank>)>) -> Self {
        words.sort_unstable_by_key(|(word, _)| *word);
        let count = words.last().map_or(0, |(word, _)| word.index() + 1);
        let mut ends = vec![0; count];
        for (word, ranks) in &words {
            ends[word.index()] = ranks.len() as u32;
        }
        let mut end = 0;
        for of_word in &mut ends {
            end += *of_word;
            *of_word = end;
        }
        let ranks = words.into_iter().flat_map(|(_, ranks)| ranks).collect();
        Self { ends: ends.into(), ranks }
    }

    fn get(&self, word: WordId) -> Option<&[Rank]> {
        let end = *self.ends.get(word.index())?;
        let begin = word.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.ranks[begin as usize..end as usize])
    }
}

impl Index {
    /// The ranks of all rules that could match, ascending, each once. They are found one at a
    /// time, so a message that the first candidate answers costs no search for the others.
    pub fn candidates(&self, subject: &Subject) -> Candidates<'_> {
        let mut candidates = Candidates::default();
        candidates.join(ranks_of(&self.kinds, &subject.kind));
        candidates.join(ranks_of(&self.senders, &subject.message.sender));
        for hit in &subject.hits {
            candidates.join(self.words.get(hit.word));
        }
        for hit in &subject.literal_hits {
            candidates.join(self.literals.get(hit.word));
        }
        if !self.exact.is_empty() && subject.message.words().is_some() {
            candidates.join(ranks_of(&self.exact, subject.folded.as_str()));
            candidates.join(ranks_of(&self.exact, subject.trimmed()));
        }
        match &subject.message.content {
            Content::Event(Event::Click(key)) => candidates.join(ranks_of(&self.menu, key.as_str())),
            Content::Event(Event::View(url)) => candidates.join(ranks_of(&self.links, url.as_str())),
            Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => {
                candidates.join(ranks_of(&self.scenes, scene.as_str()));
            }
            Content::Position(position) => {
                let cell = Cell::of(position.longitude(), position.latitude());
                candidates.join(ranks_of(&self.cells, &cell));
            }
            _ => {}
        }
        candidates
    }
}

/// The ranks of one trigger. Most sets have no rule for most of them: then nothing is hashed.
fn ranks_of<'i, K, Q>(ranks: &'i HashMap<K, Box<[Rank]>>, trigger: &Q) -> Option<&'i [Rank]>
where
    K: Borrow<Q> + Eq + Hash,
    Q: Eq + Hash + ?Sized,
{
    if ranks.is_empty() { None } else { ranks.get(trigger).map(|ranks| &**ranks) }
}

/// Merges ascending lists of ranks.
#[derive(Debug, Default)]
pub struct Candidates<'i> {
    /// The next rank of each list, and what comes after it.
    heads: BinaryHeap<Reverse<(Rank, &'i [Rank])>>,
    last: Option<Rank>,
}

impl<'i> Candidates<'i> {
    fn join(&mut self, ranks: Option<&'i [Rank]>) {
        if let Some((first, rest)) = ranks.and_then(|ranks| ranks.split_first()) {
            self.heads.push(Reverse((*first, rest)));
        }
    }
}

impl Iterator for Candidates<'_> {
    type Item = Rank;

    fn next(&mut self) -> Option<Rank> {
        loop {
            let Reverse((rank, rest)) = self.heads.pop()?;
            if let Some((next, rest)) = rest.split_first() {
                self.heads.push(Reverse((*next, rest)));
            }
            if self.last != Some(rank) {
                self.last = Some(rank);
                return Some(rank);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_come_in_order_and_once() {
        let lists: [Box<[Rank]>; 3] = [Box::new([1, 4, 9]), Box::new([0, 4]), Box::new([4, 5])];
        let mut candidates = Candidates::default();
        lists.iter().for_each(|list| candidates.join(Some(list)));
        assert_eq!(candidates.collect::<Vec<_>>(), [0, 1, 4, 5, 9]);
    }
}
