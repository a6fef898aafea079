//! The admin listener: what an operator may see and do. It stands behind a password or on loopback alone,
//! and what changes something may only come from its own pages or from no page at all.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ALLOW, AUTHORIZATION, HOST, HeaderMap, HeaderValue, LINK, ORIGIN, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tracing::warn;

use super::answer::{self, Answer};
use super::query::Query;
use super::throttle::Throttle;
use crate::deliver::measure::Gauges;
use crate::model::id::UserId;
use crate::reload::LiveRules;
use crate::respond::fan_data::{FanData, Forgotten};
use crate::telemetry::{Exposition, Metrics, Refusal};
use crate::view::folder::{Folder, Folders};
use crate::words::lang::Lang;

/// The user of the password (interface, Admin HTTP).
const USER: &str = "admin";

/// Recorded messages in one answer; each is some hundred bytes.
const RECENT_AT_ONCE: u32 = 2_000;
const JSON_LINES: &str = "application/jsonl; charset=utf-8";

/// Answers the admin listener.
pub struct Admin {
    pub folders: Vec<Arc<LiveRules>>,
    pub fan_data: FanData,
    pub gauges: Gauges,
    pub metrics: Metrics,
    pub password: Option<SecretString>,
    /// Wrong passwords, by address.
    pub guesses: Throttle,
    /// Host names beside loopback under which this side may be used.
    pub hosts: Vec<String>,
    pub lang: Lang,
}

