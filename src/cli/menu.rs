//! `fanreply menu`: compares the custom menu of a rules folder with the one that fans see. It replaces or deletes
//! nothing before somebody says yes, and publishes nothing that `check` refuses.

pub mod lines;

use std::io::{BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use super::account::{self, Caller};
use super::check::{Checked, format_argument, is_json};
use super::page::{self, out};
use super::session::{Session, shown};
use super::{CommandResult, examples, switch};
use crate::model::menu::Menu;
use crate::platform::{CallFault, RetryAdvice};
use crate::view::menu::PlatformMenu;
use crate::words::lang::Lang;
use lines::{Change, differences, lines};

/// Bytes of an answer to a question.
const ANSWER_LIMIT: u64 = 256;

pub fn command(lang: Lang) -> Command {
    let about =
        lang.pick("Show, compare, publish or delete the custom menu", "查看、比较、发布或删除自定义菜单");
    Command::new("menu")
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([show_command(lang), diff_command(lang), publish_command(lang), delete_command(lang)])
        .after_help(examples(lang, "  fanreply menu diff\n  fanreply menu publish"))
}

/// A command below `menu`, for one account.
fn action(name: &'static str, about: &'static str, lang: Lang) -> Command {
    Command::new(name).about(about).arg(account::argument(lang))
}

fn show_command(lang: Lang) -> Command {
    action("show", lang.pick("Show the menu that the platform has", "显示平台上现有的菜单"), lang)
        .arg(format_argument(lang))
        .after_help(examples(lang, "  fanreply menu show\n  fanreply menu show --format json"))
}

fn diff_command(lang: Lang) -> Command {
    let about = lang.pick(
        "Show how the menu of the rules folder differs from the platform's",
        "比较规则文件夹里的菜单和平台上的菜单",
    );
    let exit = lang.pick(
        "Exit code: 0 when the menus are equal, 1 when they differ or cannot be compared, 2 for wrong usage.",
        "退出码：0 两边相同，1 有差别或无法比较，2 命令写错。",
    );
    let examples = examples(lang, "  fanreply menu diff\n  fanreply menu diff --account shop");
    action("diff", about, lang).after_help(format!("{exit}\n\n{examples}"))
}

fn publish_command(lang: Lang) -> Command {
    let about = lang
        .pick("Replace the platform's menu by that of the rules folder", "把规则文件夹里的菜单发布到平台");
    action("publish", about, lang)
        .arg(yes_argument(lang))
        .arg(switch("without-looking", without_looking(lang)))
        .after_help(examples(lang, "  fanreply menu publish\n  fanreply menu publish --yes"))
}

fn delete_command(lang: Lang) -> Command {
    action("delete", lang.pick("Delete the platform's menu", "删除平台上的菜单"), lang)
        .arg(yes_argument(lang))
        .after_help(examples(lang, "  fanreply menu delete\n  fanreply menu delete --yes"))
}

/// What the platform says where there is no menu is not documented (docs/protocol.md 7).
fn without_looking(lang: Lang) -> &'static str {
    lang.pick(
        "Do not ask the platform for its menu before: for an account without one, where it answers with an error",
        "发布前不读取平台上现有的菜单：适用于还没有菜单、读取时平台报错的账号",
    )
}

/// `--yes`
fn yes_argument(lang: Lang) -> Arg {
    switch("yes", lang.pick("Do not ask", "不再询问，直接执行"))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let Some((name, matches)) = matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let settings = session.settings(false)?;
    let caller = Caller::of(session, &settings, matches)?;
    match name {
        "show" => show(&caller, is_json(matches)),
        "diff" => diff(&caller),
        "publish" => publish(&caller, matches.get_flag("yes"), matches.get_flag("without-looking")),
        _ => delete(&caller, matches.get_flag("yes")),
    }
}

fn show(caller: &Caller, as_json: bool) -> CommandResult {
    let menu = platforms(caller)?;
    if as_json {
        page::write_json(&PlatformMenu::of(menu.as_ref()))?;
        return Ok(ExitCode::SUCCESS);
    }
    match &menu {
        Some(menu) => lines(menu, caller.session.lang).iter().for_each(|line| out!("{line}")),
        None => none(caller),
    }
    Ok(ExitCode::SUCCESS)
}

fn diff(caller: &Caller) -> CommandResult {
    let Some(wanted) = folders(caller)? else { return Ok(ExitCode::FAILURE) };
    let present = platforms(caller)?;
    if present.as_ref() == Some(&wanted) {
        equal(caller);
        return Ok(ExitCode::SUCCESS);
    }
    print_differences(caller, present.as_ref(), &wanted);
    Ok(ExitCode::FAILURE)
}

fn publish(caller: &Caller, yes: bool, unseen: bool) -> CommandResult {
    let session = caller.session;
    let Some(wanted) = folders(caller)? else { return Ok(ExitCode::FAILURE) };
    let present = if unseen { None } else { replaced(caller)? };
    if present.as_ref() == Some(&wanted) {
        equal(caller);
        return Ok(ExitCode::SUCCESS);
    }
    print_differences(caller, present.as_ref(), &wanted);
    if !yes && !confirmed(session, session.say("Publish this menu?", "发布这个菜单吗？"))? {
        return Ok(ExitCode::FAILURE);
    }
    caller.call(async |protocol, platform, token| (protocol.publish_menu)(platform, token, &wanted).await)?;
    // docs/protocol.md 7
    let text = session.say(
        "published: it is in force at once, but phones may show the former menu for up to 24 hours",
        "已发布：立即生效，但手机客户端有缓存，最长 24 小时内可能仍显示旧菜单",
    );
    out!("{}", session.page().good(text));
    Ok(ExitCode::SUCCESS)
}

