//! Lines of a file, as help speaks of them beside the place of its fault.

use std::fmt;

use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// The line below which what lacks is to be written, where one is known, to stand behind what is to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Below(pub Option<usize>);

impl Localize for Below {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |line: usize| lang.pick(format!(" below line {line}"), format!("，写在第 {line} 行下面"));
        self.0.map(words).unwrap_or_default()
    }
}

/// The line in which a rule seems to begin that lacks its dash, to stand at the end of a help text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleBegin(pub Option<usize>);

impl Localize for RuleBegin {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |line: usize| {
            lang.pick(
                format!(" (it seems to be missing in line {line})"),
                format!("（第 {line} 行好像就少了这个）"),
            )
        };
        self.0.map(words).unwrap_or_default()
    }
}
