//! `fanreply replay`: puts messages to two rules folders and shows which answers change. No fan is answered.

mod page;
mod source;
mod work;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Arg, ArgGroup, ArgMatches, Command, value_parser};

use self::page::Shown;
use self::source::Source;
use self::work::{Replay, Replayed};
use super::check::{Checked, format_argument, is_json};
use super::page::{err, out, write_json};
use super::session::{Session, shown};
use super::{CommandResult, account, switch};
use crate::config::{AccountSettings, Settings};
use crate::engine::ruleset::RuleSet;
use crate::language::example::run::FIXED_MOMENT;
use crate::model::id::UserId;
use crate::platform::{self, DecodeFault, Unsaid};
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    let folder = |name: &'static str, en: &'static str, zh: &'static str| {
        let arg = Arg::new(name).long(name).value_name("DIR").value_parser(value_parser!(PathBuf));
        arg.help(lang.pick(en, zh))
    };
    Command::new("replay")
        .about(lang.pick(
            "Show which answers change from one rules folder to another",
            "对比两个规则文件夹，看哪些消息的回复会变",
        ))
        .arg(Arg::new("FILE").value_parser(value_parser!(PathBuf)).help(lang.pick(
            "The messages: a .txt file with one on each line, JSON lines, or - [default: those that the running server recorded]",
            "消息文件：每行一条的 .txt，或每行一个 JSON；- 是标准输入（默认用运行中的服务器记录的消息）",
        )))
        .arg(folder("old", "The rules as they are [default: --rules]", "现在的规则（默认用 --rules）"))
        .arg(folder("new", "The rules as they shall be [default: --rules]", "修改后的规则（默认用 --rules）"))
        .group(ArgGroup::new("folders").args(["old", "new"]).multiple(true).required(true))
        .arg(account::argument(lang))
        .arg(switch("skip", lang.pick("Leave out lines that cannot be read", "跳过读不懂的行")))
        .arg(switch("exit-code", lang.pick("Exit with 1 when an answer changes", "有回复变化时，退出码为 1")))
        .arg(format_argument(lang))
        .after_help(lang.pick(
            "Exit code: 0, also when answers change (but see --exit-code); 1 when rules or messages cannot be used.\n\nExamples:\n  fanreply replay questions.txt --new new-rules\n  fanreply replay --new new-rules\n  fanreply replay messages.jsonl --old rules-of-main --new rules --exit-code",
            "退出码：0 正常，有变化也是 0（见 --exit-code）；1 规则或消息不能用。\n\n例子：\n  fanreply replay 问题.txt --new 新规则\n  fanreply replay --new 新规则\n  fanreply replay messages.jsonl --old 旧规则 --new rules --exit-code",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let given = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let (accounts, usual) = accounts(session, matches, &settings)?;
    let (old, new) = (given("old").unwrap_or(usual), given("new").unwrap_or(usual));
    // both are judged as the server would judge them in the place of the usual one
    let checked = [old, new].map(|folder| Checked::in_place_of(session, &settings, folder, usual));
    let [checked_old, checked_new] = checked;
    let (checked_old, checked_new) = (checked_old?, checked_new?);
    let sets = [good(session, old, &checked_old)?, good(session, new, &checked_new)?];
    // a file of accounts lists at least one, and without a list there is one
    let first = accounts.first().ok_or_else(|| anyhow!("no account"))?;
    let unsaid = Unsaid {
        account: first.id.unwrap_or(UserId::SOMEBODY),
        sender: UserId::SOMEBODY,
        at: first.zone.to_timestamp(FIXED_MOMENT.datetime())?,
    };
    let decode_line = platform::of(first.profile).decode_line;
    let source = Source::of(given("FILE"));
    let is_plain = source.is_plain();
    let replay = Replay { sets, settings: &settings, accounts: &accounts, decode_line, unsaid, is_plain };
    let replayed = replay.run(session, &source)?;
    if replayed.bad_lines > 0 && !matches.get_flag("skip") {
        return Err(bad_lines(session, &source, &replayed));
    }
    let has_lines = source.has_lines();
    let page = Shown { session, zone: &first.zone, sets, has_lines, replayed: &replayed };
    if is_json(matches) {
        write_json(&page.json())?;
    } else {
        out!("{}", page.text());
    }
    let changes = replayed.comparison.changed(None) > 0;
    let fails = changes && matches.get_flag("exit-code");
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The accounts whose messages count, and their rules folder.
///
/// # Errors
///
/// No account has this name, or several accounts have folders of their own and none was named.
fn accounts<'s>(
    session: &'s Session,
    matches: &'s ArgMatches,
    settings: &'s Settings,
) -> anyhow::Result<(Vec<&'s AccountSettings>, &'s Path)> {
    let all = &settings.accounts;
    let of_folder = |folder: &Path| all.iter().filter(|account| account.rules == folder).collect::<Vec<_>>();
    if matches.contains_id("account") {
        let account = account::Caller::of(session, settings, matches)?.account;
        return Ok((vec![account], &account.rules));
    }
    if let Some(old) = matches.get_one::<PathBuf>("old").filter(|old| !of_folder(old).is_empty()) {
        return Ok((of_folder(old), old));
    }
    let is_shared = all.windows(2).all(|two| two[0].rules == two[1].rules);
    let folder = match all.first() {
        Some(first) if is_shared => &first.rules,
        _ => &account::Caller::of(session, settings, matches)?.account.rules,
    };
    Ok((of_folder(folder), folder))
}

fn good<'c>(session: &Session, folder: &Path, checked: &'c Checked) -> anyhow::Result<&'c RuleSet> {
    let folder = shown(folder);
    checked.good().ok_or_else(|| {
        checked.print(session);
        session.fault(
            format!("the rules in {folder} would not be served: mend what is wrong above"),
            format!("{folder} 里的规则不会生效：请先改正上面的错误"),
        )
    })
}

