//! `menu` and `link`: which button of the custom menu was pressed, by its key or its URL, letter for
//! letter.

use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::model::message::{Content, Event};

/// A button of type click with one of these keys.
#[derive(Debug)]
pub struct Menu(pub Vec<Box<str>>);

/// A button of type view with one of these URLs.
#[derive(Debug)]
pub struct Link(pub Vec<Box<str>>);

impl Predicate for Menu {
    fn holds(&self, subject: &Subject) -> bool {
        matches!(&subject.message.content, Content::Event(Event::Click(key)) if self.0.iter().any(|own| **own == **key))
    }

    fn written(&self) -> String {
        listed("menu", self.0.iter())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.iter().cloned().map(Trigger::Menu).collect())
    }
}

impl Predicate for Link {
    fn holds(&self, subject: &Subject) -> bool {
        matches!(&subject.message.content, Content::Event(Event::View(url)) if self.0.iter().any(|own| **own == **url))
    }

    fn written(&self) -> String {
        listed("link", self.0.iter())
    }

    fn triggers(&self) -> Option<Vec<Trigger>> {
        Some(self.0.iter().cloned().map(Trigger::Link).collect())
    }
}
