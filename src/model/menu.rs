//! The custom menu: what a fan sees below the conversation. It knows the platform's limits, not its
//! encoding, and not what answers a pressed button.

/// The most buttons of a menu (protocol 7).
pub const BUTTON_LIMIT: usize = 3;
/// The most items below one button (protocol 7).
pub const ITEM_LIMIT: usize = 5;
/// Bytes of a button's name; five Chinese characters (protocol 7).
pub const BUTTON_NAME_BYTES: usize = 16;
/// Bytes of an item's name; thirteen Chinese characters (protocol 7).
pub const ITEM_NAME_BYTES: usize = 40;
/// Bytes of a key (protocol 7).
pub const KEY_BYTES: usize = 128;
/// Bytes of a link (protocol 7).
pub const LINK_BYTES: usize = 256;

/// A menu of 1 to [`BUTTON_LIMIT`] buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    pub buttons: Vec<Button>,
}

/// One button, or one item below a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub name: String,
    pub press: Press,
}

/// What happens when a button is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// The account gets an event with this key.
    Click(String),
    /// The fan's client opens this URL.
    Link(String),
    /// 1 to [`ITEM_LIMIT`] items open; none of them opens more.
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
