//! What the text of a setting means: addresses, numbers, spans, zones, names. Every refusal names the place
//! of the text; texts that may hold a password are not repeated in it.

use std::net::{IpAddr, SocketAddr};

use hyper::Uri;
use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::tz::{TimeZone, TimeZoneName};

use super::Store;
use super::fault::SettingsFault;
use super::reason::{Reason, Suggestion};
use super::written::Written;
use crate::model::id::UserId;
use crate::platform;
use crate::schedule::duration;
use crate::telemetry::LogFormat;
use crate::words::nearest::nearest;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
const FASTEST_RATE: f64 = 1000.0;
/// About four messages an hour. With less, most promises would end before their turn.
const SLOWEST_RATE: f64 = 0.001;
const LONGEST_NAME: usize = 64;
/// Recorded messages; some hundred megabytes.
const MOST_RECORDED: u32 = 1_000_000;

impl Written {
    pub fn address(&self) -> Result<SocketAddr, SettingsFault> {
        self.plain().parse().map_err(|_| self.refuse(|text| Reason::NotAnAddress { text }))
    }

    pub fn rate(&self) -> Result<f64, SettingsFault> {
        let rate = self.plain().parse().ok().filter(|rate| (SLOWEST_RATE..=FASTEST_RATE).contains(rate));
        let not_a_rate = |text| Reason::NotARate { text, least: SLOWEST_RATE, most: FASTEST_RATE };
        rate.ok_or_else(|| self.refuse(not_a_rate))
    }

    /// A span of time; `0` means any.
    pub fn max_age(&self) -> Result<Option<SignedDuration>, SettingsFault> {
        if self.plain() == "0" {
            return Ok(None);
        }
        let span = duration::parse(self.plain());
        let span = span.map_err(|_| self.refuse(|text| Reason::NotASpan { text }))?;
        Ok(Some(span).filter(|span| !span.is_zero()))
    }

    pub fn zone(&self) -> Result<TimeZone, SettingsFault> {
        TimeZone::get(self.plain()).map_err(|_| {
            let meant = Suggestion(nearest_zone(self.plain()));
            self.refuse(|text| Reason::UnknownZone { text, meant })
        })
    }

    /// A number of messages, or `off`.
    pub fn record(&self) -> Result<Option<u32>, SettingsFault> {
        if matches!(self.plain(), "off" | "0") {
            return Ok(None);
        }
        let number = self.plain().parse().ok().filter(|number| (1..=MOST_RECORDED).contains(number));
        number
            .map(Some)
            .ok_or_else(|| self.refuse(|text| Reason::NotANumberToRecord { text, most: MOST_RECORDED }))
    }

    /// A filter of the log. A word alone must be a level: any other would be taken for a part of the program.
    pub fn log_filter(&self) -> Result<String, SettingsFault> {
        for part in self.plain().split(',').map(str::trim).filter(|part| !part.contains('[')) {
            let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
            if !LEVELS.iter().any(|known| level.eq_ignore_ascii_case(known))
                && !(0..=5).any(|number| level == number.to_string())
            {
                let (text, known) = (level.to_owned(), LEVELS.join(", "));
                return Err(self.at.refuse(Reason::NotALogLevel { text, meant: level_meant(level), known }));
            }
        }
        Ok(self.plain().to_owned())
    }

    pub fn log_format(&self) -> Result<LogFormat, SettingsFault> {
        match self.plain() {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(self.refuse(|text| Reason::NotALogFormat { text })),
        }
    }

    pub fn user_id(&self) -> Result<UserId, SettingsFault> {
        (platform::DEFAULT.read_id)(self.plain()).map_err(|_| self.refuse(|text| Reason::NotAUserId { text }))
    }

