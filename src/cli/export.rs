//! `fanreply export`: writes the rules of a folder as a table, the way back of `fanreply import`. It overwrites nothing
//! unasked.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};

use super::check::{Checked, counted};
use super::import::findings::print_findings;
use super::page::out;
use super::session::{Session, shown, typed};
use super::{CommandResult, examples, path, switch};
use crate::import::export::drafts_of;
use crate::import::table::write::{Written, write};
use crate::words::lang::Lang;

/// By it spreadsheet programs know that a table is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

pub fn command(lang: Lang) -> Command {
    let about = lang.pick("Write the rules of a folder as a table", "把规则文件夹导出成表格");
    let csv = lang.pick(
        "Write a table as CSV (UTF-8) that a spreadsheet program opens and `import csv` reads",
        "导出成 CSV（UTF-8）表格，表格软件可以打开，`import csv` 可以再导入",
    );
    let exit = lang.pick(
        "Exit code: 0 when the table was written, also where rules could not stand in it, 1 when nothing was\nwritten, 2 for wrong usage.",
        "退出码：0 已写入表格（可能有规则放不进表格），1 什么都没有写入，2 命令写错。",
    );
    let overwrite = lang.pick("Replace the file if it is there", "文件已经存在时替换它");
    let lines =
        "  fanreply export csv rules replies.csv\n  fanreply export csv my-rules replies.csv --overwrite";
    Command::new("export")
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("csv")
                .about(csv)
                .arg(path(Arg::new("DIR").required(true)).help(lang.pick("The rules folder", "规则文件夹")))
                .arg(
                    path(Arg::new("FILE").required(true))
                        .help(lang.pick("The file to write", "要写入的文件")),
                )
                .arg(switch("overwrite", overwrite))
                .after_help(format!("{exit}\n\n{}", examples(lang, lines))),
        )
        .after_help(examples(lang, "  fanreply export csv rules replies.csv"))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let Some((_, matches)) = matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let (Some(folder), Some(file)) = (matches.get_one::<PathBuf>("DIR"), matches.get_one::<PathBuf>("FILE"))
    else {
        return Ok(ExitCode::from(2));
    };
    let checked = Checked::of(session, &session.settings(false)?, folder)?;
    if !checked.is_good() {
        return Err(session.fault(
            format!(
                "{0} has errors; nothing was written. Mend them first: fanreply check {0}",
                typed(folder)
            ),
            format!("{0} 里的规则有错误；没有写入任何内容。请先改好：fanreply check {0}", typed(folder)),
        ));
    }
    let written = write(drafts_of(checked.source()), session.lang)?;
    print_findings(
        session,
        written.findings.iter(),
        session.say("Not in the table:", "没有导出："),
        session.say("In the table, but please look at:", "已经导出，但请留意："),
    );
    if written.rules == 0 {
        return Err(session.fault(
            format!("{}: no rule can stand in a table; nothing was written", shown(folder)),
            format!("{}：没有一条规则能写成表格；没有写入任何内容", shown(folder)),
        ));
    }
    save(session, file, &written, matches.get_flag("overwrite"))?;
    print_end(session, &written, folder, file);
    Ok(ExitCode::SUCCESS)
}

fn save(session: &Session, file: &Path, written: &Written, overwrite: bool) -> anyhow::Result<()> {
    if file.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
        return Err(session.fault(
            format!(
                "{} would be read as rules; nothing was written. Name a file that ends in .csv",
                shown(file)
            ),
            format!("{} 会被当作规则读取；没有写入任何内容。文件名请以 .csv 结尾", shown(file)),
        ));
    }
    if file.exists() && !overwrite {
        let file = shown(file);
        return Err(session.fault(
            format!("{file} is there already; nothing was written. Name another file, or add --overwrite"),
            format!("{file} 已经存在；没有写入任何内容。请换一个文件名，或者加上 --overwrite"),
        ));
    }
    let bytes = [BYTE_ORDER_MARK, &written.text].concat();
    let folder = file.parent().unwrap_or(Path::new(""));
    super::import::write(folder, file, bytes.as_bytes()).with_context(|| {
        session.say(format!("cannot write {}", shown(file)), format!("无法写入 {}", shown(file)))
    })
}

fn print_end(session: &Session, written: &Written, folder: &Path, file: &Path) {
    let Written { rules, rows, .. } = written;
    let (file, folder) = (shown(file), typed(folder));
    let text = session.say(
        format!("{file}: {} of {folder} in {}", counted(*rules, "rule"), counted(*rows, "row")),
        format!("{file}：{folder} 里的 {rules} 条规则，共 {rows} 行"),
    );
    out!("{}", session.page().good(&text));
}
