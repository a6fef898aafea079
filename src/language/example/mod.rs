//! Examples: messages that a rule must answer, and counterexamples that it must not. They are read here;
//! [`trial`] tries them out on the compiled set at every load. The verdict never depends on the day.

pub mod difference;
pub mod fault;
pub mod run;
pub mod trial;

use fault::ExampleFault;

use crate::engine::place::Place;
use crate::language::condition::kinds::{EVENTS, MENTIONS, MESSAGES, read_kinds};
use crate::language::condition::people::read_account_name;
use crate::language::doubt::field::warn_of_field;
use crate::language::grammar::example::{EXAMPLE, MESSAGE_KEYS};
use crate::language::position::read_position;
use crate::language::reply::position::POSITION;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::keys::nearest_key;
use crate::language::yaml::reader::{Fields, Noted, Text};
use crate::language::yaml::{Entry, Node, Value};
use crate::model::id::UserId;
use crate::model::kind::Carries;
use crate::model::message::{Content, Event, Mention, MentionPlace, Scene};
use crate::schedule::calendar::Moment;
use crate::schedule::written::{parse_date, parse_minute, time_of};

/// One message that a rule must, or must not, answer.
#[derive(Clone, Debug)]
pub struct Example {
    pub place: Place,
    pub content: Content,
    /// As the author would say it.
    pub said: String,
    /// Whether the rule must answer it.
    pub wanted: bool,
    /// The exact answer.
    pub reply: Option<String>,
    pub reply_contains: Option<String>,
    pub at: Option<Moment>,
    pub sender: Option<UserId>,
    pub account: Option<String>,
}

/// Reads `examples` and `counterexamples` of a rule.
pub fn read_all(reader: &mut RuleReader, fields: &Fields) -> Vec<Example> {
    let mut examples = Vec::new();
    for (key, wanted) in [("examples", true), ("counterexamples", false)] {
        let Some(node) = fields.get(key) else { continue };
        let items = reader.yaml.one_or_many(node);
        examples.extend(items.iter().flat_map(|item| read(reader, item, wanted)));
    }
    examples
}

fn read(reader: &mut RuleReader, node: &Node, wanted: bool) -> Result<Example, Noted> {
    let place = reader.place(&node.span);
    // `- 价格: 多少` is a text to its author
    let is_text = |entries: &[Entry]| match entries {
        [Entry { key: Node { value: Value::Scalar(key), .. }, .. }] => {
            !key.text.is_ascii() && nearest_key(&key.text, &EXAMPLE.names().collect::<Vec<_>>()).is_none()
        }
        _ => false,
    };
    if !matches!(&node.value, Value::Map(entries) if !is_text(entries)) {
        let text = reader.yaml.free_text(node)?;
        warn_of_field(&mut reader.yaml, &text, MESSAGE_KEYS);
        return Ok(Example::new(place, Content::Text(text.value), wanted));
    }
    let fields = reader.yaml.map(node, &EXAMPLE)?;
    let content = read_content(reader, &fields);
    let mut text = |key: &str| fields.get(key).and_then(|node| reader.yaml.text(node).ok());
    let (reply, reply_contains) = (text("reply"), text("reply_contains"));
    let (at, sender, account) = (text("at"), text("sender"), text("account"));
    for (key, given) in [("reply", &reply), ("reply_contains", &reply_contains)] {
        if let Some(text) = given.as_ref().filter(|_| !wanted) {
            reader.fault(ExampleFault::ExpectedOfNothing { key }, text.span.clone());
        }
    }
    let content = content?;
    Ok(Example {
        reply: reply.map(|text| text.value),
        reply_contains: reply_contains.map(|text| text.value),
        at: at.and_then(|text| read_moment(reader, text).ok()),
        sender: sender.and_then(|text| read_user(reader, text).ok()),
        account: account.and_then(|text| read_account_name(reader, text).ok()),
        ..Example::new(place, content, wanted)
    })
}

impl Example {
    /// An example that says no more than the message.
    fn new(place: Place, content: Content, wanted: bool) -> Self {
        Self {
            place,
            said: said(&content),
            content,
            wanted,
            reply: None,
            reply_contains: None,
            at: None,
            sender: None,
            account: None,
        }
    }

    /// What tells it from the other examples of its rule, in the words of a rule file.
    pub fn title(&self) -> String {
        let kind = if self.wanted { "" } else { "counterexample: " };
        let mut title = format!("{kind}{}", self.said);
        if let Some(at) = self.at {
            title.push_str(&format!(", at: {}", at.datetime().strftime("%Y-%m-%d %H:%M")));
        }
        if let Some(sender) = self.sender {
            title.push_str(&format!(", sender: {sender}"));
        }
        if let Some(account) = &self.account {
            title.push_str(&format!(", account: {account}"));
        }
        title
    }
}

