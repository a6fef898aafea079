//! The outbound edge over real sockets: against a fake of the platform that is strict about requests, and
//! against servers that say exactly what they are told. The platform's own hosts are never asked.

#[path = "platform/edges.rs"]
mod edges;
#[path = "support/fake_platform.rs"]
mod fake_platform;
#[path = "platform/faults.rs"]
mod faults;
#[path = "platform/requests.rs"]
mod requests;
#[path = "platform/stand.rs"]
mod stand;
#[path = "platform/strictness.rs"]
mod strictness;
