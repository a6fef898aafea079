//! `fanreply schema`: prints the JSON Schema of a rule file, for editors.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::CommandResult;
use super::page;
use super::session::Session;
use crate::advice::schema::schema;
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("schema")
        .about(lang.pick("Print the JSON Schema of a rule file", "输出规则文件的 JSON Schema"))
        .after_help(lang.pick(
            "An editor with a YAML language server completes and explains keys with it. Keep it beside the\nrules folder and begin a rule file with the line:\n\n  # yaml-language-server: $schema=../rules.schema.json\n\nExamples:\n  fanreply schema > rules.schema.json",
            "带有 YAML 语言服务的编辑器可以用它补全和解释字段。把它放在规则文件夹旁边，\n并在规则文件的第一行写：\n\n  # yaml-language-server: $schema=../rules.schema.json\n\n例子：\n  fanreply schema > rules.schema.json",
        ))
}

pub fn run(_: &Session, _: &ArgMatches) -> CommandResult {
    page::write_json(&schema())?;
    Ok(ExitCode::SUCCESS)
}
