//! The profile: what differs between messaging platforms, as a value. Rules are checked against it, answers are composed
//! by it, and deliveries expire by it; code outside `platform` does not ask which platform it is.

use jiff::{SignedDuration, Timestamp};

use super::id::{NotAUserId, UserId};
use super::kind::{Kind, KindSet};
use super::menu::MenuLimits;
use super::message::Format;
use super::reply::Reply;

/// What one platform knows, allows and carries.
#[derive(Debug)]
pub struct Profile {
    /// The word by which the border knows its platform.
    pub name: &'static str,
    /// Reads an id as people write it.
    pub read_id: fn(&str) -> Result<UserId, NotAUserId>,
    /// What opens the reply window.
    pub opened_by: KindSet,
    /// What shuts it.
    pub closed_by: KindSet,
    /// What the open window grants.
    pub open: Grant,
    /// What a mention grants, beside the window.
    pub mention: Grant,
    /// Characters of one text.
    pub text_limit: usize,
    /// Cards of one reply.
    pub article_limit: usize,
    /// Whether a passive answer in this format can be a reply of this form, whatever it says.
    pub fits: fn(&Reply, Format) -> bool,
    pub menu: MenuLimits,
}

/// What one kind of action grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub lasts: SignedDuration,
    /// How many messages may be sent, the passive answer counted; `None` is unlimited.
    pub messages: Option<u32>,
}

impl Profile {
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
