//! `fanreply push`: sends one signed message to a running server, as the platform would, and prints the decoded answer.

use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgMatches, Command};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;

use super::page::out;
use super::session::Session;
use super::{CommandResult, account, examples, local, message, option, switch};
use crate::clock::Clock;
use crate::config::{AccountSettings, Settings};
use crate::data_dir::secret::known_secret;
use crate::model::message::{Format, InboundMessage};
use crate::platform::{self, Protocol};
use crate::words::lang::Lang;

/// The receiver where the account has no id: one of the protocol's samples.
const RECEIVER: &str = "3600001001";

pub fn command(lang: Lang) -> Command {
    let command = Command::new("push")
        .about(lang.pick("Send one message to a running server, as the platform would", "模拟平台，向正在运行的服务发送一条消息"))
        .arg(option("url", "URL", lang.pick("The callback [default: that of the local server]", "回调地址（默认用本机服务的地址）")))
        .arg(account::argument(lang))
        .arg(switch("xml", lang.pick("As XML instead of JSON", "用 XML 格式代替 JSON")))
        .after_help(examples(
            lang,
            "  fanreply push 你好\n  fanreply push --event follow\n  fanreply push --menu ABOUT --xml\n  fanreply push --position 116.31,39.98",
        ));
    message::arguments(command, lang)
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let account = account::named(session, &settings, matches)?;
    let secret = secret(session, account, &settings)?;
    let protocol = platform::of(account.profile);
    let message = InboundMessage {
        account: match account.id {
            Some(id) => id,
            None => (account.profile.read_id)(RECEIVER)?,
        },
        sender: message::sender(session, matches, account.profile)?,
        created_at: jiff::Timestamp::from_second(Clock::System.now().as_second())?,
        // two pushes are two messages, even within the one second that the platform's times resolve
        platform_id: Some(local::random()? >> 1),
        format: if matches.get_flag("xml") { Format::Xml } else { Format::Json },
        content: message::content(session, matches, matches.get_one::<String>("TEXT").map(String::as_str))?,
    };
    let address = match matches.get_one::<String>("url") {
        Some(url) => url.clone(),
        None => callback(session, account, &settings)?,
    };
    let (status, body) = send(session, protocol, &address, &secret, &message)?;
    if !status.is_success() {
        return Err(local::refused(session, status, &body));
    }
    let page = session.page();
    match (protocol.decode_reply)(body.as_bytes())
        .context(session.say("the answer cannot be read", "无法读取回复"))?
    {
        Some(reply) => out!("{}", page.reply(&reply)),
        None => out!("{}", page.dim(session.say("(no reply)", "（没有回复）"))),
    }
    Ok(ExitCode::SUCCESS)
}

/// The callback of the local server.
fn callback(session: &Session, account: &AccountSettings, settings: &Settings) -> anyhow::Result<String> {
    let base = format!("http://{}/callback", local::proved(session, settings, false)?.public);
    Ok(match settings.accounts.len() {
        1 => base,
        _ => format!("{base}/{}", utf8_percent_encode(&account.name, NON_ALPHANUMERIC)),
    })
}

fn send(
    session: &Session,
    protocol: &Protocol,
    address: &str,
    secret: &SecretString,
    message: &InboundMessage,
) -> anyhow::Result<(reqwest::StatusCode, String)> {
    let nonce = (local::random()? % 1_000_000_000).to_string();
    let query = (protocol.sign)(secret, Clock::System.now(), nonce);
    let body = (protocol.encode_message)(message);
    local::exchange(session, async move |client| {
        local::text_of(client.post(address).query(&query).body(body).send().await?).await
    })
}

/// The account's AppSecret, or the development secret that the server made for itself.
fn secret(session: &Session, account: &AccountSettings, settings: &Settings) -> anyhow::Result<SecretString> {
    if let Some(secret) = &account.app_secret {
        return Ok(secret.clone());
    }
    known_secret(&settings.data).map_err(|_| {
        session.fault(
                "no secret is known: set FANREPLY_APP_SECRET, or start `fanreply serve` with the same data folder first",
                "不知道密钥：请设置 FANREPLY_APP_SECRET，或先用同一个数据文件夹运行 `fanreply serve`",
            )
    })
}
