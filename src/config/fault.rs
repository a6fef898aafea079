//! Faults and warnings of settings: a place and what is wrong there, put into words. They never repeat a
//! secret.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reason::{Reason, Suggestion};
use crate::words::lang::Lang;
use crate::words::texts::{Localize, ShownPath, texts};

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingPlace {
    Default,
    /// The name of an option, such as `--rules`.
    CommandLine(&'static str),
    /// The name of a variable.
    Variable(String),
    /// Line and column count from 1; line 0 is the file as a whole.
    File {
        path: Arc<Path>,
        line: u64,
        column: u64,
        key: Option<&'static str>,
    },
}

/// The settings cannot be used: where and why.
#[derive(Debug)]
pub struct SettingsFault {
    pub at: SettingPlace,
    /// Boxed, so that results which may hold a fault stay small.
    pub reason: Box<Reason>,
}

texts! {
    /// Something in the settings that is probably not meant so.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum SettingsWarning {
        UnknownVariable { name: String, meant: Suggestion }
            en "{name}: there is no such setting, so it is ignored{meant}";
            zh "{name}：没有这个设置，已忽略{meant}";
        ShortSecret { account: String, address: SocketAddr }
            en "the AppSecret of the account \"{account}\" is very short: whoever reaches {address} can guess it and pretend to be Weibo";
            zh "账号“{account}”的 AppSecret 太短：能访问 {address} 的人可以猜出来并冒充微博";
        OpenSecretFile { path: ShownPath }
            en "every user of this machine can read the secret in {path}: chmod 600 takes that away";
            zh "这台机器上的任何用户都能读取 {path} 里的密钥：用 chmod 600 收回权限";
        /// Every account of the file names a rules folder of its own.
        UnusedRules { at: SettingPlace }
            en "{at}not used, because every account in the settings file names its own `rules`";
            zh "{at}不起作用，因为设置文件里的每个账号都写了自己的 `rules`";
    }
}

impl SettingPlace {
    pub(super) fn whole_file(path: &Arc<Path>) -> Self {
        Self::File { path: path.clone(), line: 0, column: 0, key: None }
    }

    pub(super) fn refuse(&self, reason: Reason) -> SettingsFault {
        SettingsFault { at: self.clone(), reason: Box::new(reason) }
    }

    /// The folder from which a path written here starts.
    pub(super) fn folder(&self) -> PathBuf {
        match self {
            Self::File { path, .. } => path.parent().unwrap_or(Path::new("")).to_owned(),
            _ => PathBuf::new(),
        }
    }

    /// The word by which its author knows the setting.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Default | Self::File { key: None, .. } => String::new(),
            Self::CommandLine(option) => (*option).to_owned(),
            Self::Variable(name) => name.clone(),
            Self::File { key: Some(key), .. } => (*key).to_owned(),
        }
    }
}

/// What stands before a message: the place and the key.
impl Localize for SettingPlace {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let colon = lang.pick(": ", "：");
        match self {
            Self::Default => String::new(),
            Self::CommandLine(_) | Self::Variable(_) => self.name() + colon,
            Self::File { path, line: 0, .. } => format!("{}{colon}", path.display()),
            Self::File { path, line, column, key } => {
                let key = key.map(|key| format!("`{key}`{colon}")).unwrap_or_default();
                let path = path.display();
                lang.pick(
                    format!("{path}:{line}:{column}: {key}"),
                    format!("{path} 第 {line} 行第 {column} 列：{key}"),
                )
            }
        }
    }
}

impl SettingsFault {
    /// Where, what, and what to do: one or two lines.
    pub fn message(&self, lang: Lang) -> String {
        format!("{}{}", self.at.localized(lang), self.reason.message(lang))
    }
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for SettingsFault {}
