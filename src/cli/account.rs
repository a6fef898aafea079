//! The account in whose name a command calls the platform, and the call itself. Where there are several accounts, one
//! must be named. A call is made once.

use anyhow::anyhow;
use clap::{Arg, ArgMatches};
use secrecy::SecretString;

use super::option;
use super::page::err;
use super::serve::on_the_way;
use super::session::Session;
use crate::config::{AccountSettings, Settings};
use crate::platform::route::proxy;
use crate::platform::{self, CallFault, Platform, Protocol};
use crate::words::lang::Lang;

/// `--account NAME`
pub fn argument(lang: Lang) -> Arg {
    option("account", "NAME", lang.pick("Which of several accounts", "用哪个账号（有多个账号时）"))
}

/// The account that `--account` names, or else the first.
///
/// # Errors
///
/// There is no account of this name.
pub fn named<'s>(
    session: &Session,
    settings: &'s Settings,
    matches: &ArgMatches,
) -> anyhow::Result<&'s AccountSettings> {
    let name = matches.get_one::<String>("account");
    let found = settings.accounts.iter().find(|account| name.is_none_or(|name| account.name == *name));
    found.ok_or_else(|| {
        let names = names(settings);
        session.fault(
            format!("there is no such account; there are: {names}"),
            format!("没有这个账号，已有的是：{names}"),
        )
    })
}

fn names(settings: &Settings) -> String {
    settings.accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// One account, as a command speaks for it.
pub struct Caller<'s> {
    pub session: &'s Session,
    pub settings: &'s Settings,
    pub account: &'s AccountSettings,
}

impl<'s> Caller<'s> {
    /// # Errors
    ///
    /// No account has this name, or there are several and none was named.
    pub fn of(session: &'s Session, settings: &'s Settings, matches: &ArgMatches) -> anyhow::Result<Self> {
        if settings.accounts.len() > 1 && !matches.contains_id("account") {
            let names = names(settings);
            return Err(session.fault(
                format!("there are several accounts: {names}; choose one with --account"),
                format!("有多个账号：{names}；请用 --account 选择一个"),
            ));
        }
        let account = named(session, settings, matches)?;
        Ok(Self { session, settings, account })
    }

    /// Makes one call, on a connection of its own: an operator may think for long between two calls, and a request on
    /// a connection that has died meanwhile may or may not have arrived.
    ///
    /// # Errors
    ///
    /// The account has no token, `FANREPLY_API_BASE` cannot be used, or the call failed.
    pub fn call<T>(
        &self,
        call: impl AsyncFnOnce(&Protocol, &Platform, &SecretString) -> Result<T, CallFault>,
    ) -> anyhow::Result<T> {
        let lang = self.session.lang;
        let token = self.account.access_token.as_ref().ok_or_else(|| self.no_token())?;
        if let Some(proxy) = proxy(self.settings.api_base.as_deref()).filter(|proxy| proxy.sees_token) {
            err!("{}", self.session.page().warning(&on_the_way(self.session, &proxy)));
        }
        let protocol = platform::of(self.account.profile);
        let platform = Platform::new(self.settings.api_base.as_deref())
            .map_err(|fault| anyhow!("{}", fault.message(lang)))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(call(protocol, &platform, token)).map_err(|fault| anyhow!("{}", fault.message(lang)))
    }

    fn no_token(&self) -> anyhow::Error {
        let name = &self.account.name;
        self.session.fault(
            format!(
                "the account {name} has no access token: set FANREPLY_ACCESS_TOKEN, or in a list of \
                 accounts its `access_token`"
            ),
            format!(
                "账号 {name} 没有 access token：请设置 FANREPLY_ACCESS_TOKEN；如果设置文件里有账号列表，\
                 请写上该账号的 `access_token`"
            ),
        )
    }
}
