//! The way to the platform: whether the access token travels in plain text, and which proxy of the environment stands
//! on it.

use std::net::IpAddr;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// The host that stands for the platform's own ones: all of them are asked over TLS.
const OWN: &str = "https://m.api.weibo.com";

/// A proxy that the environment names, by `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` and without `NO_PROXY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Without its password.
    pub address: String,
    /// It is spoken to in plain text, so it sees the token; over TLS it sees no more than the name of the host.
    pub sees_token: bool,
}

/// The proxy of all calls to this base, or to the platform's own hosts. What is on this machine is called directly.
pub fn proxy(base: Option<&str>) -> Option<Proxy> {
    let base = base.unwrap_or(OWN);
    if is_loopback(base) {
        return None;
    }
    // as the client does it
    let proxy = Matcher::from_system().intercept(&base.parse().ok()?)?;
    let (scheme, authority) = (proxy.uri().scheme_str()?, proxy.uri().authority()?);
    let host = authority.as_str().rsplit('@').next().unwrap_or_default();
    Some(Proxy { address: format!("{scheme}://{host}"), sees_token: !is_https(base) })
}

/// Whether whoever stands on the way to this base can read the token.
pub fn is_readable_on_the_way(base: &str) -> bool {
    !is_https(base) && !is_loopback(base)
}

/// Whether the host of a URL is this machine.
pub fn is_loopback(base: &str) -> bool {
    let uri: Option<Uri> = base.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
}

fn is_https(base: &str) -> bool {
    base.parse().is_ok_and(|uri: Uri| uri.scheme_str() == Some("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_readable_beyond_this_machine() {
        for base in [
            "http://gateway:8080/weibo",
            "http://10.0.0.1",
            "http://localhost.example",
            "http://[2001:db8::1]",
        ] {
            assert!(is_readable_on_the_way(base), "{base}");
        }
        for base in [
            "https://gateway",
            "HTTPS://gateway",
            "http://127.0.0.1:1/a",
            "http://LOCALHOST",
            "http://[::1]:80",
        ] {
            assert!(!is_readable_on_the_way(base), "{base}");
        }
    }
}
