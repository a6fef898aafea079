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

// 0: values, the one clock, and files that others wrote
pub mod clock;
pub mod disk;
pub mod model;
// 1: time, words, and what is seen from outside
pub mod schedule;
pub mod telemetry;
pub mod words;
// 2: pure: what a set of rules answers; bytes of a platform to values and back, and its interfaces
pub mod engine;
pub mod platform;
// 3: files to a set of rules; the settings, read once
pub mod config;
pub mod language;
// 4: what helps authors; rules of other systems made ours; the disk; the accounts
pub mod account;
pub mod advice;
pub mod data_dir;
pub mod import;
pub mod store;
// 5: the flows
pub mod deliver;
pub mod reload;
pub mod respond;
// 6: what is shown
pub mod view;
// 7: the inbound edge
pub mod http;
// 8 and 9: the wiring and the commands
pub mod app;
pub mod cli;
