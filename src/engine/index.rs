//! The index: from what a message shows to the rules that could answer it, in the order of the law. A
//! rule may be a candidate without matching; a rule that matches is always a candidate.

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
    /// The rarer what it waits for, the smaller: the fewer rules are tried in vain.
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

/// For each trigger the ranks of its rules, ascending.
#[derive(Debug, Default)]
pub struct Index(HashMap<Trigger, Vec<Rank>>);

impl Index {
    /// Notes that this rule can only match where the trigger shows. Rules must come in ascending rank.
    pub fn add(&mut self, trigger: Trigger, rank: Rank) {
        let ranks = self.0.entry(trigger).or_default();
        if ranks.last() != Some(&rank) {
            ranks.push(rank);
        }
    }

    /// The ranks of all rules that could match, ascending, each once. They are found as they are asked
    /// for, so a message that its first candidate answers does not pay for the others.
    pub fn candidates(&self, subject: &Subject) -> Candidates<'_> {
        let mut candidates = Candidates::default();
        let mut shows = |trigger: Trigger| candidates.join(self.0.get(&trigger).map_or(&[], Vec::as_slice));
        shows(Trigger::Kind(subject.kind));
        shows(Trigger::Sender(subject.message.sender));
        subject.hits.iter().for_each(|hit| shows(Trigger::Word(hit.word)));
        subject.literal_hits.iter().for_each(|hit| shows(Trigger::Literal(hit.word)));
        if subject.has_words() {
            shows(Trigger::Exact(subject.folded.as_str().into()));
            shows(Trigger::Exact(subject.trimmed().into()));
        }
        match &subject.message.content {
            Content::Event(Event::Click(key)) => shows(Trigger::Menu(key.as_str().into())),
            Content::Event(Event::View(url)) => shows(Trigger::Link(url.as_str().into())),
            Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => {
                shows(Trigger::Scene(scene.as_str().into()));
            }
            Content::Position(position) => {
                shows(Trigger::Cell(Cell::of(position.longitude(), position.latitude())));
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
    fn join(&mut self, ranks: &'i [Rank]) {
        if let Some((first, rest)) = ranks.split_first() {
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
        let lists: [&[Rank]; 3] = [&[1, 4, 9], &[0, 4], &[4, 5]];
        let mut candidates = Candidates::default();
        lists.iter().for_each(|list| candidates.join(list));
        assert_eq!(candidates.collect::<Vec<_>>(), [0, 1, 4, 5, 9]);
    }
}
