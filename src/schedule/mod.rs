//! Times, pure: when a follow-up is due, which hours, days and dates an author may write, and spans of time. No function
//! asks a clock; each is told the moment.

pub mod calendar;
pub mod due;
pub mod duration;
pub mod written;
