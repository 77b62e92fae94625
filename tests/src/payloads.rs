//! Every payload of a story, checked by what the vendors publish: what the bot sent by Slack's own SDKs, what was delivered to it by
//! Slack's samples.
//!
//! It knows nothing of what the payloads are about. Discord's are checked by its stand-in at every call, against its OpenAPI document.

pub mod samples;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::discord::{self, Discord};
use crate::sdk;
use crate::slack::{Exchange, Slack, Toward};

/// Where scripts and lock files are, under `tests/data/sdk`.
const FOLDER: &str = "slack-types";
/// Methods with blocks, views or emoji in what is sent; the others take plain words only.
const CHECKED: [&str; 7] = [
    "chat.postMessage",
    "chat.postEphemeral",
    "chat.update",
    "views.open",
    "views.push",
    "views.update",
    "views.publish",
];

/// How many payloads were found well made, by direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub sent: usize,
    pub delivered: usize,
}

/// Everything that went over the wire of this stand-in so far.
pub async fn of_slack(slack: &Slack) -> Result<Checked> {
    let exchanges = slack.exchanges();
    // What was not acknowledged in time on a busy machine is delivered again.
    let is_refused = |it: &&Exchange| it.refused.as_ref().is_some_and(|why| why != "timeout");
    let refused: Vec<_> = exchanges.iter().filter(is_refused).collect();
    ensure!(refused.is_empty(), "not taken: {refused:#?}");
    let delivered: Vec<&Exchange> = exchanges.iter().filter(|it| it.toward == Toward::App).collect();
    for exchange in &delivered {
        let unlike = samples::unlike_delivered(exchange)?;
        ensure!(unlike.is_empty(), "{} is not as Slack sends it: {unlike:#?}", exchange.what);
    }
    let is_checked = |it: &&Exchange| it.toward == Toward::Slack && CHECKED.contains(&it.what.as_str());
    let sent: Vec<Value> = exchanges.iter().filter(is_checked).map(call).collect();
    let complaints = complaints(&sent).await?;
    ensure!(complaints.is_empty(), "Slack's SDKs say: {complaints:#?}");
    Ok(Checked { sent: sent.len(), delivered: delivered.len() })
}

/// The same for Discord: its stand-in checks each request and answer by Discord's OpenAPI document when it is made.
pub fn of_discord(discord: &Discord) -> Result<Checked> {
    let exchanges = discord.exchanges();
    // A thread that nobody has opened yet is not there when the bot first posts into it.
    let is_refused =
        |it: &&discord::Exchange| it.refused.as_ref().is_some_and(|why| why != "404 10003 Unknown Channel");
    let refused: Vec<_> = exchanges.iter().filter(is_refused).collect();
    ensure!(refused.is_empty(), "not taken: {refused:#?}");
    let wrong = discord.wrong();
    ensure!(wrong.is_empty(), "not as Discord sends it: {wrong:#?}");
    let toward_app = |exchange: &&discord::Exchange| exchange.toward == discord::Toward::App;
    let delivered = exchanges.iter().filter(toward_app).count();
    Ok(Checked { sent: exchanges.len() - delivered, delivered })
}

fn call(exchange: &Exchange) -> Value {
    json!({"method": exchange.what, "request": exchange.request})
}

/// What the types and the validators of Slack's SDKs have to say, where npm and Python are installed.
async fn complaints(calls: &[Value]) -> Result<Vec<String>> {
    let folder = Folder::make()?;
    let file = folder.0.join("calls.json");
    std::fs::write(&file, serde_json::to_vec(calls)?)?;
    let mut complaints = vec![];
    if let Some(installed) = sdk::node(FOLDER).await? {
        complaints.extend(said(sdk::node_script(&installed, FOLDER, "check.cjs"), &file).await?);
    }
    if let Some(installed) = sdk::python(FOLDER).await? {
        complaints.extend(said(sdk::python_script(&installed, FOLDER, "check.py"), &file).await?);
    }
    Ok(complaints)
}

/// The list that a script prints.
async fn said(mut script: tokio::process::Command, file: &Path) -> Result<Vec<String>> {
    let ended = script.arg(file).output().await.context("cannot run the script")?;
    let complaint = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.success(), "the script failed:\n{complaint}");
    serde_json::from_slice(&ended.stdout).context("the script printed something else")
}

/// A folder for a script's files, for as long as it runs.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("watchkeeper-payloads-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files.
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}