impl Admin {
    /// The answer to one request.
    pub async fn answer(&self, request: Request<Incoming>, client: IpAddr) -> Answer {
        let (head, _) = request.into_parts();
        if let Some(refusal) = self.refusal(&head.method, &head.headers, client) {
            return refusal;
        }
        let query = Query::parse(head.uri.query().unwrap_or_default());
        let lang = match query.get("lang") {
            "" => self.lang,
            lang => Lang::of_locale(lang),
        };
        if !matches!(head.method, Method::GET | Method::HEAD | Method::POST) {
            return answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, POST");
        }
        let route = (head.uri.path(), head.method == Method::POST);
        match route {
            ("/", false) => answer::text(StatusCode::OK, self.front_page()),
            ("/metrics", false) => self.metrics(&head.headers).await,
            ("/api/status", false) => answer::json(StatusCode::OK, &self.status(lang)),
            ("/api/messages/recent", false) => self.recent(query.get("after")).await,
            ("/api/reload", true) => self.reload(lang).await,
            ("/api/forget", true) => self.forget(query.get("sender")).await,
            ("/api/reload" | "/api/forget", false) => {
                answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "POST")
            }
            ("/" | "/metrics" | "/api/status" | "/api/messages/recent", true) => {
                answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET")
            }
            _ => answer::empty(StatusCode::NOT_FOUND),
        }
    }

    /// What a request gets that comes by a name that is not ours, from the pages of others, or without the
    /// password.
    fn refusal(&self, method: &Method, headers: &HeaderMap, client: IpAddr) -> Option<Answer> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if !self.knows_host(host) {
            // a page of somebody else that resolves to this address must not read or change anything
            return Some(answer::text(StatusCode::FORBIDDEN, "unknown host\n"));
        }
        let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
        let from_here = origin.is_none_or(|origin| is_origin_of(origin, host));
        if *method != Method::GET && *method != Method::HEAD && !from_here {
            return Some(answer::text(StatusCode::FORBIDDEN, "another origin\n"));
        }
        let (guesses, now) = (headers.contains_key(AUTHORIZATION) && self.password.is_some(), Instant::now());
        if guesses && self.guesses.has_failed_too_often(client, now) {
            // the right one would not be heard either: who guesses must not learn that he is right
            self.metrics.refused(Refusal::Throttled);
            return Some(answer::empty(StatusCode::TOO_MANY_REQUESTS));
        }
        if !self.has_password(headers) {
            if guesses {
                self.metrics.refused(Refusal::WrongPassword);
                if self.guesses.shuts_out(client, now) {
                    warn!(%client, "too many wrong admin passwords: this address is not heard while it goes on");
                }
            }
            let asked = answer::empty(StatusCode::UNAUTHORIZED);
            return Some(answer::with(asked, WWW_AUTHENTICATE, r#"Basic realm="fanreply", charset="UTF-8""#));
        }
        None
    }

    fn knows_host(&self, host: &str) -> bool {
        let name = host_name(host).trim_matches(['[', ']']);
        let loopback =
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        loopback || self.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    fn has_password(&self, headers: &HeaderMap) -> bool {
        let Some(password) = &self.password else { return true };
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let expected = format!("Basic {}", STANDARD.encode(format!("{USER}:{}", password.expose_secret())));
        given.as_bytes().ct_eq(expected.as_bytes()).into()
    }

    fn front_page(&self) -> String {
        let mut page = String::from("fanreply\n\n");
        for folder in &self.folders {
            let report = folder.report();
            page.push_str(&format!("{}: {} rules in service\n", folder.folder().display(), report.rules));
        }
        page.push_str(
            "\n/metrics  /api/status  /api/messages/recent  POST /api/reload  POST /api/forget?sender=ID\n",
        );
        page
    }

    async fn metrics(&self, headers: &HeaderMap) -> Answer {
        self.gauges.measure().await;
        let accepted = headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
        let form = Exposition::accepted(accepted.unwrap_or_default());
        answer::of(StatusCode::OK, form.content_type(), form.of(self.metrics.encode()))
    }

    fn status(&self, lang: Lang) -> Folders {
        self.folders.iter().map(|folder| Folder::of(folder, &folder.report(), lang)).collect()
    }

    /// Every folder by itself: one that is broken keeps no other back.
    async fn reload(&self, lang: Lang) -> Answer {
        let mut states = Vec::with_capacity(self.folders.len());
        for folder in &self.folders {
            let report = folder.reload().await;
            states.push(Folder::of(folder, &report, lang));
        }
        let reloaded: Folders = states.into_iter().collect();
        let status = if reloaded.ok { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        answer::json(status, &reloaded)
    }

    async fn forget(&self, sender: &str) -> Answer {
        let sender = match UserId::from_uid(sender) {
            Ok(sender) => sender,
            Err(fault) => return answer::text(StatusCode::BAD_REQUEST, format!("sender: {fault}\n")),
        };
        match self.fan_data.forget(sender).await {
            Ok(Forgotten { answers, rows }) => {
                answer::json(StatusCode::OK, &serde_json::json!({ "answers": answers, "rows": rows }))
            }
            Err(fault) => answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{fault}\n")),
        }
    }

    /// Recorded messages, the oldest first, as lines of JSON. Where there may be more, a `Link` leads on.
    async fn recent(&self, after: &str) -> Answer {
        let after = match after {
            "" => 0,
            number => match number.parse() {
                Ok(number) => number,
                Err(_) => return answer::text(StatusCode::BAD_REQUEST, "after: not a number\n"),
            },
        };
        let lines = match self.fan_data.recent_after(after, RECENT_AT_ONCE).await {
            Ok(Some(lines)) => lines,
            Ok(None) => return answer::text(StatusCode::NOT_FOUND, "messages are not recorded\n"),
            Err(fault) => return answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{fault}\n")),
        };
        let body: String = lines.iter().flat_map(|(_, line)| [line, "\n"]).collect();
        let mut answer = answer::of(StatusCode::OK, JSON_LINES, body);
        let last = lines.last().filter(|_| lines.len() == RECENT_AT_ONCE as usize);
        let next = last.map(|(number, _)| format!("</api/messages/recent?after={number}>; rel=\"next\""));
        if let Some(next) = next.and_then(|next| HeaderValue::try_from(next).ok()) {
            answer.headers_mut().insert(LINK, next);
        }
        answer
    }
}

/// The name in a `Host` header, without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

/// Whether a page of this origin was served by us under that host.
fn is_origin_of(origin: &str, host: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_loses_its_port() {
        for (host, name) in [
            ("localhost:8081", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(host_name(host), name);
        }
    }

    #[test]
    fn only_our_own_pages_are_of_our_origin() {
        assert!(is_origin_of("http://localhost:8081", "localhost:8081"));
        assert!(!is_origin_of("http://evil.example", "localhost:8081"));
        assert!(!is_origin_of("null", "localhost:8081"));
    }
}
