//! What the fake platform accepts as a request: the methods, paths, fields and encodings that are documented
//! or were seen in code (docs/protocol.md 5.1, 6 and 7), decoded without the code under test. Everything else
//! is a violation, in words.

use fanreply::model::id::UserId;
use fanreply::model::message::Position;
use fanreply::model::reply::{Article, Reply};
use hyper::Method;
use hyper::header::{CONTENT_TYPE, USER_AGENT};
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// A request in order.
pub struct Call {
    pub token: String,
    pub wish: Wish,
}

/// What a request asks for.
pub enum Wish {
    Send(UserId, Reply),
    ShowMenu,
    Publish(Value),
    DeleteMenu,
    SetFormat(String),
}

type Fields = Vec<(String, String)>;

pub fn inspect(head: &Parts, body: &[u8]) -> Result<Call, String> {
    let agent = head.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    demand(agent == concat!("fanreply/", env!("CARGO_PKG_VERSION")), "the user agent is another")?;
    let path = head.uri.path();
    let (method, names): (_, &[&str]) = match path {
        "/2/messages/reply.json" => (Method::POST, &["type", "receiver_id", "save_sender_box", "data"]),
        "/2/messages/menu/show.json" => (Method::GET, &[]),
        "/2/messages/menu/create.json" => (Method::POST, &["menus"]),
        "/2/messages/menu/delete.json" => (Method::POST, &[]),
        "/2/eps/push/set_format.json" => (Method::POST, &["format"]),
        _ => return Err("there is no such interface".to_owned()),
    };
    demand(head.method == method, "the method is another")?;
    let query = head.uri.query().unwrap_or_default();
    let fields = if method == Method::GET {
        demand(body.is_empty(), "a GET has a body")?;
        form(query)?
    } else {
        demand(query.is_empty(), "a POST has a query: a token there ends up in logs")?;
        let kind = head.headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
        demand(kind == Some(b"application/x-www-form-urlencoded"), "the content type is another")?;
        form(std::str::from_utf8(body).map_err(|_| "the form is not ASCII")?)?
    };
    demand(fields.len() == names.len() + 1, "there are other fields, or some twice")?;
    let token = field(&fields, "access_token")?.to_owned();
    demand(!token.is_empty(), "the token is empty")?;
    let values = names.iter().map(|name| field(&fields, name)).collect::<Result<Vec<_>, _>>()?;
    Ok(Call { token, wish: wish(path, &values)? })
}

fn wish(path: &str, values: &[&str]) -> Result<Wish, String> {
    Ok(match *values {
        [kind, receiver, save, data] => {
            demand(save == "1", "save_sender_box is another")?;
            let receiver = UserId::from_uid(receiver).map_err(|_| "receiver_id is no user id")?;
            Wish::Send(receiver, reply(kind, data)?)
        }
        [menus] if path.ends_with("create.json") => Wish::Publish(menu(menus)?),
        [format] => {
            demand(["json", "xml"].contains(&format), "the format is neither json nor xml")?;
            Wish::SetFormat(format.to_owned())
        }
        _ if path.ends_with("show.json") => Wish::ShowMenu,
        _ => Wish::DeleteMenu,
    })
}

fn demand(kept: bool, otherwise: &str) -> Result<(), String> {
    if kept { Ok(()) } else { Err(otherwise.to_owned()) }
}

/// Decodes a form once. Everything but letters, digits and `*-._` must be encoded, a blank as `+`.
fn form(text: &str) -> Result<Fields, String> {
    let decoded = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"*-._+%".contains(&byte);
        demand(part.bytes().all(plain), "a character of the form is not encoded")?;
        let escapes = part.split('%').skip(1);
        let hex = |escape: &str| escape.get(..2).is_some_and(|two| u8::from_str_radix(two, 16).is_ok());
        demand(escapes.into_iter().all(hex), "a % of the form begins no byte")?;
        let decoded = percent_decode_str(&part.replace('+', " ")).decode_utf8().map(|text| text.into_owned());
        decoded.map_err(|_| "a field of the form is not UTF-8".to_owned())
    };
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or("a field of the form has no =")?;
        Ok((decoded(name)?, decoded(value)?))
    };
    text.split('&').map(pair).collect()
}

