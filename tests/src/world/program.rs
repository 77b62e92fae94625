//! The bot as a process of its own, as an installation has it; for stories in which it is killed.
//!
//! It is given what `watchkeeper serve` is given, and nothing else is known of it but the address that it says.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::ALERT_TOKEN;
use super::place::Stage;
use crate::lab::{Lab, access};

/// Upper bound until the process says its address.
const START: Duration = Duration::from_secs(30);

pub(super) struct Program {
    pub(super) address: SocketAddr,
    child: Child,
    policy: std::path::PathBuf,
}

impl Program {
    pub(super) async fn start(program: &Path, lab: &Lab, stage: &Stage) -> Result<Self> {
        let policy = std::env::temp_dir().join(format!("watchkeeper-{}.toml", uuid::Uuid::new_v4()));
        std::fs::write(&policy, &stage.policy).context("cannot write the policy")?;
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&policy)
            .arg("--kubeconfig")
            .arg(lab.endpoints.kubeconfig_of(access::WATCHKEEPER))
            .env("DATABASE_URL", &stage.database_url)
            .env("WATCHKEEPER_ALERTMANAGER_TOKEN", ALERT_TOKEN)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let said = child.stderr.take().context("the process has no stderr")?;
        let address = tokio::time::timeout(START, address(BufReader::new(said)))
            .await
            .context("the process says no address")??;
        Ok(Self { address, child, policy })
    }

    /// SIGKILL: it cannot do anything about it.
    pub(super) async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the process")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A story that failed leaves nothing behind either.
        let _gone = std::fs::remove_file(&self.policy);
    }
}

/// Reads its log up to the line with the address, and goes on reading so that the pipe never fills.
async fn address(said: BufReader<tokio::process::ChildStderr>) -> Result<SocketAddr> {
    let mut lines = said.lines();
    let mut first = vec![];
    while let Some(line) = lines.next_line().await.context("cannot read the process's log")? {
        if let Some((_, address)) = line.split_once("watchkeeper answers address=") {
            let address = address.trim().parse().with_context(|| format!("no address: {line}"))?;
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(address);
        }
        first.push(line);
    }
    bail!("the process ended:\n{}", first.join("\n"))
}
