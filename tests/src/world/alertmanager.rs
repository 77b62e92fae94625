//! Alertmanager itself, between a story and the bot's webhook, where the machine has it installed.
//!
//! It evaluates no rules: a story posts alerts to its API as Prometheus would.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{ALERT_TOKEN, World};
use crate::lab::ports;

/// Debian's name of it.
const PROGRAM: &str = "prometheus-alertmanager";
const START: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A running Alertmanager; it ends with the story.
#[derive(Debug)]
pub struct Alertmanager {
    child: Child,
    folder: PathBuf,
    url: String,
}

impl Alertmanager {
    /// `None` where it is not installed.
    pub async fn before(world: &World) -> Result<Option<Self>> {
        Self::listening(world, &format!("127.0.0.1:{}", ports::free()?)).await
    }

    /// The same, at an address that the policy may name.
    pub async fn listening(world: &World, listens: &str) -> Result<Option<Self>> {
        let Some(program) = installed() else { return Ok(None) };
        let folder = std::env::temp_dir().join(format!("watchkeeper-alertmanager-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder)?;
        let webhook = format!("http://{}/webhooks/alertmanager/{ALERT_TOKEN}", world.address()?);
        let config = folder.join("alertmanager.yaml");
        std::fs::write(&config, configuration(&webhook).to_string())?;
        let child = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.display()))
            .arg(format!("--web.listen-address={listens}"))
            .arg("--cluster.listen-address=")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("log"))?)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {PROGRAM}"))?;
        let mut started = Self { child, folder, url: format!("http://{listens}") };
        started.is_ready().await?;
        Ok(Some(started))
    }

    async fn is_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let answer = reqwest::Client::new().get(format!("{}/-/ready", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if begun.elapsed() > START || self.child.try_wait()?.is_some() {
                bail!("{PROGRAM}: {}", std::fs::read_to_string(self.folder.join("log"))?);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Posts alerts as Prometheus does.
    pub async fn hears(&self, alerts: &[Value]) -> Result<()> {
        let url = format!("{}/api/v2/alerts", self.url);
        reqwest::Client::new().post(url).json(alerts).send().await?.error_for_status()?;
        Ok(())
    }

    /// Waits until its silences are these: the state, and what each is about and by whom.
    pub async fn has_silences(&self, wanted: &[&str]) -> Result<()> {
        let begun = Instant::now();
        loop {
            let answer = reqwest::get(format!("{}/api/v2/silences", self.url)).await?;
            let silences: Vec<Value> = answer.error_for_status()?.json().await?;
            let mut told: Vec<String> = silences.iter().map(told).collect();
            told.sort();
            if told == wanted {
                return Ok(());
            }
            if begun.elapsed() > START {
                bail!("Alertmanager has {told:#?}");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub async fn ends(mut self) -> Result<()> {
        self.child.kill().await?;
        std::fs::remove_dir_all(&self.folder).context("cannot remove Alertmanager's folder")
    }
}

fn told(silence: &Value) -> String {
    let matchers = silence["matchers"].as_array().into_iter().flatten();
    let about: Vec<String> =
        matchers.map(|it| format!("{}={}", it["name"], it["value"]).replace('"', "")).collect();
    let (state, by) = (&silence["status"]["state"], &silence["createdBy"]);
    format!("{state} {} by {by}: {}", about.join(" "), silence["comment"]).replace('"', "")
}

/// JSON is YAML.
fn configuration(webhook: &str) -> Value {
    json!({
        "route": {
            "receiver": "watchkeeper", "group_by": ["alertname", "service"],
            "group_wait": "1s", "group_interval": "1s", "repeat_interval": "4h",
        },
        "receivers": [{"name": "watchkeeper", "webhook_configs": [{"url": webhook, "send_resolved": true}]}],
    })
}

fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(PROGRAM)).find(|file| file.is_file())
}
