//! What is certain of a message, once a condition holds for it: the ways in which a condition can hold, and
//! whether one condition follows from others. It errs on one side alone: what it calls certain is.

use crate::engine::condition::{Conjunction, Matcher};
use crate::engine::fold::{fold, is_word_char, trim_punctuation};
use crate::engine::lexicon::{Hit, find};
use crate::engine::pattern::{Breadth, Pattern};
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
    pub matcher: &'r Matcher,
    pub ways: Vec<Way<'r>>,
}

/// The conditions of an alternative, of which one holds in the way at a certain place.
#[derive(Debug)]
pub struct Case<'a, 'r> {
    pub ruleset: &'r RuleSet,
    pub conjunction: &'r Conjunction,
    pub conditions: &'a [Ways<'r>],
    /// The condition that is taken apart, and which of its ways.
    pub chosen: Option<(usize, usize)>,
}

impl<'r> Ways<'r> {
    pub fn of(ruleset: &RuleSet, matcher: &'r Matcher) -> Self {
        let way = |written: &'r str, place: Place| {
            let folded = fold(written);
            let text = if place == Place::Whole { trim_punctuation(&folded) } else { &folded };
            let hits = ruleset.words_in(text).into_iter().map(|hit| place.certain(hit, text)).collect();
            let exact = (place == Place::Whole).then(|| text.to_owned());
            Way { written, hits, exact }
        };
        let key = |written: &'r str| Way { written, ..Way::default() };
        let ways = match matcher {
            Matcher::Keyword(keyword) => keyword.0.written().map(|word| way(word, Place::Anywhere)).collect(),
            Matcher::Exact(exact) => exact.written().map(|word| way(word, Place::Whole)).collect(),
            Matcher::StartsWith(affix) => affix.0.written().map(|word| way(word, Place::Start)).collect(),
            Matcher::EndsWith(affix) => affix.0.written().map(|word| way(word, Place::End)).collect(),
            Matcher::AllKeywords(keywords) => {
                let each = keywords.0.written().map(|word| way(word, Place::Anywhere));
                let mut hits: Vec<Hit> = each.flat_map(|way| way.hits).collect();
                // a word that stands in several of them may be whole in one alone
                hits.sort_unstable_by_key(|hit| (hit.word, !hit.whole));
                hits.dedup_by_key(|hit| hit.word);
                vec![Way { hits, ..Way::default() }]
            }
            Matcher::Menu(menu) => menu.0.iter().map(|written| key(written)).collect(),
            Matcher::Link(link) => link.0.iter().map(|written| key(written)).collect(),
            _ => vec![Way::default()],
        };
        Self { matcher, ways }
    }
}

/// Where a word stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Anywhere,
    Start,
    End,
    Whole,
}

impl Place {
    /// What a hit in the word itself says of a message in which the word stands here.
    fn certain(self, hit: Hit, word: &str) -> Hit {
        // a beginning or an end may go on as a longer Latin word, a keyword may not
        let goes_on = |edge: Option<char>| edge.is_some_and(is_word_char);
        let after = self == Self::Start && hit.at_end && goes_on(word.chars().next_back());
        let before = self == Self::End && hit.at_start && goes_on(word.chars().next());
        Hit {
            word: hit.word,
            whole: hit.whole && !after && !before,
            at_start: hit.at_start && self == Self::Start,
            at_end: hit.at_end && self == Self::End,
        }
    }
}

