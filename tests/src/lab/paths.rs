//! Where the lab keeps things: the repository it was built from, the cache folder and the state folder.
//!
//! It creates nothing and knows nothing of what is stored in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository, for the files under `deploy/demo`.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// What can be built or fetched again: `$WATCHKEEPER_CACHE`, `$XDG_CACHE_HOME/watchkeeper` or `~/.cache/watchkeeper`.
pub fn cache() -> Result<PathBuf> {
    match folder("WATCHKEEPER_CACHE") {
        Some(cache) => Ok(cache),
        None => Ok(base("XDG_CACHE_HOME", ".cache")?.join("watchkeeper")),
    }
}

/// What a second start finds again: `$XDG_STATE_HOME/watchkeeper` or `~/.local/state/watchkeeper`.
///
/// Root gets `/var/lib/watchkeeper` instead of a place in its home: PostgreSQL refuses to run as root, and the user
/// that it runs as cannot enter `/root`.
pub fn state() -> Result<PathBuf> {
    if rustix::process::geteuid().is_root() && folder("XDG_STATE_HOME").is_none() {
        return Ok(PathBuf::from("/var/lib/watchkeeper"));
    }
    Ok(base("XDG_STATE_HOME", ".local/state")?.join("watchkeeper"))
}

fn base(variable: &str, below_home: &str) -> Result<PathBuf> {
    match folder(variable) {
        Some(base) => Ok(base),
        None => {
            Ok(folder("HOME").context("HOME is not set, so there is no place for files")?.join(below_home))
        }
    }
}

/// Relative values are ignored, as the XDG base directory specification asks.
fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}
