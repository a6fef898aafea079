//! `menu` and `link`: which button of the custom menu was pressed, by its key or its URL, letter for
//! letter.

use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::model::message::{Content, Event};

/// A button of type click with one of these keys.
#[derive(Debug)]
pub struct Menu(pub Vec<Box<str>>);

/// A button of type view with one of these URLs.
#[derive(Debug)]
pub struct Link(pub Vec<Box<str>>);

impl Menu {
    pub fn holds(&self, subject: &Subject) -> bool {
        matches!(&subject.message.content, Content::Event(Event::Click(key)) if self.0.iter().any(|own| **own == **key))
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.iter().map(|key| Trigger::Menu(key.clone())).collect()
    }
}

impl Link {
    pub fn holds(&self, subject: &Subject) -> bool {
        matches!(&subject.message.content, Content::Event(Event::View(url)) if self.0.iter().any(|own| **own == **url))
    }

    pub fn triggers(&self) -> Vec<Trigger> {
        self.0.iter().map(|url| Trigger::Link(url.clone())).collect()
    }
}
