//! `fanreply test`: tries all examples of a rules folder and prints what differs. Its last line is
//! `N passed, N failed`, in any language, for people and for scripts.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::Outcome;
use super::check::{Checked, folder_argument};
use super::page::out;
use super::session::Session;
use crate::model::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("test")
        .about(lang.pick("Try all examples of a rules folder", "运行规则文件夹里的所有示例"))
        .arg(folder_argument(lang))
        .after_help(lang.pick(
            "Examples:\n  fanreply test\n  fanreply test my-rules",
            "例子：\n  fanreply test\n  fanreply test my-rules",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> Outcome {
    let settings = session.settings(false)?;
    let folder = session.folder(matches, &settings);
    let checked = Checked::of(session, &settings, &folder)?;
    checked.print(session);
    let (passed, failed) = (checked.loaded.examples_passed, checked.loaded.examples_failed);
    if !checked.is_good() && failed == 0 {
        out!(
            "{}",
            session.say(
                "no example was tried: first mend what is wrong above",
                "没有运行示例：请先改正上面的错误"
            )
        );
    }
    out!("{passed} passed, {failed} failed");
    Ok(if checked.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
