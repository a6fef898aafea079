//! Weibo's interfaces for customer-service messages, the menu and the push format: the outbound edge. Each function makes
//! one call and says what became of it; waiting and trying again are left to the caller.

mod answer;

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::model::id::UserId;
use crate::model::menu::Menu;
use crate::model::message::Format;
use crate::model::reply::Reply;
use crate::platform::weibo::json::ReplyContent;
use crate::platform::weibo::menu;
use crate::platform::{CallFault, Platform};

/// Where messages and the menu live (docs/protocol.md 6.2 and 7).
const MESSAGES_HOST: &str = "https://m.api.weibo.com";
/// Where the push format lives (docs/protocol.md 5.1).
const EPS_HOST: &str = "https://api.weibo.com";

/// Sends a customer-service message to a fan (docs/protocol.md 6.2).
///
/// # Errors
///
/// The message was not sent, or it is not known whether it was.
pub async fn send(
    platform: &Platform,
    token: &SecretString,
    receiver: UserId,
    reply: &Reply,
) -> Result<(), CallFault> {
    let url = platform.url(MESSAGES_HOST, "/2/messages/reply.json");
    let receiver = receiver.to_string();
    let content = ReplyContent::of(reply);
    let fields = [
        ("type", content.kind),
        ("receiver_id", receiver.as_str()),
        ("save_sender_box", "1"),
        ("data", content.data.as_str()),
    ];
    let answer = post(platform, &url, token, &fields).await?;
    answer::accepted(&answer)
}

/// The menu that fans see now, if there is one (docs/protocol.md 7).
///
/// # Errors
///
/// The call failed, or its answer is no menu.
pub async fn menu(platform: &Platform, token: &SecretString) -> Result<Option<Menu>, CallFault> {
    let url = platform.url(MESSAGES_HOST, "/2/messages/menu/show.json");
    // the interface knows no other place for the token of a GET: this URL must reach no log
    let request = platform.client.get(url).query(&[("access_token", token.expose_secret())]);
    menu::read(&call(request, token).await?)
}

/// Replaces the menu. Mobile clients may keep the former one for up to 24 hours (docs/protocol.md 7).
///
/// # Errors
///
/// The call failed, or the platform refused it.
pub async fn publish_menu(platform: &Platform, token: &SecretString, menu: &Menu) -> Result<(), CallFault> {
    let url = platform.url(MESSAGES_HOST, "/2/messages/menu/create.json");
    answer::accepted(&post(platform, &url, token, &[("menus", &menu::written(menu))]).await?)
}

/// Deletes the menu (docs/protocol.md 7).
///
/// # Errors
///
/// As [`publish_menu`].
pub async fn delete_menu(platform: &Platform, token: &SecretString) -> Result<(), CallFault> {
    let url = platform.url(MESSAGES_HOST, "/2/messages/menu/delete.json");
    answer::accepted(&post(platform, &url, token, &[]).await?)
}

/// Chooses the format of the pushes (docs/protocol.md 5.1).
///
/// # Errors
///
/// As [`publish_menu`].
pub async fn set_format(platform: &Platform, token: &SecretString, format: Format) -> Result<(), CallFault> {
    let url = platform.url(EPS_HOST, "/2/eps/push/set_format.json");
    let format = match format {
        Format::Json => "json",
        Format::Xml => "xml",
    };
    answer::accepted(&post(platform, &url, token, &[("format", format)]).await?)
}

/// The form encoding is the only encoding of a field (docs/protocol.md 6.2), and the token travels in the
/// body.
async fn post(
    platform: &Platform,
    url: &str,
    token: &SecretString,
    fields: &[(&str, &str)],
) -> Result<Value, CallFault> {
    let mut form = vec![("access_token", token.expose_secret())];
    form.extend_from_slice(fields);
    call(platform.client.post(url).form(&form), token).await
}

async fn call(request: RequestBuilder, token: &SecretString) -> Result<Value, CallFault> {
    let response = request.send().await.map_err(CallFault::of)?;
    answer::read(response, token).await
}
