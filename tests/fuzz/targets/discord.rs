//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz discord`
//!
//! What must hold is in `tests/src/parsers/chats.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::chats::discord(bytes));
