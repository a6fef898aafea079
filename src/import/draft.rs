//! Drafts: rules of another system in the terms of the rule language. Whether they load is tried in [`super::prove`].

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::finding::{Finding, FindingKind, FindingPlace};
use super::scalar::text;
use crate::engine::fold::fold;

/// A rule that is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub origin: FindingPlace,
    /// As it was found; [`unique_names`] makes a rule's name of it.
    pub name: String,
    /// Whether its author gave it that name, rather than its first word.
    pub is_named: bool,
    pub when: When,
    /// Whether it was switched on where it came from.
    pub enabled: bool,
    pub answer: DraftReply,
    /// Messages that it is known to answer.
    pub examples: Vec<Said>,
}

/// What a rule speaks to.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// Any of the words, each looked for in its way.
    Words(Vec<(Way, Vec<String>)>),
    Follow,
    /// Whatever no other rule answers.
    Fallback,
}

/// How a word is looked for; the keys of `when`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Keyword,
    Exact,
    StartsWith,
    EndsWith,
    Regex,
}

/// What a rule answers, in the form of its `reply`. Lists hold at least two messages.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum DraftReply {
    One(Message),
    All(Vec<Message>),
    OneOf { one_of: Vec<Message> },
}

/// One message to a fan; its texts are templates already.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Message {
    Text(#[serde(serialize_with = "text")] String),
    Articles { articles: Vec<Card> },
}

/// One article card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    #[serde(serialize_with = "text")]
    pub title: String,
    #[serde(serialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub summary: String,
    #[serde(serialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub image: String,
    #[serde(serialize_with = "text")]
    pub url: String,
}

/// An example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Text(String),
    Event(&'static str),
}

impl Way {
    pub const ALL: [Self; 5] = [Self::Keyword, Self::Exact, Self::StartsWith, Self::EndsWith, Self::Regex];

    /// The key of `when`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Exact => "exact",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Regex => "regex",
        }
    }
}

impl When {
    /// Each word with how it is looked for.
    pub fn words(&self) -> impl Iterator<Item = (Way, &str)> {
        let ways = match self {
            Self::Words(ways) => ways.as_slice(),
            Self::Follow | Self::Fallback => &[],
        };
        ways.iter().flat_map(|(way, words)| words.iter().map(|word| (*way, word.as_str())))
    }

    /// Equal where the same messages are answered.
    pub fn meaning(&self) -> String {
        let mut words: Vec<_> = self.words().map(|(way, word)| (way.key(), meant(way, word))).collect();
        words.sort();
        words.dedup();
        let kind = match self {
            Self::Words(_) => "words",
            Self::Follow => "follow",
            Self::Fallback => "fallback",
        };
        format!("{kind} {words:?}")
    }
}

impl DraftReply {
    /// The answer of these messages, if there is one at all.
    pub fn of(mut messages: Vec<Message>, one_of: bool) -> Option<Self> {
        match messages.len() {
            0 => None,
            1 => messages.pop().map(Self::One),
            _ if one_of => Some(Self::OneOf { one_of: messages }),
            _ => Some(Self::All(messages)),
        }
    }
}

/// The words that can be seen, each once; what is left out is a finding.
pub fn visible_words(
    origin: &FindingPlace,
    ways: Vec<(Way, Vec<String>)>,
    findings: &mut Vec<Finding>,
) -> Vec<(Way, Vec<String>)> {
    let mut left = Vec::new();
    for (way, words) in ways {
        let mut known = HashSet::new();
        let mut visible = Vec::new();
        for word in words {
            let meant = meant(way, &word);
            if meant.trim().is_empty() {
                findings.push(Finding {
                    at: origin.clone(),
                    what: FindingKind::NothingLeft { word: word.escape_debug().to_string() },
                });
            } else if known.insert(meant) {
                // the same word twice is no more than once
                visible.push(word);
            }
        }
        if !visible.is_empty() {
            left.push((way, visible));
        }
    }
    left
}

/// What is looked for: equal for words that are found in the same messages.
pub fn meant(way: Way, word: &str) -> String {
    if way == Way::Regex { word.to_owned() } else { fold(word) }
}

/// Gives every draft a name that a rule can have and that no other has, nor any of the rules that are there. Names that an
/// author gave are kept before words become names, and those that begin with the same word are told apart by what they mean,
/// so that rows which swap places keep their names.
pub fn unique_names(drafts: &mut [Draft], mut taken: HashSet<String>) {
    const LONGEST: usize = 64;
    let mut numbers = HashMap::new();
    let (named, mut unnamed): (Vec<_>, Vec<_>) = drafts.iter_mut().partition(|draft| draft.is_named);
    unnamed.sort_by_cached_key(|draft| draft.when.meaning());
    for draft in named.into_iter().chain(unnamed) {
        let sign = |c: char| match c {
            '#' => '＃',
            c if c.is_control() || c.is_whitespace() => ' ',
            c => c,
        };
        // a name that nobody sees is none: the first word stands for it
        let words = draft.when.words().map(|(_, word)| word);
        let visible = std::iter::once(draft.name.as_str()).chain(words).find(|name| !fold(name).is_empty());
        let name: String = visible.unwrap_or("rule").chars().map(sign).collect();
        let name = name.trim();
        let first = |count: usize| name.chars().take(count).collect::<String>().trim().to_owned();
        let mut fitting = first(LONGEST);
        let number = numbers.entry(fitting.clone()).or_insert(1_usize);
        while !taken.insert(fitting.clone()) {
            *number += 1;
            let ending = format!("-{number}");
            fitting = first(LONGEST - ending.len()) + &ending;
        }
        draft.name = fitting;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str]) -> Vec<String> {
        let draft = |name: &&str| Draft {
            origin: FindingPlace::File,
            name: (*name).to_owned(),
            is_named: false,
            when: When::Follow,
            enabled: true,
            answer: DraftReply::One(Message::Text(String::new())),
            examples: Vec::new(),
        };
        let mut drafts: Vec<Draft> = given.iter().map(draft).collect();
        unique_names(&mut drafts, HashSet::from(["问候".to_owned()]));
        drafts.into_iter().map(|draft| draft.name).collect()
    }

    #[test]
    fn equal_names_get_numbers_and_none_is_taken_twice() {
        assert_eq!(names(&["价格", "价格-2", "价格", "价格"]), ["价格", "价格-2", "价格-3", "价格-4"]);
        assert_eq!(names(&["问候"]), ["问候-2"]);
        let long = "长".repeat(80);
        let cut = names(&[&long, &long]);
        assert_eq!(cut.iter().map(|name| name.chars().count()).collect::<Vec<_>>(), [64, 64]);
        assert_ne!(cut[0], cut[1]);
    }

    #[test]
    fn a_name_keeps_to_one_line_and_holds_no_hash() {
        assert_eq!(names(&[" #双十二#\n活动\u{3000}", "\u{7F}"]), ["＃双十二＃ 活动", "rule"]);
    }
}
