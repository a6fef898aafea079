//! Reads one rule of a file. It checks what can be seen from the rule alone; whether its name is free and
//! what it refers to is there is seen when the folder is compiled.

pub mod fault;

use jiff::civil::Date;

use crate::engine::condition::{Conjunction, Matcher};
use crate::engine::follow_up::Step;
use crate::engine::reply::Script;
use crate::engine::rule::Rule;
use crate::engine::template::{BUILT_IN_NAMES, Groups, TemplateFault};
use crate::language::condition::when::{Conditions, read_when};
use crate::language::doubt::{LintFault, Times};
use crate::language::example::run::FIXED_MOMENT;
use crate::language::example::{self, Example};
use crate::language::grammar::rule::RULE;
use crate::language::reply::fault::ActionFault;
use crate::language::rule::fault::RuleFault;
use crate::language::rule_reader::Reading;
use crate::language::yaml::reader::Fields;
use crate::language::yaml::{Node, Span};
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::model::reply::TEXT_LIMIT;
use crate::schedule::calendar::{Calendar, Dates, Moment, turning_points};
use crate::schedule::window::WEIBO;
use crate::schedule::written::parse_date;

const LONGEST_NAME: usize = 64;

/// A rule as it was read, with what is only needed until the folder is compiled.
#[derive(Debug)]
pub struct Draft {
    pub rule: Rule,
    pub enabled: bool,
    /// Where the name stands, or the rule.
    pub named_at: Span,
    pub examples: Vec<Example>,
    /// What goes out by the customer-service interface, if anything does.
    pub sends: Option<Span>,
}

/// Reads the rule at `node`, which is number `number` of its file. `common` are the conditions of the
/// whole file.
pub fn read_rule(
    reading: &mut Reading,
    node: &Node,
    number: usize,
    common: Option<&[Conditions]>,
) -> Option<Draft> {
    let fields = reading.reader.map(node, &RULE)?;
    if let Some(note) = fields.get("note") {
        reading.reader.text(note);
    }
    let name = read_name(reading, &fields, number);
    let fallback = is_switched(reading, &fields, "fallback", false);
    let alternatives = read_alternatives(reading, &fields, common, fallback);
    reading.groups = Some(groups_of(&alternatives));
    warn_of_hidden_names(reading, &fields);
    let silent = is_switched(reading, &fields, "silent", false);
    let before = reading.templates.count();
    reading.actions = 0;
    let script = read_script(reading, &fields, silent);
    let steps = read_steps(reading, &fields);
    let inserts = reading.templates.count() > before;
    reading.groups = Some(Groups::default());
    let examples = example::read_all(reading, &fields);
    let rule = Rule {
        name,
        place: reading.place(&node.span),
        priority: read_number(reading, &fields, "priority").unwrap_or(0),
        fallback,
        alternatives,
        script: script.unwrap_or_default(),
        steps,
        inserts,
        is_shown: examples.iter().any(|example| example.wanted),
        is_button: false,
    };
    check_reach(reading, &fields, &rule);
    Some(Draft {
        enabled: is_switched(reading, &fields, "enabled", true),
        named_at: fields.get("name").map_or(node.span.start..node.span.start, |name| name.span.clone()),
        examples,
        sends: sends(&fields, &rule),
        rule,
    })
}

fn read_name(reading: &mut Reading, fields: &Fields, number: usize) -> RuleName {
    let by_place = || RuleName::new(format!("{}#{number}", reading.reader.file.path));
    let Some(node) = fields.get("name") else {
        let name = by_place();
        if let Some(span) = fields.key_span("follow_up") {
            reading.fault(RuleFault::NameNeeded { key: "follow_up" }, span);
        }
        return name;
    };
    let Some(text) = reading.reader.text(node) else { return by_place() };
    let name = text.value.as_str();
    let fits = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(|c: char| c == '#' || c.is_control());
    if !fits {
        reading.fault(RuleFault::BadName { name: name.to_owned() }, text.span.clone());
    }
    RuleName::new(name)
}

