//! The rule language, pure: the files of a folder are parsed, checked and compiled to a ruleset, on which
//! their examples are tried. No clock, disk, network or async in here; the same input gives the same output.

pub mod compile;
pub mod condition;
mod copies;
mod cut_off;
pub mod diagnostic;
pub mod doubt;
pub mod example;
pub mod follow_up;
pub mod grammar;
pub mod holidays;
pub mod menu;
pub mod names;
pub mod position;
mod proof;
pub mod registry;
pub mod reply;
pub mod rule;
pub mod rule_reader;
pub mod sheet;
pub mod source;
pub mod source_text;
pub mod surroundings;
pub mod template;
pub mod yaml;

pub use compile::{LeftOut, Loaded, in_file_order, load};
