//! Reads one rule of a file, and checks what can be seen from the rule alone. Whether its name is unique and
//! what it refers to exists is checked in `compile/check.rs`.

pub mod fault;

use jiff::civil::{Date, DateTime};

use crate::engine::compose::MOST_PARTS;
use crate::engine::condition::{Condition, Conjunction, Not};
use crate::engine::follow_up::Step;
use crate::engine::reply::Script;
use crate::engine::rule::Rule;
use crate::engine::template::{BUILT_IN_NAMES, Groups};
use crate::language::condition::times::check_entries;
use crate::language::condition::when::{Conditions, read_when};
use crate::language::doubt::LintFault;
use crate::language::example::run::FIXED_MOMENT;
use crate::language::example::{self, Example, parse_moment};
use crate::language::follow_up::{StepDraft, read_follow_up};
use crate::language::grammar::rule::RULE;
use crate::language::reply::fault::ReplyFault;
use crate::language::reply::read_script;
use crate::language::rule::fault::RuleFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::fault::TemplateFault;
use crate::language::template::trial::empty_names;
use crate::language::yaml::reader::{Fields, Noted, Text};
use crate::language::yaml::{Node, Span};
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::model::profile::Profile;
use crate::schedule::calendar::dates::Dates;
use crate::schedule::calendar::turning_points::{turning_points, turning_points_of_week};
use crate::schedule::calendar::{Calendar, Moment};
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
    /// The rules that its follow-ups ask about.
    pub asks_about: Vec<Text>,
    /// What goes out by the customer-service interface, if anything does.
    pub sends: Option<Span>,
}

/// Reads the rule at `node`, which is number `number` of its file. `common` are the conditions of the
/// whole file.
pub fn read_rule(
    reader: &mut RuleReader,
    node: &Node,
    number: usize,
    common: Option<&[Conditions]>,
) -> Result<Draft, Noted> {
    let fields = reader.yaml.map(node, &RULE)?;
    if let Some(note) = fields.get("note") {
        _ = reader.yaml.text(note);
    }
    let name = read_name(reader, &fields, number);
    let fallback = is_switched(reader, &fields, "fallback", false);
    let alternatives = read_alternatives(reader, &fields, common, fallback);
    reader.groups = Some(groups_of(&alternatives));
    reader.empty_names = empty_names(&alternatives);
    warn_of_hidden_names(reader, &fields);
    let silent = is_switched(reader, &fields, "silent", false);
    let before = reader.templates.count();
    reader.messages = 0;
    let script = read_answer(reader, &fields, silent);
    let drafts = read_steps(reader, &fields);
    let inserts = reader.templates.count() > before;
    let (steps, asks_about): (Vec<Step>, Vec<Vec<Text>>) =
        drafts.into_iter().map(|draft| (draft.step, draft.answered_by)).unzip();
    reader.groups = Some(Groups::default());
    let examples = example::read_all(reader, &fields);
    let rule = Rule {
        name,
        place: reader.place(&node.span),
        priority: read_number(reader, &fields, "priority").unwrap_or(0),
        fallback,
        alternatives,
        script: script.unwrap_or_default(),
        steps,
        inserts,
        is_shown: examples.iter().any(|example| example.wanted),
        is_button: false,
    };
    check_reach(reader, &fields, &rule);
    Ok(Draft {
        enabled: is_switched(reader, &fields, "enabled", true),
        named_at: fields.get("name").map_or(node.span.start..node.span.start, |name| name.span.clone()),
        examples,
        asks_about: asks_about.concat(),
        sends: sends(&fields, &rule, reader.surroundings.profile),
        rule,
    })
}

fn read_name(reader: &mut RuleReader, fields: &Fields, number: usize) -> RuleName {
    let by_place = || RuleName::new(format!("{}#{number}", reader.yaml.file.path));
    let Some(node) = fields.get("name") else {
        let name = by_place();
        if let Some(span) = fields.key_span("follow_up") {
            reader.fault(RuleFault::NameNeeded { key: "follow_up" }, span);
        }
        return name;
    };
    let Ok(text) = reader.yaml.text(node) else { return by_place() };
    let name = text.value.as_str();
    let fits = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(|c: char| c == '#' || c.is_control());
    if !fits {
        reader.fault(RuleFault::BadName { name: name.to_owned() }, text.span.clone());
    }
    RuleName::new(name)
}

