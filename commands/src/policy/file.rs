//! The policy file as it is written: serde's shape of the TOML, keys and all.
//!
//! Only shape is checked here (unknown and missing keys, types). Whether names refer to something is `check`'s business.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{ClusterRights, PolicyError, RoomRight, windows};
use crate::plan::Action;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) people: BTreeMap<Spanned<String>, Person>,
    pub(super) environments: Vec<Environment>,
    #[serde(default)]
    pub(super) services: BTreeMap<Spanned<String>, Service>,
    pub(super) console: Console,
    pub(super) slack: Option<Slack>,
    pub(super) discord: Option<Discord>,
    pub(super) alerts: Alerts,
    pub(super) incidents: Incidents,
    #[serde(default)]
    pub(super) windows: Vec<windows::Written>,
    #[serde(default)]
    pub(super) registry: Registry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) name: Spanned<String>,
    pub(super) groups: Vec<Spanned<String>>,
    pub(super) accounts: BTreeMap<Spanned<String>, Spanned<Accounts>>,
    pub(super) kubernetes: Option<KubernetesUser>,
}

/// One account, or several of one platform.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Accounts {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slack {
    pub(super) app_token: Option<Token>,
    pub(super) signing_secret: Option<Token>,
    pub(super) workspaces: BTreeMap<Spanned<String>, Workspace>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Workspace {
    pub(super) team: Spanned<String>,
    pub(super) bot_token: Token,
    #[serde(default)]
    pub(super) channels: BTreeMap<Spanned<String>, Room>,
    pub(super) incidents: Option<IncidentRooms>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IncidentRooms {
    #[serde(default)]
    pub(super) may: Vec<RoomRight>,
    pub(super) environments: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) invite: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Discord {
    pub(super) bot_token: Token,
    pub(super) application: Spanned<String>,
    pub(super) public_key: Option<Spanned<String>>,
    pub(super) guilds: BTreeMap<Spanned<String>, Guild>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guild {
    pub(super) guild: Spanned<String>,
    #[serde(default)]
    pub(super) channels: BTreeMap<Spanned<String>, Room>,
}

/// A channel of a workspace or guild.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Room {
    pub(super) id: Spanned<String>,
    #[serde(default)]
    pub(super) may: Vec<RoomRight>,
    pub(super) environments: Option<Vec<Spanned<String>>>,
}

/// Where a secret is.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Token {
    Env(String),
    File(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KubernetesUser {
    pub(super) user: Spanned<String>,
    #[serde(default)]
    pub(super) groups: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Environment {
    pub(super) name: Spanned<String>,
    pub(super) context: Option<String>,
    pub(super) deployers: Vec<Spanned<String>>,
    pub(super) approvals: Spanned<u32>,
    #[serde(default)]
    pub(super) approvers: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) required: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) required_groups: Vec<Spanned<String>>,
    pub(super) approval_expires_minutes: Spanned<u32>,
    #[serde(default)]
    pub(super) without_approval: Vec<Action>,
    #[serde(default)]
    pub(super) auto_rollback: bool,
    pub(super) cluster_rights: Option<Spanned<ClusterRights>>,
    #[serde(default)]
    pub(super) break_glass: Vec<Spanned<String>>,
    pub(super) rollout_timeout_minutes: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) image: Spanned<String>,
    pub(super) container: Spanned<String>,
    #[serde(default)]
    pub(super) alert_labels: BTreeMap<String, String>,
    #[serde(rename = "in", default)]
    pub(super) places: BTreeMap<Spanned<String>, Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) namespace: Spanned<String>,
    pub(super) deployment: Spanned<String>,
    /// What this service asks for where the environment asks for something else.
    pub(super) approvals: Option<Spanned<u32>>,
    pub(super) approvers: Option<Vec<Spanned<String>>>,
    pub(super) required: Option<Vec<Spanned<String>>>,
    pub(super) required_groups: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Console {
    pub(super) channels: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alerts {
    pub(super) place: Spanned<String>,
    #[serde(default = "environment_label")]
    pub(super) environment_label: String,
    #[serde(default)]
    pub(super) sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) name: Spanned<String>,
    pub(super) token_env: Option<Spanned<String>>,
    pub(super) token_file: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Incidents {
    pub(super) responders: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Registry {
    #[serde(default)]
    pub(super) trusted_hosts: Vec<Spanned<String>>,
}

fn environment_label() -> String {
    "environment".to_owned()
}

impl File {
    pub(super) fn read(toml: &str) -> Result<Self, PolicyError> {
        toml::from_str(toml).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start);
            let fix = "deploy/watchkeeper.example.toml has every key with a comment";
            PolicyError::at(toml, byte, error.message().to_owned(), fix.to_owned())
        })
    }
}
