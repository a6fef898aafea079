//! One row of a table → a draft, or the reason why it is none.

use super::cell::{CellWords, is_damaged, text_of, unguarded};
use super::words::{Column, MODES, SORTS, SWITCHES, Sort, WAYS, column, known};
use crate::import::Gathered;
use crate::import::draft::{Draft, DraftReply, Message, Way, When, visible_words};
use crate::import::finding::{Finding, FindingKind, FindingPlace};

/// The names of the columns, and what each holds with its number.
#[derive(Debug)]
pub struct Head {
    titles: Vec<String>,
    columns: Vec<Option<(Column, usize)>>,
}

/// A row below its head.
struct Row<'t> {
    head: &'t Head,
    cells: &'t csv::StringRecord,
    origin: FindingPlace,
}

impl Head {
    pub fn of(cells: &csv::StringRecord) -> Self {
        let titles = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        Self { titles, columns: cells.iter().map(column).collect() }
    }

    pub fn width(&self) -> usize {
        self.columns.len()
    }

    pub fn has(&self, column: Column) -> bool {
        self.columns.iter().flatten().any(|(own, _)| *own == column)
    }

    /// The names that say nothing to us.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let titles = self.titles.iter().zip(&self.columns);
        titles
            .filter(|(title, column)| column.is_none() && !title.is_empty())
            .map(|(title, _)| title.as_str())
    }

    /// A column that says the same as one before it.
    pub fn twice(&self) -> Option<&str> {
        let is_twice =
            |at: &usize| self.columns[*at].is_some() && self.columns[..*at].contains(&self.columns[*at]);
        (0..self.columns.len()).find(is_twice).map(|at| self.titles[at].as_str())
    }
}

/// Adds what a row says to what was gathered.
pub fn read_row(head: &Head, cells: &csv::StringRecord, number: usize, gathered: &mut Gathered) {
    let origin = FindingPlace::Row(number);
    let row = Row { head, cells, origin: origin.clone() };
    match row.draft(&mut gathered.findings) {
        Ok(draft) => gathered.drafts.push(draft),
        Err(what) => gathered.find(origin, what),
    }
}

impl<'t> Row<'t> {
    /// The draft; what is different about it is a finding.
    ///
    /// # Errors
    ///
    /// Why the row is no rule.
    fn draft(&self, findings: &mut Vec<Finding>) -> Result<Draft, FindingKind> {
        self.refuse_damage()?;
        let mut found = Vec::new();
        let when = self.when(&mut found, findings)?;
        let answer = self.answer(&mut found)?;
        let enabled = self.is_on(&mut found);
        let (given, first) = (self.one(Column::Name), when.words().next().map(|(_, word)| word));
        let is_named = given.is_some();
        let name = given.or(first).or(self.one(Column::Sort)).unwrap_or_default().to_owned();
        let place = |what| Finding { at: self.origin.clone(), what };
        findings.extend(found.into_iter().map(place));
        let origin = self.origin.clone();
        Ok(Draft { origin, name, is_named, when, enabled, answer, examples: Vec::new() })
    }

    /// The cells of a column, or of all columns of its kind, in which something stands.
    fn all(&self, column: Column) -> impl Iterator<Item = &'t str> {
        let columns = self.head.columns.iter().zip(self.cells.iter());
        let own = columns.filter(move |(own, _)| own.is_some_and(|(own, _)| own == column));
        own.map(|(_, cell)| unguarded(cell)).filter(|cell| !cell.trim().is_empty())
    }

    fn one(&self, column: Column) -> Option<&'t str> {
        self.all(column).next().map(str::trim)
    }

    /// A cell too many hides which cell is which, and one that a spreadsheet program replaced what stood in it.
    fn refuse_damage(&self) -> Result<(), FindingKind> {
        let columns = self.head.width();
        if self.cells.iter().skip(columns).any(|cell| !cell.trim().is_empty()) {
            return Err(FindingKind::TooManyCells { cells: self.cells.len(), columns });
        }
        let known = self.head.titles.iter().zip(&self.head.columns).zip(self.cells.iter());
        let mut known = known.filter(|((_, column), _)| column.is_some());
        match known.find(|(_, cell)| is_damaged(cell.trim())) {
            Some(((title, _), cell)) => {
                Err(FindingKind::DamagedCell { column: title.clone(), cell: cell.trim().to_owned() })
            }
            None => Ok(()),
        }
    }

    fn when(&self, found: &mut Vec<FindingKind>, findings: &mut Vec<Finding>) -> Result<When, FindingKind> {
        let has_words = self.one(Column::Keyword).is_some();
        let mut way = Way::Keyword;
        if let Some(word) = self.one(Column::Sort) {
            match known(&SORTS, word) {
                Some(Sort::Words) => {}
                Some(Sort::Media(kind)) => return Err(FindingKind::Media { kind }),
                Some(Sort::Follow) if !has_words => return Ok(When::Follow),
                Some(Sort::Fallback) if !has_words => return Ok(When::Fallback),
                _ => match known(&WAYS, word) {
                    Some(known) => way = known,
                    None => found.push(FindingKind::UnknownSort { word: word.to_owned() }),
                },
            }
        }
        if let Some(word) = self.one(Column::Match) {
            let unknown = || FindingKind::UnknownMatch { word: word.to_owned() };
            way = known(&WAYS, word).ok_or_else(unknown)?;
        }
        let mut read = CellWords::default();
        self.all(Column::Keyword).for_each(|cell| read.read(way, cell));
        found.append(&mut read.found);
        let words = visible_words(&self.origin, vec![(way, read.words)], findings);
        if words.is_empty() { Err(FindingKind::NoKeyword) } else { Ok(When::Words(words)) }
    }

    fn answer(&self, found: &mut Vec<FindingKind>) -> Result<DraftReply, FindingKind> {
        let mut messages = Vec::new();
        for cell in self.all(Column::Reply) {
            let (text, more) = text_of(cell);
            let message = Message::Text(text);
            if message != Message::Text(String::new()) && !messages.contains(&message) {
                messages.push(message);
                found.extend(more);
            }
        }
        let mode = self.one(Column::Mode);
        let is_drawn = match mode.map(|word| known(&MODES, word)) {
            Some(Some(all)) => !all,
            Some(None) => {
                found.push(FindingKind::UnknownMode { mode: mode.unwrap_or_default().to_owned() });
                false
            }
            None => true,
        };
        if mode.is_none() && messages.len() > 1 {
            found.push(FindingKind::Drawn);
        }
        DraftReply::of(messages, is_drawn).ok_or(FindingKind::EmptyReply)
    }

    fn is_on(&self, found: &mut Vec<FindingKind>) -> bool {
        let Some(word) = self.one(Column::Switch) else { return true };
        match known(&SWITCHES, word) {
            Some(true) => return true,
            Some(false) => found.push(FindingKind::SwitchedOff),
            None => found.push(FindingKind::UnknownSwitch { word: word.to_owned() }),
        }
        false
    }
}
