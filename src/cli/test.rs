//! `fanreply test`: tries all examples of a rules folder and prints those that fail, and with `--coverage` the rules that
//! no example reaches. The last line is `N passed, N failed` in any language, so that scripts can read it.

mod junit;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use self::junit::Target;
use super::check::{Checked, counted, folder_argument};
use super::page::out;
use super::session::{Session, shown};
use super::{CommandResult, examples, option, path, switch};
use crate::language::example::trial::Trial;
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("test")
        .about(lang.pick("Try all examples of a rules folder", "运行规则文件夹里的所有示例"))
        .arg(folder_argument(lang))
        .arg(path(option(
            "junit",
            "FILE",
            lang.pick("Write a report in JUnit XML as well", "同时写一份 JUnit XML 报告"),
        )))
        .arg(switch(
            "coverage",
            lang.pick(
                "List the rules that no example reaches; the exit code stays as it is",
                "列出没有示例覆盖到的规则；不影响退出码",
            ),
        ))
        .after_help(examples(
            lang,
            "  fanreply test\n  fanreply test my-rules --coverage\n  fanreply test --junit report.xml",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let target = matches.get_one::<PathBuf>("junit").map(|path| Target::of(session, path)).transpose()?;
    let judged = judge(session, matches);
    if let Some(target) = target {
        // also where nothing could be judged: an older report must not pass for that of this run
        let report = match &judged {
            Ok((folder, checked)) => junit::of(session, folder, checked),
            Err(unjudged) => junit::of_unjudged(unjudged),
        };
        target.write(session, &report)?;
    }
    let (folder, checked) = judged.map_err(|unjudged| unjudged.fault)?;
    checked.print(session);
    let trial = &checked.loaded.trial;
    let (passed, failed) = (trial.passed(), trial.failed());
    let is_untried = !checked.is_good() && trial.rules == 0;
    let sum = if is_untried {
        session
            .say("no example was tried: first mend what is wrong above", "没有运行示例：请先改正上面的错误")
            .to_owned()
    } else {
        let (folder, rules, tried) = (shown(&folder), trial.rules, passed + failed);
        session.say(
            format!("{folder}: {}, {}", counted(rules, "rule"), counted(tried, "example")),
            format!("{folder}：{rules} 条规则，{tried} 个示例，{passed} 个通过，{failed} 个没有通过"),
        )
    };
    out!("{sum}");
    if matches.get_flag("coverage") && !is_untried {
        print_coverage(session, &folder, trial);
    }
    out!("{passed} passed, {failed} failed");
    Ok(if checked.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Why no folder was judged.
struct Unjudged {
    /// What is at fault: the settings, or the folder that cannot be read.
    what: String,
    /// Its kind.
    class: &'static str,
    fault: anyhow::Error,
}

fn judge(session: &Session, matches: &ArgMatches) -> Result<(PathBuf, Checked), Unjudged> {
    let unset = |fault| Unjudged { what: "settings".to_owned(), class: "settings", fault };
    let settings = session.settings(false).map_err(unset)?;
    let folder = session.rules_folder(matches, &settings.rules);
    match Checked::of(session, &settings, &folder) {
        Ok(checked) => Ok((folder, checked)),
        Err(fault) => Err(Unjudged { what: shown(&folder), class: "folder", fault }),
    }
}

/// The rules that no example reaches, and the share of those that one does.
fn print_coverage(session: &Session, folder: &Path, trial: &Trial) {
    let page = session.page();
    if !trial.unreached.is_empty() {
        out!("{}", session.say("Rules that no example reaches:", "没有示例覆盖到的规则："));
    }
    for (name, place) in &trial.unreached {
        let place = format!("{}:{}", file_below(folder, &place.file).display(), place.line);
        out!("  {}  {}", page.strong(name.as_str()), page.dim(&place));
    }
    let (rules, reached) = (trial.rules, trial.rules - trial.unreached.len());
    let text = session.say(
        match rules {
            1 => format!("{reached} of 1 rule is reached by an example"),
            _ => format!("{reached} of {rules} rules are reached by an example"),
        },
        format!("{rules} 条规则中，{reached} 条有示例覆盖"),
    );
    out!("{text}");
}

/// Where a file of the folder lies for whoever runs the command; the folder may be a file itself.
fn file_below(folder: &Path, file: &str) -> PathBuf {
    if folder.is_file() { folder.to_owned() } else { folder.join(file) }
}
