//! What is certain of a message once a condition holds for it: the ways in which a condition can hold, and whether one
//! condition follows from others. Where this is not sure, the answer is no.

use crate::engine::condition::keyword::Stands;
use crate::engine::condition::{Condition, Conjunction};
use crate::engine::fold::{fold, is_word_char, trim_punctuation};
use crate::engine::lexicon::{Hit, find};
use crate::engine::pattern::Breadth;
use crate::engine::ruleset::RuleSet;
use crate::model::kind::KindSet;
use crate::schedule::calendar::Calendar;

/// One way in which a condition can hold: by this word, or by this key.
#[derive(Debug, Default)]
pub struct Way<'r> {
    /// The word or key, as the author wrote it; empty for a condition that is not taken apart.
    pub written: &'r str,
    /// Words of the lexicon that such a message holds, and how they certainly stand in it.
    hits: Vec<Hit>,
    /// The whole message, folded and trimmed.
    exact: Option<String>,
}

/// A condition, with all its ways.
#[derive(Debug)]
pub struct Ways<'r> {
    pub condition: &'r Condition,
    pub ways: Vec<Way<'r>>,
}

/// An alternative of which one condition holds in a certain way.
#[derive(Debug)]
pub struct Case<'a, 'r> {
    pub ruleset: &'r RuleSet,
    pub conjunction: &'r Conjunction,
    pub conditions: &'a [Ways<'r>],
    /// The condition that is taken apart, and which of its ways.
    pub chosen: Option<(usize, usize)>,
}

impl<'r> Ways<'r> {
    pub fn of(ruleset: &RuleSet, condition: &'r Condition) -> Self {
        let way = |written: &'r str, stands: Option<Stands>| {
            let folded = fold(written);
            let text = if stands.is_none() { trim_punctuation(&folded) } else { &folded };
            let hits = ruleset.words_in(text).into_iter().map(|hit| certain(hit, text, stands)).collect();
            let exact = stands.is_none().then(|| text.to_owned());
            Way { written, hits, exact }
        };
        let key = |written: &'r str| Way { written, ..Way::default() };
        let ways = match condition {
            Condition::Keyword(keyword) => {
                keyword.words.written().map(|word| way(word, Some(keyword.stands))).collect()
            }
            Condition::Exact(exact) => exact.texts().map(|word| way(word, None)).collect(),
            Condition::AllKeywords(keywords) => {
                let each = keywords.0.written().map(|word| way(word, Some(Stands::Anywhere)));
                let mut hits: Vec<Hit> = each.flat_map(|way| way.hits).collect();
                // a word that stands in several of them may be whole in one alone
                hits.sort_unstable_by_key(|hit| (hit.word, !hit.whole));
                hits.dedup_by_key(|hit| hit.word);
                vec![Way { hits, ..Way::default() }]
            }
            Condition::Menu(menu) => menu.0.iter().map(|written| key(written)).collect(),
            Condition::Link(link) => link.0.iter().map(|written| key(written)).collect(),
            _ => vec![Way::default()],
        };
        Self { condition, ways }
    }
}

/// What a hit in a word says of a message in which the word stands in this place, or which is the word (`None`).
fn certain(hit: Hit, word: &str, stands: Option<Stands>) -> Hit {
    // a beginning or an end may go on as a longer Latin word, a keyword may not
    let goes_on = |edge: Option<char>| edge.is_some_and(is_word_char);
    let is_start = stands == Some(Stands::AtStart);
    let is_end = stands == Some(Stands::AtEnd);
    let after = is_start && hit.at_end && goes_on(word.chars().next_back());
    let before = is_end && hit.at_start && goes_on(word.chars().next());
    Hit {
        word: hit.word,
        whole: hit.whole && !after && !before,
        at_start: hit.at_start && is_start,
        at_end: hit.at_end && is_end,
    }
}

