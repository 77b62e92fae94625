//! Somebody at a terminal: the program with what was typed, until it ends.
//!
//! It knows nothing of what is printed there.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::Command;

/// What was printed, and with which code it ended.
#[derive(Clone, Debug)]
pub struct Printed {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Types `watchkeeper ARGUMENTS` where DATABASE_URL is this, and the token of alerts is set.
pub async fn types(program: &Path, database_url: &str, arguments: &[&str]) -> Result<Printed> {
    let ended = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", database_url)
        .env("WATCHKEEPER_ALERTMANAGER_TOKEN", super::ALERT_TOKEN)
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("cannot start {}", program.display()))?;
    Ok(Printed {
        code: ended.status.code(),
        out: String::from_utf8(ended.stdout)?,
        err: String::from_utf8(ended.stderr)?,
    })
}
