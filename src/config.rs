//! Settings: what the operator wrote on the command line, in the environment and in `fanreply.yaml`,
//! checked and merged. No secret is ever printed.
//!
//! The command line overrides the environment, the environment the file, and the file the defaults. Nothing is
//! ignored silently: what was written is used, or refused, or warned of.

mod doubt;
mod environment;
mod fault;
mod file;
mod reason;
mod secret;
#[cfg(test)]
mod tests;
mod value;
mod written;

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::model::id::UserId;
use crate::model::profile::Profile;
use crate::platform;
use crate::platform::route::is_readable_on_the_way;
use crate::telemetry::LogFormat;

use environment::Environment;
pub use fault::{SettingPlace, SettingsFault, SettingsWarning};
use file::{AccountTable, File};
pub use reason::{Reason, Suggestion, Why};
use written::{Layer, Written};

/// Where settings are looked for.
#[derive(Default)]
pub struct Sources {
    /// The file of `--config`, which must be there; without it `./fanreply.yaml`, which may be missing.
    pub file: Option<PathBuf>,
    /// All variables of the environment; those that do not begin with `FANREPLY_` are only read where
    /// the file says `${VARIABLE}`.
    pub environment: Vec<(String, String)>,
    /// `--rules`
    pub rules: Option<PathBuf>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// Whether listeners will be opened: only then must they be guarded.
    pub serves: bool,
}

/// Everything that can be set, checked.
#[derive(Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    /// Never open to other machines without an `admin_password`.
    pub admin_listen: SocketAddr,
    /// The rules folder of every account that names none of its own.
    pub rules: PathBuf,
    pub data: PathBuf,
    pub store: Store,
    /// At least one; names and ids are unique.
    pub accounts: Vec<AccountSettings>,
    /// One base for all calls to the platform, without a slash at its end; none for its own hosts.
    pub api_base: Option<String>,
    /// Whether the token may travel in plain text to another machine.
    pub api_plain_http: bool,
    /// Customer-service messages per second and account; above 0, at most 1000.
    pub send_rate: f64,
    /// How far a signature's timestamp may lie from the clock, either way; none for any distance.
    pub signature_max_age: Option<SignedDuration>,
    /// Whether a signature counts for one message alone.
    pub nonce_once: bool,
    pub zone: TimeZone,
    /// How many of the most recent messages are kept, texts and all; none unless the operator wants it.
    pub record: Option<u32>,
    /// The filter of the log: each word that stands alone in it is a level.
    pub log: String,
    pub log_format: LogFormat,
    pub admin_password: Option<SecretString>,
    /// Lower-case host names and addresses, besides loopback, under which the admin side may be used.
    pub admin_hosts: Vec<String>,
    /// The proxies in front that are believed when they say who the client is.
    pub trusted_proxies: Vec<IpNet>,
}

/// Where deliveries and contacts are kept.
#[derive(Debug)]
pub enum Store {
    Sqlite(PathBuf),
    /// The whole address; it may hold a password.
    Postgres(SecretString),
}

/// One verified account.
#[derive(Debug)]
pub struct AccountSettings {
    /// Letters, digits, `-` and `_`: it stands in addresses.
    pub name: String,
    /// None: messages to any receiver are answered.
    pub id: Option<UserId>,
    /// None only while the public address is loopback.
    pub app_secret: Option<SecretString>,
    pub access_token: Option<SecretString>,
    /// Where the token was read from, to read it again when it was renewed.
    pub token_file: Option<PathBuf>,
    pub rules: PathBuf,
    pub zone: TimeZone,
    /// Of its platform.
    pub profile: &'static Profile,
}

/// The name of the only account when the file lists none.
const ONLY_ACCOUNT: &str = "default";
/// Settings that belong to one account and therefore stand inside a list of accounts.
const OF_ONE_ACCOUNT: [&str; 5] =
    ["app_secret", "app_secret_file", "access_token", "access_token_file", "account_id"];

