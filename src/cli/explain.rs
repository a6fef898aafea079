//! `fanreply explain`: which rule answers a message and why, which rules do not and why, and the exact answer. It asks
//! the engine that answers fans.

pub mod shown;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use super::check::{Checked, format_argument, is_json};
use super::page::{self, err, out};
use super::session::{Session, shown as shown_path};
use super::{CommandResult, account, examples, message, moment, path, switch};
use crate::engine::subject::Context;
use crate::model::id::UserId;
use crate::model::message::{Format, InboundMessage};
use crate::view::explanation::Explained;
use crate::words::lang::Lang;
use shown::Shown;

pub fn command(lang: Lang) -> Command {
    let folder = path(Arg::new("DIR")).help(lang.pick(
        "The rules folder, or one file of it [default: --rules]",
        "规则文件夹，或其中一个文件（默认用 --rules）",
    ));
    let command = Command::new("explain")
        .about(lang.pick("Show which rule answers a message, and why", "说明一条消息由哪条规则回复，为什么"))
        .arg(moment::argument(lang))
        .arg(account::argument(lang))
        .arg(switch("all", lang.pick("List every rule, however many there are", "列出所有规则，不管有多少条")))
        .arg(format_argument(lang))
        .after_help(examples(
            lang,
            "  fanreply explain 你们几点开门\n  fanreply explain 你好 my-rules --at 22:30\n  fanreply explain --event follow my-rules\n  fanreply explain 你好 --at \"2026-11-23 22:30\" --format json",
        ));
    message::arguments(command, lang).arg(folder)
}

/// The second half of a sentence stands where the folder would.
fn unquoted(session: &Session, text: &str, rest: &Path) -> String {
    let rest = shown_path(rest);
    session.say(
        format!("there is no folder \"{rest}\"; a sentence with blanks needs quotation marks: fanreply explain \"{text} {rest}\""),
        format!("没有“{rest}”这个文件夹；含有空格的句子要用英文引号括起来：fanreply explain \"{text} {rest}\""),
    )
}

/// What the fan writes, and the folder. Beside an option that says what the fan does, the first word is the folder; and
/// whoever writes the folder first, as for `chat`, is understood.
fn text_and_folder(matches: &ArgMatches) -> (Option<&str>, Option<PathBuf>) {
    let text = matches.get_one::<String>("TEXT").map(String::as_str);
    let folder = matches.get_one::<PathBuf>("DIR");
    match (text, folder) {
        (Some(first), None) if message::is_without_text(matches) && Path::new(first).exists() => {
            (None, Some(first.into()))
        }
        (Some(first), Some(second)) if !second.exists() && Path::new(first).is_dir() => {
            (second.to_str(), Some(first.into()))
        }
        _ => (text, folder.cloned()),
    }
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let (text, folder) = text_and_folder(matches);
    if let (Some(text), Some(folder)) = (text, folder.as_deref().filter(|folder| !folder.exists())) {
        err!("{}", session.page().error(&unquoted(session, text, folder)));
        return Ok(ExitCode::from(2));
    }
    let content = message::content(session, matches, text)?;
    let account = account::named(session, &settings, matches)?;
    let received_at = moment::given(session, matches, &account.zone)?;
    let folder = folder.unwrap_or_else(|| session.rules_folder(matches, &account.rules));
    let checked = Checked::of(session, &settings, &folder)?;
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
        page::write_json(&explained)?;
    } else {
        let (message, context, all) = (&message, &context, matches.get_flag("all"));
        out!("{}", Shown { session, ruleset, message, context, all }.page(&explanation));
    }
    Ok(ExitCode::SUCCESS)
}
