//! The local server, as the other commands find it: its addresses in the data folder, and a client with a short
//! timeout.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::Client;

use super::session::Session;
use crate::config::Settings;
use crate::data_dir::listening::{Listening, noted_listening};
use crate::platform::client_with_roots;

/// Longer than the platform waits (docs/protocol.md 3), so that a slow answer is seen as one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the server listens: as it noted itself, or as it is set.
pub fn listening(settings: &Settings) -> Listening {
    let set = Listening { public: settings.listen, admin: settings.admin_listen };
    let noted = noted_listening(&settings.data).unwrap_or(set);
    Listening { public: reachable(noted.public), admin: reachable(noted.admin) }
}

/// A server that listens everywhere is reached at home.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Runs one exchange with the server to its end.
pub fn exchange<T>(
    session: &Session,
    exchange: impl AsyncFnOnce(Client) -> reqwest::Result<T>,
) -> anyhow::Result<T> {
    let client = client_with_roots()?.no_proxy().timeout(PATIENCE).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(exchange(client)).map_err(|fault| {
        if fault.is_connect() {
            session.fault(
                "no server answers there: start one with `fanreply serve`",
                "连不上服务器：请先运行 `fanreply serve`",
            )
        } else {
            anyhow!(fault)
        }
    })
}

/// What the server answered, as text.
pub async fn text_of(answer: reqwest::Response) -> reqwest::Result<(reqwest::StatusCode, String)> {
    let status = answer.status();
    Ok((status, answer.text().await?))
}

/// A fault of an answer in one line.
pub fn refused(session: &Session, status: reqwest::StatusCode, body: &str) -> anyhow::Error {
    let line = body.lines().next().unwrap_or_default();
    session.fault(format!("the server answered {status} {line}"), format!("服务器返回 {status} {line}"))
}

/// A number that nobody can foresee.
pub fn random() -> anyhow::Result<u64> {
    getrandom::u64().map_err(|fault| anyhow!("{fault}")).context("random")
}