/// Reads and checks all settings.
///
/// # Errors
/// The first fault found, with its place.
pub fn load(sources: &Sources) -> Result<(Settings, Vec<SettingsWarning>), SettingsFault> {
    let mut environment = Environment::new(&sources.environment);
    let file = File::read(sources.file.as_deref(), &mut environment)?;
    let mut written = file.written;
    written.overlay(environment.layer()?);

    let mut warnings = environment.unknown();
    if let Some(accounts) = &file.accounts {
        refuse_single_account(&written, &environment)?;
        warnings.extend(unused_rules(sources, &written, accounts));
    }
    let listed = file.accounts.is_some();
    let lists = file.accounts.iter().flatten().map(|account| &account.written);
    let secret_files: Vec<PathBuf> =
        lists.chain([&written]).flat_map(Layer::secret_files).map(Written::path).collect();
    let settings = resolve(sources, &written, file.accounts)?;
    refuse_plain_text(&settings, &written)?;
    if sources.serves {
        refuse_open_doors(&settings, &written, listed)?;
        warnings.extend(doubt::short_secrets(&settings));
        warnings.extend(secret_files.iter().filter_map(|path| doubt::open_file(path)));
    }
    Ok((settings, warnings))
}

fn resolve(
    sources: &Sources,
    written: &Layer,
    accounts: Option<Vec<AccountTable>>,
) -> Result<Settings, SettingsFault> {
    let folder = |option: &Option<PathBuf>, key| {
        option.clone().or_else(|| written.get(key).map(Written::path)).unwrap_or_else(|| key.into())
    };
    let rules = folder(&sources.rules, "rules");
    let data = folder(&sources.data, "data");
    let zone = written.get("time_zone").map_or_else(default_zone, Written::zone)?;
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Ok(Settings {
        listen: written.get("listen").map_or(Ok(loopback(8080)), Written::address)?,
        admin_listen: written.get("admin_listen").map_or(Ok(loopback(8081)), Written::address)?,
        store: match written.secret("store")? {
            Some(store) => store.store()?,
            None => Store::Sqlite(data.join("fanreply.db")),
        },
        accounts: match accounts {
            Some(accounts) => listed_accounts(accounts, &rules, &zone)?,
            None => vec![only_account(written, &rules, &zone)?],
        },
        api_base: written.get("api_base").map(Written::api_base).transpose()?,
        api_plain_http: written.get("api_plain_http").map_or(Ok(false), Written::switch)?,
        send_rate: written.get("send_rate").map_or(Ok(2.0), Written::rate)?,
        signature_max_age: written
            .get("signature_max_age")
            .map_or(Ok(Some(SignedDuration::from_hours(1))), Written::max_age)?,
        nonce_once: written.get("nonce_once").map_or(Ok(false), Written::switch)?,
        record: written.get("record").map_or(Ok(None), Written::record)?,
        log: written.get("log").map_or(Ok("info".to_owned()), Written::log_filter)?,
        log_format: written.get("log_format").map_or(Ok(LogFormat::Text), Written::log_format)?,
        admin_password: written.secret("admin_password")?.map(Written::into_secret),
        admin_hosts: written.get("admin_hosts").map_or(Ok(Vec::new()), Written::hosts)?,
        trusted_proxies: written.get("trusted_proxies").map_or(Ok(Vec::new()), Written::networks)?,
        rules,
        data,
        zone,
    })
}

fn default_zone() -> Result<TimeZone, SettingsFault> {
    Written::of_text("Asia/Shanghai", SettingPlace::Default).zone()
}

fn only_account(written: &Layer, rules: &Path, zone: &TimeZone) -> Result<AccountSettings, SettingsFault> {
    let id = written.get("account_id").map(Written::user_id).transpose()?;
    account(written, ONLY_ACCOUNT.to_owned(), id, rules, zone)
}

/// The account of these settings, with the rules and the zone of all.
fn account(
    written: &Layer,
    name: String,
    id: Option<UserId>,
    rules: &Path,
    zone: &TimeZone,
) -> Result<AccountSettings, SettingsFault> {
    Ok(AccountSettings {
        name,
        id,
        app_secret: written.secret("app_secret")?.map(Written::into_secret),
        access_token: written.secret("access_token")?.map(Written::into_secret),
        token_file: written.get("access_token_file").map(Written::path),
        rules: rules.to_owned(),
        zone: zone.clone(),
        profile: platform::DEFAULT,
    })
}

