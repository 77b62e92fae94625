//! The bot's release program as a process of its own, on a database of its own, without a cluster; and what the system says of
//! it.
//!
//! Nothing is known of it but what an installation knows.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use super::wire::Connection;
use crate::lab::paths;

pub(super) const ALERT_TOKEN: &str = "the-token-of-the-benchmark";
pub(super) const SAY: &str = "/api/console/ops/say";

/// No API server is there: what is measured needs none.
const KUBECONFIG: &str = r#"{"apiVersion":"v1","kind":"Config","current-context":"none",
    "clusters":[{"name":"none","cluster":{"server":"https://127.0.0.1:1"}}],
    "users":[{"name":"none","user":{"token":"none"}}],
    "contexts":[{"name":"none","context":{"cluster":"none","user":"none"}}]}"#;
const START_LIMIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(1);

pub(super) struct Server {
    pub(super) address: SocketAddr,
    /// From the start of the process until it said that it is ready.
    pub(super) ready_after: Duration,
    child: Child,
    kubeconfig: PathBuf,
}

impl Server {
    pub(super) async fn start(program: &Path, database_url: &str) -> Result<Self> {
        // The port is free a moment ago; a start that loses the race fails and says so.
        let address = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let kubeconfig = std::env::temp_dir().join(format!("watchkeeper-bench-{}", uuid::Uuid::new_v4()));
        std::fs::write(&kubeconfig, KUBECONFIG).context("cannot write the kubeconfig")?;
        let begun = Instant::now();
        let child = Command::new(program)
            .args(["serve", "--listen", &address.to_string(), "--config"])
            .arg(paths::repository().join("deploy/watchkeeper.example.toml"))
            .arg("--kubeconfig")
            .arg(&kubeconfig)
            .env("DATABASE_URL", database_url)
            .env("WATCHKEEPER_ALERTMANAGER_TOKEN", ALERT_TOKEN)
            .env("WATCHKEEPER_LOG", "warn")
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut server = Self { address, ready_after: Duration::ZERO, child, kubeconfig };
        while !is_ready(address).await {
            if let Some(status) = server.child.try_wait()? {
                bail!("the bot ended: {status}");
            }
            anyhow::ensure!(begun.elapsed() < START_LIMIT, "the bot does not get ready");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    /// Resident memory, in MiB: all of it, and the part that is not the program file's.
    pub(super) fn memory(&self) -> Result<(f64, f64)> {
        let pid = self.child.id().context("the bot ended")?;
        let status =
            std::fs::read_to_string(format!("/proc/{pid}/status")).context("no /proc on this system")?;
        let mebibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
            Some(kibibytes / 1024.0)
        };
        Ok((mebibytes("VmRSS:").context("no VmRSS")?, mebibytes("RssAnon:").context("no RssAnon")?))
    }

    pub(super) async fn stop(mut self) -> Result<()> {
        self.child.kill().await.context("cannot stop the bot")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.kubeconfig);
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    matches!(connection.get("/readyz").await, Ok(200))
}
