//! Times that have a name.

use std::fmt;

use super::Calendar;

/// A time that has a name: it holds when one of its calendars does. They name no times themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTime {
    pub name: String,
    pub any_of: Vec<Calendar>,
}

impl NamedTime {
    /// How many entries have to be looked at to know whether it holds.
    pub fn entries(&self) -> usize {
        self.any_of.iter().map(Calendar::own_entries).sum()
    }
}

impl fmt::Display for NamedTime {
    /// Its name and what stands behind it: `营业 (hours: 09:00-18:00)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let any_of: Vec<String> = self.any_of.iter().map(Calendar::to_string).collect();
        write!(f, "{} ({})", self.name, any_of.join(" | "))
    }
}
