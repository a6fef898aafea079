//! `fanreply explain`: which rule answers a message and why, which did not and why, and the exact answer. It
//! asks the same engine that answers fans, and sends nothing.

use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::{Arg, ArgMatches, Command};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use super::check::{Checked, format_argument};
use super::page::out;
use super::session::Session;
use super::{Outcome, account, message};
use crate::clock::Clock;
use crate::config::{AccountSettings, Settings};
use crate::model::decision::{Decision, Due, FollowUp};
use crate::model::id::UserId;
use crate::model::lang::Lang;
use crate::model::message::{Format, InboundMessage};
use crate::model::reply::Reply;
use crate::rules::diagnostic::{Argument, Foreign};
use crate::rules::example::{parse_moment, said};
use crate::rules::explain::{Explanation, Step, Why};
use crate::rules::fold::reveal;
use crate::rules::subject::Context;

pub fn command(lang: Lang) -> Command {
    let command = Command::new("explain")
        .about(lang.pick("Show which rule answers a message, and why", "说明一条消息由哪条规则回复，为什么"))
        .arg(Arg::new("at").long("at").value_name("TIME").help(lang.pick("As if it were then: 2026-11-23T09:00:00+08:00, or \"2026-11-23 09:00\"", "假设现在是这个时间：2026-11-23T09:00:00+08:00 或 \"2026-11-23 09:00\"")))
        .arg(account::argument(lang))
        .arg(format_argument(lang))
        .after_help(lang.pick(
            "Examples:\n  fanreply explain 你们几点开门\n  fanreply explain --event follow\n  fanreply explain 你好 --at \"2026-11-23 22:30\" --format json",
            "例子：\n  fanreply explain 你们几点开门\n  fanreply explain --event follow\n  fanreply explain 你好 --at \"2026-11-23 22:30\" --format json",
        ));
    message::arguments(command, lang)
}

pub fn run(session: &Session, matches: &ArgMatches) -> Outcome {
    let settings = session.settings(false)?;
    let content = message::content(session, matches)?;
    let account = account(session, matches, &settings)?;
    let received_at = received_at(session, matches, &account.zone)?;
    let folder = matches.get_one::<std::path::PathBuf>("rules").unwrap_or(&account.rules);
    let checked = Checked::of(session, &settings, folder)?;
    let Some(ruleset) = checked.loaded.ruleset.as_ref().filter(|_| checked.is_good()) else {
        checked.print(session);
        return Err(anyhow!(
            "{}",
            session.say(
                "these rules would not be served: mend what is wrong above",
                "这些规则不会生效：请先改正上面的错误"
            )
        ));
    };
    let message = InboundMessage {
        account: account.id.unwrap_or(UserId::SOMEBODY),
        sender: message::sender(session, matches)?,
        created_at: received_at,
        platform_id: None,
        format: Format::Json,
        content,
    };
    let context = Context { received_at, zone: &account.zone, account_name: &account.name };
    let explanation = ruleset.explain(&message, &context);
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        out!("{}", serde_json::to_string_pretty(&Explained::of(&explanation, &account.zone, session.lang))?);
    } else {
        out!("{}", Shown { session, message: &message, context: &context }.page(&explanation));
    }
    Ok(ExitCode::SUCCESS)
}

fn account<'s>(
    session: &Session,
    matches: &ArgMatches,
    settings: &'s Settings,
) -> anyhow::Result<&'s AccountSettings> {
    let name = matches.get_one::<String>("account");
    let found = settings.accounts.iter().find(|account| name.is_none_or(|name| account.name == *name));
    found.ok_or_else(|| {
        anyhow!("{}", session.say("there is no such account in the settings", "设置里没有这个账号"))
    })
}

fn received_at(session: &Session, matches: &ArgMatches, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    let Some(text) = matches.get_one::<String>("at") else { return Ok(Clock::System.now()) };
    let local = || zone.to_timestamp(parse_moment(text)?.datetime()).ok();
    text.parse().ok().or_else(local).with_context(|| {
        session.say(
            "--at is a time such as 2026-11-23T09:00:00+08:00 or \"2026-11-23 09:00\"",
            "--at 要写时间，例如 2026-11-23T09:00:00+08:00 或 \"2026-11-23 09:00\"",
        )
    })
}

/// The JSON form (interface, Commands).
#[derive(Debug, Serialize)]
struct Explained {
    rule: Option<String>,
    reply: Value,
    then: Vec<Value>,
    follow_ups: Vec<Value>,
    steps: Vec<Value>,
}

impl Explained {
    fn of(explanation: &Explanation, zone: &TimeZone, lang: Lang) -> Self {
        let decision = &explanation.decision;
        let step = |step: &Step| {
            json!({
                "rule": step.rule.as_str(),
                "matched": step.matched,
                "why": step.why.worded(lang),
                "file": &*step.place.file,
                "line": step.place.line,
            })
        };
        Self {
            rule: decision.rule.as_ref().map(ToString::to_string),
            reply: decision.passive.as_ref().map_or_else(|| json!({"type": "none"}), reply_value),
            then: decision.then.iter().map(reply_value).collect(),
            follow_ups: decision.follow_ups.iter().map(|step| follow_up_value(step, zone)).collect(),
            steps: explanation.steps.iter().map(step).collect(),
        }
    }
}