/// Names the lines that cannot be read, and says what can be done.
fn bad_lines(session: &Session, source: &Source, replayed: &Replayed) -> anyhow::Error {
    for (number, fault) in &replayed.bad {
        let why = why(session.lang, fault);
        err!("{}", session.say(format!("line {number}: {why}"), format!("第 {number} 行：{why}")));
    }
    let (bad, named) = (replayed.bad_lines, replayed.bad.len() as u64);
    if bad > named {
        let more = bad - named;
        err!("{}", session.say(format!("… and {more} more"), format!("……还有 {more} 行")));
    }
    let (lines, them) = if bad == 1 { ("line", "it") } else { ("lines", "them") };
    let (en, zh) = match source.is_plain() {
        true => (
            format!("save the file as UTF-8, or leave {them} out with --skip"),
            "请用 UTF-8 编码重新保存，或者用 --skip 跳过",
        ),
        false => (
            format!(
                "mend {them}, or leave {them} out with --skip (plain texts belong into a file that ends in .txt)"
            ),
            "请改正，或者用 --skip 跳过（纯文字请放进 .txt 文件）",
        ),
    };
    session.fault(format!("{bad} {lines} cannot be read: {en}"), format!("有 {bad} 行读不懂：{zh}"))
}

/// What is wrong with a line, in the operator's words.
fn why(lang: Lang, fault: &DecodeFault) -> String {
    let zh = match fault {
        DecodeFault::MissingField { field } => format!("缺少 {field}"),
        DecodeFault::BadField { field } => format!("{field} 的值不对"),
        DecodeFault::BadJson { reason } => format!("不是有效的 JSON：{reason}"),
        DecodeFault::BadXml { reason } => format!("不是有效的 XML：{reason}"),
        DecodeFault::TooDeep => "嵌套太深".to_owned(),
        DecodeFault::Doctype => "不接受 DOCTYPE".to_owned(),
        DecodeFault::NotUtf8 => return lang.pick("it is not saved as UTF-8", "不是 UTF-8 编码").to_owned(),
        DecodeFault::Empty | DecodeFault::NeitherJsonNorXml | DecodeFault::NotAnObject => {
            let en = "this is no message: neither JSON nor XML";
            return lang.pick(en, "这不是消息：既不是 JSON，也不是 XML").to_owned();
        }
    };
    lang.pick(fault.to_string(), zh)
}
