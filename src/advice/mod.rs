//! Advice: what helps the authors of rules, over sets that are compiled.

pub mod compare;
pub mod explain;
pub mod lint;
pub mod reference;
pub mod schema;
