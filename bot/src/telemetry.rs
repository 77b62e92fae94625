//! Logging: where lines go and what they carry.
//!
//! A message reads alone and its fields can be queried; a failure is logged once, where it is handled, with a reference that
//! the chat reply shows too. Never logged: bodies, tokens, what people typed, log lines of their services.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Lines to standard error; `WATCHKEEPER_LOG` sets what is said (`info` unless told).
pub fn install() {
    let filter = EnvFilter::try_from_env("WATCHKEEPER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}

/// What ties a chat reply to the log line of the failure behind it.
pub fn reference() -> String {
    const SHOWN_CHARS: usize = 8;
    let mut reference = uuid::Uuid::new_v4().simple().to_string();
    reference.truncate(SHOWN_CHARS);
    reference
}
