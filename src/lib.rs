//! fanreply answers the fans of verified Weibo accounts from rules that people write in YAML.
//!
//! Three flows, one file each, hold the appliance together: [`respond`] turns a pushed message into an
//! answer, `deliver` (not built yet) sends what was promised for later, and [`reload`] swaps in changed
//! rules. The modules below are in reading order, from the values at the bottom to the commands at the
//! top; imports only go down (`tests/tidy.rs` refuses anything else).

// 0: values, and what every floor may use
pub mod clock;
pub mod config;
pub mod model;
pub mod telemetry;
// 1: the reply window and the times inside it
pub mod schedule;
// 2: pure: bytes to model and back, files to rulesets and decisions
pub mod rules;
pub mod wire;
// 3: the edges to the disk
pub mod store;
// 4: the flows
pub mod reload;
pub mod respond;
// 5: the inbound edge
pub mod http;
// 6 and 7: the wiring and the commands
pub mod app;
pub mod cli;