/// The alternatives of the rule, each joined with each of the file's.
fn read_alternatives(
    reading: &mut Reading,
    fields: &Fields,
    common: Option<&[Conditions]>,
    fallback: bool,
) -> Vec<Conjunction> {
    let in_force = read_in_force(reading, fields);
    let own = match fields.get("when") {
        Some(when) => read_when(reading, when),
        None => {
            if !fallback && common.is_none() && !fields.has_faults {
                reading.fault(RuleFault::NoWhen {}, fields.first_key());
            }
            vec![Conditions::none(fields.first_key())]
        }
    };
    let common: Vec<Option<&Conditions>> = match common {
        Some(common) => common.iter().map(Some).collect(),
        None => vec![None],
    };
    const MOST: usize = 1_000;
    if own.len() * common.len() > MOST {
        let fault = RuleFault::TooManyAlternatives { most: MOST };
        reading.fault(fault, fields.key_span("when").unwrap_or_else(|| fields.first_key()));
        return Vec::new();
    }
    let mut alternatives = Vec::new();
    for own in &own {
        for common in &common {
            alternatives.extend(Conditions::join(*common, own, &in_force, reading));
        }
    }
    warn_of_times_that_never_come(reading, fields, &alternatives);
    alternatives
}

/// Times that exclude one another; an alternative with a single condition on time always has its moment.
fn warn_of_times_that_never_come(reading: &mut Reading, fields: &Fields, alternatives: &[Conjunction]) {
    /// Looking costs as much as there are dates.
    const MOST_DATES: usize = 50;
    for alternative in alternatives {
        let asked = || alternative.matchers.iter().filter_map(|matcher| time_alone(matcher));
        let calendars: Vec<&Calendar> = asked().map(|(calendar, _)| calendar).collect();
        let dates: usize = calendars.iter().map(|calendar| calendar.dates.len()).sum();
        let both = |calendar: &&Calendar| calendar.days.is_some() && dates > 0;
        let denies = asked().any(|(_, wanted)| !wanted);
        if dates > MOST_DATES || !(calendars.len() > 1 || denies || calendars.iter().any(both)) {
            continue;
        }
        let comes = |moment: &Moment| asked().all(|(calendar, wanted)| calendar.holds(*moment) == wanted);
        if !turning_points(&calendars, FIXED_MOMENT).iter().any(comes) {
            let written = |(calendar, wanted): (&Calendar, bool)| {
                if wanted { calendar.to_string() } else { format!("not {{{calendar}}}") }
            };
            let calendar = Times(asked().map(written).collect::<Vec<_>>().join("; "));
            let span = fields.key_span("when").unwrap_or_else(|| fields.first_key());
            reading.fault(LintFault::NeverHolds { calendar }, span);
        }
    }
}

/// The calendar of a condition that looks at the time alone, and whether it must hold or must not.
fn time_alone(matcher: &Matcher) -> Option<(&Calendar, bool)> {
    match matcher {
        Matcher::Calendar(calendar) => Some((calendar, true)),
        Matcher::Not(denied) if denied.kinds == KindSet::ALL => match denied.matchers.as_slice() {
            [only] => time_alone(only).map(|(calendar, wanted)| (calendar, !wanted)),
            _ => None,
        },
        _ => None,
    }
}

/// `from` and `until`, both inclusive.
fn read_in_force(reading: &mut Reading, fields: &Fields) -> Calendar {
    let mut date = |key: &str| {
        let text = reading.reader.text(fields.get(key)?)?;
        let date = parse_date(&text.value).ok();
        if date.is_none() {
            reading.fault(RuleFault::BadDate { text: text.value }, text.span);
        }
        date
    };
    let (from, until) = (date("from"), date("until"));
    if from.is_none() && until.is_none() {
        return Calendar::default();
    }
    let dates = Dates { first: from.unwrap_or(Date::MIN), last: until.unwrap_or(Date::MAX) };
    if dates.last < dates.first {
        reading.fault(RuleFault::NeverInForce {}, fields.key_span("until").unwrap_or_default());
    }
    Calendar { dates: vec![dates], ..Calendar::default() }
}

