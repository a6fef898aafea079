//! Times, pure: how long the reply window stays open, when a follow-up is due inside it, and which
//! hours, days and dates an author may write. It asks no clock; every function is told the moment.

pub mod calendar;
pub mod due;
pub mod duration;
pub mod written;
