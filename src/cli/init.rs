//! `fanreply init`: writes the shipped rules as a first rules folder. It overwrites nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};
use rust_embed::RustEmbed;

use super::page::out;
use super::session::{Session, shown, typed};
use super::{CommandResult, examples, path};
use crate::words::lang::Lang;

/// The shipped rules, which lie beside the source.
#[derive(RustEmbed)]
#[folder = "rules/"]
struct Starter;

pub fn command(lang: Lang) -> Command {
    let help = lang.pick("Where to [default: --rules, or rules]", "写到哪里（默认用 --rules 或 rules）");
    Command::new("init")
        .about(lang.pick("Write a first rules folder", "生成一个规则文件夹"))
        .arg(path(Arg::new("DIR")).help(help))
        .after_help(examples(lang, "  fanreply init\n  fanreply init my-rules"))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let folder = session.folder(matches, &settings);
    refuse_to_overwrite(session, &folder, "fanreply init my-rules")?;
    let failed = |path: &Path| {
        session.say(format!("cannot write {}", shown(path)), format!("无法写入 {}", shown(path)))
    };
    fs::create_dir_all(&folder).with_context(|| failed(&folder))?;
    let mut names: Vec<_> = Starter::iter().collect();
    names.sort();
    for name in &names {
        let path = folder.join(&**name);
        let file = Starter::get(name).context("a shipped file is missing")?;
        fs::write(&path, file.data).with_context(|| failed(&path))?;
        out!("{}", shown(&path));
    }
    // where the settings name this folder, the commands find it without being told
    let (check, serve) = match matches.get_one::<PathBuf>("DIR").or(matches.get_one("rules")) {
        Some(folder) => (format!(" {}", typed(folder)), format!(" --rules {}", typed(folder))),
        None => (String::new(), String::new()),
    };
    let text = session.say(
        format!("Now change them to be yours, then run `fanreply check{check}` and `fanreply serve{serve}`."),
        format!("请把它们改成自己的内容，然后运行 `fanreply check{check}` 和 `fanreply serve{serve}`。"),
    );
    out!("\n{}", session.page().good(&text));
    Ok(ExitCode::SUCCESS)
}

/// # Errors
///
/// The folder holds something already. `instead` is a command that names another one.
pub fn refuse_to_overwrite(session: &Session, folder: &Path, instead: &str) -> anyhow::Result<()> {
    let is_free = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    if is_free {
        return Ok(());
    }
    let folder = shown(folder);
    Err(session.fault(
        format!(
            "{folder} is there already and not empty; nothing was written. Name another folder: {instead}"
        ),
        format!("{folder} 已经存在，而且不是空的；没有写入任何内容。请换一个文件夹：{instead}"),
    ))
}
