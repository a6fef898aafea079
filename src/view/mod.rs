//! The views: what is shown, as values that serialize, made here once for the commands and for the admin side.
//! Scripts read them: fields are only ever added.

pub mod comparison;
pub mod diagnostic;
pub mod explanation;
pub mod folder;
pub mod forgotten;
pub mod history;
pub mod menu;