impl<'r> Case<'_, 'r> {
    /// Whether every message of this case is one of these, too.
    pub fn implies(&self, other: &Conjunction) -> bool {
        self.conjunction.kinds & other.kinds == self.conjunction.kinds
            && other.matchers.iter().all(|matcher| self.implies_matcher(matcher))
    }

    fn implies_matcher(&self, other: &Matcher) -> bool {
        match other {
            Matcher::Keyword(keyword) => {
                self.certainly(|way| keyword.0.any(&way.hits, |hit| hit.whole).is_some())
            }
            Matcher::AllKeywords(keywords) => {
                let whole = |way: &Way, word| find(&way.hits, word).is_some_and(|hit| hit.whole);
                keywords.0.ids().all(|word| self.certainly(|way| whole(way, word)))
            }
            Matcher::StartsWith(affix) => {
                self.certainly(|way| affix.0.any(&way.hits, |hit| hit.at_start).is_some())
            }
            Matcher::EndsWith(affix) => {
                self.certainly(|way| affix.0.any(&way.hits, |hit| hit.at_end).is_some())
            }
            Matcher::Exact(exact) => {
                self.certainly(|way| way.exact.as_deref().is_some_and(|text| exact.is(text)))
            }
            Matcher::Regex(regex) if regex.breadth() == Breadth::All => self.is_worded(),
            Matcher::Regex(regex) if regex.breadth() == Breadth::Visible => {
                self.is_worded() && self.has_a_sign()
            }
            Matcher::Calendar(calendar) if calendar.covers(&Calendar::default()) => true,
            Matcher::Not(denied) => self.denies(denied),
            _ => self.conditions.iter().enumerate().any(|(place, condition)| {
                let way = self.chosen.filter(|(chosen, _)| *chosen == place).map(|(_, way)| way);
                implies_key(condition, way, other)
            }),
        }
    }

    fn is_worded(&self) -> bool {
        self.conjunction.kinds & KindSet::WORDED == self.conjunction.kinds
    }

    /// Whether something is denied of every message of this case that all of these are.
    fn denies(&self, other: &Conjunction) -> bool {
        let conditions: Vec<Ways> =
            other.matchers.iter().map(|matcher| Ways::of(self.ruleset, matcher)).collect();
        let case = Case { ruleset: self.ruleset, conjunction: other, conditions: &conditions, chosen: None };
        self.conjunction.matchers.iter().any(|own| matches!(&**own, Matcher::Not(own) if case.implies(own)))
    }

    /// Whether some sign of every message of this case is no blank.
    fn has_a_sign(&self) -> bool {
        let has = |matcher: &Matcher| match matcher {
            Matcher::Keyword(_) | Matcher::AllKeywords(_) | Matcher::StartsWith(_) | Matcher::EndsWith(_) => {
                true
            }
            Matcher::Regex(regex) => regex.patterns().all(Pattern::needs_a_sign),
            _ => false,
        };
        self.conjunction.matchers.iter().any(|matcher| has(matcher))
            || self.certainly(|way| way.exact.as_deref().is_some_and(|text| !text.trim().is_empty()))
    }

    /// Whether of some condition every way that is still open says so.
    fn certainly(&self, says: impl Fn(&Way) -> bool) -> bool {
        self.conditions.iter().enumerate().any(|(place, condition)| match self.chosen {
            Some((chosen, way)) if chosen == place => says(&condition.ways[way]),
            _ => condition.ways.iter().all(&says),
        })
    }
}

/// Conditions that are compared value by value.
fn implies_key(condition: &Ways, way: Option<usize>, other: &Matcher) -> bool {
    if std::ptr::eq(condition.matcher, other) {
        return true;
    }
    let open = || condition.ways.iter().enumerate().filter(|(place, _)| way.is_none_or(|way| way == *place));
    let all_in = |keys: &[Box<str>]| open().all(|(_, way)| keys.iter().any(|key| **key == *way.written));
    match (condition.matcher, other) {
        (Matcher::Menu(_), Matcher::Menu(other)) => all_in(&other.0),
        (Matcher::Link(_), Matcher::Link(other)) => all_in(&other.0),
        (Matcher::Scan(own), Matcher::Scan(other)) => other.covers(own),
        (Matcher::Sender(own), Matcher::Sender(other)) => other.covers(own),
        (Matcher::Account(own), Matcher::Account(other)) => own.0.iter().all(|name| other.0.contains(name)),
        (Matcher::Regex(own), Matcher::Regex(other)) => {
            own.written().all(|source| other.written().any(|other| other == source))
        }
        (Matcher::Near(own), Matcher::Near(other)) => other.covers(own),
        (Matcher::Calendar(own), Matcher::Calendar(other)) => other.covers(own),
        _ => false,
    }
}
