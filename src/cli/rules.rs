//! `fanreply rules`: which sets of rules served, and bringing a former one back. Both ask the running server, which
//! alone has the store.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::tz::TimeZone;
use reqwest::Method;
use secrecy::ExposeSecret;

use super::check::{format_argument, is_json};
use super::page::out;
use super::session::Session;
use super::{CommandResult, examples, local, moment};
use crate::config::Settings;
use crate::view::history::{FolderHistory, ShownSet};
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("rules")
        .about(lang.pick(
            "List the sets of rules that served, and bring a former one back",
            "查看用过的各版规则，换回之前的一版",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([history_command(lang), restore_command(lang)])
        .after_help(examples(lang, "  fanreply rules history\n  fanreply rules restore 3"))
}

fn history_command(lang: Lang) -> Command {
    let about = lang.pick("List the sets that are kept, the newest first", "列出保存的各版规则，新的在前");
    Command::new("history")
        .about(about)
        .arg(format_argument(lang))
        .after_help(examples(lang, "  fanreply rules history\n  fanreply rules history --format json"))
}

fn restore_command(lang: Lang) -> Command {
    let about = lang.pick(
        "Bring a former set back: it serves until the files are changed again",
        "换回之前的一版：直到规则文件再次改动之前，都用这一版",
    );
    let number = Arg::new("NUMBER").required(true).value_parser(value_parser!(i64));
    let help = lang.pick("Its number in `fanreply rules history`", "`fanreply rules history` 里的编号");
    Command::new("restore")
        .about(about)
        .arg(number.help(help))
        .after_help(examples(lang, "  fanreply rules restore 3"))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    match matches.subcommand() {
        Some(("restore", matches)) => restore(session, &settings, matches),
        Some((_, matches)) => history(session, &settings, matches),
        None => Ok(ExitCode::from(2)),
    }
}

fn history(session: &Session, settings: &Settings, matches: &ArgMatches) -> CommandResult {
    let body = asked(session, settings, Method::GET, "/api/rules/history")?;
    if is_json(matches) {
        out!("{body}");
        return Ok(ExitCode::SUCCESS);
    }
    let folders: Vec<FolderHistory> =
        serde_json::from_str(&body).context(session.say("the answer cannot be read", "无法读取回复"))?;
    for folder in folders {
        out!("{}", session.page().strong(&folder.folder));
        for set in &folder.sets {
            out!("{}", line(session, set, &settings.zone));
        }
        if !folder.sets.iter().any(|set| set.serves) {
            let none =
                session.say("       what serves now is none of these", "       现在使用的不是其中任何一版");
            out!("{none}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(session: &Session, set: &ShownSet, zone: &TimeZone) -> String {
    let ShownSet { number, rules, .. } = set;
    let at = moment::full(set.kept_at, zone);
    let rules = match rules {
        1 => session.say("1 rule".to_owned(), "1 条规则".to_owned()),
        _ => session.say(format!("{rules} rules"), format!("{rules} 条规则")),
    };
    let serves = if set.serves { session.say("  serves now", "  正在使用") } else { "" };
    format!("{number:>5}  {at}  {rules}{}", session.page().good(serves))
}

fn restore(session: &Session, settings: &Settings, matches: &ArgMatches) -> CommandResult {
    let number = matches.get_one::<i64>("NUMBER").copied().unwrap_or_default();
    asked(session, settings, Method::POST, &format!("/api/rules/restore?number={number}"))?;
    let text = session.say(
        format!("set {number} serves, until the files of its folder are changed again; the files themselves are as they were"),
        format!("现在按第 {number} 版规则回复；文件夹里的文件没有变，再次改动后就以文件为准"),
    );
    out!("{}", session.page().good(&text));
    Ok(ExitCode::SUCCESS)
}

/// What the running server answers, in the operator's language.
fn asked(session: &Session, settings: &Settings, method: Method, path: &str) -> anyhow::Result<String> {
    let admin = local::proved(session, settings, settings.admin_password.is_some())?.admin;
    let between = if path.contains('?') { '&' } else { '?' };
    let address = format!("http://{admin}{path}{between}lang={}", session.say("en", "zh"));
    let (status, body) = local::exchange(session, async |client| {
        let mut request = client.request(method, address);
        if let Some(password) = &settings.admin_password {
            request = request.basic_auth("admin", Some(password.expose_secret()));
        }
        local::text_of(request.send().await?).await
    })?;
    match status {
        _ if status.is_success() => Ok(body),
        reqwest::StatusCode::UNAUTHORIZED => Err(local::refused(session, status, &body)),
        // the server says it in a sentence
        _ => Err(anyhow::anyhow!("{}", body.trim_end())),
    }
}
