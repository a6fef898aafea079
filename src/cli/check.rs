//! `fanreply check`: reads a rules folder exactly as `serve` does, and reports everything that is wrong or doubtful in
//! it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Arg, ArgMatches, Command};

use super::page::{self, out};
use super::session::{Session, holds_rules, shown, typed};
use super::{CommandResult, catalogue, option, path, switch};
use crate::advice::lint::{lint, over, unknown_holidays, without_examples};
use crate::app::surroundings;
use crate::clock::Clock;
use crate::config::Settings;
use crate::engine::ruleset::RuleSet;
use crate::language::diagnostic::Diagnostic;
use crate::language::diagnostic::render::render_all;
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::language::{Loaded, in_file_order, load};
use crate::reload::folder::{Folder, read_folder};
use crate::schedule::calendar::Moment;
use crate::view::diagnostic::{CheckReport, LocalizedDiagnostic};
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("check")
        .about(lang.pick("Point out every mistake in a rules folder", "检查规则文件夹，指出所有错误"))
        .arg(folder_argument(lang))
        .arg(switch("strict", lang.pick("Warnings count as errors", "警告也算错误")))
        .arg(switch(
            "examples",
            lang.pick("Warn of rules without examples too", "没有示例的规则也给出警告"),
        ))
        .arg(format_argument(lang))
        .arg(
            option("explain", "CODE", lang.pick("Say what a code such as F117 means", "说明一个编号的含义，例如 F117"))
                .conflicts_with_all(["DIR", "strict", "format"]),
        )
        .after_help(lang.pick(
            "Exit code: 0 when the folder could be served, 1 when not, 2 for wrong usage.\n\nExamples:\n  fanreply check\n  fanreply check my-rules --strict\n  fanreply check --format json\n  fanreply check --explain F117",
            "退出码：0 可以使用，1 有错误，2 命令写错。\n\n例子：\n  fanreply check\n  fanreply check my-rules --strict\n  fanreply check --format json\n  fanreply check --explain F117",
        ))
}

/// `[DIR]`
pub fn folder_argument(lang: Lang) -> Arg {
    let help = lang.pick(
        "The rules folder, or one file of it [default: --rules]",
        "规则文件夹，或其中一个文件（默认用 --rules）",
    );
    path(Arg::new("DIR")).help(help)
}

/// `--format json`
pub fn format_argument(lang: Lang) -> Arg {
    option("format", "FORMAT", lang.pick("text or json", "text 或 json"))
        .value_parser(["text", "json"])
        .default_value("text")
        .hide_default_value(true)
        .hide_possible_values(true)
}

/// Whether it asks for JSON.
pub fn is_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("format").is_some_and(|format| format == "json")
}

/// A folder as it was read and judged.
pub struct Checked {
    folder: Folder,
    pub loaded: Loaded,
    /// Those of the folder, then those of its files.
    pub diagnostics: Vec<Diagnostic>,
    /// Errors of files that are not looked at.
    elsewhere: usize,
}

impl Checked {
    /// Reads and judges a folder as `serve` would with these settings.
    pub fn of(session: &Session, settings: &Settings, folder: &Path) -> anyhow::Result<Self> {
        Self::in_place_of(session, settings, folder, folder)
    }

    /// The same, for the accounts that another folder answers for.
    pub fn in_place_of(
        session: &Session,
        settings: &Settings,
        folder: &Path,
        other: &Path,
    ) -> anyhow::Result<Self> {
        let read = read_folder(folder).map_err(|fault| anyhow!("{}", fault.message(session.lang)))?;
        let mut diagnostics = read.faults.clone();
        // a folder without files has said so already
        let loaded = if read.source.files().is_empty() {
            Loaded::default()
        } else {
            load(&read.source, &surroundings(settings, other))
        };
        diagnostics.extend_from_slice(&loaded.diagnostics);
        read.withhold(&mut diagnostics);
        Ok(Self { folder: read, loaded, diagnostics, elsewhere: 0 })
    }

    /// Adds what is doubtful in rules that could be served.
    fn lint(&mut self, surroundings: &Surroundings, examples: bool) {
        if let Some(ruleset) = &self.loaded.ruleset {
            self.diagnostics.extend(lint(ruleset, self.source(), surroundings));
            let today = Moment::of(Clock::System.now(), &surroundings.zone).date;
            self.diagnostics.extend(unknown_holidays(ruleset, today));
            self.diagnostics.extend(over(ruleset, today));
            if examples {
                self.diagnostics.extend(without_examples(ruleset));
            }
            self.folder.withhold(&mut self.diagnostics);
            in_file_order(&mut self.diagnostics, &self.folder.source);
        }
    }

    /// Leaves the diagnostics of one file, and counts the errors of the others.
    fn look_only_at(&mut self, file: &str) {
        let errors = self.errors();
        self.diagnostics.retain(|found| &*found.place.file == file);
        self.elsewhere = errors - self.errors();
    }

