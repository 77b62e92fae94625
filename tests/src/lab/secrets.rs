//! Random passwords and tokens of the lab, kept in files that only their owner can read.
//!
//! They guard loopback servers against other users of the machine, nothing more.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};

/// A fresh token with 122 random bits.
pub fn token() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The secret in `file`, made up at the first call.
pub fn kept(file: &Path) -> Result<String> {
    match std::fs::read_to_string(file) {
        Ok(secret) if !secret.is_empty() => return Ok(secret),
        Ok(_) | Err(_) => {}
    }
    let secret = token();
    write(file, &secret)?;
    Ok(secret)
}

/// Writes `text` so that only its owner can read it.
pub fn write(file: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::File::options();
    let opened = options.create(true).truncate(true).write(true).mode(0o600).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", file.display()))
}
