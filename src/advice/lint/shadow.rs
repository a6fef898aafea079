//! Shadowed rules: word by word, what can never answer because an earlier rule answers every such message. Only what
//! can be proved is reported. No proof is tried for what a regular expression matches, or for what several rules answer
//! only together. The cost grows with the words of the set, not with the pairs of rules.

use crate::advice::lint::certain::{Case, Ways};
use crate::engine::condition::keyword::Stands;
use crate::engine::condition::{Condition, Conjunction};
use crate::engine::index::Rank;
use crate::engine::lexicon::Hit;
use crate::engine::ruleset::RuleSet;
use crate::language::surroundings::Surroundings;
use crate::model::id::UserId;
use crate::model::kind::{Carries, Kind};
use crate::model::message::{Content, Format, InboundMessage, Position};

/// More earlier rules than this are not compared with one word, which bounds the work where very many rules look for
/// the same.
const MOST_COMPARED: usize = 200;

/// One way of a rule in which it can never answer.
#[derive(Debug)]
pub struct Shadowed {
    /// The word or key; empty when the rule was not taken apart.
    pub word: String,
    /// The earlier rule that answers instead.
    pub by: Rank,
    /// A message that shows it, where one can be made up.
    pub shown_by: Option<Content>,
}

/// What of a rule is shadowed.
#[derive(Debug)]
pub struct Shadows {
    pub found: Vec<Shadowed>,
    /// Nothing of the rule is left that could answer.
    pub whole_rule: bool,
}

/// What earlier rules leave of the rule at this place of the order.
pub fn shadows(ruleset: &RuleSet, rank: Rank, surroundings: &Surroundings) -> Shadows {
    let mut shadows = Shadows { found: Vec::new(), whole_rule: true };
    for conjunction in &ruleset.rule(rank).alternatives {
        let conditions: Vec<Ways> =
            conjunction.conditions.iter().map(|condition| Ways::of(ruleset, condition)).collect();
        let chosen = conditions.iter().position(|condition| condition.ways.len() > 1);
        let chosen =
            chosen.or_else(|| conditions.iter().position(|condition| is_worded(condition.condition)));
        let ways = chosen.map_or(1, |place| conditions[place].ways.len());
        for way in 0..ways {
            let chosen = chosen.map(|place| (place, way));
            let case = Case { ruleset, conjunction, conditions: &conditions, chosen };
            let message = sample(&case);
            match shadowing(ruleset, rank, &case, &message, surroundings) {
                Some(by) => {
                    let word = chosen.map_or("", |(place, way)| conditions[place].ways[way].written);
                    let shown_by = is_comparable(conjunction).then_some(message.content);
                    shadows.found.push(Shadowed { word: word.to_owned(), by, shown_by });
                }
                None => shadows.whole_rule = false,
            }
        }
    }
    shadows
}

fn is_worded(condition: &Condition) -> bool {
    matches!(condition, Condition::Keyword(_) | Condition::Exact(_) | Condition::Menu(_) | Condition::Link(_))
}

/// Whether a sample meets all conditions: nothing is made up for an expression, a time or a denial.
fn is_comparable(conjunction: &Conjunction) -> bool {
    let is_open = |condition: &Condition| {
        matches!(
            condition,
            Condition::Regex(_) | Condition::Calendar(_) | Condition::Not(_) | Condition::Account(_)
        )
    };
    !conjunction.conditions.iter().any(|condition| is_open(condition))
}

/// The first earlier rule that matches whatever this case matches. Such a rule is a candidate for every
/// message of the case, so only those of one sample need to be looked at.
fn shadowing(
    ruleset: &RuleSet,
    rank: Rank,
    case: &Case,
    message: &InboundMessage,
    surroundings: &Surroundings,
) -> Option<Rank> {
    let context = surroundings.context(jiff::Timestamp::UNIX_EPOCH, "");
    let mut subject = ruleset.subject(message, &context);
    subject.literal_hits.extend(literals(case.conjunction));
    let mut earlier = ruleset.candidates(&subject).take_while(|earlier| *earlier < rank).take(MOST_COMPARED);
    let covers = |earlier: &Rank| {
        let alternatives = &ruleset.rule(*earlier).alternatives;
        alternatives.iter().any(|alternative| case.implies(alternative))
    };
    earlier.find(covers)
}

