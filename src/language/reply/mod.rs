//! Replies and follow-ups, as authors write them.

pub mod address;
pub mod fault;
