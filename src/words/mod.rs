//! The words that people read, in two languages.

pub mod lang;
pub mod log;
pub mod nearest;
pub mod os;
pub mod texts;
