//! Who may use the admin side. The host name must be one of ours; a request that changes something must come from our
//! own pages or from no page; where there is a password, it must be right.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{ALLOW, AUTHORIZATION, HOST, HeaderMap, ORIGIN, WWW_AUTHENTICATE};
use hyper::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::time::sleep;
use tracing::warn;

use super::proof;
use crate::http::answer::{self, Answer};
use crate::http::network::TrustedProxies;
use crate::http::throttle::Throttle;
use crate::telemetry::{Metrics, Refusal};
use crate::words::log::said;

/// The user that goes with the password.
const USER: &str = "admin";

/// How long an address that guesses again and again waits for each answer. The right password is heard all the same:
/// the operator may share the address.
const DELAY: Duration = Duration::from_secs(3);

/// What is asked of every request.
pub struct Guard {
    pub proxies: TrustedProxies,
    pub password: Option<SecretString>,
    /// Wrong passwords, by address.
    pub guesses: Throttle,
    /// Host names beside loopback under which this side may be used.
    pub hosts: Vec<String>,
    pub metrics: Metrics,
}

/// Lets a request in, or turns it away before any route sees it.
pub async fn admit(
    State(guard): State<Arc<Guard>>,
    Extension(client): Extension<IpAddr>,
    request: Request,
    next: Next,
) -> Response {
    let client = guard.proxies.client_of(client, request.headers());
    if guard.guesses.has_failed_too_often(client, Instant::now()) {
        sleep(DELAY).await;
    }
    match guard.refusal(request.method(), request.uri().path(), request.headers(), client) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

impl Guard {
    /// The refusal of a request with a host name that is not ours, from another origin, without the password, or with a
    /// method that no route knows.
    fn refusal(&self, method: &Method, path: &str, headers: &HeaderMap, client: IpAddr) -> Option<Answer> {
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
        // who does not know us yet must not say a password to learn who we are
        let is_open = path == proof::PATH && *method == Method::GET;
        if !is_open && !self.has_password(headers) {
            if headers.contains_key(AUTHORIZATION) {
                self.metrics.refused(Refusal::WrongPassword);
                if self.guesses.is_first_beyond(client, Instant::now()) {
                    warn!(
                        %client,
                        "{}",
                        said(
                            "too many wrong admin passwords: this address waits for each answer while it goes on",
                            "管理密码错得太多：这个地址之后的每次请求都要等一会儿"
                        )
                    );
                }
            }
            let asked = answer::empty(StatusCode::UNAUTHORIZED);
            return Some(answer::with(asked, WWW_AUTHENTICATE, r#"Basic realm="fanreply", charset="UTF-8""#));
        }
        if !matches!(*method, Method::GET | Method::HEAD | Method::POST) {
            return Some(answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, POST"));
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
