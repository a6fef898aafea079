//! The index: from what a message holds to the rules that could answer it, in the order in which rules are tried. A rule
//! may be a candidate without matching; a rule that matches is always a candidate.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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
    words: HashMap<WordId, Box<[Rank]>>,
    literals: HashMap<WordId, Box<[Rank]>>,
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
        for (trigger, ranks) in self.ranks {
            let ranks = ranks.into_boxed_slice();
            match trigger {
                Trigger::Word(word) => index.words.insert(word, ranks),
                Trigger::Literal(word) => index.literals.insert(word, ranks),
                Trigger::Exact(text) => index.exact.insert(text, ranks),
                Trigger::Menu(key) => index.menu.insert(key, ranks),
                Trigger::Link(url) => index.links.insert(url, ranks),
                Trigger::Scene(scene) => index.scenes.insert(scene, ranks),
                Trigger::Sender(sender) => index.senders.insert(sender, ranks),
                Trigger::Cell(cell) => index.cells.insert(cell, ranks),
                Trigger::Kind(kind) => index.kinds.insert(kind, ranks),
            };
        }
        index
    }
}

impl Index {
    /// The ranks of all rules that could match, ascending, each once. They are found one at a
    /// time, so a message that the first candidate answers costs no search for the others.
    pub fn candidates(&self, subject: &Subject) -> Candidates<'_> {
        let mut candidates = Candidates::default();
        candidates.join(self.kinds.get(&subject.kind));
        candidates.join(self.senders.get(&subject.message.sender));
        for hit in &subject.hits {
            candidates.join(self.words.get(&hit.word));
        }
        for hit in &subject.literal_hits {
            candidates.join(self.literals.get(&hit.word));
        }
        if !self.exact.is_empty() && subject.message.words().is_some() {
            candidates.join(self.exact.get(subject.folded.as_str()));
            candidates.join(self.exact.get(subject.trimmed()));
        }
        match &subject.message.content {
            Content::Event(Event::Click(key)) => candidates.join(self.menu.get(key.as_str())),
            Content::Event(Event::View(url)) => candidates.join(self.links.get(url.as_str())),
            Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => {
                candidates.join(self.scenes.get(scene.as_str()));
            }
            Content::Position(position) => {
                let cell = Cell::of(position.longitude(), position.latitude());
                candidates.join(self.cells.get(&cell));
            }
            _ => {}
        }
        candidates
    }
}

/// Merges ascending lists of ranks.
#[derive(Debug, Default)]
pub struct Candidates<'i> {
    /// The next rank of each list, and what comes after it.
    heads: BinaryHeap<Reverse<(Rank, &'i [Rank])>>,
    last: Option<Rank>,
}

impl<'i> Candidates<'i> {
    #[allow(clippy::borrowed_box)] // what a map of them gives
    fn join(&mut self, ranks: Option<&'i Box<[Rank]>>) {
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
