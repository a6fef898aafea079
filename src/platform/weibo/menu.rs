//! The custom menu in the platform's JSON (docs/protocol.md 7), written strictly and read with tolerance. How much a menu
//! may hold is said by the profile, and not checked here.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::menu::{Button, Menu, Press};
use crate::platform::call_fault::CallFault;
use crate::platform::weibo::json::json;

/// The value of the form field `menus`.
pub(super) fn written(menu: &Menu) -> String {
    json(&MenuShape { button: menu.buttons.iter().map(Shape::of).collect() })
}

#[derive(Serialize)]
struct MenuShape<'m> {
    button: Vec<Shape<'m>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Shape<'m> {
    Click {
        name: &'m str,
        key: &'m str,
    },
    View {
        name: &'m str,
        url: &'m str,
    },
    #[serde(untagged)]
    Items {
        name: &'m str,
        sub_button: Vec<Shape<'m>>,
    },
}

impl<'m> Shape<'m> {
    fn of(Button { name, press }: &'m Button) -> Self {
        match press {
            Press::Click(key) => Self::Click { name, key },
            Press::Link(url) => Self::View { name, url },
            Press::Items(items) => Self::Items { name, sub_button: items.iter().map(Self::of).collect() },
        }
    }
}

/// The menu of an answer, if there is one: what the platform says when there is none is not documented, so
/// everything empty says it. Unknown types of buttons and fields do not matter.
///
/// # Errors
///
/// The answer is no menu.
pub(super) fn read(answer: &Value) -> Result<Option<Menu>, CallFault> {
    let menu = answer.get("menu").unwrap_or(answer);
    let buttons = menu.get("button").unwrap_or(menu);
    if is_empty(menu) || is_empty(buttons) {
        return Ok(None);
    }
    let buttons = buttons.as_array().ok_or(CallFault::Undecodable)?;
    let buttons = buttons.iter().map(read_button).collect::<Result<_, _>>()?;
    Ok(Some(Menu { buttons }))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn read_button(value: &Value) -> Result<Button, CallFault> {
    let fields = value.as_object().ok_or(CallFault::Undecodable)?;
    match fields.get("sub_button").and_then(Value::as_array) {
        Some(items) if !items.is_empty() => {
            let items = items.iter().map(read_item).collect::<Result<_, _>>()?;
            Ok(Button { name: text(fields, "name"), press: Press::Items(items) })
        }
        _ => read_item(value),
    }
}

/// A menu has two levels, so nothing below an item is looked at.
fn read_item(value: &Value) -> Result<Button, CallFault> {
    let fields = value.as_object().ok_or(CallFault::Undecodable)?;
    let (name, key, url) = (text(fields, "name"), text(fields, "key"), text(fields, "url"));
    let clicks = text(fields, "type") == "click" && !key.is_empty();
    let press = match (clicks, url.is_empty(), key.is_empty()) {
        (false, false, _) => Press::Link(url),
        (_, _, false) => Press::Click(key),
        _ => Press::Click(name.clone()),
    };
    Ok(Button { name, press })
}

/// A field as text that can be shown: it comes from outside and goes to a terminal.
fn text(fields: &Map<String, Value>, name: &str) -> String {
    let text = match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn click(name: &str, key: &str) -> Button {
        Button { name: name.to_owned(), press: Press::Click(key.to_owned()) }
    }

    fn sample(name: &str) -> Value {
        let path = format!("{}/tests/fixtures/protocol/api/{name}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn the_documented_menu_is_read_and_written_again() {
        let menu = read(&sample("menu_show_response.json")).unwrap().unwrap();
        assert_eq!(menu.keys().collect::<Vec<_>>(), ["MENU_PRICE_LIST", "MENU_CONTACT"]);
        let again: Value = serde_json::from_str(&written(&menu)).unwrap();
        assert_eq!(again, sample("menu_create_menus_value.json"));
    }

    #[test]
    fn everything_empty_is_no_menu() {
        let empty = [json!({"menu": {"button": []}}), json!({"menu": {}}), json!({"menu": []}), json!({})];
        let bare =
            [json!({"menu": ""}), json!({"menu": null}), json!({"button": null}), json!([]), json!(null)];
        for answer in empty.iter().chain(&bare) {
            assert_eq!(read(answer), Ok(None), "{answer}");
        }
    }

    #[test]
    fn what_is_no_menu_is_not_taken_for_an_empty_one() {
        for answer in
            [json!({"result": true}), json!({"menu": {"buttons": [1]}}), json!({"menu": {"button": [1]}})]
        {
            assert_eq!(read(&answer), Err(CallFault::Undecodable), "{answer}");
        }
    }

    #[test]
    fn unknown_types_and_fields_are_tolerated() {
        let answer = json!({"menu": {"menuid": 7, "button": [
            {"type": "scancode_push", "name": "扫码", "key": 12, "sub_button": []},
            {"type": "location_select", "name": "位置"},
            {"type": "click", "name": "both", "key": "K", "url": "http://a.example/"},
            {"type": "miniprogram", "name": "mini", "url": "http://b.example/", "appid": "x"},
        ]}});
        let link = Button { name: "mini".to_owned(), press: Press::Link("http://b.example/".to_owned()) };
        let buttons = vec![click("扫码", "12"), click("位置", "位置"), click("both", "K"), link];
        assert_eq!(read(&answer), Ok(Some(Menu { buttons })));
    }

    #[test]
    fn a_third_level_is_not_read_and_no_name_can_write_to_a_terminal() {
        let item = json!({"name": "b\u{1b}[31m", "sub_button": [{"name": "c"}]});
        let menu =
            read(&json!({"menu": {"button": [{"name": "a", "sub_button": [item]}]}})).unwrap().unwrap();
        assert_eq!(menu.buttons[0].press, Press::Items(vec![click("b[31m", "b[31m")]));
    }
}
