//! `fanreply forget`: erases all that is kept about a fan. It asks the running server to do so, because only the server
//! can erase what it holds in memory.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};
use secrecy::ExposeSecret;

use super::page::out;
use super::session::Session;
use super::{CommandResult, local};
use crate::platform;
use crate::view::forgotten::Forgotten;
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("forget")
        .about(lang.pick("Erase all that is kept about a fan", "删除保存的某个粉丝的所有数据"))
        .arg(Arg::new("SENDER").required(true).help(lang.pick(
            "The fan's user id: behind `sender=` in the log, or in the address of the fan's page",
            "粉丝的用户 ID：日志里 `sender=` 后面，或粉丝主页的地址里",
        )))
        .after_help(
            lang.pick("Example:\n  fanreply forget 1700002001", "例子：\n  fanreply forget 1700002001"),
        )
}

/// Where an operator finds the id of a fan whom he knows by name.
fn where_found(session: &Session) -> &'static str {
    session.say(
        "the id stands behind `sender=` in the log, in the line of each message, and in the address of the fan's page: weibo.com/u/1700002001",
        "在日志里，每条消息那一行的 `sender=` 后面就是 ID；粉丝主页的地址里也有：weibo.com/u/1700002001",
    )
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let sender = matches.get_one::<String>("SENDER").map(String::as_str).unwrap_or_default();
    let sender = platform::read_id(sender).map_err(|_| {
        let where_found = where_found(session);
        session.fault(
            format!("SENDER is a user id: digits, such as 1700002001; {where_found}"),
            format!("SENDER 要写用户 ID，是一串数字，例如 1700002001；{where_found}"),
        )
    })?;
    let admin = local::proved(session, &settings, settings.admin_password.is_some())?.admin;
    let address = format!("http://{admin}/api/forget?sender={sender}");
    let password = settings.admin_password;
    let (status, body) = local::exchange(session, async move |client| {
        let mut request = client.post(address);
        if let Some(password) = &password {
            request = request.basic_auth("admin", Some(password.expose_secret()));
        }
        local::text_of(request.send().await?).await
    })?;
    if !status.is_success() {
        return Err(local::refused(session, status, &body));
    }
    let Forgotten { answers, rows } =
        serde_json::from_str(&body).context(session.say("the answer cannot be read", "无法读取回复"))?;
    let text = session.say(
        format!("forgotten: {answers} answers in memory, {rows} rows on disk"),
        format!("已删除：内存里的 {answers} 条回复，磁盘上的 {rows} 行记录"),
    );
    out!("{text}");
    if answers + rows == 0 {
        out!("{}", session.page().dim(where_found(session)));
    }
    Ok(ExitCode::SUCCESS)
}
