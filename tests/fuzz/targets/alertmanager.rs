//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz alertmanager`
//!
//! What must hold is in `tests/src/parsers/shell.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::shell::alertmanager(bytes));
