//! Enums whose variants have one fixed word each, for logs, metrics and the disk.

/// Declares such an enum as a table: a variant, and its word. The words of what is kept on disk never change.
macro_rules! worded {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $( $(#[$note:meta])* $variant:ident $word:literal, )+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $( $(#[$note])* $variant, )+ }

        impl $name {
            pub const ALL: [Self; [$( $word ),+].len()] = [$( Self::$variant ),+];

            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use worded;
