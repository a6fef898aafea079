//! Secrets: written as they are, or as the path of a file that holds them. No fault repeats one.

use std::io;
use std::path::Path;

use secrecy::SecretString;

use super::fault::SettingsFault;
use super::reason::{Reason, Why};
use super::written::{Layer, Written};
use crate::disk::{self, secret_in};

/// Bytes of a secret's file.
const LONGEST_SECRET: u64 = 64 << 10;

impl Layer {
    /// The secret of this key, read from its file when it is written as one.
    ///
    /// # Errors
    /// The file cannot be used, or the secret has a blank where it cannot be meant.
    pub fn secret(&self, key: &'static str) -> Result<Option<Written>, SettingsFault> {
        let secret = match self.get(key) {
            Some(written) => Some(Written::of_text(secret_in(written.text()), written.at.clone())),
            None => self.get(&format!("{key}_file")).map(secret_in_file).transpose()?,
        };
        match secret {
            Some(secret) if has_stray_blank(key, secret.text()) => {
                Err(secret.at.refuse(Reason::BlankInSecret))
            }
            secret => Ok(secret),
        }
    }
}

fn secret_in_file(file: &Written) -> Result<Written, SettingsFault> {
    let path = file.path();
    let refuse = |reason| file.at.refuse(reason);
    if !looks_like_path(file.text()) && !path.exists() {
        return Err(refuse(Reason::NoSuchPath));
    }
    Ok(Written::of_text(read_secret(&path).map_err(refuse)?, file.at.clone()))
}

/// Whether a text cannot be the secret itself, so that it may be shown. A token holds dots, an address slashes.
fn looks_like_path(text: &str) -> bool {
    text.contains('/') && !text.contains("://")
}

/// The platform's secrets hold no blank, and a password neither begins nor ends with one: it slipped in.
fn has_stray_blank(key: &str, secret: &str) -> bool {
    match key {
        "app_secret" | "access_token" => secret.contains(char::is_whitespace),
        "admin_password" => secret.trim() != secret,
        _ => false,
    }
}

impl Written {
    pub fn into_secret(self) -> SecretString {
        self.text().to_owned().into()
    }
}

/// The content of a small text file without what an editor put round it.
fn read_secret(path: &Path) -> Result<String, Reason> {
    let name = path.display().to_string();
    let bytes = read_bounded(path, LONGEST_SECRET)?;
    let Ok(text) = String::from_utf8(bytes) else { return Err(Reason::NotText { path: name }) };
    match secret_in(&text) {
        secret if secret.trim().is_empty() => Err(Reason::EmptyFile { path: name }),
        secret => Ok(secret.to_owned()),
    }
}

/// All bytes of a file that is no longer than `limit` bytes.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, Reason> {
    let unreadable =
        |error: io::Error| Reason::Unreadable { path: path.display().to_string(), why: Why(error) };
    let bytes = disk::read_or_receive(path, limit).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Reason::TooLarge { path: path.display().to_string(), kilobytes: limit >> 10 });
    }
    Ok(bytes)
}
