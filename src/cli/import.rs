//! `fanreply import`: turns the rules of another system into a rules folder that passes `check`, and lists what could
//! not be carried over. It overwrites nothing, and leaves no half-written folder behind.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};

use super::check::counted;
use super::init::refuse_to_overwrite;
use super::page::{out, visible};
use super::session::{Session, shown, typed};
use super::{CommandResult, examples, option, path};
use crate::app::surroundings;
use crate::import::finding::Finding;
use crate::import::prove::{Proven, prove};
use crate::import::unreadable::Unreadable;
use crate::import::{Gathered, LARGEST_FILE, table, wechat};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

const FOLDER: &str = "imported-rules";

pub fn command(lang: Lang) -> Command {
    let about = lang.pick(
        "Turn rules of WeChat's console or of a table into a rules folder",
        "把微信后台或表格里的自动回复导入成规则文件夹",
    );
    Command::new("import")
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([
            source(
                "wechat",
                lang,
                lang.pick(
                    "Import the answer of WeChat's get_current_autoreply_info (JSON)",
                    "导入微信接口 get_current_autoreply_info 返回的 JSON",
                ),
                "autoreply.json",
            ),
            source(
                "csv",
                lang,
                lang.pick(
                    "Import a table with the columns keyword, match and reply",
                    "导入表格，列名为关键词、匹配方式、回复",
                ),
                "replies.csv",
            ),
        ])
        .after_help(examples(
            lang,
            "  fanreply import wechat autoreply.json\n  fanreply import csv replies.csv --to my-rules",
        ))
}

fn source(name: &'static str, lang: Lang, about: &'static str, file: &str) -> Command {
    let help = lang.pick("Where to [default: imported-rules]", "写到哪里（默认 imported-rules）");
    let exit = lang.pick(
        "Exit code: 0 when rules were written, also where something could not come along, 1 when nothing was\nwritten, 2 for wrong usage.\n\nExamples:",
        "退出码：0 已写入规则（可能有一部分无法导入），1 什么都没有写入，2 命令写错。\n\n例子：",
    );
    Command::new(name)
        .about(about)
        .arg(path(Arg::new("FILE").required(true)).help(lang.pick("The file to read", "要读取的文件")))
        .arg(path(option("to", "DIR", help)))
        .after_help(format!(
            "{exit}\n  fanreply import {name} {file}\n  fanreply import {name} {file} --to my-rules"
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let Some((format, matches)) = matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let Some(file) = matches.get_one::<PathBuf>("FILE") else { return Ok(ExitCode::from(2)) };
    let folder = matches.get_one::<PathBuf>("to").map_or(Path::new(FOLDER), PathBuf::as_path);
    let settings = session.settings(false)?;
    let instead = format!("fanreply import {format} {} --to my-rules", typed(file));
    refuse_to_overwrite(session, folder, &instead)?;
    let (gathered, name) = gather(session, format, file)?;
    let surroundings = surroundings(&settings, folder);
    let proven = prove(gathered, &heading(session, file), &surroundings, session.lang);
    let proven = proven.map_err(|fault| unreadable(session, file, &fault))?;
    let is_nothing = proven.rules == 0;
    print_findings(session, proven.findings.iter().filter(|found| !is_nothing || found.what.is_loss()));
    if is_nothing {
        return Err(session.fault(
            format!(
                "{}: no rule that is switched on could be carried over; nothing was written",
                shown(file)
            ),
            format!("{}：没有一条启用的规则可以导入；没有写入任何内容", shown(file)),
        ));
    }
    let path = folder.join(name);
    write(folder, &path, proven.text.as_bytes()).with_context(|| {
        session.say(format!("cannot write {}", shown(&path)), format!("无法写入 {}", shown(&path)))
    })?;
    print_end(session, &proven, folder, &path);
    Ok(ExitCode::SUCCESS)
}

/// What the file holds, and what the rule file is called.
fn gather(session: &Session, format: &str, file: &Path) -> anyhow::Result<(Gathered, &'static str)> {
    let mut bytes = Vec::new();
    let limit = LARGEST_FILE as u64 + 1;
    File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes)).with_context(|| {
        session.say(format!("cannot read {}", shown(file)), format!("无法读取 {}", shown(file)))
    })?;
    let gathered = if bytes.len() > LARGEST_FILE {
        Err(Unreadable::TooLarge { megabytes: LARGEST_FILE >> 20 })
    } else if format == "csv" {
        table::read(&bytes)
    } else {
        wechat::read(&bytes, session.lang)
    };
    let name = if format == "csv" { "table.yaml" } else { "wechat.yaml" };
    Ok((gathered.map_err(|fault| unreadable(session, file, &fault))?, name))
}

fn unreadable(session: &Session, file: &Path, fault: &Unreadable) -> anyhow::Error {
    let (file, fault) = (shown(file), fault.message(session.lang));
    session.fault(format!("{file}: {fault}"), format!("{file}：{fault}"))
}

/// The comment above the rules.
fn heading(session: &Session, file: &Path) -> String {
    let name = file.file_name().map(|name| visible(&name.to_string_lossy()).replace('\n', " "));
    let name = name.unwrap_or_default();
    session.say(
        format!("Imported from {name} by `fanreply import`.\nFrom top to bottom, the first rule that matches answers. Now they are yours to change."),
        format!("由 `fanreply import` 从 {name} 导入。\n从上往下，第一条符合的规则回复。现在可以随意修改了。"),
    )
}

fn print_findings<'f>(session: &Session, findings: impl Iterator<Item = &'f Finding>) {
    let page = session.page();
    let (losses, differences): (Vec<_>, Vec<_>) = findings.partition(|finding| finding.what.is_loss());
    for (title, findings) in [
        (session.say("Not carried over:", "没有导入："), losses),
        (session.say("Carried over, but please look at:", "已经导入，但请留意："), differences),
    ] {
        if findings.is_empty() {
            continue;
        }
        out!("{}", page.strong(title));
        for Finding { at, what } in &findings {
            let (at, what) =
                (visible(&at.localized(session.lang).to_string()), visible(&what.message(session.lang)));
            let line = session.say(format!("  {at}: {what}"), format!("  {at}：{what}"));
            out!("{}", line.replace('\n', " "));
        }
        out!("");
    }
}

fn print_end(session: &Session, proven: &Proven, folder: &Path, path: &Path) {
    let (rules, examples) = (proven.rules, proven.examples);
    let (folder, path, page) = (typed(folder), shown(path), session.page());
    out!("{path}");
    let text = session.say(
        format!("written: {}, {}. Read them, then run `fanreply check {folder}` and `fanreply serve --rules {folder}`.", counted(rules, "rule"), counted(examples, "example")),
        format!("写入了 {rules} 条规则和 {examples} 个示例。请先看一遍，再运行 `fanreply check {folder}` 和 `fanreply serve --rules {folder}`。"),
    );
    out!("{}", page.good(&text));
}

/// Writes the one file of a folder that holds nothing yet. It appears whole or not at all.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let is_new = !folder.exists();
    fs::create_dir_all(folder)?;
    // a rules folder is read without the names that begin with a dot
    let part = folder.join(".imported.part");
    let written = write_part(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
        if is_new {
            let _ = fs::remove_dir(folder);
        }
    }
    written
}

fn write_part(part: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}
