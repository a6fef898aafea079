//! Drafts → the text of a rule file, as a person would write it: in blocks, with lists of short words on one line.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_yaml::{FlowSeq, SpaceAfter};

use super::draft::{Draft, DraftReply, Said, Way, When};
use super::scalar::{Term, Word, text};
use super::stamp::{RULE, stamp};
use super::unreadable::Unreadable;

/// The file, and where in it each draft begins.
#[derive(Debug)]
pub struct Written {
    pub text: String,
    /// Byte offsets.
    pub starts: Vec<usize>,
}

/// Columns up to which words stand in one line.
const WIDEST: usize = 90;

/// Writes the file below a comment and its stamp.
///
/// # Errors
///
/// YAML has no form for a draft.
pub fn write(heading: &str, drafts: &[Draft]) -> Result<Written, Unreadable> {
    let file = File { rules: drafts.iter().map(|draft| SpaceAfter(Rule::of(draft))).collect() };
    let options = serde_yaml::ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
        yaml_12: true,
        no_lang_directive: true,
    };
    let mut below = "\n".to_owned();
    serde_yaml::to_fmt_writer_with_options(&mut below, &file, options)
        .map_err(|error| Unreadable::Beyond { reason: error.to_string() })?;
    below.truncate(below.trim_end().len());
    below.push('\n');
    let above: String = heading.lines().map(|line| format!("# {line}\n")).collect();
    let text = above + &stamp(&below) + &below;
    let starts = text.match_indices(RULE).map(|(newline, _)| newline + 1).collect();
    Ok(Written { text, starts })
}

#[derive(Serialize)]
struct File<'d> {
    rules: Vec<SpaceAfter<Rule<'d>>>,
}

#[derive(Serialize)]
struct Rule<'d> {
    #[serde(serialize_with = "text")]
    name: &'d str,
    #[serde(skip_serializing_if = "is_on")]
    enabled: bool,
    #[serde(skip_serializing_if = "is_off")]
    fallback: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Conditions<'d>>,
    reply: &'d DraftReply,
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<Examples<'d>>,
}

/// One condition, or any of several.
#[derive(Serialize)]
#[serde(untagged)]
enum Conditions<'d> {
    One(Condition<'d>),
    Any(Vec<Condition<'d>>),
}

#[derive(Default, Serialize)]
struct Condition<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<FlowSeq<[&'static str; 2]>>,
    #[serde(flatten)]
    words: BTreeMap<&'static str, Words<'d>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Words<'d> {
    One(Term<'d>),
    Line(FlowSeq<Vec<Term<'d>>>),
    Lines(Vec<Term<'d>>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Examples<'d> {
    Line(FlowSeq<Vec<Word<'d>>>),
    Lines(Vec<Word<'d>>),
    Events(Vec<Event>),
}

#[derive(Serialize)]
struct Event {
    event: &'static str,
}

fn is_on(switch: &bool) -> bool {
    *switch
}

fn is_off(switch: &bool) -> bool {
    !*switch
}

impl<'d> Rule<'d> {
    fn of(draft: &'d Draft) -> Self {
        Self {
            name: &draft.name,
            enabled: draft.enabled,
            fallback: draft.when == When::Fallback,
            when: Conditions::of(&draft.when),
            reply: &draft.answer,
            examples: Examples::of(&draft.examples),
        }
    }
}

impl<'d> Conditions<'d> {
    fn of(when: &'d When) -> Option<Self> {
        let ways = match when {
            When::Fallback => return None,
            When::Follow => {
                let event = Some(FlowSeq(["follow", "scan_follow"]));
                return Some(Self::One(Condition { event, ..Condition::default() }));
            }
            When::Words(ways) => ways,
        };
        let condition = |(way, words): &'d (_, Vec<String>)| Condition {
            words: [(Way::key(*way), Words::of(words))].into(),
            ..Condition::default()
        };
        let mut conditions: Vec<Condition> = ways.iter().map(condition).collect();
        match conditions.len() {
            1 => conditions.pop().map(Self::One),
            _ => Some(Self::Any(conditions)),
        }
    }
}

impl<'d> Words<'d> {
    fn of(words: &'d [String]) -> Self {
        let written: Vec<Term> = words.iter().map(|word| Term(word)).collect();
        match words {
            [word] => Self::One(Term(word)),
            _ if fit(words.iter().map(String::as_str)) => Self::Line(FlowSeq(written)),
            _ => Self::Lines(written),
        }
    }
}

impl<'d> Examples<'d> {
    fn of(examples: &'d [Said]) -> Option<Self> {
        let texts: Vec<&str> = examples
            .iter()
            .filter_map(|said| match said {
                Said::Text(text) => Some(text.as_str()),
                Said::Event(_) => None,
            })
            .collect();
        let events = examples.iter().filter_map(|said| match said {
            Said::Event(event) => Some(Event { event }),
            Said::Text(_) => None,
        });
        let words = texts.iter().map(|text| Word(text)).collect();
        match (examples.is_empty(), texts.is_empty()) {
            (true, _) => None,
            (_, true) => Some(Self::Events(events.collect())),
            _ if fit(texts.iter().copied()) => Some(Self::Line(FlowSeq(words))),
            _ => Some(Self::Lines(words)),
        }
    }
}

/// Whether these words stand well in one line.
fn fit<'w>(words: impl Iterator<Item = &'w str>) -> bool {
    // a Chinese character takes two columns
    let columns = |word: &str| word.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() + 2;
    words.map(columns).sum::<usize>() <= WIDEST
}
