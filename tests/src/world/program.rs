//! The bot as a process of its own, as an installation has it; for stories in which it is killed or stopped.
//!
//! It is given what `watchkeeper serve` is given, and nothing else is known of it but the address that it says.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::ALERT_TOKEN;
use super::place::Stage;
use crate::lab::Lab;

/// Upper bound until the process says its address.
const START: Duration = Duration::from_secs(30);

/// What a process said.
type Log = Arc<Mutex<Vec<String>>>;
/// The end of it, for whoever has to find out what went wrong.
const LAST_LINES: usize = 40;

/// The doors that a process is given to the world.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) database_url: String,
    pub(crate) kubeconfig: PathBuf,
}

impl Given {
    /// Straight to the servers, where the story has laid no line.
    pub(crate) fn of(lab: &Lab, stage: &Stage) -> Self {
        Self { database_url: stage.database_url.clone(), kubeconfig: stage.kubeconfig_of_the_bot(lab) }
    }
}

pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    child: Child,
    log: Log,
    policy: PathBuf,
}

impl Program {
    pub(crate) async fn start(program: &Path, stage: &Stage, given: &Given) -> Result<Self> {
        let policy = std::env::temp_dir().join(format!("watchkeeper-{}.toml", uuid::Uuid::new_v4()));
        std::fs::write(&policy, &stage.policy).context("cannot write the policy")?;
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&policy)
            .arg("--kubeconfig")
            .arg(&given.kubeconfig)
            .env("DATABASE_URL", &given.database_url)
            .env("WATCHKEEPER_ALERTMANAGER_TOKEN", ALERT_TOKEN)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let said = child.stderr.take().context("the process has no stderr")?;
        let log = Log::default();
        let address = tokio::time::timeout(START, address(BufReader::new(said), Arc::clone(&log)))
            .await
            .context("the process says no address")??;
        Ok(Self { address, child, policy, log })
    }

    /// The process's number.
    pub(crate) fn number(&self) -> Result<u32> {
        self.child.id().context("the process has ended")
    }

    /// The end of its log.
    pub(crate) fn last_words(&self) -> String {
        let log = locked(&self.log);
        log[log.len().saturating_sub(LAST_LINES)..].join("\n")
    }

    /// The lines of its log that say this.
    pub(crate) fn logged(&self, words: &str) -> Vec<String> {
        locked(&self.log).iter().filter(|line| line.contains(words)).cloned().collect()
    }

    /// SIGKILL: it cannot do anything about it.
    pub(crate) async fn kill(mut self) -> Result<()> {
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
async fn address(said: BufReader<tokio::process::ChildStderr>, log: Log) -> Result<SocketAddr> {
    let mut lines = said.lines();
    while let Some(line) = lines.next_line().await.context("cannot read the process's log")? {
        if let Some((_, address)) = line.split_once("watchkeeper answers address=") {
            locked(&log).push(line.clone());
            let address = address.trim().parse().with_context(|| format!("no address: {line}"))?;
            tokio::spawn(async move {
                while let Ok(Some(line)) = lines.next_line().await {
                    locked(&log).push(line);
                }
            });
            return Ok(address);
        }
        locked(&log).push(line);
    }
    bail!("the process ended:\n{}", locked(&log).join("\n"))
}

fn locked(log: &Log) -> MutexGuard<'_, Vec<String>> {
    log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