    /// `http://` or `https://`, a host, perhaps a path; no password, which would end up in a log.
    pub fn api_base(&self) -> Result<String, SettingsFault> {
        let base = self.plain().trim_end_matches('/');
        let uri: Option<Uri> = base.parse().ok();
        let good = uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
                && uri.query().is_none()
        });
        if good { Ok(base.to_owned()) } else { Err(self.at.refuse(Reason::NotAnApiBase)) }
    }

    /// Addresses and networks between commas.
    pub fn networks(&self) -> Result<Vec<IpNet>, SettingsFault> {
        let network =
            |text: &str| text.parse().or_else(|_| text.parse().map(|address: IpAddr| address.into()));
        let refused = |text: &str| self.at.refuse(Reason::NotANetwork { text: text.to_owned() });
        self.items().map(|text| network(text).map_err(|_| refused(text))).collect()
    }

    fn items(&self) -> impl Iterator<Item = &str> {
        self.plain().split(',').map(str::trim).filter(|item| !item.is_empty())
    }

    /// `yes` or `no`, as YAML knows them.
    pub fn switch(&self) -> Result<bool, SettingsFault> {
        match self.plain().to_ascii_lowercase().as_str() {
            "yes" | "true" | "on" | "1" => Ok(true),
            "no" | "false" | "off" | "0" => Ok(false),
            _ => Err(self.refuse(|text| Reason::NotASwitch { text })),
        }
    }

    /// Host names and addresses between commas.
    pub fn hosts(&self) -> Result<Vec<String>, SettingsFault> {
        self.items().map(|host| host_name(host).ok_or_else(|| self.at.refuse(not_a_host(host)))).collect()
    }

    pub fn account_name(&self) -> Result<String, SettingsFault> {
        let name = self.plain();
        let good = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            && name.chars().count() <= LONGEST_NAME;
        if good {
            Ok(name.to_owned())
        } else {
            Err(self.refuse(|name| Reason::BadAccountName { name, most: LONGEST_NAME }))
        }
    }

    /// `sqlite:PATH` or `postgres://…`.
    pub fn store(&self) -> Result<Store, SettingsFault> {
        let text = self.plain();
        // SQLite takes `:memory:` and `file:…?mode=memory` for places that no restart finds again
        let is_file =
            |path: &&str| !path.is_empty() && !path.starts_with([':', '?']) && !path.starts_with("file:");
        if let Some(path) = text.strip_prefix("sqlite:").filter(is_file) {
            return Ok(Store::Sqlite(self.at.folder().join(path)));
        }
        let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if postgres { Ok(Store::Postgres(text.into())) } else { Err(self.at.refuse(Reason::NotAStore)) }
    }

    fn plain(&self) -> &str {
        self.text().trim()
    }

    fn refuse(&self, reason: impl FnOnce(String) -> Reason) -> SettingsFault {
        self.at.refuse(reason(self.plain().to_owned()))
    }
}

/// The level that was perhaps meant: another program's word for it, or nearly the same letters.
fn level_meant(word: &str) -> Suggestion {
    let word = word.to_ascii_lowercase();
    let others =
        [("warning", "warn"), ("err", "error"), ("none", "off"), ("silent", "off"), ("verbose", "debug")];
    let other = others.iter().find(|(other, _)| *other == word).map(|(_, level)| *level);
    Suggestion(other.or_else(|| nearest(&word, LEVELS)).map(str::to_owned))
}

/// A host as it stands in a `Host` header, without its port, in lower case.
fn host_name(text: &str) -> Option<String> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let good = bare.parse::<IpAddr>().is_ok() || text.chars().all(lawful);
    good.then(|| bare.to_ascii_lowercase())
}

fn not_a_host(host: &str) -> Reason {
    Reason::NotAHost { text: host.to_owned() }
}

/// The zone that was perhaps meant: a city without its continent, Chinese time under another name, or
/// nearly the same letters.
fn nearest_zone(text: &str) -> Option<String> {
    let plain = text.replace(' ', "_").to_ascii_lowercase();
    let chinese = ["beijing", "北京", "上海", "中国", "+8", "+08"];
    if chinese.iter().any(|name| plain.contains(name)) {
        return Some("Asia/Shanghai".to_owned());
    }
    let names: Vec<_> = jiff::tz::db().available().collect();
    let city = |name: &&TimeZoneName| {
        name.as_str().rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&plain))
    };
    let same_city = names.iter().find(city).map(TimeZoneName::as_str);
    same_city.or_else(|| nearest(text, names.iter().map(TimeZoneName::as_str))).map(str::to_owned)
}
