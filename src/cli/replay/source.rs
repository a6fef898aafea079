//! Where the messages of a replay come from: a file, the standard input, or what a running server has recorded. They are
//! read in batches of whole lines; [`super::work`] decodes them.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use reqwest::header::LINK;
use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret;

use crate::cli::local;
use crate::cli::session::{Session, shown};
use crate::config::Settings;
use crate::language::sheet::encoding::text_of;
use crate::words::texts::Localize;

/// Bytes of a batch, about.
const BATCH: usize = 256 << 10;

/// Some whole lines.
pub(super) struct Batch {
    /// The number of the first line, from 1.
    pub first: u64,
    pub bytes: Vec<u8>,
    pub lines: u64,
}

/// Where messages lie.
pub(super) enum Source {
    File(PathBuf),
    Input,
    Server,
}

impl Source {
    /// `-` is the standard input; nothing is the server.
    pub fn of(path: Option<&Path>) -> Self {
        match path {
            None => Self::Server,
            Some(path) if path == Path::new("-") => Self::Input,
            Some(path) => Self::File(path.to_owned()),
        }
    }

    /// Whether each line is a message as it stands.
    pub fn is_plain(&self) -> bool {
        let Self::File(path) = self else { return false };
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"))
    }

    /// Whether a person can look the lines up.
    pub fn has_lines(&self) -> bool {
        !matches!(self, Self::Server)
    }

    /// Calls `take` with every batch, until it returns false.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn read(
        &self,
        session: &Session,
        settings: &Settings,
        take: &mut dyn FnMut(Batch) -> bool,
    ) -> anyhow::Result<()> {
        match self {
            Self::Server => read_server(session, settings, take),
            Self::Input => {
                read_lines(io::stdin().lock(), take).map_err(|fault| unreadable(session, "-", &fault))
            }
            Self::File(path) => {
                let read = match self.is_plain() {
                    true => fs::read(path).and_then(|bytes| read_lines(&*as_utf8(bytes), take)),
                    false => File::open(path).and_then(|file| read_lines(BufReader::new(file), take)),
                };
                read.map_err(|fault| unreadable(session, &shown(path), &fault))
            }
        }
    }
}

fn unreadable(session: &Session, file: &str, fault: &io::Error) -> anyhow::Error {
    let why = fault.localized(session.lang);
    session.fault(format!("cannot read {file}: {why}"), format!("无法读取 {file}：{why}"))
}

/// A text as editors save it; one in no known encoding as it is, for its lines are judged one by one.
fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    match std::str::from_utf8(&bytes) {
        Ok(_) => bytes,
        Err(_) => text_of(&bytes).map_or(bytes, String::into_bytes),
    }
}

fn read_lines(mut reader: impl BufRead, take: &mut dyn FnMut(Batch) -> bool) -> io::Result<()> {
    let mut first = 1;
    loop {
        let mut batch = Batch { first, bytes: Vec::with_capacity(BATCH), lines: 0 };
        while batch.bytes.len() < BATCH && reader.read_until(b'\n', &mut batch.bytes)? > 0 {
            batch.lines += 1;
        }
        first += batch.lines;
        if batch.lines == 0 || !take(batch) {
            return Ok(());
        }
    }
}

/// One page after another, as the server links them.
fn read_server(
    session: &Session,
    settings: &Settings,
    take: &mut dyn FnMut(Batch) -> bool,
) -> anyhow::Result<()> {
    let base =
        format!("http://{}", local::proved(session, settings, settings.admin_password.is_some())?.admin);
    let mut next = Some("/api/messages/recent".to_owned());
    let mut first = 1;
    while let Some(path) = next {
        let address = format!("{base}{path}");
        let (status, body, link) = local::exchange(session, async |client: Client| {
            let request = client.get(&address);
            let request = match &settings.admin_password {
                Some(password) => request.basic_auth("admin", Some(password.expose_secret())),
                None => request,
            };
            let answer = request.send().await?;
            let link = next_page(&answer);
            local::text_of(answer).await.map(|(status, body)| (status, body, link))
        })?;
        match status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(session.fault(
                "the server records no messages: set FANREPLY_RECORD=10000 and start it anew, or name a file of messages",
                "服务器没有记录消息：请设置 FANREPLY_RECORD=10000 后重新启动，或者指定一个消息文件",
            )),
            _ => return Err(local::refused(session, status, &body)),
        }
        let lines = body.lines().count() as u64;
        let batch = Batch { first, bytes: body.into_bytes(), lines };
        first += lines;
        next = link.filter(|_| lines > 0);
        if !take(batch) {
            break;
        }
    }
    Ok(())
}

/// The path of `Link: <path>; rel="next"`.
fn next_page(answer: &Response) -> Option<String> {
    let link = answer.headers().get(LINK)?.to_str().ok()?;
    let path = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"")?;
    path.starts_with('/').then(|| path.to_owned())
}
