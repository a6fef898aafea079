//! The inbound edge: what reaches us over HTTP. It decides nothing about messages.

pub mod server;
