//! What was written: the text of a setting with the place where it stands, and the settings of one source
//! by their keys. What a text means is read in `value.rs`.

use std::collections::HashMap;
use std::path::PathBuf;

use super::fault::{SettingPlace, SettingsFault};
use super::reason::Reason;

/// The keys of all settings that are one text each; `FANREPLY_` and a key in capitals is its variable.
pub const KEYS: [&str; 24] = [
    "listen",
    "admin_listen",
    "rules",
    "data",
    "store",
    "store_file",
    "app_secret",
    "app_secret_file",
    "access_token",
    "access_token_file",
    "account_id",
    "api_base",
    "api_plain_http",
    "send_rate",
    "signature_max_age",
    "nonce_once",
    "time_zone",
    "record",
    "log",
    "log_format",
    "admin_password",
    "admin_password_file",
    "admin_hosts",
    "trusted_proxies",
];

/// One text and where it was written. It has no `Debug`: it may be a secret.
#[derive(Clone)]
pub struct Written {
    /// Never empty.
    text: String,
    pub at: SettingPlace,
}

impl Written {
    pub fn of_text(text: impl Into<String>, at: SettingPlace) -> Self {
        Self { text: text.into(), at }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// A path; one in the settings file is relative to that file's folder.
    pub fn path(&self) -> PathBuf {
        self.at.folder().join(&self.text)
    }
}

/// What one source says, by key.
#[derive(Default)]
pub struct Layer(HashMap<&'static str, Written>);

impl Layer {
    pub fn get(&self, key: &str) -> Option<&Written> {
        self.0.get(key)
    }

    /// The settings that name the file of a secret.
    pub fn secret_files(&self) -> impl Iterator<Item = &Written> {
        self.0.iter().filter(|(key, _)| key.ends_with("_file")).map(|(_, written)| written)
    }

    pub fn set(&mut self, key: &'static str, written: Written) {
        self.0.insert(key, written);
    }

    /// Adds what else this source says.
    ///
    /// # Errors
    /// A secret stands in it in both forms.
    pub fn add(&mut self, key: &'static str, written: Written) -> Result<(), SettingsFault> {
        if let Some(other) = self.get(&other_form(key)) {
            return Err(written.at.refuse(Reason::BothForms { other: other.at.name() }));
        }
        self.set(key, written);
        Ok(())
    }

    /// Puts a source over this one. A secret in either form replaces both.
    pub fn overlay(&mut self, upper: Self) {
        for (key, written) in upper.0 {
            self.0.remove(&*other_form(key));
            self.set(key, written);
        }
    }
}

/// A secret is written itself, or as the path of a file: the key of the other form.
fn other_form(key: &str) -> String {
    key.strip_suffix("_file").map_or_else(|| format!("{key}_file"), str::to_owned)
}
