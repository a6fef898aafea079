//! The reply window as data: what opens it, for how long, and how many messages fit. It remembers no
//! fan; it only knows the platform's law.

use jiff::{SignedDuration, Timestamp};

use crate::model::kind::{Kind, KindSet};

/// What one kind of action grants (protocol 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub lasts: SignedDuration,
    /// How many messages may be sent, the passive answer counted; `None` is unlimited.
    pub messages: Option<u32>,
}

/// The platform's law of the reply window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowLaw {
    /// What opens the window.
    pub opened_by: KindSet,
    /// What shuts it.
    pub closed_by: KindSet,
    pub open: Grant,
    /// What a mention grants, beside the window.
    pub mention: Grant,
}

/// Weibo's figures: 48 hours without limit; for a mention one reply in 48 hours (protocol 6.2).
pub const WEIBO: WindowLaw = WindowLaw {
    opened_by: KindSet::of(&[
        Kind::Text,
        Kind::Position,
        Kind::Voice,
        Kind::Image,
        Kind::Follow,
        Kind::Subscribe,
        Kind::Click,
        Kind::Scan,
        Kind::ScanFollow,
    ]),
    closed_by: KindSet::of(&[Kind::Unfollow, Kind::Unsubscribe]),
    open: Grant { lasts: SignedDuration::from_hours(48), messages: None },
    mention: Grant { lasts: SignedDuration::from_hours(48), messages: Some(1) },
};

impl WindowLaw {
    /// What an action of this kind grants; nothing when it shuts the window.
    pub fn grant(&self, kind: Kind) -> Option<Grant> {
        if KindSet::MENTIONS.contains(kind) {
            Some(self.mention)
        } else if self.opened_by.contains(kind) {
            Some(self.open)
        } else {
            None
        }
    }

    /// When the window closes that an action of this kind opened at `received_at`.
    pub fn closes_at(&self, kind: Kind, received_at: Timestamp) -> Option<Timestamp> {
        self.grant(kind).map(|grant| received_at.saturating_add(grant.lasts).unwrap_or(Timestamp::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_opens_closes_or_grants_one_reply() {
        // the platform names the menu click and is silent about a pressed link
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::View) {
            let grants = WEIBO.grant(kind).is_some();
            assert_ne!(grants, WEIBO.closed_by.contains(kind), "{kind}");
        }
        assert_eq!(WEIBO.grant(Kind::View), None);
        assert_eq!(WEIBO.grant(Kind::MentionComment).and_then(|grant| grant.messages), Some(1));
    }
}
