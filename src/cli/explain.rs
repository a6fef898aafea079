//! `fanreply explain`: which rule answers a message and why, which rules do not and why, and the exact answer. It asks
//! the engine that answers fans.

pub mod shown;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::check::{Checked, format_argument, is_json};
use super::page::{self, out};
use super::session::Session;
use super::{CommandResult, account, examples, message, moment, switch};
use crate::engine::subject::Context;
use crate::model::id::UserId;
use crate::model::message::{Format, InboundMessage};
use crate::view::explanation::Explained;
use crate::words::lang::Lang;
use shown::Shown;

pub fn command(lang: Lang) -> Command {
    let command = Command::new("explain")
        .about(lang.pick("Show which rule answers a message, and why", "说明一条消息由哪条规则回复，为什么"))
        .arg(moment::argument(lang))
        .arg(account::argument(lang))
        .arg(switch("all", lang.pick("List every rule, however many there are", "列出所有规则，不管有多少条")))
        .arg(format_argument(lang))
        .after_help(examples(
            lang,
            "  fanreply explain 你们几点开门\n  fanreply explain --event follow\n  fanreply explain 你好 --at \"2026-11-23 22:30\" --format json",
        ));
    message::arguments(command, lang)
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let content = message::content(session, matches)?;
    let account = account::named(session, &settings, matches)?;
    let received_at = moment::given(session, matches, &account.zone)?;
    let folder = matches.get_one::<PathBuf>("rules").unwrap_or(&account.rules);
    let checked = Checked::of(session, &settings, folder)?;
    let Some(ruleset) = checked.good() else {
        checked.print(session);
        return Err(session.fault(
            "these rules would not be served: mend what is wrong above",
            "这些规则不会生效：请先改正上面的错误",
        ));
    };
    let message = InboundMessage {
        account: account.id.unwrap_or(UserId::SOMEBODY),
        sender: message::sender(session, matches, account.profile)?,
        created_at: received_at,
        platform_id: None,
        format: Format::Json,
        content,
    };
    let profile = account.profile;
    let context = Context { received_at, zone: &account.zone, account_name: &account.name, profile };
    let explanation = ruleset.explain(&message, &context);
    if is_json(matches) {
        let closes_at = profile.closes_at(message.kind(), received_at);
        let explained = Explained::of(&explanation, closes_at, &account.zone, session.lang);
        out!("{}", page::json(&explained)?);
    } else {
        let (message, context, all) = (&message, &context, matches.get_flag("all"));
        out!("{}", Shown { session, ruleset, message, context, all }.page(&explanation));
    }
    Ok(ExitCode::SUCCESS)
}
