//! The kinds of inbound message, and sets of them: what a condition can speak to. Never a message itself.

use std::fmt;
use std::ops::BitAnd;

/// Every kind of inbound message that the platform is known to push (protocol 2 and 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Text,
    Position,
    Voice,
    Image,
    MentionStatus,
    MentionComment,
    Follow,
    Unfollow,
    Subscribe,
    Unsubscribe,
    Scan,
    ScanFollow,
    Click,
    View,
}

impl Kind {
    pub const ALL: [Self; 14] = [
        Self::Text,
        Self::Position,
        Self::Voice,
        Self::Image,
        Self::MentionStatus,
        Self::MentionComment,
        Self::Follow,
        Self::Unfollow,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::Scan,
        Self::ScanFollow,
        Self::Click,
        Self::View,
    ];

    /// The word of logs, metrics and hashes. It is kept on disk inside message keys: never change one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Position => "position",
            Self::Voice => "voice",
            Self::Image => "image",
            Self::MentionStatus => "mention_status",
            Self::MentionComment => "mention_comment",
            Self::Follow => "follow",
            Self::Unfollow => "unfollow",
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Scan => "scan",
            Self::ScanFollow => "scan_follow",
            Self::Click => "click",
            Self::View => "view",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KindSet(u16);

impl KindSet {
    pub const NONE: Self = Self(0);
    pub const TEXT: Self = Self::of(&[Kind::Text]);
    pub const POSITION: Self = Self::of(&[Kind::Position]);
    pub const MENTIONS: Self = Self::of(&[Kind::MentionStatus, Kind::MentionComment]);
    /// What a rule speaks to that names no kind: private messages.
    pub const PRIVATE: Self = Self::of(&[Kind::Text, Kind::Position, Kind::Voice, Kind::Image]);
    /// The kinds that carry words of a person.
    pub const WORDED: Self = Self::of(&[Kind::Text, Kind::MentionStatus, Kind::MentionComment]);
    pub const SCANS: Self = Self::of(&[Kind::Scan, Kind::ScanFollow]);
    pub const ALL: Self = Self::of(&Kind::ALL);

    pub const fn of(kinds: &[Kind]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < kinds.len() {
            bits |= 1 << kinds[i] as u16;
            i += 1;
        }
        Self(bits)
    }

    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl BitAnd for KindSet {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
