//! One account of the platform as every flow knows it, and the one look-up that says whose account it is.

pub mod token;

use std::ptr;

use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::engine::in_service::InService;
use crate::model::id::UserId;
use crate::model::profile::Profile;
use token::Token;

/// An account that this appliance answers and sends for.
#[derive(Debug)]
pub struct Account {
    /// Its name in the settings and in the callback's path.
    pub name: String,
    /// Its uid; `None` stands for any that no other account has.
    pub id: Option<UserId>,
    /// What the platform signs its pushes with.
    pub secret: SecretString,
    pub token: Token,
    pub rules: InService,
    pub zone: TimeZone,
    /// Customer-service messages that it may send in a second; above 0.
    pub pace: f64,
    pub profile: &'static Profile,
}

/// All accounts of the settings, whose names and ids are unique.
#[derive(Debug, Default)]
pub struct Accounts {
    pub all: Vec<Account>,
}

impl Account {
    /// Whether what it promises can be kept.
    pub fn sends(&self) -> bool {
        self.token.is_set()
    }
}

impl Accounts {
    /// The account of this name; without a name, all of them.
    pub fn named(&self, name: Option<&str>) -> impl Iterator<Item = &Account> {
        self.all.iter().filter(move |account| name.is_none_or(|name| account.name == name))
    }

    /// The account that messages to this receiver belong to: the one with his uid, else the one without any.
    pub fn of(&self, receiver: UserId) -> Option<&Account> {
        self.place_of(receiver).map(|place| &self.all[place])
    }

    /// The place of that account among all.
    pub fn place_of(&self, receiver: UserId) -> Option<usize> {
        let place = |id| self.all.iter().position(|account| account.id == id);
        place(Some(receiver)).or_else(|| place(None))
    }

    /// Whether messages to this receiver belong to that account of ours.
    pub fn is_of(&self, account: &Account, receiver: UserId) -> bool {
        self.of(receiver).is_some_and(|own| ptr::eq(own, account))
    }

    /// The name of the account of this receiver, for the log; empty where there is none.
    pub fn name_of(&self, receiver: UserId) -> &str {
        self.of(receiver).map_or("", |account| &account.name)
    }
}