/// The literals of the case's expressions. They stand for what an expression matches, for which no sample is made up.
fn literals(conjunction: &Conjunction) -> impl Iterator<Item = Hit> {
    let patterns = conjunction.conditions.iter().flat_map(|condition| match &**condition {
        Condition::Regex(regex) => regex.patterns().collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let literals = patterns.flat_map(|pattern| pattern.literals.iter().copied());
    literals.map(|word| Hit { word, whole: false, at_start: false, at_end: false })
}

/// A message for which all conditions of the case hold that can be compared.
fn sample(case: &Case) -> InboundMessage {
    let sender = case.conjunction.conditions.iter().find_map(|condition| match &**condition {
        Condition::Sender(sender) => sender.first(),
        _ => None,
    });
    InboundMessage {
        account: UserId::SOMEBODY,
        sender: sender.unwrap_or(UserId::SOMEBODY),
        created_at: jiff::Timestamp::UNIX_EPOCH,
        platform_id: None,
        format: Format::Json,
        content: content(case),
    }
}

fn content(case: &Case) -> Content {
    let kind = case.conjunction.kinds.iter().next().unwrap_or(Kind::Text);
    match kind.carries() {
        Carries::Words => Content::sample(kind, &words(case)),
        Carries::Position => {
            centre(case.conjunction).map_or_else(|| Content::sample(kind, ""), Content::Position)
        }
        Carries::Scene => Content::sample(kind, &scene(case.conjunction)),
        Carries::Key | Carries::Link => Content::sample(kind, key(case)),
        Carries::Nothing | Carries::Media => Content::sample(kind, ""),
    }
}

/// The words that the conditions ask for, in an order in which all of them hold.
fn words(case: &Case) -> String {
    let of = |wanted: &dyn Fn(&Condition) -> bool| -> Vec<&str> {
        let places = case.conditions.iter().enumerate();
        let wanted = places.filter(|(_, condition)| wanted(condition.condition));
        let way = |place| case.chosen.filter(|(chosen, _)| *chosen == place).map_or(0, |(_, way)| way);
        wanted.map(|(place, condition)| condition.ways[way(place)].written).collect()
    };
    if let Some(exact) = of(&|condition| matches!(condition, Condition::Exact(_))).first() {
        return (*exact).to_owned();
    }
    let at = |place| of(&|condition| matches!(condition, Condition::Keyword(own) if own.stands == place));
    let all = case.conjunction.conditions.iter().filter_map(|condition| match &**condition {
        Condition::AllKeywords(keywords) => Some(keywords.0.written()),
        _ => None,
    });
    let words = [at(Stands::AtStart), at(Stands::Anywhere), all.flatten().collect(), at(Stands::AtEnd)];
    words.concat().join(" ")
}

fn key<'a>(case: &'a Case) -> &'a str {
    case.chosen.map_or("", |(place, way)| case.conditions[place].ways[way].written)
}

fn centre(conjunction: &Conjunction) -> Option<Position> {
    conjunction.conditions.iter().find_map(|condition| match &**condition {
        Condition::Near(near) => Some(near.centre),
        _ => None,
    })
}