fn delete(caller: &Caller, yes: bool) -> CommandResult {
    let session = caller.session;
    let Some(present) = platforms(caller)? else {
        none(caller);
        return Ok(ExitCode::SUCCESS);
    };
    for line in lines(&present, session.lang) {
        out!("{}", session.page().bad(&format!("- {line}")));
    }
    if !yes && !confirmed(session, session.say("Delete this menu?", "删除这个菜单吗？"))? {
        return Ok(ExitCode::FAILURE);
    }
    caller.call(async |protocol, platform, token| (protocol.delete_menu)(platform, token).await)?;
    // docs/protocol.md 7
    let text = session.say(
        "deleted: it is gone at once, but phones may show it for up to 24 hours",
        "已删除：立即生效，但手机客户端有缓存，最长 24 小时内可能仍显示该菜单",
    );
    out!("{}", session.page().good(text));
    Ok(ExitCode::SUCCESS)
}

fn platforms(caller: &Caller) -> anyhow::Result<Option<Menu>> {
    platforms_or(caller, |_| ())
}

/// The platform's menu; a fault is also shown to `judge`.
fn platforms_or(caller: &Caller, judge: impl FnOnce(&CallFault)) -> anyhow::Result<Option<Menu>> {
    caller.call(async |protocol, platform, token| (protocol.menu)(platform, token).await.inspect_err(judge))
}

/// The menu that is to be replaced. Where the platform has an error in the place of one, the way around it is told.
fn replaced(caller: &Caller) -> anyhow::Result<Option<Menu>> {
    let mut is_refused = false;
    let looked = platforms_or(caller, |fault| {
        is_refused = matches!(
            fault,
            CallFault::Refused { advice: RetryAdvice::GiveUp, .. } | CallFault::Status(400 | 404)
        );
    });
    looked.map_err(|fault| match is_refused {
        true => caller.session.fault(
            format!("{fault}; if the account has no menu yet, add --without-looking"),
            format!("{fault}；如果这个账号还没有菜单，请加上 --without-looking"),
        ),
        false => fault,
    })
}

/// The menu of the account's rules folder; nothing where `check` refuses it, after saying why.
///
/// # Errors
///
/// The folder cannot be read, or has no menu.
fn folders(caller: &Caller) -> anyhow::Result<Option<Menu>> {
    let (session, folder) = (caller.session, &caller.account.rules);
    let checked = Checked::of(session, caller.settings, folder)?;
    let folder = shown(folder);
    let Some(ruleset) = checked.good() else {
        checked.print(session);
        let text = session.say(
            format!("{folder}: these rules have errors, so their menu is not used"),
            format!("{folder}：规则有错误，其中的菜单不会被使用"),
        );
        out!("{}", session.page().bad(&text));
        return Ok(None);
    };
    let menu = ruleset.menu().cloned();
    menu.map(Some).ok_or_else(|| {
        session.fault(
            format!("{folder} has no `menu:`; to take the platform's menu away, use `fanreply menu delete`"),
            format!("{folder} 里没有写 `menu:`；要去掉平台上的菜单，请用 `fanreply menu delete`"),
        )
    })
}

fn print_differences(caller: &Caller, present: Option<&Menu>, wanted: &Menu) {
    let (page, lang) = (caller.session.page(), caller.session.lang);
    let folder = shown(&caller.account.rules);
    out!("{}", page.dim(lang.pick("--- the platform's menu", "--- 平台上的菜单")));
    out!("{}", page.dim(&lang.pick(format!("+++ the menu of {folder}"), format!("+++ {folder} 里的菜单"))));
    let present = present.map(|menu| lines(menu, lang)).unwrap_or_default();
    for (change, line) in differences(&present, &lines(wanted, lang)) {
        match change {
            Change::Kept => out!("  {line}"),
            Change::Removed => out!("{}", page.bad(&format!("- {line}"))),
            Change::Added => out!("{}", page.good(&format!("+ {line}"))),
        }
    }
}

fn equal(caller: &Caller) {
    let (session, folder) = (caller.session, shown(&caller.account.rules));
    let text = session.say(
        format!("the platform has the menu of {folder} already"),
        format!("平台上的菜单和 {folder} 里的一致"),
    );
    out!("{}", session.page().good(&text));
}

fn none(caller: &Caller) {
    let text = caller.session.say("(the platform has no menu)", "（平台上没有菜单）");
    out!("{}", caller.session.page().dim(text));
}

/// Asks the operator, and says so when he does not agree.
///
/// # Errors
///
/// There is no terminal to ask on.
fn confirmed(session: &Session, question: &str) -> anyhow::Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(session.fault(
            "nothing was changed: there is no terminal to ask on; add --yes",
            "没有做任何修改：当前不是终端，无法询问；请加上 --yes",
        ));
    }
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "{question} {} ", session.say("[y/N]", "[y/N]（是/否）"));
    let _ = stderr.flush();
    let mut answer = Vec::new();
    stdin.lock().take(ANSWER_LIMIT).read_until(b'\n', &mut answer)?;
    let agreed = is_yes(&String::from_utf8_lossy(&answer));
    if !agreed {
        out!("{}", session.say("nothing was changed", "没有做任何修改"));
    }
    Ok(agreed)
}

/// Only a clear yes is one.
fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "是的")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        for answer in ["y\n", "Y", " yes \r\n", "是\n", "是的"] {
            assert!(is_yes(answer), "{answer:?}");
        }
        for answer in ["", "\n", "n", "否\n", "不是", "yess", "y y", "好"] {
            assert!(!is_yes(answer), "{answer:?}");
        }
    }
}
