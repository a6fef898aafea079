//! The settings file: YAML with a fixed set of keys, every value a text with its place. What a text means
//! is not looked at here, apart from `${VARIABLE}` in secrets.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_yaml::{Error, Location, Spanned};

use super::environment::Environment;
use super::fault::{SettingPlace, SettingsFault};
use super::reason::{Reason, Suggestion, Why};
use super::secret::read_bounded;
use super::written::{Layer, Written};
use crate::words::nearest::nearest;

/// The file that is used when none is named.
const USUAL_FILE: &str = "fanreply.yaml";
const LARGEST_FILE: u64 = 1 << 20;
/// Values in which `${VARIABLE}` is replaced.
const SECRETS: [&str; 4] = ["store", "app_secret", "access_token", "admin_password"];

/// What the file says.
#[derive(Default)]
pub struct File {
    pub written: Layer,
    /// The list of accounts, when there is one; never empty.
    pub accounts: Option<Vec<AccountTable>>,
}

/// One item of `accounts:`.
pub struct AccountTable {
    pub at: SettingPlace,
    pub written: Layer,
}

type Text = Option<Spanned<String>>;

/// Declares a mapping of the file whose values are texts, and turns it into pairs of key and text.
macro_rules! table {
    ($name:ident { $($key:ident),* $(,)? } $($more:ident : $ty:ty),*) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name { $($key: Text,)* $($more: $ty,)* }

        impl $name {
            fn texts(&mut self) -> impl Iterator<Item = (&'static str, Spanned<String>)> + use<> {
                [$((stringify!($key), self.$key.take())),*]
                    .into_iter()
                    .filter_map(|(key, text)| Some((key, text?)))
            }
        }
    };
}

table! {
    Root {
        listen, admin_listen, rules, data, store, store_file, app_secret, app_secret_file, access_token,
        access_token_file, account_id, api_base, api_plain_http, send_rate, signature_max_age, nonce_once, time_zone, record, log,
        log_format, admin_password, admin_password_file,
    }
    admin_hosts: Option<Vec<Spanned<String>>>,
    trusted_proxies: Option<Vec<Spanned<String>>>,
    accounts: Option<Spanned<Vec<Spanned<Account>>>>
}

table! {
    Account {
        name, id, app_secret, app_secret_file, access_token, access_token_file, rules, time_zone,
    }
}

impl File {
    /// Reads the file at this path, or the usual one if it is there.
    pub fn read(path: Option<&Path>, environment: &mut Environment) -> Result<Self, SettingsFault> {
        let named = path.is_some();
        let path: Arc<Path> = path.unwrap_or(Path::new(USUAL_FILE)).into();
        let bytes = match read_bounded(&path, LARGEST_FILE) {
            Ok(bytes) => bytes,
            Err(Reason::Unreadable { why: Why(error), .. })
                if !named && error.kind() == io::ErrorKind::NotFound =>
            {
                return Ok(Self::default());
            }
            // the reason names the file itself
            Err(reason) => return Err(SettingPlace::Default.refuse(reason)),
        };
        let text = String::from_utf8(bytes).map_err(|_| {
            SettingPlace::Default.refuse(Reason::NotText { path: path.display().to_string() })
        })?;
        let text = text.trim_start_matches('\u{FEFF}');
        // a file of comments alone says nothing
        let options = serde_yaml::options! { with_snippet: false, reject_unsupported_tags: true };
        let root: Option<Root> =
            serde_yaml::from_str_with_options(text, options).map_err(|error| fault_of(&error, &path))?;
        match root {
            Some(root) => Source { path: &path, environment }.file(root),
            None => Ok(Self::default()),
        }
    }
}

/// The file while its values are taken in.
struct Source<'a> {
    path: &'a Arc<Path>,
    environment: &'a mut Environment,
}

impl Source<'_> {
    fn file(&mut self, mut root: Root) -> Result<File, SettingsFault> {
        let mut written = self.layer(root.texts())?;
        for (key, list) in [("admin_hosts", root.admin_hosts), ("trusted_proxies", root.trusted_proxies)] {
            let Some(first) = list.iter().flatten().next() else { continue };
            let at = self.place(first.referenced, Some(key));
            let items: Vec<String> = list.into_iter().flatten().map(|item| item.value).collect();
            written.set(key, Written::of_text(items.join(","), at));
        }
        let accounts = root.accounts.map(|accounts| self.accounts(accounts)).transpose()?;
        Ok(File { written, accounts })
    }

    fn accounts(&mut self, list: Spanned<Vec<Spanned<Account>>>) -> Result<Vec<AccountTable>, SettingsFault> {
        if list.value.is_empty() {
            return Err(self.place(list.referenced, Some("accounts")).refuse(Reason::NoAccounts));
        }
        let mut accounts = Vec::with_capacity(list.value.len());
        for mut account in list.value {
            let at = self.place(account.referenced, Some("accounts"));
            accounts.push(AccountTable { at, written: self.layer(account.value.texts())? });
        }
        Ok(accounts)
    }

    fn layer(
        &mut self,
        texts: impl Iterator<Item = (&'static str, Spanned<String>)>,
    ) -> Result<Layer, SettingsFault> {
        let mut layer = Layer::default();
        for (key, Spanned { value, referenced, .. }) in texts {
            let at = self.place(referenced, Some(key));
            let text = if SECRETS.contains(&key) { self.environment.expand(&value, &at)? } else { value };
            if !text.trim().is_empty() {
                layer.add(key, Written::of_text(text, at))?;
            }
        }
        Ok(layer)
    }

    fn place(&self, location: Location, key: Option<&'static str>) -> SettingPlace {
        place(self.path, location, key)
    }
}

fn place(path: &Arc<Path>, location: Location, key: Option<&'static str>) -> SettingPlace {
    SettingPlace::File { path: path.clone(), line: location.line(), column: location.column(), key }
}

/// Our own words for what the YAML library found. Its words are kept for broken YAML alone: elsewhere
/// they may repeat a value.
fn fault_of(error: &Error, path: &Arc<Path>) -> SettingsFault {
    let at = error.location().map_or_else(|| SettingPlace::whole_file(path), |at| place(path, at, None));
    at.refuse(match error.without_snippet() {
        Error::SerdeUnknownField { field, expected, .. } => Reason::UnknownKey {
            key: field.clone(),
            meant: Suggestion(nearest(field, expected.iter().copied()).map(str::to_owned)),
            known: expected.join(", "),
        },
        Error::DuplicateMappingKey { key, .. } => {
            Reason::DuplicateKey { key: key.clone().unwrap_or_default() }
        }
        Error::ExternalMessage { msg, .. } => Reason::NotYaml { reason: msg.clone() },
        _ => Reason::WrongForm,
    })
}
