//! The local server, as the other commands find it: its addresses in the data folder, and a client with a short
//! timeout.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::Client;
use reqwest::redirect::Policy;

use super::session::{Session, shown};
use crate::config::Settings;
use crate::data_dir::listening::{Listening, noted_listening};
use crate::data_dir::proof::Proof;
use crate::platform::client_with_roots;

/// Longer than the platform waits (docs/protocol.md 3), so that a slow answer is seen as one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of an answer to a challenge.
const LONGEST_PROOF: usize = 1 << 10;

/// Where the server listens: as it noted itself, or as it is set. Somebody else may listen there by now.
pub fn listening(settings: &Settings) -> Listening {
    let Listening { public, admin } = noted_listening(&settings.data).unwrap_or(set(settings));
    Listening { public: reachable(public), admin: reachable(admin) }
}

fn set(settings: &Settings) -> Listening {
    Listening { public: settings.listen, admin: settings.admin_listen }
}

/// Where the server of the data folder listens, after it has proved that it is the one: others must learn neither a
/// password nor a signature. Where no server has ever noted its addresses, the settings are the operator's word for
/// them, which is enough for everything but a password.
///
/// # Errors
/// Nobody answers there, or somebody else.
pub fn proved(session: &Session, settings: &Settings, says_password: bool) -> anyhow::Result<Listening> {
    let listening = listening(settings);
    let noted = match noted_listening(&settings.data) {
        Ok(noted) => noted,
        Err(_) if !says_password => return Ok(listening),
        Err(_) => set(settings),
    };
    let challenge = format!("{:016x}{:016x}", random()?, random()?);
    let address = format!("http://{}/api/proof?challenge={challenge}", listening.admin);
    let answer = exchange(session, async move |client| {
        let mut answer = client.get(address).send().await?;
        let mut proof = Vec::new();
        while let Some(part) = answer.chunk().await? {
            proof.extend_from_slice(&part);
            if proof.len() > LONGEST_PROOF {
                break;
            }
        }
        Ok(proof)
    })?;
    let answer = String::from_utf8_lossy(&answer);
    match Proof::known(&settings.data, noted) {
        Ok(proof) if proof.holds(&challenge, &answer) => Ok(listening),
        _ => Err(unproved(session, settings, listening.admin)),
    }
}

fn unproved(session: &Session, settings: &Settings, admin: SocketAddr) -> anyhow::Error {
    let data = shown(&settings.data);
    session.fault(
        format!(
            "whoever listens on {admin} is not the server of the data folder {data}, so nothing was said to it: \
             start the server anew if it is older than this program, or name its data folder with --data"
        ),
        format!(
            "监听 {admin} 的不是数据文件夹 {data} 的服务器，因此没有向它发送任何内容：\
             如果服务器是用旧版本程序启动的，请重新启动；否则请用 --data 指定它的数据文件夹"
        ),
    )
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
    let client = client_with_roots()?.no_proxy().redirect(Policy::none()).timeout(PATIENCE).build()?;
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
