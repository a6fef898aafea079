//! The connections to the interfaces of the platforms: whom they trust, how long they may take, and where they lead.

use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Url};

use crate::platform::route::is_loopback;
use crate::platform::{PlatformFault, Reason};

const USER_AGENT: &str = concat!("fanreply/", env!("CARGO_PKG_VERSION"));
/// When an idle connection is closed. A request on a connection that the platform is just closing may or may not have
/// arrived; servers close idle ones after a minute or so, and we do it long before.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// The way to the interfaces of every platform. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Platform {
    pub(super) client: Client,
    base: Option<Arc<str>>,
}

/// How long the platform may take.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Until a connection stands, TLS included. Shorter than `total`, or a host that cannot be reached
    /// looks like one that did not answer.
    pub connect: Duration,
    /// From the start of a call to the last byte of its answer.
    pub total: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(10) }
    }
}

impl Platform {
    /// Calls the platforms' own hosts, or one base (`FANREPLY_API_BASE`).
    ///
    /// # Errors
    ///
    /// The base is no plain http or https URL, or TLS could not be set up.
    pub fn new(api_base: Option<&str>) -> Result<Self, PlatformFault> {
        Self::with_timing(api_base, Timing::default())
    }

    /// As [`Self::new`], with other limits of time.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub fn with_timing(api_base: Option<&str>, timing: Timing) -> Result<Self, PlatformFault> {
        let base = api_base.map(checked_base).transpose()?;
        let is_local = base.as_deref().is_some_and(is_loopback);
        Ok(Self { base, client: client(timing, is_local)? })
    }

    /// The address below this host of the platform, or below the one base.
    pub(super) fn url(&self, host: &str, path: &str) -> String {
        format!("{}{path}", self.base.as_deref().unwrap_or(host))
    }
}

/// The base without its last slash. A query, a fragment or a password would end up in every URL.
fn checked_base(base: &str) -> Result<Arc<str>, PlatformFault> {
    let plain = Url::parse(base).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if plain { Ok(base.trim_end_matches('/').into()) } else { Err(PlatformFault::BadBase) }
}

fn client(timing: Timing, is_local: bool) -> Result<Client, PlatformFault> {
    let unusable = |error: reqwest::Error| PlatformFault::NoClient { reason: Reason::of(&error) };
    let client = client_with_roots().map_err(unusable)?;
    // a proxy would look for it on its own machine
    let client = if is_local { client.no_proxy() } else { client };
    client
        .user_agent(USER_AGENT)
        // a redirect would carry the token to a place that nobody named
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(timing.connect)
        .timeout(timing.total)
        .pool_idle_timeout(IDLE_CONNECTION)
        .build()
        .map_err(unusable)
}

/// A client that trusts the usual authorities in addition to the system's, so that an image without CA files can
/// still verify the platform.
///
/// # Errors
///
/// A certificate that we ship cannot be read.
pub fn client_with_roots() -> reqwest::Result<ClientBuilder> {
    choose_cryptography();
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|der| Certificate::from_der(der));
    Ok(Client::builder().tls_certs_merge(roots.collect::<Result<Vec<_>, _>>()?))
}

/// TLS needs one provider for the whole program, or building a client panics.
fn choose_cryptography() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        // it fails where somebody chose before us, and then theirs is as good
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_base_the_platforms_own_hosts_are_asked() {
        let platform = Platform::new(None).unwrap();
        assert_eq!(platform.url("https://m.api.weibo.com", "/2/a.json"), "https://m.api.weibo.com/2/a.json");
    }

    #[test]
    fn one_base_serves_all_calls_and_may_have_a_path() {
        let platform = Platform::new(Some("http://gateway.example/weibo/")).unwrap();
        for host in ["https://m.api.weibo.com", "https://api.weibo.com"] {
            assert_eq!(platform.url(host, "/2/a.json"), "http://gateway.example/weibo/2/a.json");
        }
    }

    #[test]
    fn a_base_that_is_no_plain_url_is_refused_and_not_repeated() {
        for base in [
            "",
            "api",
            "ftp://a/",
            "https://",
            "http://a/?t=SECRET",
            "http://a/#SECRET",
            "http://u:SECRET@a/",
        ] {
            let fault = Platform::new(Some(base)).unwrap_err();
            assert_eq!(fault, PlatformFault::BadBase, "{base}");
            assert!(!format!("{fault} {fault:?}").contains("SECRET"));
        }
    }
}
