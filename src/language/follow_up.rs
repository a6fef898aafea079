//! `follow_up`: what a rule promises for later, as authors write it.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::engine::compose::MOST_PARTS;
use crate::engine::follow_up::{Step, Unless};
use crate::engine::reply::Script;
use crate::language::condition::times::{AddTimes, add_days, add_hours, check_entries, read_time};
use crate::language::diagnostic::Correction;
use crate::language::grammar::{Form, Key, Mapping, Needs, Row, joined, key, keys_of, words};
use crate::language::reply::fault::ReplyFault;
use crate::language::reply::{ANSWER, FORM_NAMES, REPLY, SHORT_FORMS, read_form, read_script};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::line::in_list;
use crate::language::yaml::reader::{Noted, Text};
use crate::language::yaml::{Node, Value};
use crate::model::delivery::Again;
use crate::model::id::RuleName;
use crate::schedule::calendar::{Calendar, NamedTime};
use crate::schedule::due::Wanted;
use crate::schedule::duration;
use crate::schedule::written::{of_tomorrow, parse_time};

const REASONS: Form =
    Form::OneOrMany(&Form::Either(&[Form::Choice(&["sender_replied"]), Form::Is(&ANSWERED)]));

const TIMES: &[&str] = &["after", "at", "before_window_closes"];

/// What one key says of a step.
enum Part {
    Wanted(Wanted),
    Times(AddTimes),
    Time(Vec<Arc<NamedTime>>),
    Unless(UnlessDraft),
    Again(Again),
    Reply(Script),
}

type ReadPart = fn(&mut RuleReader, &Node) -> Result<Part, Noted>;

static OWN_ROWS: &[&Row<ReadPart>] = &[
    &Row {
        key: key(
            "after",
            Form::Written("2h"),
            "So long after the message: `30s`, `10m`, `2h`, `1d 3h`, `2小时`.",
            "收到消息之后多久：`30秒`、`10分钟`、`2小时`、`1天 3小时`。",
        ),
        read: |reader, node| Ok(Part::Wanted(Wanted::After(read_span(reader, node)?))),
    },
    &Row {
        key: key(
            "at",
            Form::Written("09:00"),
            "Instead: the next time the clock shows it, `09:00` or `tomorrow 09:00`.",
            "或者写时刻：`09:00`（下一次到这个时刻）、`明天 09:00`。",
        ),
        read: |reader, node| Ok(Part::Wanted(read_at(reader, node)?)),
    },
    &Row {
        key: key(
            "before_window_closes",
            Form::Written("1h"),
            "Instead: so long before the fan's 48 hours end; it moves along when they begin anew.",
            "或者写 48 小时窗口结束之前多久；窗口重新算的话，它也跟着往后。",
        ),
        read: |reader, node| Ok(Part::Wanted(Wanted::BeforeWindowCloses(read_before_close(reader, node)?))),
    },
    &Row {
        key: key(
            "unless",
            REASONS,
            "Not sent if any of these holds: `sender_replied` (the fan has written, pressed a button or scanned since), or `{answered_by: NAME}`.",
            "满足其中一项就不发：`sender_replied`（粉丝又发了私信、点了菜单或扫了码），或 `{answered_by: 规则名}`。",
        ),
        read: |reader, node| Ok(Part::Unless(read_unless(reader, node))),
    },
    &Row {
        key: key(
            "hours",
            Form::OneOrMany(&Form::Written("09:00-21:00")),
            "Sent only in these hours; otherwise put off to the next allowed moment inside the window, with `before_window_closes` moved to the last one before, or cancelled.",
            "只在这些时段发；不在时段内就推迟到窗口内下一个允许的时间，`before_window_closes` 则提前到之前最后一个允许的时间；都没有就取消。",
        ),
        read: |_, _| Ok(Part::Times(add_hours)),
    },
    &Row {
        key: key(
            "days",
            Form::OneOrMany(&Form::Written("mon-fri")),
            "Sent only on these days, which are written as in `when`.",
            "只在这几天发，写法和 `when` 里一样。",
        ),
        read: |_, _| Ok(Part::Times(add_days)),
    },
    &Row {
        key: key(
            "time",
            Form::OneOrMany(&Form::Text),
            "Sent only at this time, the name of which stands under `times`.",
            "只在这个时间发，写 `times` 里的名字。",
        ),
        read: |reader, node| Ok(Part::Time(read_time(reader, node))),
    },
    &Row {
        key: key(
            "again",
            Form::Choice(&["restart", "keep", "add"]),
            "What if the same follow-up is pending for this fan already: `restart` the time (so it is where nothing is written), `keep` the first one, or `add` another.",
            "这位粉丝已经有一条同样的跟进在等时：`restart` 重新计时（不写就是它），`keep` 保留原来的，`add` 再加一条。",
        ),
        read: |reader, node| Ok(Part::Again(read_again(reader, node)?)),
    },
    &Row {
        key: key(
            "reply",
            ANSWER,
            "What is sent, in any form of a reply.",
            "发送的内容，可以用任何一种回复形式。",
        ),
        read: |reader, node| Ok(Part::Reply(read_script(reader, node)?)),
    },
];

