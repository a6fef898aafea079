//! The rule language, pure: source → parse → validate → compile → ruleset, and what a ruleset decides.
//! No clock, disk, network or async in here; the same input gives the same output.

pub mod action;
pub mod compare;
pub mod compile;
pub mod compose;
pub mod diagnostic;
pub mod example;
pub mod explain;
pub mod fold;
pub mod grammar;
pub mod in_service;
pub mod index;
pub mod lexicon;
pub mod lint;
pub mod matcher;
pub mod menu;
pub mod names;
pub mod pattern;
pub mod read;
pub mod rule;
pub mod ruleset;
pub mod source;
pub mod subject;
pub mod surroundings;
pub mod template;
pub mod yaml;

pub use compile::{Loaded, in_file_order, load};
