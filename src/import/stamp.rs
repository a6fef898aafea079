//! The stamp of a file that was imported: a comment with the checksum of all that stands below it. While it holds, nobody
//! has changed the file by hand, and importing again may replace it.

use std::collections::HashMap;

use sha1::{Digest, Sha1};

/// What stands before the checksum.
const MARK: &str = "# fanreply import ";

/// How a rule of an imported file begins; texts of several lines are indented further.
pub const RULE: &str = "\n  - name: ";

/// What importing again has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub new: Vec<String>,
    pub changed: Vec<String>,
    pub gone: Vec<String>,
    pub same: usize,
}

/// The line that stands above this text.
pub fn stamp(below: &str) -> String {
    format!("{MARK}{}\n", hex::encode(&Sha1::digest(below)[..8]))
}

/// Whether a file is as it was imported.
pub fn is_untouched(file: &str) -> bool {
    let Some(at) = file.find(MARK) else { return false };
    let Some(end) = file[at..].find('\n') else { return false };
    let (above, below) = file.split_at(at + end + 1);
    above.ends_with(&stamp(below))
}

impl Changes {
    /// From one imported file to the next.
    pub fn between(old: &str, new: &str) -> Self {
        let (mut old, mut changes) = (rules(old), Self::default());
        let names: Vec<(&str, &str)> = new.split(RULE).skip(1).map(named).collect();
        for (name, text) in names {
            match old.remove(name) {
                None => changes.new.push(name.to_owned()),
                Some(former) if former == text => changes.same += 1,
                Some(_) => changes.changed.push(name.to_owned()),
            }
        }
        changes.gone = old.into_keys().map(str::to_owned).collect();
        changes.gone.sort();
        changes
    }

    /// Whether most of the former rules are gone: then it was perhaps another table.
    pub fn are_most(&self) -> bool {
        self.gone.len() > self.same + self.changed.len()
    }

    pub fn are_none(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// The rules of a file by their names, as they are written.
fn rules(file: &str) -> HashMap<&str, &str> {
    file.split(RULE).skip(1).map(named).collect()
}

/// A rule's name and its text.
fn named(rule: &str) -> (&str, &str) {
    let (name, text) = rule.split_once('\n').unwrap_or((rule, ""));
    (name, text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(rules: &str) -> String {
        let below = format!("\nrules:{rules}\n");
        format!("# Imported.\n{}{below}", stamp(&below))
    }

    #[test]
    fn a_change_by_hand_breaks_the_stamp() {
        let whole = file("\n  - name: a\n    reply: 好");
        assert!(is_untouched(&whole));
        for changed in [whole.replace("好", "您好"), format!("{whole}# mine\n"), "rules: []\n".to_owned()]
        {
            assert!(!is_untouched(&changed), "{changed}");
        }
    }

    #[test]
    fn what_is_new_changed_and_gone_is_told_by_name() {
        let old =
            file("\n  - name: a\n    reply: 1\n\n  - name: b\n    reply: 2\n\n  - name: c\n    reply: 3");
        let new =
            file("\n  - name: d\n    reply: 4\n\n  - name: a\n    reply: 1\n\n  - name: c\n    reply: 5");
        let named = |name: &str| vec![name.to_owned()];
        let expected = Changes { new: named("d"), changed: named("c"), gone: named("b"), same: 1 };
        assert_eq!(Changes::between(&old, &new), expected);
        assert!(Changes::between(&old, &old).are_none());
    }
}
