//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz redaction`
//!
//! What must hold is in `tests/src/parsers/pure.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::pure::redaction(bytes));
