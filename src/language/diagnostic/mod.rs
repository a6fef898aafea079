//! Diagnostics: everything that is wrong or doubtful in a rules folder, as values. A diagnostic is a
//! fault with its arguments and a place; its words are made at the edge, by [`render`], in the reader's
//! language. It is never an error type, and never stops at the first fault.

pub mod known_names;
pub mod library_message;
pub mod lines;
pub mod render;

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use known_names::KnownNames;
pub use library_message::LibraryMessage;

use crate::engine::place::Place;
use crate::language::source_text::SourceText;
use crate::model::worded::worded;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// A fault's number, printed as `F101`. Codes are only ever added, never given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F{:03}", self.0)
    }
}

worded! {
    /// Whether a diagnostic refuses the set.
    pub enum Severity {
        Error "error",
        Warning "warning",
    }
}

/// One way for a rules folder to be wrong. Each stage has an enum of its own that implements this.
pub trait Fault: fmt::Debug + Send + Sync {
    fn code(&self) -> Code;

    fn severity(&self) -> Severity {
        Severity::Error
    }

    /// What is wrong, in one sentence without a full stop.
    fn message(&self, lang: Lang) -> String;

    /// What to do instead, often with the corrected line; empty when the message says it all.
    fn help(&self, lang: Lang) -> String;

    /// The corrected text that the help shows, if there is one.
    fn correction(&self) -> Option<&Edit> {
        None
    }

    /// Where the other thing stands of which the fault speaks, if it speaks of one.
    fn other_place(&self) -> Option<&Place> {
        None
    }

    /// The same fault with help that shows no corrected text, if this one shows any.
    fn without_correction(&self) -> Option<Arc<dyn Fault>> {
        None
    }
}

/// What a code stands for, before it has arguments. The texts are those of the `faults!` table, in both
/// languages; those of message and help still have their arguments' names in braces.
#[derive(Clone, Copy, Debug)]
pub struct CatalogueEntry {
    pub code: Code,
    pub severity: Severity,
    pub message: [&'static str; 2],
    pub help: [&'static str; 2],
    /// Why it is a mistake and what would happen otherwise, for somebody who never programmed.
    pub means: [&'static str; 2],
}

/// Declares the faults of one stage as a table: the code, the severity, the arguments, and in both
/// languages what is wrong, what to do, and what that means. The first two are `format!` strings over the
/// arguments.
macro_rules! faults {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $( $code:literal $severity:ident $variant:ident { $($field:ident : $ty:ty),* $(,)? }
           en $en:literal, $en_help:literal;
           zh $zh:literal, $zh_help:literal;
           means $en_means:literal, $zh_means:literal; )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis enum $name { $( $variant { $($field: $ty),* } ),* }

        impl $name {
            /// Every fault of this stage.
            pub const CATALOGUE: &[$crate::language::diagnostic::CatalogueEntry] = &[
                $( $crate::language::diagnostic::CatalogueEntry {
                    code: $crate::language::diagnostic::Code($code),
                    severity: $crate::language::diagnostic::Severity::$severity,
                    message: [$en, $zh],
                    help: [$en_help, $zh_help],
                    means: [$en_means, $zh_means],
                } ),*
            ];

            /// The corrected text that its help shows, if it has one.
            #[allow(unused_variables)]
            pub fn correction_mut(&mut self) -> Option<&mut $crate::language::diagnostic::Correction> {
                let arguments: Vec<&mut dyn std::any::Any> =
                    match self { $( Self::$variant { $($field),* } => vec![$($field),*], )* };
                arguments.into_iter().find_map(|argument| argument.downcast_mut())
            }
        }

        #[allow(unused_variables)]
        impl $crate::language::diagnostic::Fault for $name {
            fn correction(&self) -> Option<&$crate::language::diagnostic::Edit> {
                let arguments: Vec<&dyn std::any::Any> =
                    match self { $( Self::$variant { $($field),* } => vec![$($field),*], )* };
                $crate::language::diagnostic::Correction::among(&arguments)
            }

            fn other_place(&self) -> Option<&$crate::engine::place::Place> {
                let arguments: Vec<&dyn std::any::Any> =
                    match self { $( Self::$variant { $($field),* } => vec![$($field),*], )* };
                $crate::language::diagnostic::place_among(&arguments)
            }

            fn without_correction(&self) -> Option<std::sync::Arc<dyn $crate::language::diagnostic::Fault>> {
                let mut fault = self.clone();
                let arguments: Vec<&mut dyn std::any::Any> =
                    match &mut fault { $( Self::$variant { $($field),* } => vec![$($field),*], )* };
                $crate::language::diagnostic::Correction::leave_out(arguments).then(|| std::sync::Arc::new(fault) as _)
            }

            fn code(&self) -> $crate::language::diagnostic::Code {
                match self { $( Self::$variant { .. } => $crate::language::diagnostic::Code($code), )* }
            }

            fn severity(&self) -> $crate::language::diagnostic::Severity {
                match self { $( Self::$variant { .. } => $crate::language::diagnostic::Severity::$severity, )* }
            }

            fn message(&self, lang: $crate::words::lang::Lang) -> String {
                match self {
                    $( Self::$variant { $($field),* } => {
                        $( let $field = $crate::words::texts::Localize::localized($field, lang); )*
                        lang.pick(format!($en), format!($zh))
                    } )*
                }
            }

            fn help(&self, lang: $crate::words::lang::Lang) -> String {
                match self {
                    $( Self::$variant { $($field),* } => {
                        $( let $field = $crate::words::texts::Localize::localized($field, lang); )*
                        lang.pick(format!($en_help), format!($zh_help))
                    } )*
                }
            }
        }
    };
}
pub(crate) use faults;

/// The first place among the arguments of a fault.
pub fn place_among<'a>(arguments: &[&'a dyn Any]) -> Option<&'a Place> {
    arguments.iter().find_map(|argument| match argument.downcast_ref::<KnownNames>() {
        Some(names) => names.meant.as_deref()?.1.as_ref(),
        None => argument.downcast_ref(),
    })
}

