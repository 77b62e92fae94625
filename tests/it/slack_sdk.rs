//! Slack's own SDKs, run against the stand-in: what they believe, a bot may believe.
//!
//! They are installed once, from the lock files in `tests/data/sdk/slack`; where Node.js or Python is missing that is said.

mod bolt;
mod limits;
mod python;
mod socket_mode;
mod web_api;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tests::sdk;
use tests::slack::{Settings, Slack, Workspace};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const FOLDER: &str = "slack";
/// Longest that an SDK may take for one line, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);

async fn slack() -> Result<Slack> {
    let acme = Workspace::default().private(&["war"]).group("sre", &["alice"]);
    Slack::start(Settings { workspaces: vec![acme], ..Settings::default() }).await
}

/// A script with one of the SDKs, as it runs.
struct Sdk {
    lines: Lines<BufReader<ChildStdout>>,
    child: Child,
}

impl Sdk {
    /// `None` where Node.js is missing.
    async fn node(slack: &Slack, script: &str, environment: &[(&str, &str)]) -> Result<Option<Self>> {
        let Some(installed) = sdk::node(FOLDER).await? else { return Ok(None) };
        Self::start(sdk::node_script(&installed, FOLDER, script), slack, environment).map(Some)
    }

    /// `None` where Python is missing.
    async fn python(slack: &Slack, script: &str, environment: &[(&str, &str)]) -> Result<Option<Self>> {
        let Some(installed) = sdk::python(FOLDER).await? else { return Ok(None) };
        Self::start(sdk::python_script(&installed, FOLDER, script), slack, environment).map(Some)
    }

    fn start(mut command: Command, slack: &Slack, environment: &[(&str, &str)]) -> Result<Self> {
        let mut child = command
            .env("SLACK_API_URL", slack.api_url())
            .env("SLACK_APP_TOKEN", slack.app_token())
            .env("SLACK_BOT_TOKEN", slack.bot_token("acme"))
            .env("SLACK_SIGNING_SECRET", slack.signing_secret())
            .envs(environment.iter().copied())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .context("cannot start an SDK")?;
        let lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        Ok(Self { lines, child })
    }

    async fn line(&mut self) -> Result<String> {
        let line =
            tokio::time::timeout(PATIENCE, self.lines.next_line()).await.context("the SDK is silent")??;
        let line = line.context("the SDK has ended")?;
        if line.starts_with("error: ") {
            bail!("{line}");
        }
        Ok(line)
    }

    /// Reads until it says this.
    async fn says(&mut self, wanted: &str) -> Result<String> {
        loop {
            let line = self.line().await?;
            if line.starts_with(wanted) {
                return Ok(line);
            }
        }
    }

    /// Ends the SDK; where the story failed, with what the SDK said meanwhile.
    async fn after(mut self, told: Result<()>) -> Result<()> {
        let Err(error) = told else { return self.ends().await };
        self.child.kill().await.context("cannot end the SDK")?;
        let mut said = vec![];
        while let Ok(Some(line)) = self.lines.next_line().await {
            said.push(line);
        }
        Err(error.context(format!("the SDK said:\n{}", said.join("\n"))))
    }

    async fn ends(mut self) -> Result<()> {
        self.child.kill().await.context("cannot end the SDK")
    }
}