impl<'r> Case<'_, 'r> {
    /// Whether every message of this case meets the other conjunction too.
    pub fn implies(&self, other: &Conjunction) -> bool {
        self.conjunction.kinds & other.kinds == self.conjunction.kinds
            && other.conditions.iter().all(|condition| self.implies_condition(condition))
    }

    fn implies_condition(&self, other: &Condition) -> bool {
        match other {
            Condition::Keyword(keyword) => self.certainly(|way| keyword.among(&way.hits).is_some()),
            Condition::AllKeywords(keywords) => {
                let whole = |way: &Way, word| find(&way.hits, word).is_some_and(|hit| hit.whole);
                keywords.0.ids().all(|word| self.certainly(|way| whole(way, word)))
            }
            Condition::Exact(exact) => {
                self.certainly(|way| way.exact.as_deref().is_some_and(|text| exact.is(text)))
            }
            Condition::Regex(regex) if regex.breadth() == Breadth::All => self.is_worded(),
            Condition::Regex(regex) if regex.breadth() == Breadth::Visible => {
                self.is_worded() && self.has_visible()
            }
            Condition::Calendar(calendar) if calendar.covers(&Calendar::default()) => true,
            Condition::Not(denied) => self.denies(&denied.0),
            _ => self.conditions.iter().enumerate().any(|(place, condition)| {
                let way = self.chosen.filter(|(chosen, _)| *chosen == place).map(|(_, way)| way);
                implies_key(condition, way, other)
            }),
        }
    }

    fn is_worded(&self) -> bool {
        self.conjunction.kinds & KindSet::WORDED == self.conjunction.kinds
    }

    /// Whether no message of this case can meet the other conjunction, because the case has a `not` that follows from it.
    fn denies(&self, other: &Conjunction) -> bool {
        let conditions: Vec<Ways> =
            other.conditions.iter().map(|condition| Ways::of(self.ruleset, condition)).collect();
        let case = Case { ruleset: self.ruleset, conjunction: other, conditions: &conditions, chosen: None };
        self.conjunction
            .conditions
            .iter()
            .any(|own| matches!(&**own, Condition::Not(own) if case.implies(&own.0)))
    }

    /// Whether every message of this case has a character that is no blank.
    fn has_visible(&self) -> bool {
        let has = |condition: &Condition| match condition {
            Condition::Keyword(_) | Condition::AllKeywords(_) => true,
            Condition::Regex(regex) => regex.patterns().all(|pattern| pattern.expression.needs_visible),
            _ => false,
        };
        self.conjunction.conditions.iter().any(|condition| has(condition))
            || self.certainly(|way| way.exact.as_deref().is_some_and(|text| !text.trim().is_empty()))
    }

    /// Whether there is a condition of which every way that is still open passes the test.
    fn certainly(&self, says: impl Fn(&Way) -> bool) -> bool {
        self.conditions.iter().enumerate().any(|(place, condition)| match self.chosen {
            Some((chosen, way)) if chosen == place => says(&condition.ways[way]),
            _ => condition.ways.iter().all(&says),
        })
    }
}

/// Conditions that are compared value by value.
fn implies_key(condition: &Ways, way: Option<usize>, other: &Condition) -> bool {
    if std::ptr::eq(condition.condition, other) {
        return true;
    }
    let open = || condition.ways.iter().enumerate().filter(|(place, _)| way.is_none_or(|way| way == *place));
    let all_in = |keys: &[Box<str>]| open().all(|(_, way)| keys.iter().any(|key| **key == *way.written));
    match (condition.condition, other) {
        (Condition::Menu(_), Condition::Menu(other)) => all_in(&other.0),
        (Condition::Link(_), Condition::Link(other)) => all_in(&other.0),
        (Condition::Scan(own), Condition::Scan(other)) => other.covers(own),
        (Condition::Sender(own), Condition::Sender(other)) => other.covers(own),
        (Condition::Account(own), Condition::Account(other)) => {
            own.0.iter().all(|name| other.0.contains(name))
        }
        (Condition::Regex(own), Condition::Regex(other)) => {
            own.sources().all(|source| other.sources().any(|other| other == source))
        }
        (Condition::Near(own), Condition::Near(other)) => other.covers(own),
        (Condition::Calendar(own), Condition::Calendar(other)) => other.covers(own),
        _ => false,
    }
}
