//! Templates, as authors write them.

pub mod fault;
