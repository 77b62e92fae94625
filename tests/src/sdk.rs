//! The vendors' own SDKs, installed once into the cache folder from lock files under `tests/data/sdk`.
//!
//! Their scripts stay in the repository and are run from there; what they say and check is the tests' business.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use crate::lab::{hash, paths};

/// Longest that an installation may take before the registry counts as not there.
const INSTALL_TIMEOUT: Duration = Duration::from_secs(240);

/// The installed packages of `tests/data/sdk/FOLDER/package-lock.json`: a folder with `node_modules` in it.
///
/// `None` where Node.js is not installed, which is said; on a build server (`CI` is set) that is an error.
pub async fn node(folder: &str) -> Result<Option<PathBuf>> {
    let steps = [vec!["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]];
    install(&Kind { tool: "npm", lock: "package-lock.json", also: &["package.json"], steps: &steps }, folder)
        .await
}

/// The installed packages of `tests/data/sdk/FOLDER/requirements.txt`: a virtual environment (`bin/python`).
pub async fn python(folder: &str) -> Result<Option<PathBuf>> {
    let steps = [
        vec!["python3", "-m", "venv", "."],
        vec!["bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "-r", "requirements.txt"],
    ];
    install(&Kind { tool: "python3", lock: "requirements.txt", also: &[], steps: &steps }, folder).await
}

/// A script of `tests/data/sdk/FOLDER`, ready to be run by Node.js with the installed packages in reach of `require`.
pub fn node_script(installed: &Path, folder: &str, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(sources(folder).join(script)).env("NODE_PATH", installed.join("node_modules"));
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// The same for Python.
pub fn python_script(installed: &Path, folder: &str, script: &str) -> Command {
    let mut command = Command::new(installed.join("bin/python"));
    command.arg(sources(folder).join(script)).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Where the scripts and lock files of an SDK are.
pub fn sources(folder: &str) -> PathBuf {
    paths::repository().join("tests/data/sdk").join(folder)
}

struct Kind<'a> {
    tool: &'a str,
    lock: &'a str,
    also: &'a [&'a str],
    steps: &'a [Vec<&'a str>],
}

async fn install(kind: &Kind<'_>, folder: &str) -> Result<Option<PathBuf>> {
    if Command::new(kind.tool).arg("--version").stdin(Stdio::null()).output().await.is_err() {
        ensure!(std::env::var_os("CI").is_none(), "{} is needed to run the SDKs of {folder}", kind.tool);
        eprintln!("skipped: {} is not installed, so the SDKs of {folder} cannot be run", kind.tool);
        return Ok(None);
    }
    let sources = sources(folder);
    let lock = sources.join(kind.lock);
    let locked = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let cache = paths::cache()?.join("sdk");
    std::fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let home = cache.join(hash::short(&locked));
    let done = home.join(".installed");
    if done.exists() {
        return Ok(Some(home));
    }
    let turn = tokio::task::spawn_blocking(move || take_turn(&cache)).await??;
    if !done.exists() {
        // Into its place at once: a virtual environment cannot be moved. Half of one is without the mark and starts again.
        let _leftover = std::fs::remove_dir_all(&home);
        fill(kind, &sources, &home).await?;
        File::create(&done).with_context(|| format!("cannot create {}", done.display()))?;
    }
    drop(turn);
    Ok(Some(home))
}

/// One installer at a time on this machine; the operating system releases the lock when its holder dies.
fn take_turn(cache: &Path) -> Result<File> {
    let path = cache.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

async fn fill(kind: &Kind<'_>, sources: &Path, home: &Path) -> Result<()> {
    let begun = Instant::now();
    eprintln!("sdk: installing {} into {} (this once)", sources.display(), home.display());
    std::fs::create_dir_all(home).with_context(|| format!("cannot create {}", home.display()))?;
    for file in std::iter::once(kind.lock).chain(kind.also.iter().copied()) {
        std::fs::copy(sources.join(file), home.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    for step in kind.steps {
        run(step, home).await?;
    }
    eprintln!("sdk: installed in {} s", begun.elapsed().as_secs());
    Ok(())
}

async fn run(step: &[&str], home: &Path) -> Result<()> {
    let (program, arguments) = step.split_first().context("a step without a program")?;
    // A relative program is looked up from our own folder otherwise.
    let program = if program.contains('/') { home.join(program) } else { PathBuf::from(program) };
    let running = Command::new(&program)
        .args(arguments)
        .current_dir(home)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let Ok(ended) = tokio::time::timeout(INSTALL_TIMEOUT, running).await else {
        bail!("{} did not end within {} s", step.join(" "), INSTALL_TIMEOUT.as_secs());
    };
    let ended = ended.with_context(|| format!("cannot run {}", program.display()))?;
    let complaint = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.success(), "{} failed:\n{}", step.join(" "), complaint.trim());
    Ok(())
}
