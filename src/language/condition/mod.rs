//! Conditions, as authors write them.

pub mod broad;
pub mod fault;
pub mod signs;
pub mod when;
