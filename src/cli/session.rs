//! The session: what every command needs to know: the language, the settings, and the terminal.

use std::fmt::{Debug, Display};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::ArgMatches;

use super::page::{COLOURS, Page, err};
use crate::config::{self, Settings, Sources};
use crate::disk;
use crate::words::lang::Lang;

/// One run of the program.
#[derive(Clone, Debug)]
pub struct Session {
    pub lang: Lang,
    config: Option<PathBuf>,
    rules: Option<PathBuf>,
    data: Option<PathBuf>,
}

impl Session {
    pub fn new(lang: Lang, matches: &ArgMatches) -> Self {
        let path = |name| matches.get_one::<PathBuf>(name).cloned();
        Self { lang, config: path("config"), rules: path("rules"), data: path("data") }
    }

    /// The settings, with warnings printed. `serves` says whether listeners will be opened.
    pub fn settings(&self, serves: bool) -> anyhow::Result<Settings> {
        let (settings, warnings) = self.settings_and_warnings(serves)?;
        for warning in warnings {
            err!("{}", self.page().warning(&warning));
        }
        Ok(settings)
    }

    /// The settings, and what is doubtful in them.
    pub fn settings_and_warnings(&self, serves: bool) -> anyhow::Result<(Settings, Vec<String>)> {
        let sources = Sources {
            file: self.config.clone(),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            rules: self.rules.clone(),
            data: self.data.clone(),
            serves,
        };
        let (settings, warnings) =
            config::load(&sources).map_err(|fault| anyhow!("{}", fault.message(self.lang)))?;
        Ok((settings, warnings.iter().map(|warning| warning.message(self.lang)).collect()))
    }

    /// The rules folder that a command works on: its own argument, or that of the settings.
    pub fn folder(&self, matches: &ArgMatches, settings: &Settings) -> PathBuf {
        matches.get_one::<PathBuf>("DIR").map_or(settings.rules.as_path(), PathBuf::as_path).to_owned()
    }

    /// The rules folder that is read: the command's own argument, or that of the settings. Whoever stands inside a rules
    /// folder means that one.
    pub fn rules_folder(&self, matches: &ArgMatches, of_settings: &Path) -> PathBuf {
        let here = Path::new(".");
        match ["DIR", "rules"].iter().find_map(|name| matches.get_one::<PathBuf>(name)) {
            Some(named) => named.clone(),
            None if !of_settings.exists() && holds_rules(here) => here.to_owned(),
            None => of_settings.to_owned(),
        }
    }

    /// How to write to the terminal.
    pub fn page(&self) -> Page {
        page(self.lang)
    }

    /// One of two wordings.
    pub fn say<T>(&self, en: T, zh: T) -> T {
        self.lang.pick(en, zh)
    }

    /// The one of two wordings as what went wrong.
    pub fn fault<T>(&self, en: T, zh: T) -> anyhow::Error
    where
        T: Display + Debug + Send + Sync + 'static,
    {
        anyhow::Error::msg(self.say(en, zh))
    }
}

/// How to write to the terminal in this language.
pub fn page(lang: Lang) -> Page {
    // a size that is not known is told as 0
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    Page { lang, colours: *COLOURS, columns: size.map(|size| size.ws_col).filter(|columns| *columns > 0) }
}

/// The language: `--lang`, or else that of the environment. It is found before the arguments are read,
/// because help and errors of the arguments have one too.
pub fn language(arguments: &[String], variable: impl Fn(&str) -> Option<String>) -> Lang {
    let given =
        arguments.iter().enumerate().find_map(|(at, argument)| match argument.strip_prefix("--lang")? {
            "" => arguments.get(at + 1).cloned(),
            rest => rest.strip_prefix('=').map(str::to_owned),
        });
    let of_environment = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| variable(name))
            .find(|value| !value.is_empty())
    };
    given.or_else(of_environment).map_or(Lang::En, |locale| Lang::of_locale(&locale))
}

/// Whether a file with rules lies in this folder.
pub fn holds_rules(folder: &Path) -> bool {
    let is_rules = |path: PathBuf| {
        let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        let is_ours = path.file_name().is_none_or(|name| name != "fanreply.yaml");
        is_yaml && is_ours && disk::read(&path, LARGEST_LOOK).is_ok_and(|bytes| has_rules(&bytes))
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.take(MOST_LOOKS).any(|entry| is_rules(entry.path()))
}

/// Bytes of a file that is looked into for rules.
const LARGEST_LOOK: u64 = 1 << 20;
/// Files of a folder that are looked into for rules.
const MOST_LOOKS: usize = 1_000;

fn has_rules(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"rules:"))
}

/// The path as a person would type it.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The path in a command that a person may copy, in quotation marks where a shell needs them.
pub fn typed(path: &Path) -> String {
    let path = shown(path);
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        path
    } else if path.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", path.replace('\'', r"'\''"))
    } else {
        format!("\"{path}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_command_can_be_copied() {
        let of = |path: &str| typed(Path::new(path));
        assert_eq!(of("../我的-规则/a.yaml"), "../我的-规则/a.yaml");
        assert_eq!(of("新 规则"), "\"新 规则\"");
        assert_eq!(of("it's (1)"), "\"it's (1)\"");
        assert_eq!(of("it's $1"), r"'it'\''s $1'");
    }

    #[test]
    fn the_language_is_the_option_or_else_the_environments() {
        let asked = |arguments: &[&str], environment: &[(&str, &str)]| {
            let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
            language(&arguments, |name| {
                environment.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(asked(&["check", "--lang", "zh"], &[]), Lang::Zh);
        assert_eq!(asked(&["--lang=en", "check"], &[("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(asked(&["check"], &[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(asked(&["check"], &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(asked(&["check"], &[("LC_ALL", ""), ("LANG", "zh")]), Lang::Zh);
    }
}
