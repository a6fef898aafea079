//! Flow 3 with real folders and real events. Where a test is about events, the comparison is an hour away;
//! where it is about the comparison, there are no events.

#[path = "reload/keeping.rs"]
mod keeping;
#[path = "reload/looking.rs"]
mod looking;
#[path = "support/own_mounts.rs"]
mod own_mounts;
#[path = "reload/restoring.rs"]
mod restoring;
#[path = "reload/stand.rs"]
mod stand;
#[path = "reload/watching.rs"]
mod watching;
