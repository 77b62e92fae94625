//! Logging: where lines go and what they carry.
//!
//! A message reads alone and its fields can be queried; a failure is logged once, where it is handled, with a reference that
//! the chat reply shows too. Never logged: bodies, tokens, what people typed, log lines of their services.

use std::io::{self, IsTerminal as _, Write};

use commands::redact::redact;
use tracing_subscriber::EnvFilter;

/// Lines to standard error; `WATCHKEEPER_LOG` sets what is said (`info` unless told). Errors quote servers of other people's, so
/// what looks like a secret is taken out of every line.
pub fn install() {
    let filter = EnvFilter::try_from_env("WATCHKEEPER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(|| Redacting(io::stderr()))
        .init();
}

/// The formatter writes a whole line at once, so no secret is cut in two.
struct Redacting<W>(W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(redact(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// An error with its causes; one of them is often the better half of it.
pub fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What ties a chat reply to the log line of the failure behind it.
pub fn reference() -> String {
    const SHOWN_CHARS: usize = 8;
    let mut reference = uuid::Uuid::new_v4().simple().to_string();
    reference.truncate(SHOWN_CHARS);
    reference
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Lines that a subscriber wrote.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no writer panics").extend_from_slice(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_secret_in_an_error_is_in_no_line_of_the_log() {
        let written = Written::default();
        let to = written.clone();
        let lines = tracing_subscriber::fmt().with_ansi(false).without_time();
        let subscriber = lines.with_writer(move || Redacting(to.clone())).finish();
        tracing::subscriber::with_default(subscriber, || {
            let error = "cannot connect to postgres://app:hunter2@db/x with token=hunter2";
            tracing::error!(error, "a step failed: password=hunter2");
        });
        let said = String::from_utf8_lossy(&written.0.lock().expect("no writer panics")).into_owned();
        assert!(said.contains("postgres://app:[redacted]@db/x") && !said.contains("hunter2"), "{said}");
    }
}
