//! What a text makes of the messages that its rule answers, as far as that is known before one comes: names that are
//! always empty, and templates that always fail.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::{date, time};

use crate::engine::condition::{Condition, Conjunction};
use crate::engine::template::{Groups, Names, Scope, Template, Templates};
use crate::language::doubt::slip::{Lacking, SlipFault};
use crate::language::template::next_tag;
use crate::model::kind::{Kind, KindSet};
use crate::schedule::calendar::Moment;

/// The names that only some kinds of message bring.
const BROUGHT: &[(&str, KindSet)] = &[
    ("text", KindSet::WORDED),
    ("event", KindSet::EVENTS),
    ("menu", KindSet::of(&[Kind::Click])),
    ("scan", KindSet::SCANS),
    ("position.longitude", KindSet::POSITIONS),
    ("position.latitude", KindSet::POSITIONS),
];

/// Messages that differ in what templates ask of them: numbers, words, a date, many parts. Each comes in another month.
const SAMPLES: [(&str, i8); 6] = [
    ("12", 1),
    ("你好", 2),
    ("a#b#c＃d*e*f+g+h=i=j_k_l.m.n;o;p；q~r~s", 4),
    ("", 5),
    ("a b c,d,e，f，g、h、i-j-k/l/m：n：o:1\n2 3", 8),
    ("2026-12-31", 11),
];

/// The names that are empty in every text of a rule with these alternatives, and why.
pub fn empty_names(alternatives: &[Conjunction]) -> Vec<(&'static str, Lacking)> {
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| alternatives.iter().any(|any| any.kinds.contains(*kind)))
        .collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    let listed = || kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    let is_brought = |by: KindSet| kinds.iter().any(|kind| by.contains(*kind));
    let missing = BROUGHT.iter().filter(|(_, by)| !is_brought(*by));
    let mut empty: Vec<_> = missing.map(|(name, _)| (*name, Lacking::Kinds(listed()))).collect();
    let mut conditions = alternatives.iter().flat_map(|alternative| &alternative.conditions);
    let finds_word = |condition: &Arc<Condition>| {
        matches!(**condition, Condition::Keyword(_) | Condition::AllKeywords(_) | Condition::Exact(_))
    };
    if !conditions.any(finds_word) {
        empty.push(("keyword", Lacking::Word));
    }
    empty
}

/// The names that are inserted as they are or through filters that leave an empty one empty, where no condition may leave them out.
pub fn insertions(text: &str) -> Vec<(&str, Range<usize>)> {
    if text.contains("{%") {
        return Vec::new();
    }
    let mut insertions = Vec::new();
    for (at, _) in text.match_indices("{{") {
        let Some(length) = text[at + 2..].find("}}") else { break };
        let inside = &text[at + 2..at + 2 + length];
        let whole = inside.trim_start_matches('-').trim_start();
        let name = whole
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
            .map_or(whole, |end| &whole[..end]);
        let rest = whole[name.len()..].trim_end_matches('-').trim();
        // without `true` it stands for a name that does not exist, and not for one that is empty
        let has_default = rest.contains("true") && (rest.contains("default") || rest.contains("d("));
        if rest.is_empty() || (rest.starts_with('|') && !has_default) {
            let start = at + 2 + inside.len() - whole.len();
            insertions.push((name, start..start + name.len()));
        }
    }
    insertions
}

/// A `default` that never stands in for the name before it, because that is always there and at most empty. A name of
/// which `may_lack` holds is passed over.
pub fn idle_default(text: &str, may_lack: impl Fn(&str) -> bool) -> Option<(SlipFault, Range<usize>)> {
    let mut at = 0;
    while let Some((start, closing)) = next_tag(&text[at..]) {
        let begin = at + start + "{{".len();
        let end = begin + text[begin..].find(closing)?;
        at = end + closing.len();
        let Some((name, filter)) = text[begin..end].split_once('|') else { continue };
        let (name, filter) = (name.trim_start_matches('-').trim(), filter.trim_start());
        let Some(arguments) = filter.strip_prefix("default(").map(arguments) else { continue };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        if is_name && !may_lack(name) && !arguments.trim().is_empty() && !is_parted(arguments) {
            let fixed = format!("default({}, true)", arguments.trim());
            let start = end - filter.len();
            let range = start..start + "default(".len() + arguments.len() + 1;
            return Some((SlipFault::IdleDefault { name: name.to_owned(), fixed }, range));
        }
    }
    None
}

/// What stands before the bracket that closes, outside of quotes.
fn arguments(text: &str) -> &str {
    outside_of_quotes(text, ')').map_or(text, |end| &text[..end])
}

fn is_parted(arguments: &str) -> bool {
    outside_of_quotes(arguments, ',').is_some()
}

