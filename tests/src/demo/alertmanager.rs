//! Alertmanager in the demo, where the machine has one: alerts go through it to the bot's webhook, as in production.
//!
//! It has no rules and no Prometheus in front of it; people send it test alerts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::process::Command;

use crate::lab::gotools::progress;
use crate::lab::process::Server;
use crate::lab::{LabDir, ports};

/// Debian's name first, then everybody else's.
const PROGRAMS: [&str; 2] = ["prometheus-alertmanager", "alertmanager"];
/// Upper bound for its start, in seconds.
const START_SECONDS: u64 = 30;

#[derive(Debug)]
pub(super) struct Alertmanager {
    pub(super) server: Server,
    pub(super) url: String,
}

impl Alertmanager {
    /// `None`, with a word about it, where it is not installed.
    pub(super) async fn start(dir: &LabDir, bot: SocketAddr, token: &str) -> Result<Option<Self>> {
        let Some((name, program)) = PROGRAMS.into_iter().find_map(|name| Some((name, in_path(name)?))) else {
            progress("Alertmanager is not installed; the test alert goes straight to the webhook");
            return Ok(None);
        };
        let folder = dir.subfolder("alertmanager")?;
        let config = folder.join("alertmanager.yaml");
        let webhook = format!("http://{bot}/webhooks/alertmanager/{token}");
        crate::lab::secrets::write(&config, &configuration(&webhook).to_string())?;
        let url = format!("http://127.0.0.1:{}", ports::lasting(dir, "alertmanager")?);
        let mut command = Command::new(program);
        command.arg(format!("--config.file={}", config.display()));
        command.arg(format!("--storage.path={}", folder.display()));
        command.arg(format!("--web.listen-address={}", url.trim_start_matches("http://")));
        command.arg("--cluster.listen-address=");
        let mut server = Server::start(dir, name, command)?;
        let (http, ready) = (reqwest::Client::new(), format!("{url}/-/ready"));
        let is_ready =
            async || http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success());
        server.until_ready(Duration::from_secs(START_SECONDS), is_ready).await.context("Alertmanager")?;
        Ok(Some(Self { server, url }))
    }
}

/// Short waits, so that a person who tries it does not wonder. JSON is YAML.
fn configuration(webhook: &str) -> serde_json::Value {
    json!({
        "route": {
            "receiver": "watchkeeper", "group_by": ["alertname", "service"],
            "group_wait": "1s", "group_interval": "5s", "repeat_interval": "4h",
        },
        "receivers": [{"name": "watchkeeper", "webhook_configs": [{"url": webhook, "send_resolved": true}]}],
    })
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
