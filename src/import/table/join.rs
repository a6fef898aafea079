//! Several rows for the same words → one rule that draws one of their replies: that is what such rows mean in the
//! consoles that people come from, and below a rule for the same words a second one would never answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::import::Gathered;
use crate::import::draft::{Draft, DraftReply, Message};
use crate::import::finding::{Finding, FindingKind};

/// Replies of one rule of which one is drawn; the rule language takes no more.
const MOST_DRAWN: usize = 1_000;

/// Joins the drafts of rows that ask for the same, each into the first of them. Rows that have names are joined where the
/// names are equal too.
pub fn join_rows(gathered: &mut Gathered) {
    let mut joined: Vec<Draft> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for draft in std::mem::take(&mut gathered.drafts) {
        if matches!(draft.answer, DraftReply::All(_)) {
            joined.push(draft);
            continue;
        }
        match places.entry(group(&draft)) {
            Entry::Vacant(free) => {
                free.insert(joined.len());
                joined.push(draft);
            }
            Entry::Occupied(place) => {
                let at = draft.origin.clone();
                let what = join(&mut joined[*place.get()], draft);
                gathered.findings.push(Finding { at, what });
            }
        }
    }
    gathered.drafts = joined;
}

/// Equal for drafts that are joined.
pub fn group(draft: &Draft) -> String {
    let is_named = draft.when.words().all(|(_, word)| word != draft.name);
    let name = if is_named { draft.name.as_str() } else { "" };
    format!("{} {} {name}", draft.when.meaning(), draft.enabled)
}

/// Adds the replies of a draft to those that are drawn from.
fn join(first: &mut Draft, draft: Draft) -> FindingKind {
    let nothing = || DraftReply::OneOf { one_of: Vec::new() };
    let mut drawn = messages(std::mem::replace(&mut first.answer, nothing()));
    let before = drawn.len();
    let mut is_full = false;
    for message in messages(draft.answer) {
        let is_new = !drawn.contains(&message);
        is_full |= is_new && drawn.len() >= MOST_DRAWN;
        if is_new && drawn.len() < MOST_DRAWN {
            drawn.push(message);
        }
    }
    let is_joined = drawn.len() > before;
    first.answer = DraftReply::of(drawn, true).unwrap_or_else(nothing);
    if is_full {
        FindingKind::TooManyRows { most: MOST_DRAWN }
    } else if is_joined {
        FindingKind::Joined
    } else {
        FindingKind::Duplicate { of: first.name.clone() }
    }
}

fn messages(answer: DraftReply) -> Vec<Message> {
    match answer {
        DraftReply::One(message) => vec![message],
        DraftReply::All(messages) | DraftReply::OneOf { one_of: messages } => messages,
    }
}
