//! `fanreply import`: makes a rule file of another system's rules and reports what could not be carried over. Importing
//! again updates that file; other files, and rules that were changed by hand, are left alone.

pub mod findings;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};

use super::check::counted;
use super::page::{out, visible};
use super::session::{Session, shown, typed};
use super::{CommandResult, examples, option, path, switch};
use crate::app::surroundings;
use crate::import::prove::{Destination, Proven, prove};
use crate::import::stamp::{Changes, is_untouched};
use crate::import::unreadable::Unreadable;
use crate::import::{Gathered, LARGEST_FILE, table, wechat};
use crate::language::diagnostic::{Diagnostic, Fault};
use crate::language::source::{RuleSource, SourceFile};
use crate::reload::fault::FolderFault;
use crate::reload::folder::read_folder;
use crate::words::lang::Lang;
use findings::print_findings;

const FOLDER: &str = "imported-rules";

/// Rules that are named of those that an update has added, changed or taken away.
const NAMED: usize = 5;

pub fn command(lang: Lang) -> Command {
    let about = lang.pick(
        "Turn rules of WeChat's console or of a table into rule files",
        "把微信后台或表格里的自动回复导入成规则文件",
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
    let overwrite = lang.pick(
        "Replace the imported file also where it was changed by hand; it is kept beside",
        "导入的文件被手工改过也替换，旧文件会另存在旁边",
    );
    let exit = lang.pick(
        "Exit code: 0 when rules were written, also where something could not come along, 1 when nothing was\nwritten, 2 for wrong usage.\n\nExamples:",
        "退出码：0 已写入规则（可能有一部分无法导入），1 什么都没有写入，2 命令写错。\n\n例子：",
    );
    Command::new(name)
        .about(about)
        .arg(path(Arg::new("FILE").required(true)).help(lang.pick("The file to read", "要读取的文件")))
        .arg(path(option("to", "DIR", help)))
        .arg(switch("overwrite", overwrite))
        .after_help(format!(
            "{exit}\n  fanreply import {name} {file}\n  fanreply import {name} {file} --to my-rules"
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let Some((format, matches)) = matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let Some(file) = matches.get_one::<PathBuf>("FILE") else { return Ok(ExitCode::from(2)) };
    let folder = matches.get_one::<PathBuf>("to").map_or(Path::new(FOLDER), PathBuf::as_path);
    let settings = session.settings(false)?;
    let name = if format == "csv" { "table.yaml" } else { "wechat.yaml" };
    let (former, beside) = look(session, folder, name)?;
    let path = folder.join(name);
    let is_edited = former.as_deref().is_some_and(|former| !is_untouched(former));
    if is_edited && !matches.get_flag("overwrite") {
        let (file, folder) = (typed(file), typed(folder));
        let command = format!("fanreply import {format} {file} --to {folder} --overwrite");
        return Err(edited(session, &path, &command));
    }
    let gathered = gather(session, format, file)?;
    let destination = Destination { heading: heading(session, file), file: name.to_owned(), beside };
    let proven = prove(gathered, &destination, &surroundings(&settings, folder), session.lang);
    let proven = proven.map_err(|fault| unreadable(session, file, &fault))?;
    let is_nothing = proven.rules == 0;
    print_findings(
        session,
        proven.findings.iter().filter(|found| !is_nothing || found.what.is_loss()),
        session.say("Not carried over:", "没有导入："),
        session.say("Carried over, but please look at:", "已经导入，但请留意："),
    );
    if is_nothing {
        return Err(session.fault(
            format!(
                "{}: no rule that is switched on could be carried over; nothing was written",
                shown(file)
            ),
            format!("{}：没有一条启用的规则可以导入；没有写入任何内容", shown(file)),
        ));
    }
    let cannot_write =
        || session.say(format!("cannot write {}", shown(&path)), format!("无法写入 {}", shown(&path)));
    let changes = former.filter(|_| !is_edited).map(|former| Changes::between(&former, &proven.text));
    let is_other = changes.as_ref().is_some_and(Changes::are_most);
    let kept = if is_edited || is_other { Some(keep(&path).with_context(cannot_write)?) } else { None };
    write(folder, &path, proven.text.as_bytes()).with_context(cannot_write)?;
    if let Some(kept) = kept {
        let kept = shown(&kept);
        out!(
            "{}",
            session.say(format!("the file as it was before: {kept}"), format!("原来的文件另存为：{kept}"))
        );
    }
    print_end(session, &proven, changes.as_ref(), folder, &path);
    Ok(ExitCode::SUCCESS)
}

/// The file that an earlier import wrote, and the other rule files of the folder.
fn look(session: &Session, folder: &Path, name: &str) -> anyhow::Result<(Option<String>, RuleSource)> {
    if !folder.exists() {
        return Ok((None, RuleSource::default()));
    }
    let shown = shown(folder);
    if !folder.is_dir() {
        return Err(session.fault(format!("{shown} is no folder"), format!("{shown} 不是文件夹")));
    }
    let read = read_folder(folder).map_err(|fault| anyhow::anyhow!("{}", fault.message(session.lang)))?;
    let (own, beside): (Vec<&SourceFile>, Vec<&SourceFile>) =
        read.source.files().iter().partition(|file| *file.path == *name);
    // a folder without rules is what import is for; a file that cannot be read may be what was changed by hand
    let hinders =
        |fault: &&Diagnostic| fault.is_error() && fault.fault.code() != FolderFault::NoRuleFile {}.code();
    if let Some(fault) = read.faults.iter().find(hinders) {
        let reason = format!("{}: {}", fault.place.file, fault.fault.message(session.lang));
        return Err(unreadable(session, folder, &Unreadable::Beside { reason }));
    }
    let former = own.first().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    Ok((former, RuleSource::new(beside.into_iter().cloned().collect())))
}

/// The refusal to replace what somebody has changed.
fn edited(session: &Session, path: &Path, command: &str) -> anyhow::Error {
    let path = shown(path);
    session.fault(
        format!("{path} is not as import wrote it: it was changed by hand, or an earlier version wrote it. Nothing was written. Move your own rules into another file of the folder, which import leaves alone, or replace this one, which is then kept beside: {command}"),
        format!("{path} 和导入时写的不一样：手工改过，或者是旧版本导入的。没有写入任何内容。请把自己写的规则移到这个文件夹的另一个文件里（导入不会动其他文件），或者替换它（旧文件会另存在旁边）：{command}"),
    )
}

/// What the file holds.
fn gather(session: &Session, format: &str, file: &Path) -> anyhow::Result<Gathered> {
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
    gathered.map_err(|fault| unreadable(session, file, &fault))
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
        format!("Imported from {name} by `fanreply import`. From top to bottom, the first rule that matches answers.\nImporting again replaces this file, unless it was changed by hand: write rules of your own into a file beside it."),
        format!("由 `fanreply import` 从 {name} 导入。从上往下，第一条符合的规则回复。\n再次导入会替换这个文件（手工改过就不会）：自己写的规则请放在旁边的另一个文件里。"),
    )
}

fn print_end(session: &Session, proven: &Proven, changes: Option<&Changes>, folder: &Path, path: &Path) {
    let (rules, examples) = (proven.rules, proven.examples);
    let (folder, path, page) = (typed(folder), shown(path), session.page());
    if let Some(changes) = changes {
        print_changes(session, changes);
    }
    out!("{path}");
    let text = session.say(
        format!("written: {}, {}. Read them, then run `fanreply check {folder}` and `fanreply serve --rules {folder}`.", counted(rules, "rule"), counted(examples, "example")),
        format!("写入了 {rules} 条规则和 {examples} 个示例。请先看一遍，再运行 `fanreply check {folder}` 和 `fanreply serve --rules {folder}`。"),
    );
    out!("{}", page.good(&text));
}

/// What an update has done to the rules of the former import.
fn print_changes(session: &Session, changes: &Changes) {
    if changes.are_none() {
        out!("{}", session.say("No rule is different from the former import.", "和上一次导入相比没有变化。"));
        return;
    }
    let Changes { new, changed, gone, same } = changes;
    let title = session.say("Since the former import", "和上一次导入相比");
    let counts = session.say(
        format!("{} new, {} changed, {} gone, {same} as before", new.len(), changed.len(), gone.len()),
        format!("新增 {}、修改 {}、删除 {}、不变 {same}", new.len(), changed.len(), gone.len()),
    );
    out!(
        "{}",
        session.page().strong(&session.say(format!("{title}: {counts}"), format!("{title}：{counts}")))
    );
    if changes.are_most() {
        let advice = session.say(
            "Most rules of the former import are gone. A folder holds one table: give another table a folder of its own with --to.",
            "上一次导入的规则大多不在了。一个文件夹只放一张表格：另一张表格请用 --to 导入到另一个文件夹。",
        );
        out!("{}", session.page().warning(advice));
    }
    let kinds = [("new", "新增", new), ("changed", "修改", changed), ("gone", "删除", gone)];
    for (en, zh, rules) in kinds.into_iter().filter(|(_, _, rules)| !rules.is_empty()) {
        let named = rules.iter().take(NAMED).map(|name| visible(name)).collect::<Vec<_>>();
        let named = named.join(session.say(", ", "、"));
        let more = if rules.len() > NAMED { session.say(", …", "……") } else { "" };
        out!("{}", session.say(format!("  {en}: {named}{more}"), format!("  {zh}：{named}{more}")));
    }
    out!("");
}

/// Copies a file that is to be replaced to a name that no rules folder reads and that is free.
fn keep(path: &Path) -> std::io::Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let names = (1_u32..).map(|number| path.with_file_name(format!("_{stem}-{number}.yaml")));
    let mut free = names.skip_while(|kept| kept.symlink_metadata().is_ok());
    let kept = free.next().ok_or(std::io::ErrorKind::AlreadyExists)?;
    fs::copy(path, &kept)?;
    Ok(kept)
}

/// Writes the file. It appears whole or not at all.
pub fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let is_new = !folder.exists();
    fs::create_dir_all(folder)?;
    // a rules folder is read without the names that begin with a dot
    let part = folder.join(".imported.part");
    let _ = fs::remove_file(&part);
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
