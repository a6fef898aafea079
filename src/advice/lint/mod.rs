//! Lint: what is doubtful in rules that can serve. Doubts about a single value are noted while it is read; here are
//! those that only the compiled set shows. They refuse nothing, and serving does not wait for them.

pub mod certain;
pub mod locate;
pub mod shadow;

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::language::doubt::remedy::{Remedy, Way, Winners};
use crate::language::doubt::slip::SlipFault;
use crate::language::doubt::{ForExample, LintFault};
use locate::Locator;
use shadow::{Shadowed, Shadows, shadows};

use crate::engine::condition::{Condition, Conjunction};
use crate::engine::index::Rank;
use crate::engine::place::Place;
use crate::engine::rule::Rule;
use crate::engine::ruleset::RuleSet;
use crate::language::diagnostic::Diagnostic;
use crate::language::example::said;
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::model::message::Content;

/// What is doubtful in a set that was made of this source, in the order in which its rules are tried.
pub fn lint(ruleset: &RuleSet, source: &RuleSource, surroundings: &Surroundings) -> Vec<Diagnostic> {
    let mut locator = Locator::new(source);
    let mut found = Vec::new();
    for (rank, rule) in ruleset.rules().iter().enumerate() {
        let shadows = shadows(ruleset, rank as Rank, surroundings);
        let faults = if shadows.whole_rule && !shadows.found.is_empty() {
            vec![(whole(ruleset, rule, &shadows), rule.place.clone())]
        } else {
            words(ruleset, rule, &shadows, &mut locator)
        };
        found.extend(faults.into_iter().map(|(fault, place)| Diagnostic { fault: Arc::new(fault), place }));
    }
    found
}

/// A year, this one or that in which the next 30 days end, whose holidays are not known, though a rule goes by them.
pub fn unknown_holidays(ruleset: &RuleSet, today: Date) -> Option<Diagnostic> {
    const AHEAD: i32 = 30;
    let (fault, rule) = unknown_on(ruleset, &[today, today.checked_add(AHEAD.days()).unwrap_or(today)])?;
    Some(Diagnostic { fault: Arc::new(fault), place: rule.place.clone() })
}

/// That the holidays of the year in which one of these days lies are not known, and a rule that goes by them.
pub fn unknown_on<'r>(ruleset: &'r RuleSet, days: &[Date]) -> Option<(LintFault, &'r Rule)> {
    ruleset.rules().iter().find_map(|rule| {
        let calendars = rule.calendars().into_iter().chain(rule.steps.iter().map(|step| &step.allowed));
        let parts = calendars.flat_map(|calendar| calendar.parts());
        let mut tables = parts.filter_map(|part| part.days.as_ref()?.arrangements());
        let unknown = tables.find_map(|table| days.iter().find(|day| !table.knows(**day)))?;
        Some((LintFault::HolidaysUnknown { year: unknown.year() }, rule))
    })
}

/// The rules whose days have all gone by.
pub fn over(ruleset: &RuleSet, today: Date) -> Vec<Diagnostic> {
    let is_over = |rule: &&Rule| last_day(rule).is_some_and(|last| last < today);
    let fault = |rule: &Rule| {
        let last = last_day(rule).unwrap_or(today).to_string();
        Diagnostic { fault: Arc::new(SlipFault::Over { last }), place: rule.place.clone() }
    };
    ruleset.rules().iter().filter(is_over).map(fault).collect()
}

/// The last day on which the rule can answer; `None` where there is none, as far as is certain.
fn last_day(rule: &Rule) -> Option<Date> {
    let of_alternative = |alternative: &Conjunction| {
        let asked = alternative.conditions.iter().filter_map(|condition| match &**condition {
            Condition::Calendar(calendar) => calendar.last_day(),
            _ => None,
        });
        asked.min()
    };
    let days: Option<Vec<Date>> = rule.alternatives.iter().map(of_alternative).collect();
    days?.into_iter().max()
}

/// The rules of which no example shows what they answer.
pub fn without_examples(ruleset: &RuleSet) -> Vec<Diagnostic> {
    let rules = ruleset.rules().iter().filter(|rule| !rule.is_shown);
    let fault =
        |rule: &Rule| Diagnostic { fault: Arc::new(LintFault::NoExamples {}), place: rule.place.clone() };
    rules.map(fault).collect()
}

fn whole(ruleset: &RuleSet, rule: &Rule, shadows: &Shadows) -> LintFault {
    let mut ranks: Vec<Rank> = shadows.found.iter().map(|shadowed| shadowed.by).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let winners: Vec<&Rule> = ranks.iter().map(|rank| ruleset.rule(*rank)).collect();
    let shown =
        shadows.found.iter().find_map(|shadowed| shadowed.shown_by.as_ref().filter(|it| is_telling(it)));
    let named = winners.iter().map(|winner| (winner.name.to_string(), winner.place.to_string())).collect();
    LintFault::ShadowedRule {
        winners: Winners(named),
        message: ForExample(shown.map(said)),
        remedy: remedy(rule, &winners, false),
    }
}