fn scene(conjunction: &Conjunction) -> String {
    let scenes = conjunction.conditions.iter().find_map(|condition| match &**condition {
        Condition::Scan(scan) => scan.first(),
        _ => None,
    });
    scenes.map(|scene| scene.as_str().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::load;
    use crate::language::source::RuleSource;

    /// What of the second rule is shadowed by the first, and whether anything is left.
    fn second(first: &str, second: &str) -> (Vec<String>, bool) {
        let text = format!(
            "rules:\n  - {{when: {first}, reply: 一}}\n  - {{when: {second}, reply: 二}}\nmenu:\n  - {{name: A}}\n  - {{name: B}}\n"
        );
        let surroundings = Surroundings::default();
        let loaded = load(&RuleSource::of_texts([("a.yaml", text.as_str())]), &surroundings);
        let ruleset = loaded.ruleset.unwrap_or_else(|| panic!("{text} {:?}", loaded.diagnostics));
        let shadows = shadows(&ruleset, 1, &surroundings);
        (shadows.found.into_iter().map(|shadowed| shadowed.word).collect(), shadows.whole_rule)
    }

    #[test]
    fn what_an_earlier_rule_surely_answers_is_shadowed() {
        let cases = [
            ("{keyword: 营业时间}", "{keyword: 春节营业时间}"),
            ("{keyword: 營業時間}", "{exact: 营业时间}"),
            ("{keyword: 营业时间}", "{starts_with: 营业时间表}"),
            ("{keyword: hi}", "{keyword: say hi now}"),
            ("{keyword: hi}", "{exact: hi!}"),
            ("{all_keywords: [订单, 物流]}", "{all_keywords: [订单, 物流, 号]}"),
            ("{keyword: [订单, 物流]}", "{all_keywords: [查物流, 号]}"),
            ("{starts_with: SF}", "{starts_with: SF12}"),
            ("{ends_with: 吗}", "{ends_with: 有吗}"),
            ("{keyword: 票}", "{keyword: 退票, starts_with: 我要}"),
            ("{menu: [A, B]}", "{menu: B}"),
            ("{scan: 1..30}", "{scan: [7, 8..9]}"),
            ("{message: text}", "{regex: '^a$'}"),
            ("{message: [text, mention]}", "{keyword: 你好, message: mention}"),
            ("{regex: 'x*'}", "{keyword: 你好}"),
            ("{regex: 'x*'}", "{message: text}"),
            ("{regex: '.+'}", "{keyword: 你好}"),
            ("{regex: '[\\s\\S]'}", "{exact: 你好}"),
            ("{regex: '.'}", "{regex: '单[0-9]+'}"),
            ("{regex: 'ab+'}", "{regex: 'ab+', sender: 7}"),
            ("{keyword: 票, days: sun}", "{keyword: 车票, days: sun}"),
            ("[{menu: A}, {keyword: 票}]", "{keyword: 车票}"),
            ("{keyword: 票, hours: 09:00-18:00}", "{keyword: 票, hours: 12:00-13:00}"),
            ("{keyword: 票, hours: 00:00-24:00}", "{keyword: 票}"),
            ("{keyword: 票, days: mon-fri}", "{keyword: 票, days: wed, hours: 09:00-18:00}"),
            ("{keyword: 票, dates: 2026-02-01..2026-02-15}", "{keyword: 票, dates: 2026-02-03}"),
            (
                "{near: {longitude: 116.3, latitude: 39.9, within: 3km}}",
                "{near: {longitude: 116.31, latitude: 39.9, within: 500m}}",
            ),
            ("{keyword: 票, not: {keyword: 退}}", "{keyword: 车票, not: {keyword: 退}}"),
            ("{keyword: 票, not: {keyword: 退票}}", "{keyword: 车票, not: {keyword: 退}}"),
        ];
        for (first, later) in cases {
            assert!(second(first, later).1, "{first} shadows {later}");
        }
    }

    #[test]
    fn what_may_still_answer_is_not_called_shadowed() {
        let cases = [
            ("{keyword: 春节营业时间}", "{keyword: 营业时间}"),
            ("{keyword: hi}", "{keyword: high}"),
            ("{keyword: hi}", "{starts_with: hi}"),
            ("{keyword: hi}", "{ends_with: hi}"),
            ("{starts_with: 你好}", "{exact: 你好}"),
            ("{exact: 你好}", "{keyword: 你好}"),
            ("{all_keywords: [订单, 物流]}", "{keyword: 订单}"),
            ("{keyword: 票, days: sun}", "{keyword: 车票}"),
            ("{keyword: 票, not: {keyword: 车}}", "{keyword: 车票}"),
            ("{keyword: 票, sender: 7}", "{keyword: 车票}"),
            ("{keyword: 票}", "{keyword: 车票, message: mention}"),
            ("{regex: '车票'}", "{keyword: 车票}"),
            ("{regex: '.+'}", "{message: text}"),
            ("{regex: '^.*$'}", "{keyword: 车票}"),
            ("{regex: '^[^票]*$'}", "{keyword: 车票}"),
            ("{regex: '.+'}", "{regex: '[0-9]*'}"),
            ("{scan: 1..30}", "{scan: 20..40}"),
            ("{scan: 1}", "{event: scan}"),
            ("{keyword: 票, hours: 12:00-13:00}", "{keyword: 票, hours: 09:00-18:00}"),
            ("{keyword: 票, days: mon-fri}", "{keyword: 票}"),
            (
                "{near: {longitude: 116.3, latitude: 39.9, within: 1km}}",
                "{near: {longitude: 116.31, latitude: 39.9, within: 500m}}",
            ),
            ("{keyword: 票, not: {keyword: 退}}", "{keyword: 车票, not: {keyword: 退票}}"),
            ("{keyword: 票, not: {keyword: 退, days: sun}}", "{keyword: 车票, not: {keyword: 退票}}"),
            (
                "{message: [text, image], not: {message: text}}",
                "{message: [text, image], not: {keyword: 退}}",
            ),
            ("{menu: A}", "{event: click}"),
        ];
        for (first, later) in cases {
            assert_eq!(second(first, later), (Vec::new(), false), "{first} {later}");
        }
    }

    #[test]
    fn of_several_words_the_shadowed_ones_are_told() {
        let (words, whole) = second("{keyword: [营业时间, 票]}", "{keyword: [春节营业时间, 春节, 退票]}");
        assert_eq!((words, whole), (vec!["春节营业时间".to_owned(), "退票".to_owned()], false));
        let (words, whole) = second("{menu: A}", "{menu: [A, B]}");
        assert_eq!((words, whole), (vec!["A".to_owned()], false));
    }
}
