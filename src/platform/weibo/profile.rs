//! Weibo's profile: the kinds it pushes, its reply window, its limits and what its answers can carry.

use jiff::SignedDuration;

use crate::model::id::UserId;
use crate::model::kind::{Kind, KindSet};
use crate::model::menu::MenuLimits;
use crate::model::message::Format;
use crate::model::profile::{Grant, Profile};
use crate::model::reply::Reply;

pub static WEIBO: Profile = Profile {
    name: "weibo",
    read_id: UserId::from_uid,
    // the platform names the menu click and is silent about a pressed link (docs/protocol.md 6.2)
    opened_by: KindSet::PRIVATE.with(KindSet::SCANS).with(KindSet::of(&[
        Kind::Follow,
        Kind::Subscribe,
        Kind::Click,
    ])),
    closed_by: KindSet::of(&[Kind::Unfollow, Kind::Unsubscribe]),
    open: Grant { lasts: SignedDuration::from_hours(48), messages: None },
    mention: Grant { lasts: SignedDuration::from_hours(48), messages: Some(1) },
    // the page on replies says fewer than 300 (docs/protocol.md 6.1), the error 20013 more than 300
    // (docs/protocol.md 10.2)
    text_limit: 300,
    article_limit: 8,
    // XML has no form for a position (docs/protocol.md 5.5)
    fits: |reply, format| format == Format::Json || !matches!(reply, Reply::Position(_)),
    // the lengths are WeChat's: Weibo's own are not known (docs/protocol.md 7)
    menu: MenuLimits {
        buttons: 3,
        items: 5,
        button_name_bytes: 16,
        item_name_bytes: 40,
        key_bytes: 128,
        link_bytes: 256,
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_opens_closes_or_grants_one_reply() {
        // the platform names the menu click and is silent about a pressed link
        for kind in KindSet::ALL.iter().filter(|kind| *kind != Kind::View) {
            let grants = WEIBO.grant(kind).is_some();
            assert_ne!(grants, WEIBO.closed_by.contains(kind), "{kind}");
        }
        assert_eq!(WEIBO.grant(Kind::View), None);
        assert_eq!(WEIBO.grant(Kind::MentionComment).and_then(|grant| grant.messages), Some(1));
    }
}
