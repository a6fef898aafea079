//! The engine: what a set of rules answers to a message. It is pure: it uses no clock, disk, network or random numbers, so
//! the same input gives the same output.

pub mod compose;
pub mod condition;
pub mod effect;
pub mod fold;
pub mod follow_up;
pub mod in_service;
pub mod index;
pub mod lexicon;
pub mod pattern;
pub mod place;
pub mod reply;
pub mod rule;
pub mod ruleset;
pub mod source_hash;
pub mod subject;
pub mod template;
