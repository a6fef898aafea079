//! Weibo's interfaces for customer-service messages, the menu and the push format: the outbound edge. Each function makes
//! one call and says what became of it; waiting and trying again are left to the caller.

mod answer;

use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::model::id::UserId;
use crate::model::menu::Menu;
use crate::model::message::Format;
use crate::model::reply::Reply;
use crate::platform::weibo::json::ReplyContent;
use crate::platform::weibo::menu;
use crate::platform::{CallFault, PlatformFault, Reason};

/// Where messages and the menu live (docs/protocol.md 6.2 and 7).
const MESSAGES_HOST: &str = "https://m.api.weibo.com";
/// Where the push format lives (docs/protocol.md 5.1).
const EPS_HOST: &str = "https://api.weibo.com";
const USER_AGENT: &str = concat!("fanreply/", env!("CARGO_PKG_VERSION"));
/// When an idle connection is closed. A request on a connection that the platform is just closing may or may not have
/// arrived; servers close idle ones after a minute or so, and we do it long before.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// The platform's interfaces. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Platform {
    client: Client,
    messages: Arc<str>,
    eps: Arc<str>,
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
    /// Calls the platform's own hosts, or one base (`FANREPLY_API_BASE`).
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
        let host = |own: &'static str| -> Arc<str> { base.clone().unwrap_or_else(|| own.into()) };
        let (messages, eps) = (host(MESSAGES_HOST), host(EPS_HOST));
        Ok(Self { client: client(timing)?, messages, eps })
    }

    /// Sends a customer-service message to a fan (docs/protocol.md 6.2).
    ///
    /// # Errors
    ///
    /// The message was not sent, or it is not known whether it was.
    pub async fn send(&self, token: &SecretString, receiver: UserId, reply: &Reply) -> Result<(), CallFault> {
        let url = format!("{}/2/messages/reply.json", self.messages);
        let receiver = receiver.to_string();
        let content = ReplyContent::of(reply);
        let fields = [
            ("type", content.kind),
            ("receiver_id", receiver.as_str()),
            ("save_sender_box", "1"),
            ("data", content.data.as_str()),
        ];
        let answer = self.post(&url, token, &fields).await?;
        answer::accepted(&answer)
    }

    /// The menu that fans see now, if there is one (docs/protocol.md 7).
    ///
    /// # Errors
    ///
    /// The call failed, or its answer is no menu.
    pub async fn menu(&self, token: &SecretString) -> Result<Option<Menu>, CallFault> {
        let url = format!("{}/2/messages/menu/show.json", self.messages);
        // the interface knows no other place for the token of a GET: this URL must reach no log
        let request = self.client.get(url).query(&[("access_token", token.expose_secret())]);
        menu::read(&call(request, token).await?)
    }

    /// Replaces the menu. Mobile clients may keep the former one for up to 24 hours (docs/protocol.md 7).
    ///
    /// # Errors
    ///
    /// The call failed, or the platform refused it.
    pub async fn publish_menu(&self, token: &SecretString, menu: &Menu) -> Result<(), CallFault> {
        let url = format!("{}/2/messages/menu/create.json", self.messages);
        answer::accepted(&self.post(&url, token, &[("menus", &menu::written(menu))]).await?)
    }

    /// Deletes the menu (docs/protocol.md 7).
    ///
    /// # Errors
    ///
    /// As [`Self::publish_menu`].
    pub async fn delete_menu(&self, token: &SecretString) -> Result<(), CallFault> {
        let url = format!("{}/2/messages/menu/delete.json", self.messages);
        answer::accepted(&self.post(&url, token, &[]).await?)
    }

    /// Chooses the format of the pushes (docs/protocol.md 5.1).
    ///
    /// # Errors
    ///
    /// As [`Self::publish_menu`].
    pub async fn set_format(&self, token: &SecretString, format: Format) -> Result<(), CallFault> {
        let url = format!("{}/2/eps/push/set_format.json", self.eps);
        let format = match format {
            Format::Json => "json",
            Format::Xml => "xml",
        };
        answer::accepted(&self.post(&url, token, &[("format", format)]).await?)
    }

    /// The form encoding is the only encoding of a field (docs/protocol.md 6.2), and the token travels in the
    /// body.
    async fn post(
        &self,
        url: &str,
        token: &SecretString,
        fields: &[(&str, &str)],
    ) -> Result<Value, CallFault> {
        let mut form = vec![("access_token", token.expose_secret())];
        form.extend_from_slice(fields);
        call(self.client.post(url).form(&form), token).await
    }
}

async fn call(request: RequestBuilder, token: &SecretString) -> Result<Value, CallFault> {
    let response = request.send().await.map_err(CallFault::of)?;
    answer::read(response, token).await
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

fn client(timing: Timing) -> Result<Client, PlatformFault> {
    let unusable = |error: reqwest::Error| PlatformFault::NoClient { reason: Reason::of(&error) };
    client_with_roots()
        .map_err(unusable)?
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
        assert_eq!(&*platform.messages, "https://m.api.weibo.com");
        assert_eq!(&*platform.eps, "https://api.weibo.com");
    }

    #[test]
    fn one_base_serves_all_calls_and_may_have_a_path() {
        let platform = Platform::new(Some("http://gateway.example/weibo/")).unwrap();
        assert_eq!(&*platform.messages, "http://gateway.example/weibo");
        assert_eq!(platform.messages, platform.eps);
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