/// The word that was perhaps meant, to stand at the beginning of a help text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestion(pub Option<String>);

impl Suggestion {
    pub fn of(word: Option<&str>) -> Self {
        Self(word.map(str::to_owned))
    }
}

impl Localize for Suggestion {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words =
            |word: &String| lang.pick(format!("did you mean \"{word}\"? "), format!("是不是想写“{word}”？"));
        self.0.as_ref().map(words).unwrap_or_default()
    }
}

/// What an author can copy to the place of what he wrote, to stand behind the words that say the same. It is left out where
/// nothing is known that mends the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction(pub Option<Edit>);

/// A text and the bytes of the file whose place it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: Range<usize>,
    pub text: String,
}

impl Correction {
    pub const NONE: Self = Self(None);

    pub fn new(at: Range<usize>, text: impl Into<String>) -> Self {
        Self(Some(Edit { at, text: text.into() }))
    }

    /// What the first correction among the arguments of a fault says.
    pub fn among<'a>(arguments: &[&'a dyn Any]) -> Option<&'a Edit> {
        arguments.iter().find_map(|argument| argument.downcast_ref::<Self>()?.0.as_ref())
    }

    /// Leaves out what the corrections among the arguments of a fault say; whether there was any.
    pub fn leave_out(arguments: Vec<&mut dyn Any>) -> bool {
        let corrections = arguments.into_iter().filter_map(|argument| argument.downcast_mut::<Self>());
        corrections.filter_map(|correction| correction.0.take()).count() > 0
    }

    /// The same correction, found in a part of the file that begins at this byte.
    pub fn shift(&mut self, start: usize) {
        if let Some(edit) = &mut self.0 {
            edit.at = edit.at.start + start..edit.at.end + start;
        }
    }
}

impl Localize for Correction {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |edit: &Edit| lang.pick(format!(": {}", edit.text), format!("：{}", edit.text));
        self.0.as_ref().map(words).unwrap_or_default()
    }
}

impl Localize for Place {
    fn localized(&self, _: Lang) -> impl fmt::Display {
        self
    }
}

/// A fault at a place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub fault: Arc<dyn Fault>,
    pub place: Place,
}

impl Diagnostic {
    /// A fault at these bytes of a file.
    pub fn new(fault: impl Fault + 'static, file: &SourceText, span: Range<usize>) -> Self {
        Self { fault: Arc::new(fault), place: file.place(span) }
    }

    /// A fault of a file as a whole.
    pub fn of_file(fault: impl Fault + 'static, path: &Arc<str>) -> Self {
        Self { fault: Arc::new(fault), place: Place::of_file(path) }
    }

    pub fn is_error(&self) -> bool {
        self.fault.severity() == Severity::Error
    }
}
