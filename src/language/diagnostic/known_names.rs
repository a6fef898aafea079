//! What is said of a name that nothing has: which one was perhaps meant and where it is given, and which there are.

use std::fmt;

use crate::engine::place::Place;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// The names of one kind, to stand at the beginning of a help text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownNames {
    /// The nearest one, and where it is given, if that is in a file.
    pub meant: Option<Box<(String, Option<Place>)>>,
    /// The first ones, in the order of files and lines.
    pub some: Vec<String>,
    pub more: usize,
}

/// Names that are listed.
const MOST_LISTED: usize = 8;

impl KnownNames {
    /// Those of these names, of which `nearest` is the one that was perhaps meant.
    pub fn new<'n>(names: impl Iterator<Item = (&'n str, &'n Place)>, nearest: Option<&str>) -> Self {
        let mut names: Vec<_> = names.collect();
        names.sort_by_key(|(_, place)| (&place.file, place.span.start));
        let meant = names.iter().find(|(name, _)| Some(*name) == nearest);
        Self {
            meant: meant.map(|(name, place)| Box::new(((*name).to_owned(), Some(Place::clone(place))))),
            some: names.iter().take(MOST_LISTED).map(|(name, _)| (*name).to_owned()).collect(),
            more: names.len().saturating_sub(MOST_LISTED),
        }
    }
}

impl Localize for KnownNames {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let meant = self.meant.as_deref().map(|(name, place)| match place {
            Some(place) => lang.pick(
                format!("did you mean \"{name}\", which stands in {place}? "),
                format!("是不是想写“{name}”（写在 {place}）？"),
            ),
            None => lang.pick(format!("did you mean \"{name}\"? "), format!("是不是想写“{name}”？")),
        });
        let some = self.some.join(lang.pick(", ", "、"));
        let more = match self.more {
            0 => String::new(),
            more => lang.pick(format!(" and {more} more"), format!("等 {} 个", self.some.len() + more)),
        };
        let there = lang.pick(format!("there are: {some}{more}; "), format!("现有：{some}{more}；"));
        let there = if self.some.is_empty() { String::new() } else { there };
        format!("{}{there}", meant.unwrap_or_default())
    }
}