pub static FOLLOW_UP: Mapping = Mapping {
    name: "follow_up",
    title: words("A follow-up", "跟进消息"),
    about: words(
        "It is judged once more right before it is sent: it goes out only while the window is open, the fan has not left, and the rule is still there.",
        "发送前会再判断一次：窗口还开着、粉丝没有离开、规则还在，才会发出去。",
    ),
    // a form of a reply may also stand here without `reply`
    keys: &joined::<Key, { OWN_ROWS.len() + SHORT_FORMS.len() }>(
        &keys_of::<_, { OWN_ROWS.len() }>(OWN_ROWS),
        SHORT_FORMS,
    ),
    needs: &[
        Needs::ExactlyOne(TIMES),
        Needs::ExactlyOne(&joined::<&str, { 1 + FORM_NAMES.len() }>(&["reply"], FORM_NAMES)),
    ],
};

pub static ANSWERED: Mapping = Mapping {
    name: "answered",
    title: words("`answered_by`", "`answered_by`"),
    about: words("An entry of `unless`.", "`unless` 里的一项。"),
    keys: &[key(
        "answered_by",
        Form::OneOrMany(&Form::Text),
        "The names of rules: not sent if one of them has answered the fan since.",
        "规则名：其中一条之后回复过这位粉丝，就不发。",
    )],
    needs: &[Needs::All(&["answered_by"])],
};

/// A step as it was read, with what is only needed until the folder is compiled.
#[derive(Debug)]
pub struct StepDraft {
    pub step: Step,
    /// The rules whose answers cancel it, and where they are named.
    pub answered_by: Vec<Text>,
}

pub fn read_follow_up(reader: &mut RuleReader, node: &Node) -> Result<StepDraft, Noted> {
    let fields = reader.yaml.map(node, &FOLLOW_UP)?;
    let (mut wanted, mut script, mut again) = (None, None, Again::default());
    let (mut allowed, mut unless) = (Calendar::default(), UnlessDraft::default());
    for (row, field) in fields.rows(OWN_ROWS) {
        let Ok(part) = (row.read)(reader, field.value) else { continue };
        match part {
            Part::Wanted(part) => wanted = Some(part),
            Part::Times(add) => {
                add(&mut reader.yaml, &reader.names.arrangements, field.value, &mut allowed);
            }
            Part::Time(times) => allowed.times.push(times),
            Part::Unless(part) => unless = part,
            Part::Again(part) => again = part,
            Part::Reply(part) => script = Some(part),
        }
    }
    if fields.keys().filter(|key| TIMES.contains(key)).count() != 1 {
        reader.fault(ReplyFault::NoTime {}, fields.span.clone());
    }
    let direct = fields.keys().any(|key| FORM_NAMES.contains(&key));
    let script = match (fields.get("reply").is_some(), direct) {
        (true, false) => script.ok_or_else(|| reader.yaml.noted(&fields.span)),
        (false, true) => read_form(reader, &fields),
        (false, false) => {
            let below = reader.yaml.below(&fields);
            reader.refuse(ReplyFault::NoReply { below }, fields.span.clone())
        }
        (true, true) => reader.refuse(ReplyFault::NoKind { known: REPLY.listed() }, fields.span.clone()),
    };
    if let Some(parts) = script.as_ref().ok().map(Script::own_messages).filter(|parts| *parts > MOST_PARTS) {
        let span = fields.key_span("reply").unwrap_or_else(|| fields.first_key());
        reader.fault(ReplyFault::TooManyParts { parts, most: MOST_PARTS }, span);
    }
    check_entries(reader, std::iter::once(&allowed), fields.span.clone())?;
    let wanted = wanted.ok_or_else(|| reader.yaml.noted(&fields.span));
    let step = Step { wanted: wanted?, allowed, unless: unless.any_of, again, script: script? };
    Ok(StepDraft { step, answered_by: unless.answered_by })
}

