//! The store: what is promised, and what must be known to keep it, beyond a restart. Everyone else speaks to
//! [`Store`] alone; an engine below it holds the SQL.

mod commit;
mod fault;
mod handle;
mod sqlite;

pub use commit::{Commit, PassiveAnswer, Recorded};
pub use fault::StoreFault;
pub use handle::Store;
pub use sqlite::contacts::Contact;
pub use sqlite::outbox::{Claimed, Depth, Finish};
pub use sqlite::recent::RecentLine;
