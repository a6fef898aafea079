//! `fanreply healthcheck`: whether the local server lives, for `HEALTHCHECK` in an image without a shell.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::page::out;
use super::session::Session;
use super::{CommandResult, local};
use crate::words::lang::Lang;

pub fn command(lang: Lang) -> Command {
    Command::new("healthcheck").about(lang.pick(
        "Exit 0 when the local server lives; /readyz tells whether rules are in service",
        "本机服务活着时退出码为 0；有没有可用的规则由 /readyz 说明",
    ))
}

pub fn run(session: &Session, _: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let address = format!("http://{}/healthz", local::listening(&settings).public);
    let (status, body) = local::exchange(session, async move |client| {
        local::text_of(client.get(address).send().await?).await
    })?;
    if !status.is_success() || !body.starts_with("ok") {
        return Err(session.fault(format!("unhealthy: {status}"), format!("服务不正常：{status}")));
    }
    out!("ok");
    Ok(ExitCode::SUCCESS)
}