/// A span that fits into the reply window.
fn read_span(reader: &mut RuleReader, node: &Node) -> Result<SignedDuration, Noted> {
    let text = reader.yaml.text(node)?;
    match duration::parse(&text.value) {
        Ok(span) if span < reader.surroundings.profile.open.lasts => Ok(span),
        Ok(_) => reader.refuse(ReplyFault::BeyondWindow { text: text.value }, text.span),
        Err(_) => reader.refuse(ReplyFault::BadDuration { text: text.value }, text.span),
    }
}

/// How long before the end of the reply window; at its very end it is too late.
fn read_before_close(reader: &mut RuleReader, node: &Node) -> Result<SignedDuration, Noted> {
    let span = read_span(reader, node)?;
    if span.is_zero() { reader.refuse(ReplyFault::WindowClosed {}, node.span.clone()) } else { Ok(span) }
}

fn read_at(reader: &mut RuleReader, node: &Node) -> Result<Wanted, Noted> {
    let text = reader.yaml.text(node)?;
    let trimmed = text.value.trim();
    let tomorrow = of_tomorrow(trimmed);
    let wanted = if tomorrow.is_some() { Wanted::TomorrowAt } else { Wanted::At };
    let time = parse_time(tomorrow.unwrap_or(trimmed)).ok();
    reader.yaml.parsed(time.map(wanted), text, |text| ReplyFault::BadTime { text })
}

#[derive(Default)]
struct UnlessDraft {
    any_of: Vec<Unless>,
    answered_by: Vec<Text>,
}

fn read_unless(reader: &mut RuleReader, node: &Node) -> UnlessDraft {
    let mut draft = UnlessDraft::default();
    for item in reader.yaml.one_or_many(node) {
        if let Value::Map(_) = item.value {
            let Ok(fields) = reader.yaml.map(item, &ANSWERED) else { continue };
            let names = fields.get("answered_by").map(|names| reader.yaml.texts(names)).unwrap_or_default();
            draft.any_of.extend(names.iter().map(|name| Unless::AnsweredBy(RuleName::new(&*name.value))));
            draft.answered_by.extend(names);
        } else if let Ok(text) = reader.yaml.text(item) {
            if text.value == "sender_replied" {
                draft.any_of.push(Unless::SenderReplied);
            } else {
                let fixed = answered_by(&text);
                reader.fault(ReplyFault::BadUnless { text: text.value, fixed }, text.span);
            }
        }
    }
    draft
}

/// `answered_by: 取消` as one text, as it should be.
fn answered_by(text: &Text) -> Correction {
    let name =
        text.value.strip_prefix("answered_by").map(|name| name.trim_start_matches([' ', ':', '：', '=']));
    let fixed =
        |name: &str| Correction::new(text.span.clone(), format!("{{answered_by: {}}}", in_list(name)));
    name.filter(|name| !name.is_empty()).map_or(Correction::NONE, fixed)
}

fn read_again(reader: &mut RuleReader, node: &Node) -> Result<Again, Noted> {
    let text = reader.yaml.text(node)?;
    let again = match text.value.as_str() {
        "restart" => Some(Again::Restart),
        "keep" => Some(Again::Keep),
        "add" => Some(Again::Add),
        _ => None,
    };
    reader.yaml.parsed(again, text, |text| ReplyFault::BadAgain { text })
}
