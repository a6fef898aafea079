//! Drafts → the text of a rule file, as a person would write it: blocks, `|` for several lines, quotes where
//! YAML or the rule language needs them. It judges nothing.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_yaml::{DoubleQuoted, FlowSeq, LitString, SpaceAfter};

use super::draft::{Card, Draft, DraftReply, Message, Said, Way, When};
use super::unreadable::Unreadable;
use crate::language::yaml::signs::is_next_key;

/// The file, and where in it each draft begins.
#[derive(Debug)]
pub struct Written {
    pub text: String,
    /// Byte offsets.
    pub starts: Vec<usize>,
}

/// Columns up to which words stand in one line.
const WIDEST: usize = 90;
/// How a rule begins; texts of several lines are indented further.
const RULE: &str = "\n  - name: ";

/// Writes the file below a comment.
///
/// Errors: YAML has no form for it.
pub fn write(heading: &str, drafts: &[Draft]) -> Result<Written, Unreadable> {
    let file = File { rules: drafts.iter().map(|draft| SpaceAfter(Rule::of(draft))).collect() };
    let options = serde_yaml::ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
        yaml_12: true,
        no_lang_directive: true,
    };
    let mut text: String = heading.lines().map(|line| format!("# {line}\n")).collect();
    text.push('\n');
    serde_yaml::to_fmt_writer_with_options(&mut text, &file, options)
        .map_err(|error| Unreadable::Beyond { reason: error.to_string() })?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    let starts = text.match_indices(RULE).map(|(newline, _)| newline + 1).collect();
    Ok(Written { text, starts })
}

#[derive(Serialize)]
struct File<'d> {
    rules: Vec<SpaceAfter<Rule<'d>>>,
}

#[derive(Serialize)]
struct Rule<'d> {
    name: Text<'d>,
    #[serde(skip_serializing_if = "is_on")]
    enabled: bool,
    #[serde(skip_serializing_if = "is_off")]
    fallback: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Conditions<'d>>,
    reply: Reply<'d>,
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
enum Reply<'d> {
    One(Sent<'d>),
    All(Vec<Sent<'d>>),
    OneOf { one_of: Vec<Sent<'d>> },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Sent<'d> {
    Text(Text<'d>),
    Articles { articles: Vec<Article<'d>> },
}

#[derive(Serialize)]
struct Article<'d> {
    title: Text<'d>,
    #[serde(skip_serializing_if = "Text::is_empty")]
    summary: Text<'d>,
    #[serde(skip_serializing_if = "Text::is_empty")]
    image: Text<'d>,
    url: Text<'d>,
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

/// A text, over several lines where it has them.
struct Text<'d>(&'d str);

/// A text that stands in one line.
struct Word<'d>(&'d str);

/// A word of a condition.
struct Term<'d>(&'d str);

fn is_on(switch: &bool) -> bool {
    *switch
}

fn is_off(switch: &bool) -> bool {
    !*switch
}

impl<'d> Rule<'d> {
    fn of(draft: &'d Draft) -> Self {
        Self {
            name: Text(&draft.name),
            enabled: draft.enabled,
            fallback: draft.when == When::Fallback,
            when: Conditions::of(&draft.when),
            reply: Reply::of(&draft.answer),
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

impl<'d> Reply<'d> {
    fn of(answer: &'d DraftReply) -> Self {
        let all = |messages: &'d [Message]| messages.iter().map(Sent::of).collect();
        match answer {
            DraftReply::One(message) => Self::One(Sent::of(message)),
            DraftReply::All(messages) => Self::All(all(messages)),
            DraftReply::OneOf(messages) => Self::OneOf { one_of: all(messages) },
        }
    }
}

impl<'d> Sent<'d> {
    fn of(message: &'d Message) -> Self {
        let article = |Card { title, summary, image, url }: &'d Card| Article {
            title: Text(title),
            summary: Text(summary),
            image: Text(image),
            url: Text(url),
        };
        match message {
            Message::Text(text) => Self::Text(Text(text)),
            Message::Articles(cards) => Self::Articles { articles: cards.iter().map(article).collect() },
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

impl Text<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether these words stand well in one line.
fn fit<'w>(words: impl Iterator<Item = &'w str>) -> bool {
    // a Chinese character takes two columns
    let columns = |word: &str| word.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() + 2;
    words.map(columns).sum::<usize>() <= WIDEST
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // its first line tells a block how far it is indented
        let is_block = self.0.contains('\n')
            && !self.0.starts_with(char::is_whitespace)
            && self.0.chars().all(|c| c == '\n' || !(c.is_control() || is_line_end(c)))
            && !self.0.lines().any(is_next_key);
        if is_block {
            return LitString(format!("{}\n", self.0)).serialize(serializer);
        }
        Word(self.0).serialize(serializer)
    }
}

impl Serialize for Word<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // what YAML takes and the rule language refuses where it is not quoted
        let misread = self.0.contains("\\n")
            || self.0.contains(|c: char| c.is_control() || is_line_end(c))
            || self.0.starts_with(|c: char| c.is_whitespace() || !(c.is_ascii() || c.is_alphanumeric()));
        if misread { DoubleQuoted(self.0).serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

impl Serialize for Term<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // unquoted, signs and blanks would make it several words, or a quotation
        let is_plain = self.0.chars().all(char::is_alphanumeric);
        if is_plain { Word(self.0).serialize(serializer) } else { DoubleQuoted(self.0).serialize(serializer) }
    }
}

/// Ends a line for some readers of YAML, or stands before everything else.
fn is_line_end(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}
