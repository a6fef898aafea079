//! What is doubtful in settings that can be used: secrets that others can guess or read.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use secrecy::ExposeSecret;

use super::fault::SettingsWarning;
use super::{Settings, is_loopback};

/// Characters of an AppSecret that nobody guesses; the platform's own have 32 (docs/protocol.md 1).
const LEAST_SECRET: usize = 8;
/// Anybody may read a file, or go through a folder.
const READABLE: u32 = 0o004;
const PASSABLE: u32 = 0o001;
/// Where container platforms mount secrets: with modes of their own, and for one user alone.
const OF_CONTAINERS: &str = "/run/secrets";

/// Accounts whose signature other machines could guess.
pub fn short_secrets(settings: &Settings) -> Vec<SettingsWarning> {
    if is_loopback(settings.listen) {
        return Vec::new();
    }
    let is_short = |secret: &secrecy::SecretString| secret.expose_secret().chars().count() < LEAST_SECRET;
    let short = settings.accounts.iter().filter(|account| account.app_secret.as_ref().is_some_and(is_short));
    short
        .map(|account| SettingsWarning::ShortSecret {
            account: account.name.clone(),
            address: settings.listen,
        })
        .collect()
}

/// The file of a secret, if every user of the machine can read it.
pub fn open_file(path: &Path) -> Option<SettingsWarning> {
    let real = fs::canonicalize(path).ok()?;
    if real.starts_with(OF_CONTAINERS) {
        return None;
    }
    let file = fs::metadata(&real).ok()?;
    let is_passable = |folder: &Path| fs::metadata(folder).is_ok_and(|folder| folder.mode() & PASSABLE != 0);
    let is_open = file.is_file() && file.mode() & READABLE != 0 && real.ancestors().skip(1).all(is_passable);
    is_open.then(|| SettingsWarning::OpenSecretFile { path: path.into() })
}
