//! The scope: the names that a template can insert, for one message. A name without a value for this message is empty.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Object;

use crate::schedule::calendar::Moment;

/// Every built-in name, with a point before a part of one.
#[rustfmt::skip]
pub const BUILT_IN_NAMES: &[&str] = &[
    "text", "keyword", "sender", "sender.id", "account", "account.name", "account.id", "now", "now.date",
    "now.time", "now.year", "now.month", "now.day", "now.hour", "now.minute", "now.weekday", "event", "menu",
    "scan", "position", "position.longitude", "position.latitude", "groups",
];

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

impl Scope {
    /// The scope as the template engine takes it.
    pub fn to_value(&self) -> Value {
        Value::from_object(self.clone())
    }

    fn named(&self, name: &str) -> Option<Value> {
        // a rule's own group hides a built-in name
        if let Some((_, text)) = self.groups.iter().find(|(group, _)| group == name) {
            return Some(Value::from(text.as_str()));
        }
        let parts = |parts: &[(&'static str, &str)]| {
            let named = |(name, text): &(&'static str, &str)| (*name, Value::from(*text));
            Value::from(parts.iter().map(named).collect::<BTreeMap<_, _>>())
        };
        let value = match name {
            "text" => Value::from(self.text.as_str()),
            "keyword" => Value::from(self.keyword.as_str()),
            "sender" => parts(&[("id", &self.sender_id)]),
            "account" => parts(&[("name", &self.account_name), ("id", &self.account_id)]),
            "now" => Value::from_object(Now(self.now)),
            "event" => Value::from(self.event.as_str()),
            "menu" => Value::from(self.menu.as_str()),
            "scan" => Value::from(self.scan.as_str()),
            "position" => parts(&[("longitude", &self.longitude), ("latitude", &self.latitude)]),
            // groups[0] is there so that groups[1] is the first group, as authors count
            "groups" => {
                let whole = std::iter::once(self.text.as_str());
                Value::from_iter(whole.chain(self.groups.iter().map(|(_, text)| text.as_str())))
            }
            _ => Value::from(self.values.get(name)?.as_str()),
        };
        Some(value)
    }
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.named(key.as_str()?)
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
