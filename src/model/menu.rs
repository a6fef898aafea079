//! The custom menu: what a fan sees below the conversation.

use serde::Serialize;

/// What a platform allows of a menu.
#[derive(Clone, Copy, Debug)]
pub struct MenuLimits {
    /// The most buttons of a menu.
    pub buttons: usize,
    /// The most items below one button.
    pub items: usize,
    pub button_name_bytes: usize,
    pub item_name_bytes: usize,
    pub key_bytes: usize,
    pub link_bytes: usize,
}

/// A menu of one button or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    pub buttons: Vec<Button>,
}

/// One button, or one item below a button. Serialized, it has the keys that a rule file has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    pub name: String,
    #[serde(flatten)]
    pub press: Press,
}

/// What happens when a button is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// The account gets an event with this key.
    Click(String),
    /// The fan's client opens this URL.
    Link(String),
    /// One item or more open; none of them opens more.
    Items(Vec<Button>),
}

impl Menu {
    /// The keys of all buttons of type click.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.leaves().filter_map(|button| match &button.press {
            Press::Click(key) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The buttons that can be pressed to an effect.
    pub fn leaves(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().flat_map(|button| match &button.press {
            Press::Items(items) => items.as_slice(),
            _ => std::slice::from_ref(button),
        })
    }
}
