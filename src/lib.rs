//! fanreply answers the fans of verified Weibo accounts from rules that people write in YAML.
//!
//! Three flows, one file each, hold the appliance together: [`respond`] turns a pushed message into an
//! answer, [`deliver`] sends what was promised for later, and [`reload`] swaps in changed
//! rules. The modules below are in reading order, from the values at the bottom to the commands at the
//! top; imports only go down (`tests/tidy.rs` refuses anything else).
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

// 0: values
pub mod model;
// 1: time, and what is seen from outside
pub mod clock;
pub mod schedule;
pub mod telemetry;
// 2: pure: bytes to model and back, files to rulesets and decisions; and the settings, read once
pub mod config;
pub mod rules;
pub mod wire;
// 3: the edges to the platform and to the disk; rules of other systems made ours
pub mod import;
pub mod platform;
pub mod store;
// 4: the flows
pub mod deliver;
pub mod reload;
pub mod respond;
// 5: the inbound edge
pub mod http;
// 6 and 7: the wiring and the commands
pub mod app;
pub mod cli;