    pub fn source(&self) -> &RuleSource {
        &self.folder.source
    }

    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count()
    }

    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }

    /// Whether it could be served.
    pub fn is_good(&self) -> bool {
        self.good().is_some()
    }

    /// The set, if it could be served.
    pub fn good(&self) -> Option<&RuleSet> {
        self.loaded.ruleset.as_ref().filter(|_| self.errors() + self.elsewhere == 0)
    }

    pub fn rules(&self) -> usize {
        self.loaded.ruleset.as_ref().map_or(0, |ruleset| ruleset.rules().len())
    }

    /// Prints every diagnostic.
    pub fn print(&self, session: &Session) {
        let colours = session.page().colours;
        for text in render_all(&self.diagnostics, self.source(), session.lang, colours) {
            out!("{text}\n");
        }
    }
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    if let Some(code) = matches.get_one::<String>("explain") {
        out!("{}", catalogue::section(session, code)?.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let settings = session.settings(false)?;
    let given = session.rules_folder(matches, &settings.rules);
    let part = part_of_a_folder(&settings, &given);
    let folder = part.as_ref().map_or(&given, |(folder, _)| folder);
    let mut checked = Checked::of(session, &settings, folder)?;
    checked.lint(&surroundings(&settings, folder), matches.get_flag("examples"));
    if let Some((_, file)) = &part {
        checked.look_only_at(file);
    }
    let ok = checked.is_good() && !(matches.get_flag("strict") && checked.warnings() > 0);
    if is_json(matches) {
        let diagnostics = LocalizedDiagnostic::all(&checked.diagnostics, session.lang);
        page::write_json(&CheckReport { ok, rules: checked.rules(), diagnostics })?;
    } else {
        checked.print(session);
        let what = match &part {
            Some(_) => session.say(
                format!("{} (with the whole folder {})", shown(&given), shown(folder)),
                format!("{}（和整个文件夹 {} 一起检查）", shown(&given), shown(folder)),
            ),
            None => shown(folder),
        };
        out!("{}", summary(session, &checked, &what, ok));
        if checked.elsewhere > 0 {
            out!("{}", elsewhere(session, checked.elsewhere, folder));
        }
        if let Some(first) = checked.diagnostics.iter().find(|found| found.is_error()) {
            out!("{}", session.page().dim(&more(session, first)));
        }
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folder that a single file is a part of, and its path there: what its rules refer to may stand in other files.
fn part_of_a_folder(settings: &Settings, given: &Path) -> Option<(PathBuf, String)> {
    if !given.is_file() {
        return None;
    }
    let here = Path::new(".");
    let of_settings = settings.accounts.iter().map(|account| account.rules.as_path());
    let folders = of_settings.chain((!settings.rules.exists() && holds_rules(here)).then_some(here));
    let file = given.canonicalize().ok()?;
    folders.into_iter().find_map(|folder| {
        let below = file.strip_prefix(folder.canonicalize().ok()?).ok()?;
        // a name that is skipped is judged by itself
        let below = below.to_str()?;
        let is_part = folder.is_dir() && !below.split('/').any(|name| name.starts_with(['.', '_']));
        is_part.then(|| (folder.to_owned(), below.to_owned()))
    })
}

/// Errors of other files, which keep the whole folder from serving.
fn elsewhere(session: &Session, errors: usize, folder: &Path) -> String {
    let command = typed(folder);
    session.page().bad(&session.say(
        format!("other files of the folder have {}: fanreply check {command}", counted(errors, "error")),
        format!("文件夹里别的文件有 {errors} 个错误：fanreply check {command}"),
    ))
}

/// Where to read more.
fn more(session: &Session, found: &Diagnostic) -> String {
    let (code, page) = (found.fault.code(), catalogue::page_name(session.lang));
    session.say(
        format!("what a code means: fanreply check --explain {code}, or {page}"),
        format!("查看编号的含义：fanreply check --explain {code}，或见 {page}"),
    )
}

fn summary(session: &Session, checked: &Checked, folder: &str, ok: bool) -> String {
    let page = session.page();
    let (errors, warnings) = (checked.errors(), checked.warnings());
    let found = session.say(
        format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        format!("{errors} 个错误，{warnings} 个警告"),
    );
    if ok {
        let (rules, examples) = (checked.rules(), checked.loaded.trial.passed());
        page.good(&session.say(
            format!("{folder}: {}, {} passed, {found}", counted(rules, "rule"), counted(examples, "example")),
            format!("{folder}：{rules} 条规则，{examples} 个示例通过，{found}"),
        ))
    } else if checked.is_good() {
        page.bad(&session.say(
            format!("{folder}: {found}; these rules would be served, but --strict lets no warning pass"),
            format!("{folder}：{found}；这些规则可以使用，但 --strict 不允许有警告"),
        ))
    } else {
        page.bad(&session.say(
            format!("{folder}: {found}; these rules would not be served"),
            format!("{folder}：{found}；这些规则不会生效"),
        ))
    }
}

/// `1 rule`, `2 rules`
pub fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
