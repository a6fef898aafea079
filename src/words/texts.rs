//! Tables of texts: an enum for a topic, with words in both languages for each of its variants. Code that has something to
//! tell picks a variant; the words are made at the edge, where the language is known.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use super::lang::Lang;
use crate::model::id::UserId;

/// Declares a topic as a table: the arguments of each row, and `format!` strings over them in both languages.
/// `Display` is English.
macro_rules! texts {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $( $(#[$note:meta])* $variant:ident $({ $($field:ident : $ty:ty),* $(,)? })? en $en:literal; zh $zh:literal; )*
    }) => {
        $(#[$meta])*
        $vis enum $name { $( $(#[$note])* $variant $({ $($field: $ty),* })? ),* }

        impl $name {
            /// One line, and sometimes a second one with what to do.
            pub fn message(&self, lang: $crate::words::lang::Lang) -> String {
                match self {
                    $( Self::$variant $({ $($field),* })? => {
                        $($( let $field = $crate::words::texts::Localize::localized($field, lang); )*)?
                        lang.pick(format!($en), format!($zh))
                    } )*
                }
            }
        }

        impl $crate::words::texts::Localize for $name {
            fn localized(&self, lang: $crate::words::lang::Lang) -> impl std::fmt::Display {
                self.message(lang)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.message($crate::words::lang::Lang::En))
            }
        }
    };
}
pub(crate) use texts;

/// A value as it stands inside a text of this language. What speaks says so for itself: no value has this for being shown
/// alone, or a reader of Chinese would meet sentences in English.
pub trait Localize {
    fn localized(&self, lang: Lang) -> impl fmt::Display;
}

/// Declares types whose values are written alike in every language.
macro_rules! alike {
    ($($ty:ty),* $(,)?) => { $(
        impl Localize for $ty {
            fn localized(&self, _: Lang) -> impl fmt::Display {
                self
            }
        }
    )* };
}

alike!(String, &'static str, Box<str>, Arc<str>, char, bool, f64, SocketAddr, IpAddr, ShownPath);
alike!(u8, u16, u32, u64, usize, i16, i64, UserId);

/// A path inside a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownPath(pub PathBuf);

impl fmt::Display for ShownPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

impl<P: Into<PathBuf>> From<P> for ShownPath {
    fn from(path: P) -> Self {
        Self(path.into())
    }
}
