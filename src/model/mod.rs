//! The values that everything else is made of: messages, replies, decisions, ids. They cannot be built wrong.

pub mod decision;
pub mod delivery;
pub mod depth;
pub mod hits;
pub mod id;
pub mod key;
pub mod kind;
pub mod menu;
pub mod message;
pub mod profile;
pub mod query;
pub mod received;
pub mod reply;
pub mod worded;