fn reply_value(reply: &Reply) -> Value {
    match reply {
        Reply::Text(text) => json!({"type": "text", "text": text}),
        Reply::Position(position) => {
            json!({"type": "position", "longitude": position.longitude(), "latitude": position.latitude()})
        }
        Reply::Articles(articles) => {
            let card = |article: &crate::model::reply::Article| json!({"title": article.title, "summary": article.summary, "image": article.image, "url": article.url});
            json!({"type": "articles", "articles": articles.iter().map(card).collect::<Vec<_>>()})
        }
    }
}

fn follow_up_value(step: &FollowUp, zone: &TimeZone) -> Value {
    let due = match step.due {
        Due::At(due) => {
            json!(due.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
        }
        Due::Never => Value::Null,
    };
    let mut replies = step.replies.iter().map(reply_value);
    json!({"due": due, "reply": replies.next(), "then": replies.collect::<Vec<_>>()})
}

/// The form for people.
struct Shown<'a> {
    session: &'a Session,
    message: &'a InboundMessage,
    context: &'a Context<'a>,
}

impl Shown<'_> {
    fn page(&self, explanation: &Explanation) -> String {
        let (session, page) = (self.session, self.session.page());
        let mut lines = vec![page.row(session.say("message", "消息"), &reveal(&said(&self.message.content)))];
        let words = self.message.words();
        if words.is_some_and(|words| words != explanation.folded) {
            lines.push(page.row(session.say("compared as", "比较时"), &explanation.folded));
        }
        lines.push(page.row(session.say("received", "时间"), &self.time(self.context.received_at)));
        lines.push(String::new());
        lines.extend(self.answer(&explanation.decision, &explanation.steps));
        let winner = explanation.steps.iter().position(|step| step.why == Why::Answers);
        let (earlier, later) = explanation.steps.split_at(winner.unwrap_or(explanation.steps.len()));
        let later: Vec<&Step> = later.iter().skip(1).filter(|step| step.matched).collect();
        self.list(
            &mut lines,
            session.say("Rules that were tried before:", "排在前面的规则："),
            earlier.iter(),
        );
        self.list(
            &mut lines,
            session.say("Rules that would match too:", "也匹配的规则："),
            later.into_iter(),
        );
        lines.join("\n")
    }

    fn answer(&self, decision: &Decision, steps: &[Step]) -> Vec<String> {
        let (session, page) = (self.session, self.session.page());
        let place = steps.iter().find(|step| step.why == Why::Answers).map(|step| step.place.to_string());
        let mut lines = Vec::new();
        match &decision.rule {
            Some(rule) => lines.push(page.row(
                session.say("rule", "规则"),
                &format!("{} {}", page.strong(rule.as_str()), page.dim(&place.unwrap_or_default())),
            )),
            None => lines.push(page.row(
                session.say("rule", "规则"),
                session.say(
                    "none: no answer, and the message counts as unanswered",
                    "没有：不回复，这条消息算作未回复",
                ),
            )),
        }
        match (&decision.passive, &decision.problem) {
            (Some(reply), _) => lines.push(page.row(session.say("answer", "回复"), &page.reply(reply))),
            (None, Some(problem)) => {
                let problem = Foreign(problem.clone()).worded(session.lang).to_string();
                lines.push(page.row(session.say("problem", "问题"), &page.bad(&problem)));
            }
            (None, None) if decision.rule.is_some() && decision.then.is_empty() => {
                lines.push(
                    page.row(session.say("answer", "回复"), session.say("silence, on purpose", "有意不回复")),
                );
            }
            (None, None) => {}
        }
        for reply in &decision.then {
            lines.push(page.row(session.say("right after", "随后发送"), &page.reply(reply)));
        }
        for step in &decision.follow_ups {
            let when = match step.due {
                Due::At(due) => self.time(due),
                Due::Never => session
                    .say(
                        "never: no allowed moment is left before the window closes",
                        "不会发送：窗口关闭前没有允许的时间",
                    )
                    .to_owned(),
            };
            let replies: Vec<String> = step.replies.iter().map(|reply| page.reply(reply)).collect();
            lines.push(page.row(session.say("later", "跟进"), &format!("{when}\n{}", replies.join("\n"))));
        }
        lines
    }

    fn list<'s>(&self, lines: &mut Vec<String>, title: &str, steps: impl ExactSizeIterator<Item = &'s Step>) {
        const SHOWN: usize = 50;
        let (session, page) = (self.session, self.session.page());
        let count = steps.len();
        if count == 0 {
            return;
        }
        lines.extend([String::new(), title.to_owned()]);
        for step in steps.take(SHOWN) {
            let mark = if step.matched { page.good("✓") } else { page.bad("✗") };
            let place = page.dim(&step.place.to_string());
            lines.push(format!("  {mark} {}  {place}\n      {}", step.rule, step.why.worded(session.lang)));
        }
        if count > SHOWN {
            let more = count - SHOWN;
            lines.push(session.say(format!("  … and {more} more"), format!("  ……还有 {more} 条")));
        }
    }

    fn time(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.context.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}
