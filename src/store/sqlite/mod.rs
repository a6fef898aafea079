//! The SQLite engine of the store: one file, and the thread that has it.

pub(in crate::store) mod column;
pub(in crate::store) mod contacts;
pub(in crate::store) mod messages;
pub(in crate::store) mod outbox;
pub(in crate::store) mod recent;
pub(in crate::store) mod record;
pub(in crate::store) mod schema;
pub(in crate::store) mod writer;
