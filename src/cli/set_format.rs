//! `fanreply set-format`: tells the platform in which format to push an account's messages. The server need not be
//! told: it answers each message in the format it came in.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use super::CommandResult;
use super::account::{self, Caller};
use super::page::out;
use super::session::Session;
use crate::model::message::Format;
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("set-format")
        .about(lang.pick("Tell the platform in which format to push", "设置平台推送消息的格式"))
        .arg(
            Arg::new("FORMAT")
                .required(true)
                .value_parser(["json", "xml"])
                .hide_possible_values(true)
                .help(lang.pick("json or xml", "json 或 xml")),
        )
        .arg(account::argument(lang))
        .after_help(lang.pick(
            "fanreply answers both formats, so this is only needed when something else wants one of them.\n\nExamples:\n  fanreply set-format json\n  fanreply set-format xml --account shop",
            "两种格式 fanreply 都能回复；只有别的程序需要某种格式时才用得到这个命令。\n\n例子：\n  fanreply set-format json\n  fanreply set-format xml --account shop",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let caller = Caller::of(session, &settings, matches)?;
    let (format, name) = match matches.get_one::<String>("FORMAT").map(String::as_str) {
        Some("xml") => (Format::Xml, "XML"),
        _ => (Format::Json, "JSON"),
    };
    caller.call(async |protocol, platform, token| (protocol.set_format)(platform, token, format).await)?;
    let account = &caller.account.name;
    let text = session.say(
        format!("done: the platform pushes the messages of {account} as {name}; fanreply answers JSON and XML alike"),
        format!("已设置：平台将以 {name} 格式推送账号 {account} 的消息；JSON 和 XML 两种格式 fanreply 都能回复"),
    );
    out!("{}", session.page().good(&text));
    Ok(ExitCode::SUCCESS)
}
