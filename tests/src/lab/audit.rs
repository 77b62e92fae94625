//! The API server's own audit log: who changed which Deployment, and in whose name.
//!
//! Only requests that change Deployments are written down, without what they carried.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Endpoints;
use super::dir::LabDir;

const LOG: &str = "audit.log";
/// Megabytes after which the log begins anew; one old one is kept.
const LOG_MEGABYTES: u32 = 10;

/// Who the API server saw at work on a Deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub verb: String,
    /// Whose credentials came with the request.
    pub user: String,
    /// As whom it was authorised, if that was somebody else.
    pub impersonated: Option<String>,
    pub groups: Vec<String>,
    pub code: i64,
}

/// What the API server is started with.
pub(super) fn flags(dir: &LabDir) -> Result<Vec<OsString>> {
    let changes = json!({
        "level": "Metadata", "verbs": ["create", "update", "patch", "delete"], "omitStages": ["RequestReceived"],
        "resources": [{"group": "apps", "resources": ["deployments"]}],
    });
    let policy =
        json!({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [changes, {"level": "None"}]});
    let file = dir.join("audit-policy.json");
    std::fs::write(&file, policy.to_string()).context("cannot write the audit policy")?;
    let flag = |name: &str, value: &Path| {
        let mut flag = OsString::from(format!("--{name}="));
        flag.push(value);
        flag
    };
    Ok(vec![
        flag("audit-policy-file", &file),
        flag("audit-log-path", &dir.join(LOG)),
        format!("--audit-log-maxsize={LOG_MEGABYTES}").into(),
        "--audit-log-maxbackup=1".into(),
    ])
}

/// Every change of a Deployment in this namespace that was asked for, oldest first.
pub fn changes(endpoints: &Endpoints, namespace: &str) -> Result<Vec<Change>> {
    let log = std::fs::read_to_string(endpoints.dir.join(LOG)).context("there is no audit log")?;
    let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let there = events.filter(|event| event["objectRef"]["namespace"] == namespace);
    Ok(there.map(|event| change(&event)).collect())
}

fn change(event: &Value) -> Change {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let impersonated = &event["impersonatedUser"];
    let whoever = if impersonated.is_null() { &event["user"] } else { impersonated };
    Change {
        verb: text(&event["verb"]),
        user: text(&event["user"]["username"]),
        impersonated: impersonated["username"].as_str().map(str::to_owned),
        groups: whoever["groups"].as_array().into_iter().flatten().map(text).collect(),
        code: event["responseStatus"]["code"].as_i64().unwrap_or_default(),
    }
}
