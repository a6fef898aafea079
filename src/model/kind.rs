//! The kinds of inbound message: one table with a row for each kind, and the sets of kinds that are computed from it.

use std::fmt;
use std::ops::BitAnd;

/// What sort of message a kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Sent to the account alone.
    Private,
    /// The account was named in public.
    Mention,
    /// Something that the fan did without writing.
    Event,
}

/// What a message of a kind brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    Nothing,
    /// The words of a person.
    Words,
    Position,
    Media,
    /// The scene of a QR code.
    Scene,
    /// The key of a menu button.
    Key,
    /// The URL of a menu button.
    Link,
}

struct Row {
    /// The word of logs, metrics and hashes. It is kept on disk inside message keys: never change one.
    word: &'static str,
    /// The word in rules, behind the key of its class: `message`, `mention` or `event`.
    in_rules: &'static str,
    class: Class,
    carries: Carries,
    /// Whether it counts as a reply of the fan: he did something himself, beyond coming and going.
    replies: bool,
}

macro_rules! kinds {
    ($($kind:ident $word:literal $in_rules:literal $class:ident $carries:ident $replies:literal;)+) => {
        /// Every kind of inbound message that a platform is known to push (docs/protocol.md 2 and 4).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($kind),+
        }

        impl Kind {
            pub const ALL: [Self; ROWS.len()] = [$(Self::$kind),+];
        }

        /// In the order of [`Kind`].
        static ROWS: [Row; [$($word),+].len()] = [$(Row {
            word: $word,
            in_rules: $in_rules,
            class: Class::$class,
            carries: Carries::$carries,
            replies: $replies,
        }),+];
    };
}

kinds! {
    // kind          word               in rules       class    carries   replies
    Text            "text"             "text"          Private  Words     true;
    Position        "position"         "position"      Private  Position  true;
    Voice           "voice"            "voice"         Private  Media     true;
    Image           "image"            "image"         Private  Media     true;
    MentionStatus   "mention_status"   "status"        Mention  Words     false;
    MentionComment  "mention_comment"  "comment"       Mention  Words     false;
    Follow          "follow"           "follow"        Event    Nothing   false;
    Unfollow        "unfollow"         "unfollow"      Event    Nothing   false;
    Subscribe       "subscribe"        "subscribe"     Event    Nothing   false;
    Unsubscribe     "unsubscribe"      "unsubscribe"   Event    Nothing   false;
    Scan            "scan"             "scan"          Event    Scene     true;
    ScanFollow      "scan_follow"      "scan_follow"   Event    Scene     true;
    Click           "click"            "click"         Event    Key       true;
    View            "view"             "view"          Event    Link      true;
}

impl Kind {
    /// The word of logs, metrics and hashes.
    pub fn as_str(self) -> &'static str {
        ROWS[self as usize].word
    }

    pub fn carries(self) -> Carries {
        ROWS[self as usize].carries
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KindSet(u32);

/// The kinds for whose row the test holds. A macro, because constants cannot take closures.
macro_rules! kinds_where {
    ($row:ident => $test:expr) => {{
        let (mut bits, mut i) = (0, 0);
        while i < ROWS.len() {
            let $row = &ROWS[i];
            if $test {
                bits |= 1 << i;
            }
            i += 1;
        }
        Self(bits)
    }};
}

impl KindSet {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = kinds_where!(_row => true);
    /// What a rule speaks to that names no kind.
    pub const PRIVATE: Self = kinds_where!(row => matches!(row.class, Class::Private));
    pub const MENTIONS: Self = kinds_where!(row => matches!(row.class, Class::Mention));
    pub const EVENTS: Self = kinds_where!(row => matches!(row.class, Class::Event));
    pub const WORDED: Self = kinds_where!(row => matches!(row.carries, Carries::Words));
    pub const POSITIONS: Self = kinds_where!(row => matches!(row.carries, Carries::Position));
    pub const SCANS: Self = kinds_where!(row => matches!(row.carries, Carries::Scene));
    /// Those that count as a reply of the fan.
    pub const REPLIES: Self = kinds_where!(row => row.replies);

    pub const fn of(kinds: &[Kind]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < kinds.len() {
            bits |= 1 << kinds[i] as u32;
            i += 1;
        }
        Self(bits)
    }

    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }

    /// Each kind of the set behind its word in rules; what is left of the `N` places stays `rest`.
    pub const fn in_rules<const N: usize>(self, rest: (&'static str, Self)) -> [(&'static str, Self); N] {
        let mut table = [rest; N];
        let (mut i, mut place) = (0, 0);
        while i < ROWS.len() {
            if self.contains(Kind::ALL[i]) {
                table[place] = (ROWS[i].in_rules, Self(1 << i));
                place += 1;
            }
            i += 1;
        }
        table
    }
}

impl BitAnd for KindSet {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