/// What helps a rule, or one of its words, that these others shadow.
fn remedy(rule: &Rule, winners: &[&Rule], word: bool) -> Remedy {
    let highest = winners.iter().map(|winner| winner.priority).max().unwrap_or(rule.priority);
    let elsewhere = winners.iter().any(|winner| winner.place.file != rule.place.file);
    let way = if rule.is_button {
        Way::Button
    } else if rule.fallback && winners.iter().any(|winner| !winner.fallback) {
        Way::Fallback
    } else if highest > rule.priority || elsewhere {
        Way::Priority(highest)
    } else {
        Way::Above
    };
    Remedy { way, several: winners.len() > 1, word }
}

/// Whether a made-up message says anything: where no words are asked for, it has none.
fn is_telling(content: &Content) -> bool {
    match content {
        Content::Text(text) => !text.is_empty(),
        Content::Mention(mention) => !mention.text.is_empty(),
        _ => true,
    }
}

fn words(
    ruleset: &RuleSet,
    rule: &Rule,
    shadows: &Shadows,
    locator: &mut Locator,
) -> Vec<(LintFault, Place)> {
    let fault = |shadowed: &Shadowed| {
        let winner = ruleset.rule(shadowed.by);
        let word = shadowed.word.clone();
        let at = locator.word(&rule.place, &word);
        let fault = LintFault::ShadowedWord {
            word,
            rule: winner.name.to_string(),
            place: winner.place.to_string(),
            remedy: remedy(rule, &[winner], true),
        };
        (fault, at)
    };
    // an alternative that is not taken apart has no word to point at, and other alternatives still answer
    shadows.found.iter().filter(|shadowed| !shadowed.word.is_empty()).map(fault).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::language::load;

    #[test]
    fn a_rule_is_over_when_none_of_its_days_is_left() {
        let over_on = |rule: &str, today: Date| {
            let text = format!("rules:\n  - {{{rule}, reply: 好}}\n");
            let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
            let loaded = load(&source, &Surroundings::default());
            let ruleset = loaded.ruleset.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
            let found = over(&ruleset, today);
            found.first().map(|found| found.fault.message(crate::words::lang::Lang::En))
        };
        let today = date(2026, 6, 1);
        for past in [
            "when: {keyword: 活动}, until: 2026-05-31",
            "when: {keyword: 活动}, until: 2026-05-31 10:00",
            "when: {keyword: 活动, dates: [2025-01-01, 2026-05-01..2026-05-31]}",
            "when: [{keyword: 活动, dates: 2026-05-31}, {keyword: 优惠, dates: 2025-01-01}]",
            "when: {keyword: 活动, dates: 2025-01-01..2027-01-01}, until: 2026-05-31",
        ] {
            assert!(over_on(past, today).is_some_and(|said| said.contains("2026-05-31")), "{past}");
            assert_eq!(over_on(past, date(2026, 5, 31)), None, "{past}");
        }
        for coming in [
            "when: {keyword: 活动}, until: 2026-06-01",
            "when: {keyword: 活动}",
            "when: {keyword: 活动, dates: [2020-01-01, 02-14]}",
            "when: {keyword: 活动, not: {dates: 2020-01-01}}",
            "when: [{keyword: 活动, dates: 2020-01-01}, {keyword: 优惠}]",
        ] {
            assert_eq!(over_on(coming, today), None, "{coming}");
        }
        // the night that began on the last day is not over yet
        let night = "when: {keyword: 活动, dates: 2026-05-31, hours: 22:00-02:00}";
        assert_eq!(over_on(night, today), None);
        assert!(over_on(night, date(2026, 6, 2)).is_some());
    }

    #[test]
    fn a_year_whose_holidays_are_not_known_is_told_of_thirty_days_before() {
        let year_of = |text: &str, today: Date| {
            let source = RuleSource::of_texts([("a.yaml", text)]);
            let loaded = load(&source, &Surroundings { sends: true, ..Surroundings::default() });
            let ruleset = loaded.ruleset.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
            unknown_holidays(&ruleset, today).map(|found| found.fault.message(crate::words::lang::Lang::En))
        };
        let by_rule = "rules:\n  - {when: {keyword: 人工, days: 法定工作日}, reply: 在}\n";
        let by_follow_up = "times: {营业: {days: holidays}}\nrules:\n  - {name: a, when: {keyword: 人工}, reply: 在, \
                            follow_up: {after: 1h, time: 营业, text: 在吗}}\n";
        for text in [by_rule, by_follow_up] {
            assert!(year_of(text, date(2040, 6, 1)).is_some(), "{text}");
            assert_eq!(year_of(text, date(2026, 12, 1)), None, "{text}");
        }
        let soon = year_of(by_rule, date(2039, 12, 2)).unwrap();
        assert!(soon.contains("2039"), "the nearest year that is not known: {soon}");
        let known = format!("{by_rule}holidays: {{2039: {{off: 10-01..10-07}}}}\n");
        assert_eq!(year_of(&known, date(2039, 12, 1)), None);
        assert!(year_of(&known, date(2039, 12, 2)).unwrap().contains("2040"));
        assert_eq!(
            year_of("rules:\n  - {when: {keyword: 人工, days: mon}, reply: 在}\n", date(2040, 6, 1)),
            None
        );
    }
}