fn outside_of_quotes(text: &str, sign: char) -> Option<usize> {
    let mut quote = None;
    let found = |(_, c): &(usize, char)| match quote {
        Some(open) => {
            quote = Some(open).filter(|open| open != c);
            false
        }
        None => {
            quote = Some(*c).filter(|c| matches!(c, '"' | '\''));
            *c == sign
        }
    };
    text.char_indices().find(found).map(|(at, _)| at)
}

/// Why this template can be filled in for no message: it was tried with a few that differ. `None` where it can, and for one
/// that only inserts names.
pub fn failure(templates: &Templates, template: &Template, text: &str, groups: &Groups) -> Option<String> {
    let is_sign = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '|' | ' '));
    let mut tags = text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or_default());
    if !text.contains("{%") && !tags.any(|tag| tag.trim_matches('-').contains(is_sign)) {
        return None;
    }
    let mut why = None;
    for (said, month) in SAMPLES {
        let moment =
            Moment { date: date(2026, month, 3 * month % 28), time: time(2 * month % 24, month, 0, 0) };
        match templates.render(template, &Names::of(scope(templates, groups, said, moment))) {
            Ok(_) => return None,
            Err(failure) => why = why.or(Some(failure.to_string())),
        }
    }
    why
}

/// A message of this moment, with this text for all that it brings.
fn scope(templates: &Templates, groups: &Groups, said: &str, now: Moment) -> Scope {
    let name = |number| groups.names.get(number).cloned().unwrap_or_default();
    let said = || said.to_owned();
    Scope {
        text: said(),
        keyword: said(),
        sender_id: "1".to_owned(),
        account_name: said(),
        account_id: "1".to_owned(),
        now,
        event: said(),
        menu: said(),
        scan: said(),
        longitude: said(),
        latitude: said(),
        groups: (0..groups.count.max(groups.names.len())).map(|number| (name(number), said())).collect(),
        values: Arc::clone(templates.values()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::engine::template::Field;

    #[test]
    fn names_are_found_where_nothing_stands_for_an_empty_one() {
        let names =
            |text| insertions(text).into_iter().map(|(name, at)| (name, &text[at])).collect::<Vec<_>>();
        assert_eq!(names("{{ scan }}号桌 {{- text|trim -}}"), [("scan", "scan"), ("text", "text")]);
        for fine in [
            "{{ text|default('无', true) }}",
            "{{ text | d('', true) }}",
            "{% if text %}{{ text }}{% endif %}",
            "{{ 'a' ~ text }}",
        ] {
            assert_eq!(names(fine), [], "{fine}");
        }
    }

    #[test]
    fn a_default_without_true_never_stands_in_for_a_name() {
        let fixed = |text: &str| match idle_default(text, |name| name == "姓名") {
            Some((SlipFault::IdleDefault { fixed, .. }, at)) => Some((text[at].to_owned(), fixed)),
            _ => None,
        };
        let found = Some(("default('无)')".to_owned(), "default('无)', true)".to_owned()));
        assert_eq!(fixed("好 {{ 电话|default('无)') }}"), found);
        assert_eq!(fixed("{% if 姓名 %}{% endif %}{{- text | default('无)')|upper }}"), found);
        for fine in [
            "{{ text|default('a', true) }}",
            "{{ (text|split(','))[1]|default('a') }}",
            "text|default('a')",
            "{{ groups[2]|default('a') }}",
            "{{ 姓名|default('a') }}",
        ] {
            assert_eq!(fixed(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_template_fails_when_it_fails_for_every_message() {
        let mut templates = Templates::new(HashMap::new());
        let mut why = |text: &str| {
            let template = templates.add(text, Field::Text, None).unwrap();
            failure(&templates, &template, text, &Groups { names: vec!["单号".to_owned()], count: 2 })
        };
        for always in ["{{ now - '2026-12-31' }}", "{{ days_until('年底') }}", "{{ now + 1 }}"] {
            assert!(why(always).is_some(), "{always}");
        }
        for sometimes in [
            "{{ text|int }}",
            "{{ 10 / (now.month - 1) }}",
            "{{ (text|split('，'))[2] }}",
            "{{ 100 / now.day }}",
            "{{ 单号|int + 1 }}",
            "{{ groups[2] }}",
            "{{ days_until('12-31') }}",
            "{{ days_until(单号) }}",
            "{{ days_until(text) }}",
            "{{ (text|split('#'))[2] }}",
            "{{ (text|split('；'))[1] }}",
            "{% for c in text %}{{ c }}{% endfor %}",
            "{{ text }}",
            "{{ text * 3 }}",
        ] {
            assert_eq!(why(sometimes), None, "{sometimes}");
        }
    }
}