/// The alternatives of the rule, each joined with each of the file's.
fn read_alternatives(
    reader: &mut RuleReader,
    fields: &Fields,
    common: Option<&[Conditions]>,
    fallback: bool,
) -> Vec<Conjunction> {
    let in_force = read_in_force(reader, fields);
    let own = match fields.get("when") {
        Some(when) => read_when(reader, when),
        None => {
            if !fallback && common.is_none() && !fields.has_faults {
                let below = reader.yaml.below(fields);
                reader.fault(RuleFault::NoWhen { below }, fields.first_key());
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
        reader.fault(fault, fields.key_span("when").unwrap_or_else(|| fields.first_key()));
        return Vec::new();
    }
    let mut alternatives = Vec::new();
    for own in &own {
        for common in &common {
            alternatives.push(Conditions::join(*common, own, &in_force, reader));
        }
    }
    let span = fields.key_span("when").unwrap_or_else(|| fields.first_key());
    if check_entries(reader, alternatives.iter().flat_map(Conjunction::calendars), span).is_err() {
        return Vec::new();
    }
    warn_of_times_that_never_come(reader, fields, &alternatives);
    alternatives
}

/// Warns of times that exclude one another. A single condition on time always holds at some moment, so an
/// alternative with no more than that is passed over.
fn warn_of_times_that_never_come(reader: &mut RuleReader, fields: &Fields, alternatives: &[Conjunction]) {
    /// The cost grows with the number of dates.
    const MOST_DATES: usize = 50;
    for alternative in alternatives {
        let asked = || alternative.conditions.iter().filter_map(|condition| time_alone(condition));
        let calendars: Vec<&Calendar> = asked().map(|(calendar, _)| calendar).collect();
        let parts: Vec<&Calendar> = calendars.iter().flat_map(|calendar| calendar.parts()).collect();
        let dates = parts.iter().flat_map(|part| [&part.dates, &part.also, &part.except]).flatten();
        let dates: usize = dates.map(weight).sum();
        let clashes = |part: &&Calendar| {
            let is_bound = part.from.is_some() || part.until.is_some();
            let asks_more = part.days.is_some() || dates > 0 || !part.hours.is_empty();
            is_bound && asks_more || part.days.is_some() && dates > 0 || !part.except.is_empty()
        };
        let denies = asked().any(|(_, wanted)| !wanted);
        if dates > MOST_DATES || !(parts.len() > 1 || denies || parts.iter().any(clashes)) {
            continue;
        }
        let comes = |moment: &Moment| asked().all(|(calendar, wanted)| calendar.holds(*moment) == wanted);
        let comes_soon = turning_points_of_week(&calendars, FIXED_MOMENT).iter().any(comes);
        if !comes_soon && !turning_points(&calendars, FIXED_MOMENT).iter().any(comes) {
            let written = |(calendar, wanted): (&Calendar, bool)| {
                if wanted { calendar.to_string() } else { format!("not {{{calendar}}}") }
            };
            let calendar = asked().map(written).collect::<Vec<_>>().join("; ");
            let span = fields.key_span("when").unwrap_or_else(|| fields.first_key());
            reader.fault(LintFault::NeverHolds { calendar }, span);
        }
    }
}

/// What a date costs that is looked for.
fn weight(dates: &Dates) -> usize {
    match dates {
        Dates::Once { .. } => 1,
        Dates::Yearly { .. } => 25,
    }
}

/// The calendar of a condition that looks at the time alone, and whether it must hold or must not.
fn time_alone(condition: &Condition) -> Option<(&Calendar, bool)> {
    match condition {
        Condition::Calendar(calendar) => Some((calendar, true)),
        Condition::Not(Not(denied)) if denied.kinds == KindSet::ALL => match denied.conditions.as_slice() {
            [only] => time_alone(only).map(|(calendar, wanted)| (calendar, !wanted)),
            _ => None,
        },
        _ => None,
    }
}

/// `from` and `until`: days, both inclusive, or moments, of which the last no longer counts.
fn read_in_force(reader: &mut RuleReader, fields: &Fields) -> Calendar {
    let mut bound = |key: &str| {
        let text = reader.yaml.text(fields.get(key)?).ok()?;
        let moment = || parse_moment(&text.value).map(|moment| Bound::Moment(moment.datetime()));
        let bound = parse_date(&text.value).map(Bound::Day).ok().or_else(moment);
        reader.yaml.parsed(bound, text, |text| RuleFault::BadDate { text }).ok()
    };
    let (mut first, mut last) = (Date::MIN, Date::MAX);
    let mut in_force = Calendar::default();
    match bound("from") {
        Some(Bound::Day(day)) => first = day,
        Some(Bound::Moment(moment)) => in_force.from = Some(moment),
        None => {}
    }
    match bound("until") {
        Some(Bound::Day(day)) => last = day,
        Some(Bound::Moment(moment)) => in_force.until = Some(moment),
        None => {}
    }
    if (first, last) != (Date::MIN, Date::MAX) {
        in_force.dates.push(Dates::Once { first, last });
    }
    let begins = in_force.from.unwrap_or_else(|| first.at(0, 0, 0, 0));
    let ends = in_force.until.unwrap_or_else(|| last.at(23, 59, 59, 0));
    if ends <= begins {
        reader.fault(RuleFault::NeverInForce {}, fields.key_span("until").unwrap_or_default());
    }
    in_force
}

/// What stands behind `from` or `until`.
enum Bound {
    Day(Date),
    Moment(DateTime),
}

/// What the rule answers; `None` is silence on purpose.
fn read_answer(reader: &mut RuleReader, fields: &Fields, silent: bool) -> Result<Option<Script>, Noted> {
    match (fields.get("reply"), silent) {
        (Some(node), false) => read_script(reader, node).map(Some),
        (None, true) => Ok(None),
        (Some(_), true) => {
            reader.refuse(RuleFault::AnswerAndSilence {}, fields.key_span("silent").unwrap_or_default())
        }
        (None, false) => {
            // a `reply` that slipped into `when` has been pointed at
            if !fields.has_faults && !fields.get("when").is_some_and(|when| when.has_key("reply")) {
                let below = reader.yaml.below(fields);
                reader.fault(RuleFault::NoAnswer { below }, fields.first_key());
            }
            Err(reader.yaml.noted(&fields.span))
        }
    }
}

fn read_steps(reader: &mut RuleReader, fields: &Fields) -> Vec<StepDraft> {
    let Some(node) = fields.get("follow_up") else { return Vec::new() };
    reader.yaml.one_or_many(node).iter().flat_map(|item| read_follow_up(reader, item)).collect()
}

/// A key with a wrong value counts as true, so that it is not reported as missing too.
fn is_switched(reader: &mut RuleReader, fields: &Fields, key: &str, default: bool) -> bool {
    fields.get(key).map_or(default, |node| reader.yaml.boolean(node).unwrap_or(true))
}

fn read_number(reader: &mut RuleReader, fields: &Fields, key: &str) -> Option<i32> {
    const MOST: i64 = 1_000_000;
    let number = reader.yaml.integer(fields.get(key)?, -MOST..=MOST).ok()?;
    // within the range just asked for
    Some(number as i32)
}

fn groups_of(alternatives: &[Conjunction]) -> Groups {
    let conditions = alternatives.iter().flat_map(|alternative| &alternative.conditions);
    let patterns = conditions.flat_map(|condition| match &**condition {
        Condition::Regex(regex) => regex.patterns().collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let mut groups = Groups::default();
    for pattern in patterns {
        groups.names.extend(pattern.expression.groups.iter().flatten().cloned());
        groups.count = groups.count.max(pattern.expression.groups.len());
    }
    groups
}

fn warn_of_hidden_names(reader: &mut RuleReader, fields: &Fields) {
    let names = reader.groups.iter().flat_map(|groups| &groups.names);
    let hidden: Vec<String> = names.filter(|name| BUILT_IN_NAMES.contains(&name.as_str())).cloned().collect();
    for name in hidden {
        reader.fault(TemplateFault::HiddenName { name }, fields.key_span("when").unwrap_or_default());
    }
}

/// Refuses what the platform would never deliver (docs/protocol.md 6.2).
fn check_reach(reader: &mut RuleReader, fields: &Fields, rule: &Rule) {
    let at = |key: &str| fields.key_span(key).unwrap_or_else(|| fields.first_key());
    let profile = reader.surroundings.profile;
    let kinds = rule.kinds();
    let parts = rule.script.as_ref().map_or(0, Script::own_messages);
    let mentions = kinds & KindSet::MENTIONS;
    // a mention is refused with more than one already
    if parts > MOST_PARTS && mentions == KindSet::NONE {
        reader.fault(ReplyFault::TooManyParts { parts, most: MOST_PARTS }, at("reply"));
    }
    let messages = rule.script.as_ref().map_or(0, Script::most_messages);
    let longest = rule.script.as_ref().map_or(0, Script::longest_text);
    if mentions != KindSet::NONE && profile.mention.messages == Some(1) {
        if messages > 1 || !rule.steps.is_empty() {
            let key = if messages > 1 { "reply" } else { "follow_up" };
            reader.fault(ReplyFault::OneReplyToAMention {}, at(key));
        } else if longest > profile.text_limit {
            reader.fault(ReplyFault::TextTooLong { length: longest, limit: profile.text_limit }, at("reply"));
        }
    }
    let closed = |kind: Kind| profile.grant(kind).is_none();
    let first = kinds.iter().next();
    if let Some(kind) = first.filter(|_| kinds.iter().all(closed))
        && (!rule.steps.is_empty() || messages > 1)
    {
        let key = if rule.steps.is_empty() { "reply" } else { "follow_up" };
        reader.fault(ReplyFault::NoWindow { kind: kind.to_string() }, at(key));
    } else if first.is_some() && kinds.iter().all(|kind| profile.closed_by.contains(kind)) && messages > 0 {
        reader.fault(RuleFault::CannotReach {}, at("reply"));
    }
}

/// The key, if there is one, that needs the customer-service interface: the passive answer is one message.
fn sends(fields: &Fields, rule: &Rule, profile: &Profile) -> Option<Span> {
    let script = rule.script.as_ref();
    let beyond =
        script.is_some_and(|script| script.most_messages() > 1 || script.longest_text() > profile.text_limit);
    let reply = fields.key_span("reply").filter(|_| beyond);
    reply.or_else(|| fields.key_span("follow_up").filter(|_| !rule.steps.is_empty()))
}
