//! The scope: the names that a template can insert, for one message. A name without a value for this message is empty.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::Object;
use minijinja::{Error, ErrorKind, Value};

use crate::engine::subject::MATCHED_CHARACTERS;
use crate::schedule::calendar::Moment;

/// Every built-in name, with a point before a part of one.
#[rustfmt::skip]
pub const BUILT_IN_NAMES: &[&str] = &[
    "text", "keyword", "sender", "sender.id", "account", "account.name", "account.id", "now", "now.date",
    "now.time", "now.year", "now.month", "now.day", "now.hour", "now.minute", "now.weekday", "event", "menu",
    "scan", "position", "position.longitude", "position.latitude", "groups",
];

/// Bytes of all texts together that the texts of one answer can insert.
const LARGEST: usize = 256 << 10;

/// Built-in names that are only there for their parts: a fan would read `{'id': …}`.
const PARTED: &[&str] = &["sender", "account", "position"];

const WEEKDAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

/// The built-in names that make a text.
pub fn insertable<'n>() -> impl Iterator<Item = &'n str> {
    BUILT_IN_NAMES.iter().copied().filter(|name| !PARTED.contains(name))
}

/// What can be inserted for one message.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub text: String,
    /// The word that matched, as the author wrote it.
    pub keyword: String,
    pub sender_id: String,
    pub account_name: String,
    pub account_id: String,
    pub now: Moment,
    pub event: String,
    pub menu: String,
    pub scan: String,
    pub longitude: String,
    pub latitude: String,
    /// The regex groups in order, with their names or empty names.
    pub groups: Vec<(String, String)>,
    /// The folder's named texts.
    pub values: Arc<HashMap<String, String>>,
}

/// The names of a scope, for all texts of one answer. The text behind a name is made once, however often it is inserted.
#[derive(Debug)]
pub struct Names {
    scope: Arc<Scope>,
    made: Mutex<Made>,
}

#[derive(Debug, Default)]
struct Made {
    values: HashMap<String, Value>,
    bytes: usize,
    /// Steps of the renderings so far.
    fuel: u64,
}

impl Names {
    /// For an answer that begins.
    pub fn of(scope: impl Into<Arc<Scope>>) -> Arc<Self> {
        Arc::new(Self { scope: scope.into(), made: Mutex::default() })
    }

    /// The names as the template engine takes them.
    pub fn to_value(self: &Arc<Self>) -> Value {
        Value::from_dyn_object(Arc::clone(self))
    }

    /// Adds the steps of a rendering, and says how many there are now.
    pub fn used_with(&self, steps: u64) -> u64 {
        let mut made = self.made();
        made.fuel += steps;
        made.fuel
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Made {
    /// A text, as far as conditions look at one.
    fn said(&mut self, text: &str) -> Value {
        match text.char_indices().nth(MATCHED_CHARACTERS) {
            Some((end, _)) => self.text(&format!("{}…", &text[..end])),
            None => self.text(text),
        }
    }

    fn text(&mut self, text: &str) -> Value {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > LARGEST {
            return Value::from(Error::new(ErrorKind::InvalidOperation, "too much text is inserted"));
        }
        Value::from(text)
    }

    fn parts(&mut self, parts: &[(&'static str, &str)]) -> Value {
        Value::from(parts.iter().map(|(name, text)| (*name, self.text(text))).collect::<BTreeMap<_, _>>())
    }

    fn named(&mut self, scope: &Scope, name: &str) -> Option<Value> {
        // a rule's own group hides a built-in name
        if let Some((_, text)) = scope.groups.iter().find(|(group, _)| group == name) {
            return Some(self.said(text));
        }
        let value = match name {
            "text" => self.said(&scope.text),
            "keyword" => self.said(&scope.keyword),
            "sender" => self.parts(&[("id", &scope.sender_id)]),
            "account" => self.parts(&[("name", &scope.account_name), ("id", &scope.account_id)]),
            "now" => Value::from_object(Now(scope.now)),
            "event" => self.said(&scope.event),
            "menu" => self.said(&scope.menu),
            "scan" => self.said(&scope.scan),
            "position" => self.parts(&[("longitude", &scope.longitude), ("latitude", &scope.latitude)]),
            // groups[0] is there so that groups[1] is the first group, as authors count
            "groups" => {
                let whole = std::iter::once(&scope.text);
                let texts = whole.chain(scope.groups.iter().map(|(_, text)| text));
                Value::from(texts.map(|text| self.said(text)).collect::<Vec<_>>())
            }
            _ => self.said(scope.values.get(name)?),
        };
        Some(value)
    }
}

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let mut made = self.made();
        if let Some(value) = made.values.get(name) {
            return Some(value.clone());
        }
        let value = made.named(&self.scope, name)?;
        made.values.insert(name.to_owned(), value.clone());
        Some(value)
    }
}

/// The local time of receipt: prints `2026-11-23 09:00`, and has parts.
#[derive(Debug)]
struct Now(Moment);

impl Object for Now {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let Moment { date, time } = self.0;
        Some(match key.as_str()? {
            "date" => Value::from(date.to_string()),
            "time" => Value::from(format!("{:02}:{:02}", time.hour(), time.minute())),
            "year" => Value::from(date.year()),
            "month" => Value::from(date.month()),
            "day" => Value::from(date.day()),
            "hour" => Value::from(time.hour()),
            "minute" => Value::from(time.minute()),
            "weekday" => Value::from(WEEKDAYS[date.weekday().to_monday_zero_offset() as usize]),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Moment { date, time } = self.0;
        write!(f, "{date} {:02}:{:02}", time.hour(), time.minute())
    }
}