fn listed_accounts(
    tables: Vec<AccountTable>,
    rules: &Path,
    zone: &TimeZone,
) -> Result<Vec<AccountSettings>, SettingsFault> {
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    let mut accounts = Vec::with_capacity(tables.len());
    for AccountTable { at, written } in tables {
        let name = written.get("name").ok_or_else(|| at.refuse(Reason::NoAccountName))?;
        let id = written.get("id").map(|id| Ok((id, id.user_id()?))).transpose()?;
        let mut account =
            account(&written, name.account_name()?, id.as_ref().map(|(_, number)| *number), rules, zone)?;
        if let Some(own) = written.get("rules") {
            account.rules = own.path();
        }
        if let Some(own) = written.get("time_zone") {
            account.zone = own.zone()?;
        }
        if !names.insert(account.name.clone()) {
            return Err(name.at.refuse(Reason::SameName { name: account.name }));
        }
        if let Some((id, number)) = id.filter(|(_, number)| !ids.insert(*number)) {
            return Err(id.at.refuse(Reason::SameId { id: number }));
        }
        if account.id.is_none() && accounts.iter().any(|other: &AccountSettings| other.id.is_none()) {
            return Err(at.refuse(Reason::SecondWithoutId));
        }
        accounts.push(account);
    }
    Ok(accounts)
}

/// With a list of accounts, what belongs to one account must stand in it; a variable that the list itself
/// refers to does.
fn refuse_single_account(written: &Layer, environment: &Environment) -> Result<(), SettingsFault> {
    for key in OF_ONE_ACCOUNT {
        let Some(lone) = written.get(key) else { continue };
        if matches!(&lone.at, SettingPlace::Variable(name) if environment.is_referred_to(name)) {
            continue;
        }
        let inside = if key == "account_id" { "id" } else { key };
        return Err(lone.at.refuse(Reason::BesideAccounts { inside }));
    }
    Ok(())
}

/// A rules folder named above the file means nothing when every account has its own.
fn unused_rules(sources: &Sources, written: &Layer, accounts: &[AccountTable]) -> Option<SettingsWarning> {
    let unused = accounts.iter().all(|account| account.written.get("rules").is_some());
    let at = match &sources.rules {
        Some(_) => SettingPlace::CommandLine("--rules"),
        None => written.get("rules")?.at.clone(),
    };
    unused.then_some(SettingsWarning::UnusedRules { at })
}

/// A token that travels in plain text belongs to whoever stands on the way.
fn refuse_plain_text(settings: &Settings, written: &Layer) -> Result<(), SettingsFault> {
    let has_token = settings.accounts.iter().any(|account| account.access_token.is_some());
    match (&settings.api_base, written.get("api_base")) {
        (Some(base), Some(at)) if has_token && !settings.api_plain_http && is_readable_on_the_way(base) => {
            Err(at.at.refuse(Reason::PlainApi { base: base.clone() }))
        }
        _ => Ok(()),
    }
}

/// What other machines can reach must be able to tell friend from foe.
fn refuse_open_doors(settings: &Settings, written: &Layer, listed: bool) -> Result<(), SettingsFault> {
    let at = |key| written.get(key).map_or(SettingPlace::Default, |written| written.at.clone());
    if !is_loopback(settings.admin_listen) && settings.admin_password.is_none() {
        return Err(at("admin_listen").refuse(Reason::OpenAdmin { address: settings.admin_listen }));
    }
    let address = settings.listen;
    let unguarded = settings.accounts.iter().find(|account| account.app_secret.is_none());
    match unguarded {
        None => Ok(()),
        Some(_) if is_loopback(address) => Ok(()),
        Some(_) if !listed => Err(at("listen").refuse(Reason::NoAppSecret { address })),
        Some(AccountSettings { name, .. }) => {
            Err(at("listen").refuse(Reason::AccountWithoutSecret { address, account: name.clone() }))
        }
    }
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}
