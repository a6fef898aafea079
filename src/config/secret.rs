//! Secrets: written as they are, or as the path of a file that holds them. Never shown in a fault.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use secrecy::SecretString;

use super::fault::SettingsFault;
use super::reason::{Reason, Why};
use super::written::{Layer, Written};

/// Bytes of a secret's file.
const LONGEST_SECRET: u64 = 64 << 10;

impl Layer {
    /// The secret of this key, read from its file when it is written as one.
    pub fn secret(&self, key: &'static str) -> Result<Option<Written>, SettingsFault> {
        if let Some(written) = self.get(key) {
            return Ok(Some(written.clone()));
        }
        let Some(file) = self.get(&format!("{key}_file")) else { return Ok(None) };
        let path = file.path();
        let text = read_secret(&path).map_err(|reason| file.at.refuse(reason))?;
        Ok(Some(Written::of_text(text, file.at.clone())))
    }
}

impl Written {
    pub fn into_secret(self) -> SecretString {
        without_newline(self.text()).to_owned().into()
    }
}

/// The content of a small text file without its last newline.
fn read_secret(path: &Path) -> Result<String, Reason> {
    let shown = path.display().to_string();
    let bytes = read_bounded(path, LONGEST_SECRET)?;
    let Ok(text) = String::from_utf8(bytes) else { return Err(Reason::NotText { path: shown }) };
    match without_newline(&text) {
        "" => Err(Reason::EmptyFile { path: shown }),
        secret => Ok(secret.to_owned()),
    }
}

/// All bytes of a file that is no longer than `limit` bytes.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, Reason> {
    let unreadable =
        |error: io::Error| Reason::Unreadable { path: path.display().to_string(), why: Why(error) };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Reason::TooLarge { path: path.display().to_string(), kilobytes: limit >> 10 });
    }
    Ok(bytes)
}

fn without_newline(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}
