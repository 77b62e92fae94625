//! The bot in the demo: built, started with its settings, and waited for.
//!
//! It gets a database, a policy, a kubeconfig with few rights and an address, as any installation would.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use super::stage::Stage;
use crate::lab::gotools::progress;
use crate::lab::process::Server;
use crate::lab::{paths, ports};

/// Variables that `cargo run` and `cargo test` set for the program they start.
const ABOUT_THE_PACKAGE: [&str; 5] =
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];

/// Upper bound until the bot is ready, in seconds: its migrations included.
const START_SECONDS: u64 = 60;

/// Builds the bot with the cargo that runs us and returns the program.
pub(super) async fn build() -> Result<PathBuf> {
    progress("building the bot");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // What cargo tells a program about its package would look to build scripts like a change, and rebuild half the tree.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| ABOUT_THE_PACKAGE.iter().any(|prefix| name.starts_with(prefix))) {
            build.env_remove(name);
        }
    }
    let built = build
        // Both packages, as this program was built with: fewer would change features and compile everything again.
        .args(["build", "-p", "bot", "-p", "tests", "--bin", "watchkeeper"])
        .current_dir(paths::repository())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .context("cannot run cargo")?;
    ensure!(built.success(), "the bot does not build");
    // cargo puts programs of one workspace and profile into one folder.
    let ours = std::env::current_exe().context("cannot tell where this program is")?;
    Ok(ours.with_file_name("watchkeeper"))
}

/// The wished port of loopback, or another one when somebody has it.
pub(super) fn address(wished: u16) -> Result<SocketAddr> {
    let port = ports::free_or(Some(wished))?;
    if port != wished {
        progress(&format!("port {wished} is taken; the console is on {port} instead"));
    }
    Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

pub(super) async fn start(program: &Path, stage: &Stage, listen: SocketAddr) -> Result<Server> {
    let mut command = Command::new(program);
    command.arg("serve").arg("--config").arg(&stage.policy).arg("--listen").arg(listen.to_string());
    command.arg("--kubeconfig").arg(&stage.kubeconfig);
    if let Some(context) = &stage.context {
        command.arg("--context").arg(context);
    }
    // Both leave the process list free of the password, and tie the process to this demo for later recognition.
    command.env("DATABASE_URL", &stage.database_url).current_dir(stage.dir().path());
    let mut bot = Server::start(stage.dir(), "watchkeeper", command)?;
    let (http, ready) = (reqwest::Client::new(), format!("http://{listen}/readyz"));
    let is_ready = async || http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success());
    bot.until_ready(Duration::from_secs(START_SECONDS), is_ready).await?;
    Ok(bot)
}