fn field<'f>(fields: &'f Fields, name: &str) -> Result<&'f str, String> {
    let found = fields.iter().find(|(field, _)| field == name);
    found.map(|(_, value)| value.as_str()).ok_or_else(|| format!("the field {name} is missing"))
}

/// A value that was encoded twice is no object here.
fn object(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err("a field that must be a JSON object is none once it is decoded".to_owned()),
    }
}

/// The texts of an object that has these keys and no others.
fn texts<const N: usize>(object: &Map<String, Value>, keys: [&str; N]) -> Result<[String; N], String> {
    demand(object.len() == N, "an object has other keys")?;
    let mut texts = [const { String::new() }; N];
    for (text, key) in texts.iter_mut().zip(keys) {
        let value = object.get(key).and_then(Value::as_str);
        *text = value.ok_or_else(|| format!("the text {key} is missing"))?.to_owned();
    }
    Ok(texts)
}

fn reply(kind: &str, data: &str) -> Result<Reply, String> {
    let data = object(data)?;
    match kind {
        "text" => {
            let [text] = texts(&data, ["text"])?;
            demand((1..=300).contains(&text.chars().count()), "the text is empty or too long")?;
            Ok(Reply::Text(text))
        }
        "articles" => {
            let list = data.get("articles").and_then(Value::as_array).ok_or("the articles are missing")?;
            demand(data.len() == 1 && (1..=8).contains(&list.len()), "there are none or too many articles")?;
            list.iter().map(article).collect::<Result<_, _>>().map(Reply::Articles)
        }
        "position" => {
            let [longitude, latitude] = texts(&data, ["longitude", "latitude"])?;
            let degrees = |text: &str| text.parse::<f64>().map_err(|_| "a degree is no number");
            let position = Position::new(degrees(&longitude)?, degrees(&latitude)?);
            Ok(Reply::Position(position.map_err(|_| "this is no position")?))
        }
        _ => Err("the type is neither text nor articles nor position".to_owned()),
    }
}

fn article(value: &Value) -> Result<Article, String> {
    let object = value.as_object().ok_or("an article is no object")?;
    let [title, summary, image, url] = texts(object, ["display_name", "summary", "image", "url"])?;
    demand(url.starts_with("http://") || url.starts_with("https://"), "an article has no full URL")?;
    Ok(Article { title, summary, image, url })
}

/// The menu, when it is as documented: 1 to 3 buttons, 1 to 5 items, two levels, click and view only.
fn menu(text: &str) -> Result<Value, String> {
    let menu = object(text)?;
    let buttons = menu.get("button").and_then(Value::as_array).ok_or("the menu has no buttons")?;
    demand(menu.len() == 1 && (1..=3).contains(&buttons.len()), "there are none or too many buttons")?;
    for button in buttons {
        let button = button.as_object().ok_or("a button is no object")?;
        match button.get("sub_button").and_then(Value::as_array) {
            None => leaf(button)?,
            Some(items) => {
                demand(button.len() == 2 && button.contains_key("name"), "a button has other keys")?;
                demand((1..=5).contains(&items.len()), "there are none or too many items")?;
                items.iter().try_for_each(|item| leaf(item.as_object().ok_or("an item is no object")?))?;
            }
        }
    }
    Ok(Value::Object(menu))
}

fn leaf(button: &Map<String, Value>) -> Result<(), String> {
    match button.get("type").and_then(Value::as_str) {
        Some("click") => texts(button, ["type", "name", "key"]).map(|_| ()),
        Some("view") => texts(button, ["type", "name", "url"]).map(|_| ()),
        _ => Err("a button is neither of the type click nor view".to_owned()),
    }
}
