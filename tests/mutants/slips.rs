//! Slips of the hand, made: every slip of a file, or some of each kind. What becomes of them is not looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

/// One slip: the file, the text with it, and the line, from 1, on which it happened.
pub struct Mutant {
    pub path: Arc<str>,
    pub slip: Slip,
    pub line: usize,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    DropLine,
    IndentLine,
    DeleteColon,
    DoubleLine,
    SwapCharacters,
    WideSign,
    OtherBlank,
    DropBlank,
    DropClosing,
}

fn with_line(lines: &[&str], at: usize, new: &[String]) -> String {
    let before = lines[..at].iter().map(|line| (*line).to_owned());
    let after = lines[at + 1..].iter().map(|line| (*line).to_owned());
    before.chain(new.iter().cloned()).chain(after).map(|line| line + "\n").collect()
}

/// What a Chinese input method types in the place of a sign.
const WIDE: [(&str, &str); 9] = [
    (": ", "："),
    (", ", "，"),
    ("- ", "－ "),
    ("\"", "“"),
    ("[", "【"),
    ("]", "】"),
    ("{", "｛"),
    ("}", "｝"),
    ("# ", "＃ "),
];

/// The slips that change one sign of a line: what it becomes.
fn sign_slips(line: &str) -> Vec<(Slip, String)> {
    let replaced = |slip, at: usize, sign: &str, by: &str| {
        (slip, format!("{}{by}{}", &line[..at], &line[at + sign.len()..]))
    };
    let mut slips = Vec::new();
    for (sign, wide) in WIDE {
        slips.extend(line.match_indices(sign).map(|(at, _)| replaced(Slip::WideSign, at, sign, wide)));
    }
    for blank in ["\u{A0}", "\u{3000}", " \u{200B}"] {
        slips.extend(line.match_indices(' ').map(|(at, _)| replaced(Slip::OtherBlank, at, " ", blank)));
    }
    slips.extend(line.match_indices(' ').map(|(at, _)| replaced(Slip::DropBlank, at, " ", "")));
    for sign in ["]", "}", "\"", "'"] {
        slips.extend(line.match_indices(sign).map(|(at, _)| replaced(Slip::DropClosing, at, sign, "")));
    }
    slips
}

/// How many of the slips are made: `FANREPLY_SLIPS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Every one.
    All,
    /// Four pairs of characters a line, one of twenty signs, and all of what a line has once.
    Some,
    /// One of ten of those, of each kind and file.
    Few,
}

impl Extent {
    pub fn asked() -> Self {
        match std::env::var("FANREPLY_SLIPS").as_deref() {
            Ok("all") => Self::All,
            Ok("some") => Self::Some,
            _ => Self::Few,
        }
    }
}

/// The slips of a file.
pub fn mutants(path: &Arc<str>, text: &str, extent: Extent) -> Vec<Mutant> {
    let (swaps, every) = if extent == Extent::All { (usize::MAX, 1) } else { (4, 20) };
    let lines: Vec<&str> = text.lines().collect();
    let mut mutants = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut add = |slip, new: &[String]| {
            mutants.push(Mutant { path: path.clone(), slip, line: at + 1, text: with_line(&lines, at, new) });
        };
        add(Slip::DropLine, &[]);
        add(Slip::IndentLine, &[format!("  {line}")]);
        add(Slip::DoubleLine, &[(*line).to_owned(), (*line).to_owned()]);
        for (colon, _) in line.match_indices(':') {
            add(Slip::DeleteColon, &[format!("{}{}", &line[..colon], &line[colon + 1..])]);
        }
        let characters: Vec<char> = line.chars().collect();
        let pairs: Vec<usize> =
            (1..characters.len()).filter(|at| characters[*at] != characters[at - 1]).collect();
        for (slip, new) in sign_slips(line).into_iter().skip(at % every).step_by(every) {
            add(slip, &[new]);
        }
        for pair in pairs.iter().step_by(pairs.len().div_ceil(swaps).max(1)) {
            let mut swapped = characters.clone();
            swapped.swap(pair - 1, *pair);
            add(Slip::SwapCharacters, &[swapped.into_iter().collect()]);
        }
    }
    if extent == Extent::Few {
        let mut of_kind: BTreeMap<Slip, usize> = BTreeMap::new();
        mutants.retain(|mutant| {
            let number = of_kind.entry(mutant.slip).or_default();
            *number += 1;
            *number % 10 == 1
        });
    }
    mutants
}
