//! The command line: one file per command. This one reads the arguments, finds the language, and calls the command. A
//! command says what is wrong in the operator's language, and never panics.

mod account;
mod catalogue;
mod chat;
mod check;
mod core_dump;
mod explain;
mod export;
mod forget;
mod healthcheck;
mod import;
mod init;
mod local;
mod menu;
mod message;
mod moment;
mod page;
mod push;
mod replay;
mod rules;
mod schema;
mod serve;
mod session;
mod set_format;
mod test;
mod usage;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::words::lang::Lang;
use crate::words::texts::Localize;
use page::err;
use session::{Session, typed};

/// A command's outcome; an error is one clear line and exit code 1.
type CommandResult = anyhow::Result<ExitCode>;

/// One command: how it is described, and what it does.
struct Entry {
    command: fn(Lang) -> Command,
    run: fn(&Session, &ArgMatches) -> CommandResult,
}

impl Entry {
    fn name(&self, lang: Lang) -> String {
        (self.command)(lang).get_name().to_owned()
    }
}

const ENTRIES: &[Entry] = &[
    Entry { command: serve::command, run: serve::run },
    Entry { command: check::command, run: check::run },
    Entry { command: test::command, run: test::run },
    Entry { command: explain::command, run: explain::run },
    Entry { command: chat::command, run: chat::run },
    Entry { command: replay::command, run: replay::run },
    Entry { command: push::command, run: push::run },
    Entry { command: init::command, run: init::run },
    Entry { command: schema::command, run: schema::run },
    Entry { command: import::command, run: import::run },
    Entry { command: export::command, run: export::run },
    Entry { command: menu::command, run: menu::run },
    Entry { command: set_format::command, run: set_format::run },
    Entry { command: rules::command, run: rules::run },
    Entry { command: forget::command, run: forget::run },
    Entry { command: healthcheck::command, run: healthcheck::run },
];

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    // any command may hold a secret; where the system refuses, serve says so, which holds them for long
    let _ = core_dump::forbid();
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let lang = session::language(&arguments, |name| std::env::var(name).ok());
    let program = arguments.first().map_or("fanreply", String::as_str);
    page::called_as(typed(program.as_ref()), ENTRIES.iter().map(|entry| entry.name(lang)).collect());
    let matches = match root(lang).try_get_matches() {
        Ok(matches) => matches,
        // wrong usage ends here with exit code 2, help with 0
        Err(fault) => return usage::end(fault, session::page(lang)),
    };
    let session = Session::new(lang, &matches);
    let Some((name, matches)) = matches.subcommand() else { return ExitCode::from(2) };
    let entry = ENTRIES.iter().find(|entry| entry.name(lang) == name);
    match entry.map_or_else(|| Ok(ExitCode::from(2)), |entry| (entry.run)(&session, matches)) {
        Ok(code) => code,
        Err(fault) => {
            err!("{}", session.page().error(&causes(&fault, lang)));
            ExitCode::FAILURE
        }
    }
}

/// What went wrong, and why, with the system's reasons in the operator's language.
fn causes(fault: &anyhow::Error, lang: Lang) -> String {
    let cause = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref::<io::Error>() {
        Some(error) => error.localized(lang).to_string(),
        None => cause.to_string(),
    };
    fault.chain().map(cause).collect::<Vec<_>>().join(lang.pick(": ", "："))
}

/// `--name`, which is given or not.
fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// `--name VALUE`
fn option(name: &'static str, value: &'static str, help: impl Into<StyledStr>) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help.into())
}

/// An argument whose value is a path.
fn path(arg: Arg) -> Arg {
    arg.value_parser(value_parser!(PathBuf))
}

/// The examples below the help of a command, which are the same in both languages.
fn examples(lang: Lang, lines: &str) -> String {
    format!("{}\n{lines}", lang.pick("Examples:", "例子："))
}

fn root(lang: Lang) -> Command {
    let option =
        |name, value, en: &'static str, zh: &'static str| option(name, value, lang.pick(en, zh)).global(true);
    let mut root = Command::new("fanreply")
        .version(env!("CARGO_PKG_VERSION"))
        .about(lang.pick(
            "Answers the fans of verified Weibo accounts from rules in YAML files",
            "用 YAML 规则文件自动回复微博认证账号的粉丝",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(lang.pick("Print version", "显示版本")),
        )
        .arg(path(option(
            "config",
            "FILE",
            "The settings file [default: fanreply.yaml, if there]",
            "设置文件（默认用 fanreply.yaml，没有也可以）",
        )))
        .arg(path(option("rules", "DIR", "The rules folder [default: rules]", "规则文件夹（默认 rules）")))
        .arg(path(option("data", "DIR", "The data folder [default: data]", "数据文件夹（默认 data）")))
        .arg(
            option(
                "lang",
                "LANG",
                "The language of messages [default: from the environment]",
                "消息的语言：en 或 zh（默认看系统环境）",
            )
            .value_parser(["en", "zh"]),
        );
    for entry in ENTRIES {
        root = root.subcommand((entry.command)(lang));
    }
    localized(root, lang)
}

/// Help in the operator's language, also that of commands below commands.
fn localized(command: Command, lang: Lang) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let command = command.mut_subcommands(|below| localized(below, lang));
    let command = command.disable_help_flag(true).arg(help.help(lang.pick("Print help", "显示帮助")));
    match lang {
        Lang::En => command,
        Lang::Zh => command
            .subcommand_help_heading("命令")
            .subcommand_value_name("命令")
            .mut_args(|arg| {
                // the help of an option names its values itself
                let is_hidden = arg.get_action().takes_values();
                arg.help_heading("参数").hide_possible_values(is_hidden)
            })
            .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}"),
    }
}
