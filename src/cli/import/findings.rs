//! The findings of an import or an export, for a person: those that say the same stand in one line with all their places.

use std::collections::HashMap;

use crate::cli::page::{out, visible};
use crate::cli::session::Session;
use crate::import::finding::{Finding, FindingKind, FindingPlace};
use crate::words::texts::Localize;

/// Places that are named of a finding.
const NAMED: usize = 5;

/// Prints what is missing below one title, and what is different below another.
pub fn print_findings<'f>(
    session: &Session,
    findings: impl Iterator<Item = &'f Finding>,
    missing: &str,
    different: &str,
) {
    let page = session.page();
    let (losses, differences): (Vec<_>, Vec<_>) = findings.partition(|finding| finding.what.is_loss());
    for (title, findings) in [(missing, losses), (different, differences)] {
        if findings.is_empty() {
            continue;
        }
        out!("{}", page.strong(title));
        for (what, places) in together(&findings) {
            let (at, what) = (shown(session, &places), visible(&what.message(session.lang)));
            let line = session.say(format!("  {at}: {what}"), format!("  {at}：{what}"));
            out!("{}", line.replace('\n', " "));
        }
        out!("");
    }
}

/// Each finding once, in the order of its first place.
fn together<'f>(findings: &[&'f Finding]) -> Vec<(&'f FindingKind, Vec<&'f FindingPlace>)> {
    let mut together: Vec<(&FindingKind, Vec<&FindingPlace>)> = Vec::new();
    let mut known: HashMap<&FindingKind, usize> = HashMap::new();
    for Finding { at, what } in findings.iter().copied() {
        let place = *known.entry(what).or_insert(together.len());
        match together.get_mut(place) {
            // a row may have the same to say of several words
            Some((_, places)) if places.last() == Some(&at) => {}
            Some((_, places)) => places.push(at),
            None => together.push((what, vec![at])),
        }
    }
    together
}

/// `row 2, row 5`, and how many more.
fn shown(session: &Session, places: &[&FindingPlace]) -> String {
    let named = places.iter().take(NAMED).map(|at| visible(&at.localized(session.lang).to_string()));
    let named = named.collect::<Vec<_>>().join(session.say(", ", "、"));
    let (all, more) = (places.len(), places.len().saturating_sub(NAMED));
    match more {
        0 => named,
        _ => session.say(format!("{named} and {more} more"), format!("{named} 等 {all} 处")),
    }
}
