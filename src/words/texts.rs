//! Tables of texts: an enum for a topic, with words in both languages for each of its variants. Code that has something to
//! tell picks a variant; the words are made at the edge, where the language is known.

use std::fmt;
use std::path::PathBuf;

use super::lang::Lang;

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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.message($crate::words::lang::Lang::En))
            }
        }
    };
}
pub(crate) use texts;

/// A value as it stands inside a text of this language.
pub trait Localize {
    fn localized(&self, lang: Lang) -> impl fmt::Display;
}

/// What is written alike in every language.
impl<T: fmt::Display> Localize for T {
    fn localized(&self, _: Lang) -> impl fmt::Display {
        self
    }
}

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
