//! Surroundings: what a rules folder needs to know of the settings to be loaded. They hold no secret and no
//! path; the same folder and the same surroundings always give the same set.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::engine::subject::Context;
use crate::model::id::UserId;
use crate::model::profile::Profile;
use crate::platform;

/// What rules can depend on that does not stand in their folder.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The accounts that this folder answers for; empty means any.
    pub accounts: Vec<KnownAccount>,
    /// The zone of `hours`, `days`, `dates` for examples; each account may have its own when it answers.
    pub zone: TimeZone,
    /// Whether an access token is there, so that the customer-service interface can be used.
    pub sends: bool,
    /// What the platform of these accounts allows.
    pub profile: &'static Profile,
    /// Whether a rule that is refused is left out, where it would otherwise refuse the set: so the last good rules are
    /// loaded that another version took. Examples are not tried then.
    pub leaves_out: bool,
}

/// A configured account, as far as rules can speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAccount {
    pub name: String,
    pub id: Option<UserId>,
}

/// The platform's own zone, in which most accounts live.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

impl Default for Surroundings {
    /// Any account of the default platform, the default zone, no token: what a laptop knows.
    fn default() -> Self {
        let zone = TimeZone::get(DEFAULT_ZONE).unwrap_or(TimeZone::UTC);
        Self { accounts: Vec::new(), zone, sends: false, profile: platform::DEFAULT, leaves_out: false }
    }
}

impl Surroundings {
    /// What a decision depends on at this moment, for an account of this name.
    pub fn context<'a>(&'a self, received_at: Timestamp, account_name: &'a str) -> Context<'a> {
        Context { received_at, zone: &self.zone, account_name, profile: self.profile }
    }
}