/// `Some(None)` is silence on purpose.
fn read_script(reading: &mut Reading, fields: &Fields, silent: bool) -> Option<Option<Script>> {
    match (fields.get("reply"), silent) {
        (Some(node), false) => Some(Some(Script::read(reading, node)?)),
        (None, true) => Some(None),
        (Some(_), true) => {
            reading.fault(RuleFault::AnswerAndSilence {}, fields.key_span("silent").unwrap_or_default());
            None
        }
        (None, false) => {
            // a `reply` that slipped into `when` has been pointed at
            if !fields.has_faults && !fields.get("when").is_some_and(|when| when.has_key("reply")) {
                reading.fault(RuleFault::NoAnswer {}, fields.first_key());
            }
            None
        }
    }
}

fn read_steps(reading: &mut Reading, fields: &Fields) -> Vec<Step> {
    let Some(node) = fields.get("follow_up") else { return Vec::new() };
    reading.reader.one_or_many(node).iter().filter_map(|item| Step::read(reading, item)).collect()
}

/// A key that is misread counts as true, so that its absence is not complained of too.
fn is_switched(reading: &mut Reading, fields: &Fields, key: &str, default: bool) -> bool {
    fields.get(key).map_or(default, |node| reading.reader.truth(node).unwrap_or(true))
}

fn read_number(reading: &mut Reading, fields: &Fields, key: &str) -> Option<i32> {
    const MOST: i64 = 1_000_000;
    let number = reading.reader.integer(fields.get(key)?, -MOST..=MOST)?;
    // within the range just asked for
    Some(number as i32)
}

fn groups_of(alternatives: &[Conjunction]) -> Groups {
    let matchers = alternatives.iter().flat_map(|alternative| &alternative.matchers);
    let patterns = matchers.flat_map(|matcher| match &**matcher {
        Matcher::Regex(regex) => regex.patterns().collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let mut groups = Groups::default();
    for pattern in patterns {
        groups.names.extend(pattern.groups().iter().flatten().cloned());
        groups.count = groups.count.max(pattern.groups().len());
    }
    groups
}

fn warn_of_hidden_names(reading: &mut Reading, fields: &Fields) {
    let names = reading.groups.iter().flat_map(|groups| &groups.names);
    let hidden: Vec<String> = names.filter(|name| BUILT_IN_NAMES.contains(&name.as_str())).cloned().collect();
    for name in hidden {
        reading.fault(TemplateFault::HiddenName { name }, fields.key_span("when").unwrap_or_default());
    }
}

/// What the platform lets nobody receive is found before it is promised (protocol 6.2).
fn check_reach(reading: &mut Reading, fields: &Fields, rule: &Rule) {
    let at = |key: &str| fields.key_span(key).unwrap_or_else(|| fields.first_key());
    let kinds = rule.kinds();
    let messages = rule.script.as_ref().map_or(0, Script::most_messages);
    let longest = rule.script.as_ref().map_or(0, Script::longest_text);
    if kinds & KindSet::MENTIONS != KindSet::NONE {
        if messages > 1 || !rule.steps.is_empty() {
            let key = if messages > 1 { "reply" } else { "follow_up" };
            reading.fault(ActionFault::OneReplyToAMention {}, at(key));
        } else if longest > TEXT_LIMIT {
            reading.fault(ActionFault::TextTooLong { length: longest, limit: TEXT_LIMIT }, at("reply"));
        }
    }
    let closed = |kind: Kind| WEIBO.grant(kind).is_none();
    let first = kinds.iter().next();
    if let Some(kind) = first.filter(|_| kinds.iter().all(closed))
        && (!rule.steps.is_empty() || messages > 1)
    {
        let key = if rule.steps.is_empty() { "reply" } else { "follow_up" };
        reading.fault(ActionFault::NoWindow { kind: kind.to_string() }, at(key));
    } else if first.is_some() && kinds.iter().all(|kind| WEIBO.closed_by.contains(kind)) && messages > 0 {
        reading.fault(RuleFault::CannotReach {}, at("reply"));
    }
}

/// Where something stands that the passive answer cannot hold.
fn sends(fields: &Fields, rule: &Rule) -> Option<Span> {
    let script = rule.script.as_ref();
    let beyond =
        script.is_some_and(|script| script.most_messages() > 1 || script.longest_text() > TEXT_LIMIT);
    let reply = fields.key_span("reply").filter(|_| beyond);
    reply.or_else(|| fields.key_span("follow_up").filter(|_| !rule.steps.is_empty()))
}
