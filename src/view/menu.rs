//! The menu that a platform has, in the words of a rule file.

use serde::Serialize;

use crate::model::menu::{Button, Menu};

#[derive(Debug, Serialize)]
pub struct PlatformMenu<'m> {
    /// Null where there is none.
    menu: Option<&'m [Button]>,
}

impl<'m> PlatformMenu<'m> {
    pub fn of(menu: Option<&'m Menu>) -> Self {
        Self { menu: menu.map(|menu| &*menu.buttons) }
    }
}
