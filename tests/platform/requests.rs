//! What is sent: byte for byte as the samples document it, and every reply and menu arrives as it left.

use fanreply::model::menu::{Button, Menu, Press};
use fanreply::model::message::{Format, Position};
use fanreply::model::reply::{Article, Reply};
use fanreply::platform::weibo::api;
use serde_json::{Value, json};

use crate::fake_platform::Scripted;
use crate::stand::*;

/// The documented menu.
fn menu() -> Menu {
    let button = |name: &str, press| Button { name: name.to_owned(), press };
    let shop = button("网店", Press::Link("http://www.example.com/shop".to_owned()));
    let contact = button("联系我们", Press::Click("MENU_CONTACT".to_owned()));
    let prices = button("价目表", Press::Click("MENU_PRICE_LIST".to_owned()));
    Menu { buttons: vec![prices, button("更多", Press::Items(vec![shop, contact]))] }
}

/// The form of a documented request: what follows its head.
fn documented_form(name: &str) -> String {
    sample(name).split_once("\n\n").unwrap().1.trim_end().to_owned()
}

fn split(request: &str) -> (&str, &str) {
    request.split_once("\r\n\r\n").unwrap()
}

#[tokio::test]
async fn a_message_is_sent_byte_for_byte_as_documented() {
    let (base, request) = once(answer(200, r#"{"result":true}"#)).await;
    send(&platform_at(&base)).await.unwrap();
    let request = request.await.unwrap();
    let (head, form) = split(&request);
    assert!(head.starts_with("POST /2/messages/reply.json HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
    // the sample has the same fields in another order
    let mut fields: Vec<_> = form.split('&').collect();
    let documented = documented_form("kefu_reply_request.txt");
    assert_eq!(fields[0], "access_token=2.00EXAMPLE");
    fields.sort_unstable();
    let mut documented: Vec<_> = documented.split('&').collect();
    documented.sort_unstable();
    assert_eq!(fields, documented);
}

#[tokio::test]
async fn a_menu_is_published_byte_for_byte_as_documented() {
    let (base, request) = once(answer(200, &sample("menu_create_response_ok.json"))).await;
    api::publish_menu(&platform_at(&base), &token(), &menu()).await.unwrap();
    let request = request.await.unwrap();
    let (head, form) = split(&request);
    assert!(head.starts_with("POST /2/messages/menu/create.json HTTP/1.1\r\n"), "{head}");
    assert_eq!(form, format!("access_token=2.00EXAMPLE&{}", documented_form("menu_create_request.txt")));
}

#[tokio::test]
async fn the_format_is_set_byte_for_byte_as_documented() {
    let (base, request) = once(answer(200, "")).await;
    api::set_format(&platform_at(&base), &token(), Format::Xml).await.unwrap();
    let request = request.await.unwrap();
    let (head, form) = split(&request);
    assert!(head.starts_with("POST /2/eps/push/set_format.json HTTP/1.1\r\n"), "{head}");
    assert_eq!(form, documented_form("set_format_request.txt"));
}

#[tokio::test]
async fn the_documented_menu_is_read() {
    let (base, request) = once(answer(200, &sample("menu_show_response.json"))).await;
    assert_eq!(api::menu(&platform_at(&base), &token()).await, Ok(Some(menu())));
    let request = request.await.unwrap();
    assert!(request.starts_with("GET /2/messages/menu/show.json?access_token=2.00EXAMPLE HTTP/1.1"));
}

#[tokio::test]
async fn every_reply_arrives_as_it_left() {
    let (fake, platform) = stand().await;
    let card = |n: usize| Article {
        title: format!("第 {n} 张 & more"),
        summary: "a=b+c%20d".to_owned(),
        image: String::new(),
        url: format!("https://www.example.com/?q={n}&x=1#top"),
    };
    let replies = [
        hello(),
        Reply::Text("a=b&c+d%20e \"quoted\" \\ \r\n\t[哈欠] 👋🏽 ~*-._".to_owned()),
        Reply::Text("满".repeat(300)),
        Reply::Articles((1..=8).map(card).collect()),
        Reply::Position(Position::new(116.308_586, -39.982_525).unwrap()),
    ];
    for reply in &replies {
        api::send(&platform, &token(), fan(), reply).await.unwrap();
    }
    assert_eq!(fake.violations(), Vec::<String>::new());
    let sent = fake.until_sent(replies.len()).await;
    assert!(sent.iter().all(|message| message.receiver == fan()));
    assert_eq!(sent.into_iter().map(|message| message.reply).collect::<Vec<_>>(), replies);
}

#[tokio::test]
async fn a_token_of_any_characters_arrives_as_it_is() {
    let (fake, platform) = stand().await;
    let odd = "a&b=c+d e%2F#?\n密";
    fake.set_token(odd);
    api::send(&platform, &odd.into(), fan(), &hello()).await.unwrap();
    assert_eq!(api::menu(&platform, &odd.into()).await, Ok(None));
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_menu_is_published_shown_and_deleted() {
    let (fake, platform) = stand().await;
    assert_eq!(api::menu(&platform, &token()).await, Ok(None));
    api::publish_menu(&platform, &token(), &menu()).await.unwrap();
    let documented: Value = serde_json::from_str(&sample("menu_create_menus_value.json")).unwrap();
    assert_eq!(fake.menu(), Some(documented));
    assert_eq!(api::menu(&platform, &token()).await, Ok(Some(menu())));
    api::delete_menu(&platform, &token()).await.unwrap();
    assert_eq!((fake.menu(), api::menu(&platform, &token()).await), (None, Ok(None)));
    fake.set_menu(json!({"button": [{"type": "new", "name": "新"}]}));
    let press = Press::Click("新".to_owned());
    let unknown = Menu { buttons: vec![Button { name: "新".to_owned(), press }] };
    assert_eq!(api::menu(&platform, &token()).await, Ok(Some(unknown)));
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn the_format_is_set_to_either() {
    let (fake, platform) = stand().await;
    for (format, word) in [(Format::Xml, "xml"), (Format::Json, "json")] {
        api::set_format(&platform, &token(), format).await.unwrap();
        assert_eq!(fake.format().as_deref(), Some(word));
    }
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn messages_are_sent_in_the_order_of_the_calls_and_the_instants_tell() {
    let (fake, platform) = stand().await;
    fake.script(vec![Scripted::Ok, Scripted::Status(500), Scripted::Ok]);
    for text in ["1", "2", "3"] {
        let _ = api::send(&platform, &token(), fan(), &Reply::Text(text.to_owned())).await;
    }
    let texts = |messages: Vec<crate::fake_platform::Message>| {
        assert!(messages.is_sorted_by_key(|message| message.at));
        messages.into_iter().map(|message| message.reply.rendered()).collect::<Vec<_>>()
    };
    assert_eq!(texts(fake.until_arrived(3).await), ["1", "2", "3"]);
    assert_eq!(texts(fake.sent()), ["1", "3"]);
    assert_eq!(fake.calls(), 3);
}
