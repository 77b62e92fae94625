//! Who may do what, to what, where: the one TOML file, read and checked.
//!
//! It deliberately holds no secrets and no process settings; tokens are named by the environment variable or file that has
//! them. Nothing here has a default that permits: what the file does not say is refused.

mod authorise;
mod catalogue;
mod check;
mod error;
mod file;
mod rights;
mod rooms;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

pub(crate) use authorise::group_names;
pub use authorise::{Authorised, Right, authorise, known, may};
pub(crate) use catalogue::{nearest, unknown};
pub use error::PolicyError;
pub use rooms::{Discord, Guild, IncidentRooms, Room, RoomRight, Slack, Workspace, may_here};

use crate::guard::Window;
use crate::names::{Environment, Group, PersonId, Service};
use crate::plan::Action;
use crate::request::{Account, Place};
use crate::rights::KubernetesUser;

/// Where the file does not say it: longer than a healthy rollout of any size takes.
pub const ROLLOUT_TIMEOUT_MINUTES: u32 = 60;

/// The whole file, with every cross-reference known to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    people: BTreeMap<PersonId, Person>,
    /// In promotion order, as in the file.
    environments: Vec<EnvironmentPolicy>,
    services: BTreeMap<Service, ServicePolicy>,
    rooms: Vec<Room>,
    slack: Option<Slack>,
    discord: Option<Discord>,
    alerts: Alerts,
    responders: BTreeSet<Group>,
    windows: Vec<Window>,
    /// Hosts besides those of the images, as `host` or `host:port`, that may have addresses which are not public.
    trusted_hosts: Vec<String>,
}

/// One human, however many platform accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub groups: BTreeSet<Group>,
    pub accounts: Vec<Account>,
    /// Whom the clusters know this person as.
    pub kubernetes: Option<KubernetesUser>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EnvironmentPolicy {
    pub name: Environment,
    /// The kubeconfig context; `None` is the one that the process was started with.
    pub context: Option<String>,
    pub deployers: BTreeSet<Group>,
    pub approvals: Approvals,
    pub approval_expires_minutes: u32,
    /// Actions for which nobody is asked here, whatever `approvals` says.
    pub without_approval: Vec<Action>,
    pub auto_rollback: bool,
    /// A rollout that is neither done nor stuck after this is followed no more.
    pub rollout_timeout_minutes: u32,
    pub cluster_rights: ClusterRights,
    /// Who may pass every guard and every approval here, with a reason; empty is nobody.
    pub break_glass: BTreeSet<Group>,
}

/// Whose rights in the cluster a change needs, beside those that this file gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterRights {
    #[default]
    ServiceAccount,
    SubjectAccessReview,
    Impersonate,
}

/// Who must agree, in an environment or to one service there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approvals {
    pub needed: u32,
    pub approvers: BTreeSet<Group>,
    pub required: BTreeSet<PersonId>,
    pub required_groups: BTreeSet<Group>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ServicePolicy {
    pub name: Service,
    /// Repository without a tag.
    pub image: String,
    pub container: String,
    /// An alert that has all of these labels is about this service; empty matches nothing.
    pub alert_labels: BTreeMap<String, String>,
    pub places: BTreeMap<Environment, ServicePlace>,
}

/// The Deployment that a service is in one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePlace {
    pub namespace: String,
    pub deployment: String,
    /// In place of the environment's.
    pub approvals: Option<Approvals>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Alerts {
    pub place: Place,
    pub environment_label: String,
    pub sources: Vec<AlertSource>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertSource {
    pub name: String,
    pub token: TokenFrom,
}

/// Where the shell finds a secret; never the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFrom {
    Environment(String),
    File(String),
}

impl Policy {
    /// Reads and checks the file. The first thing wrong is reported, with its line and what to write instead.
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        let file = file::File::read(toml)?;
        check::policy(toml, file)
    }
}

#[cfg(test)]
mod tests;
