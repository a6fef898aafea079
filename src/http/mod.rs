//! The inbound edge: what reaches us over HTTP, on a public listener for the platform and an admin listener
//! for the operator.

pub mod admin;
pub mod answer;
pub mod callback;
pub mod network;
pub mod server;
pub mod strays;
pub mod throttle;
