//! What the examples of a rule file say a fan does, read without the rule language's own reader. It judges no
//! example; whatever one expects is passed over.

use fanreply::model::kind::KindSet;
use fanreply::model::message::{Content, Event, MediaId, Mention, MentionPlace, Position, Scene};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Map, Value};
use serde_yaml::granit_parser::{Event as Token, Parser};

/// When an example is said that does not tell: in a Sunday night and on a Monday morning, since the answer may
/// depend on that.
const MOMENTS: [&str; 2] = ["2026-11-22 23:00", "2026-11-23 10:00"];

/// One example or counterexample.
pub struct Said {
    /// As it is written, without what it expects.
    pub name: String,
    pub content: Content,
    /// Who says it, if that is told.
    pub sender: Option<u64>,
    pub at: Vec<Timestamp>,
}

/// All that the rules of a file give as an example or a counterexample, in order.
pub fn said_in(yaml: &str) -> Vec<Said> {
    let file = tree(yaml);
    let rules = file["rules"].as_array().into_iter().flatten();
    let given = rules.flat_map(|rule| [&rule["examples"], &rule["counterexamples"]]);
    given
        .flat_map(|given| match given {
            Value::Null => &[],
            Value::Array(several) => several.as_slice(),
            one => std::slice::from_ref(one),
        })
        .map(said)
        .collect()
}

/// The moment that a rule file calls so.
fn moment(text: &str) -> Timestamp {
    let local: DateTime = text.parse().unwrap();
    local.in_tz("Asia/Shanghai").unwrap().timestamp()
}

fn said(example: &Value) -> Said {
    let mut written = example.clone();
    if let Value::Object(keys) = &mut written {
        keys.retain(|key, _| !key.starts_with("reply"));
    }
    let at = example["at"].as_str();
    Said {
        name: written.as_str().map_or_else(|| written.to_string(), str::to_owned),
        content: content(example),
        sender: example["sender"].as_str().map(|sender| sender.parse().unwrap()),
        at: at.map_or(MOMENTS.map(moment).to_vec(), |at| vec![moment(at)]),
    }
}

fn content(example: &Value) -> Content {
    let text = |key: &str| example[key].as_str().map(str::to_owned);
    let words = example.as_str().map(str::to_owned).or(text("say"));
    let scene = text("scan").map(|scene| Scene::new(&scene));
    if let Some(word) = text("event") {
        let events = KindSet::EVENTS.in_rules::<{ KindSet::EVENTS.len() }>(("", KindSet::NONE));
        let kinds = events.iter().filter(|(known, _)| *known == word).flat_map(|(_, kinds)| kinds.iter());
        let carried = text("scan").or(text("menu")).or(text("link")).unwrap_or_default();
        return kinds.map(|kind| Content::sample(kind, &carried)).next().unwrap_or_else(|| panic!("{word}?"));
    }
    let event = text("menu").map(Event::Click).or(text("link").map(Event::View)).or(scene.map(Event::Scan));
    if let Some(event) = event {
        return Content::Event(event);
    }
    if let position @ Value::Object(_) = &example["position"] {
        let degrees = |key: &str| position[key].as_str().unwrap().parse().unwrap();
        return Content::Position(Position::new(degrees("longitude"), degrees("latitude")).unwrap());
    }
    let key = || "1".to_owned();
    let mention = |place| Mention { place, key: key(), text: words.clone().unwrap_or_default() };
    match (text("mention").as_deref(), text("message").as_deref()) {
        (Some("comment"), _) => Content::Mention(mention(MentionPlace::Comment)),
        (Some(_), _) | (_, Some("mention")) => Content::Mention(mention(MentionPlace::Status)),
        (_, Some("voice")) => Content::Voice(MediaId(key())),
        (_, Some("image")) => Content::Image(MediaId(key())),
        _ => Content::Text(words.unwrap_or_else(|| panic!("what is said with {example}?"))),
    }
}

/// A file as a tree of texts: `yes`, `~` and `1.50` are words to whoever wrote them.
fn tree(yaml: &str) -> Value {
    let mut tokens = Parser::new_from_str(yaml).map(|token| token.unwrap().0);
    std::iter::from_fn(|| node(&mut tokens)).next().unwrap()
}

/// The next value; `None` at the end of a list or a mapping.
fn node<'y>(tokens: &mut impl Iterator<Item = Token<'y>>) -> Option<Value> {
    match tokens.next()? {
        Token::Scalar(text, ..) => Some(Value::String(text.into_owned())),
        Token::SequenceStart(..) => Some(std::iter::from_fn(|| node(tokens)).collect()),
        Token::MappingStart(..) => {
            let mut map = Map::new();
            while let Some(key) = node(tokens) {
                map.insert(key.as_str().unwrap().to_owned(), node(tokens).unwrap());
            }
            Some(Value::Object(map))
        }
        Token::SequenceEnd | Token::MappingEnd => None,
        _ => node(tokens),
    }
}
