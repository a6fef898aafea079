//! Advice: what helps the authors of rules, computed from compiled sets.

pub mod compare;
pub mod explain;
pub mod lint;
pub mod reference;
pub mod schema;
