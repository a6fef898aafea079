//! Bodies that the XML decoder gets to see. The laws are those of the wire.
#![no_main]

#[path = "../wire.rs"]
mod wire;

libfuzzer_sys::fuzz_target!(|body: &[u8]| wire::endures(body));