/// The one message that the keys describe. `say` may stand beside `mention`, `scan` and the keys of the
/// menu beside their `event`.
fn read_content(reader: &mut RuleReader, fields: &Fields) -> Result<Content, Noted> {
    let given: Vec<(&'static str, &Node)> =
        MESSAGE_KEYS.iter().filter_map(|key| Some((*key, fields.get(key)?))).collect();
    let mut text = |node| reader.yaml.text(node).map(|text| text.value);
    match given.as_slice() {
        [("say", node)] => text(node).map(Content::Text),
        [("menu", node)] | [("event", _), ("menu", node)] => {
            text(node).map(|key| Content::Event(Event::Click(key)))
        }
        [("link", node)] | [("event", _), ("link", node)] => {
            text(node).map(|url| Content::Event(Event::View(url)))
        }
        [("scan", node)] => text(node).map(|scene| Content::Event(Event::Scan(Scene::new(&scene)))),
        [(key @ ("event" | "message" | "mention"), node)] => read_sample(reader, key, node, ""),
        [("say", words), (key @ ("message" | "mention"), node)]
        | [(key @ "event", node), ("scan", words)] => {
            let words = text(words).unwrap_or_default();
            read_sample(reader, key, node, &words)
        }
        [("position", node)] => {
            let fields = reader.yaml.map(node, &POSITION)?;
            read_position(reader, &fields, "position").map(Content::Position)
        }
        _ if fields.has_faults => Err(reader.yaml.noted(&fields.span)),
        _ => {
            reader.refuse(ExampleFault::NotOneMessage { known: MESSAGE_KEYS.join(", ") }, fields.first_key())
        }
    }
}

/// A message of the kind that the word behind this key stands for.
fn read_sample(
    reader: &mut RuleReader,
    key: &'static str,
    node: &Node,
    text: &str,
) -> Result<Content, Noted> {
    let known = match key {
        "mention" => MENTIONS,
        "event" => EVENTS,
        _ => MESSAGES,
    };
    let kind = read_kinds(reader, key, node, known)?.iter().next();
    let kind = kind.ok_or_else(|| reader.yaml.noted(&node.span))?;
    // which button was pressed stands behind keys of its own
    let is_press = matches!(kind.carries(), Carries::Key | Carries::Link);
    Ok(Content::sample(kind, if is_press { "" } else { text }))
}

/// `2026-11-23 09:00`, in the account's zone.
fn read_moment(reader: &mut RuleReader, text: Text) -> Result<Moment, Noted> {
    let moment = parse_moment(&text.value).filter(Moment::is_instant);
    reader.yaml.parsed(moment, text, |text| ExampleFault::BadMoment { text })
}

/// Reads a local date and time of day, `2026-11-23 09:00`; `24:00` is the midnight in which that day ends.
pub fn parse_moment(text: &str) -> Option<Moment> {
    let (date, time) = text.trim().split_once([' ', 'T'])?;
    let (date, minute) = (parse_date(date).ok()?, parse_minute(time.trim()).ok()?);
    let date = if minute == 1_440 { date.tomorrow().ok()? } else { date };
    Some(Moment { date, time: time_of(minute % 1_440) })
}

fn read_user(reader: &mut RuleReader, text: Text) -> Result<UserId, Noted> {
    let user = (reader.surroundings.profile.read_id)(text.value.trim()).ok();
    reader.yaml.parsed(user, text, |text| ExampleFault::BadUser { text })
}

/// The message in the words of a rule file.
pub fn said(content: &Content) -> String {
    match content {
        Content::Text(text) if text.is_empty() => "message: text".to_owned(),
        Content::Text(text) => text.clone(),
        Content::Position(position) => format!("position: {}, {}", position.longitude(), position.latitude()),
        Content::Voice(_) => "message: voice".to_owned(),
        Content::Image(_) => "message: image".to_owned(),
        Content::Mention(Mention { place, text, .. }) => {
            let place = match place {
                MentionPlace::Status => "status",
                MentionPlace::Comment => "comment",
            };
            let words = if text.is_empty() { String::new() } else { format!(", say: {text}") };
            format!("mention: {place}{words}")
        }
        Content::Event(Event::Click(key)) if !key.is_empty() => format!("menu: {key}"),
        Content::Event(Event::View(url)) if !url.is_empty() => format!("link: {url}"),
        Content::Event(Event::Scan(scene)) if !scene.as_str().is_empty() => {
            format!("scan: {}", scene.as_str())
        }
        Content::Event(event @ Event::ScanFollow(scene)) if !scene.as_str().is_empty() => {
            format!("event: {}, scan: {}", event.kind(), scene.as_str())
        }
        Content::Event(event) => format!("event: {}", event.kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;

    #[test]
    fn a_message_of_every_kind_is_said_in_the_words_of_a_rule_file() {
        let of = |text: &str| Kind::ALL.map(|kind| said(&Content::sample(kind, text)));
        assert_eq!(
            of("").join("\n"),
            "message: text\nposition: 0, 0\nmessage: voice\nmessage: image\nmention: status\nmention: comment\n\
             event: follow\nevent: unfollow\nevent: subscribe\nevent: unsubscribe\nevent: scan\nevent: scan_follow\n\
             event: click\nevent: view"
        );
        assert_eq!(
            of("8").join("\n"),
            "8\nposition: 0, 0\nmessage: voice\nmessage: image\nmention: status, say: 8\nmention: comment, say: 8\n\
             event: follow\nevent: unfollow\nevent: subscribe\nevent: unsubscribe\nscan: 8\nevent: scan_follow, scan: 8\n\
             menu: 8\nlink: 8"
        );
    }

    #[test]
    fn a_moment_may_be_the_end_of_a_day_and_may_have_seconds() {
        let read = |text: &str| parse_moment(text).map(|moment| moment.datetime().to_string());
        assert_eq!(read("2026-12-01 10:00:00"), Some("2026-12-01T10:00:00".to_owned()));
        assert_eq!(read("2026-12-31 24:00"), Some("2027-01-01T00:00:00".to_owned()));
        assert_eq!(read("2026-12-31 24:01"), None);
    }
}
