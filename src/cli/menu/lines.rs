//! A menu as lines that a person can read, and the differences between two menus, line by line.

use std::cmp::max;

use crate::model::menu::{Button, Menu, Press};
use crate::telemetry::escape::{Form, escaped};
use crate::words::lang::Lang;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Kept,
    Removed,
    Added,
}

/// One line per button and, indented, per item: its name and what a press does.
pub fn lines(menu: &Menu, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for button in &menu.buttons {
        lines.push(line(button, lang));
        if let Press::Items(items) = &button.press {
            lines.extend(items.iter().map(|item| format!("  {}", line(item, lang))));
        }
    }
    lines
}

fn line(Button { name, press }: &Button, lang: Lang) -> String {
    let name = shown(name);
    match press {
        Press::Click(key) => format!("{name} → {} {}", lang.pick("click", "点击"), shown(key)),
        Press::Link(url) => format!("{name} → {} {}", lang.pick("link", "链接"), shown(url)),
        Press::Items(_) => name,
    }
}

/// In one line, and so that two texts that differ look different.
fn shown(text: &str) -> String {
    escaped(text, Form::Line).into_owned()
}

/// The fewest removals and additions that make the new lines of the old ones; removals stand first.
pub fn differences<'l>(old: &'l [String], new: &'l [String]) -> Vec<(Change, &'l str)> {
    let common = common_lengths(old, new);
    let (mut at, mut to) = (0, 0);
    let mut changes = Vec::new();
    while at < old.len() || to < new.len() {
        if at < old.len() && to < new.len() && old[at] == new[to] {
            changes.push((Change::Kept, old[at].as_str()));
            (at, to) = (at + 1, to + 1);
        } else if to == new.len() || (at < old.len() && common[at + 1][to] >= common[at][to + 1]) {
            changes.push((Change::Removed, old[at].as_str()));
            at += 1;
        } else {
            changes.push((Change::Added, new[to].as_str()));
            to += 1;
        }
    }
    changes
}

/// The length of the longest common subsequence of the lines from each pair of places on. An answer of the
/// platform is bounded and a folder's menu has 18 lines at most, so the table stays small.
fn common_lengths(old: &[String], new: &[String]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            common[at][to] = if old[at] == new[to] {
                common[at + 1][to + 1] + 1
            } else {
                max(common[at + 1][to], common[at][to + 1])
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_changed_line_is_removed_and_then_added_among_the_kept_ones() {
        let (old, new) = (texts(&["a", "b", "c"]), texts(&["a", "B", "c", "d"]));
        let changes = differences(&old, &new);
        use Change::{Added, Kept, Removed};
        assert_eq!(changes, [(Kept, "a"), (Removed, "b"), (Added, "B"), (Kept, "c"), (Added, "d")]);
    }

    #[test]
    fn two_names_that_differ_in_a_control_character_look_different() {
        let press = || Press::Click("K".to_owned());
        let menu = |name: &str| Menu { buttons: vec![Button { name: name.to_owned(), press: press() }] };
        assert_eq!(lines(&menu("a\u{1b}\n"), Lang::En), ["a\\u{1b}\\n → click K"]);
        assert_ne!(lines(&menu("a\u{1b}"), Lang::En), lines(&menu("a\u{7}"), Lang::En));
    }

    proptest! {
        #[test]
        fn the_differences_hold_both_sides_in_order(
            old in prop::collection::vec("[abc]", 0..9),
            new in prop::collection::vec("[abc]", 0..9),
        ) {
            let changes = differences(&old, &new);
            let side = |without: Change| -> Vec<&str> {
                changes.iter().filter(|(change, _)| *change != without).map(|(_, line)| *line).collect()
            };
            prop_assert_eq!(side(Change::Added), old.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(side(Change::Removed), new.iter().map(String::as_str).collect::<Vec<_>>());
            let is_equal = changes.iter().all(|(change, _)| *change == Change::Kept);
            prop_assert_eq!(is_equal, old == new);
        }
    }
}
