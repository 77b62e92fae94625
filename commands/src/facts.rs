//! What a plan and a diagnosis may know of the world: plain data, read once, no handles.
//!
//! Nothing here is a Kubernetes type; `bot/src/cluster` fills these in. A missing fact is `None`, never a guess.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::names::{Environment, Image, Service};
use crate::untrusted::Untrusted;

/// The live object that a service is in one environment, by the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    pub service: Service,
    pub environment: Environment,
    pub namespace: String,
    pub deployment: String,
    pub container: String,
    /// The service's image repository, without a tag.
    pub repository: String,
}

impl fmt::Display for Target {
    /// As kubectl would be told: `search/deployment/search-api-deployment`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/deployment/{}", self.namespace, self.deployment)
    }
}

/// A Deployment as it stands now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    pub uid: String,
    pub resource_version: String,
    pub generation: i64,
    pub observed_generation: i64,
    pub revision: i64,
    pub strategy: Strategy,
    pub paused: bool,
    /// `spec.replicas`.
    pub desired: i32,
    pub replicas: i32,
    pub updated: i32,
    pub ready: i32,
    pub available: i32,
    pub progress_deadline_seconds: i32,
    pub containers: Vec<ContainerImage>,
    pub conditions: Vec<Condition>,
    pub change_cause: Option<Untrusted>,
    /// `watchkeeper.dev/operation`: the operation and epoch that last changed it, as `OP-12.3`.
    pub stamp: Option<String>,
    /// Who puts the object back to what Git says.
    #[serde(default)]
    pub gitops: Option<GitOps>,
    pub created_at: Option<DateTime<Utc>>,
}

/// A controller that keeps objects as they stand in Git, and what it calls the set that this one belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitOps {
    pub controller: GitOpsController,
    pub name: Untrusted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GitOpsController {
    ArgoCd,
    FluxKustomization,
    FluxHelmRelease,
}

impl GitOpsController {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ArgoCd => "Argo CD application",
            Self::FluxKustomization => "Flux Kustomization",
            Self::FluxHelmRelease => "Flux HelmRelease",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    RollingUpdate,
    Recreate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerImage {
    pub name: String,
    pub image: Image,
    pub init: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    pub reason: Option<String>,
    pub message: Option<Untrusted>,
    pub last_update: Option<DateTime<Utc>>,
}

/// One ReplicaSet of the Deployment's history, by its revision annotation. Its template holds whatever the environment of its
/// containers does, so it can neither be stored nor shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    pub number: i64,
    pub replica_set: String,
    pub containers: Vec<ContainerImage>,
    pub change_cause: Option<Untrusted>,
    pub created_at: Option<DateTime<Utc>>,
    /// `spec.template` without `pod-template-hash`: what an undo restores.
    pub template: serde_json::Value,
    /// The ReplicaSet's annotations, which an undo copies but for those that kubectl keeps.
    pub annotations: std::collections::BTreeMap<String, String>,
    pub desired: i32,
    pub ready: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pod {
    pub name: String,
    /// The ReplicaSet that owns it.
    pub replica_set: Option<String>,
    /// Its owner is the ReplicaSet of the Deployment's current revision.
    pub current: bool,
    pub phase: String,
    pub reason: Option<String>,
    pub ready: bool,
    pub terminating: bool,
    pub node: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub conditions: Vec<Condition>,
    pub containers: Vec<Container>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    pub name: String,
    pub init: bool,
    pub image: Image,
    pub ready: bool,
    pub restarts: i32,
    pub state: ContainerState,
    pub last_terminated: Option<Terminated>,
    /// The last lines of the failing container's log, newest last; read only for a diagnosis.
    pub log_tail: Option<Untrusted>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerState {
    Waiting { reason: Option<String>, message: Option<Untrusted> },
    Running { since: Option<DateTime<Utc>> },
    Terminated(Terminated),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminated {
    pub exit_code: i32,
    pub reason: Option<String>,
    pub message: Option<Untrusted>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A Kubernetes Event about the Deployment, its ReplicaSets or its pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterEvent {
    /// `Kind/name`.
    pub object: String,
    pub reason: String,
    pub message: Untrusted,
    pub warning: bool,
    pub count: i32,
    pub last_seen: Option<DateTime<Utc>>,
}

/// A change that the bot itself made to this target earlier: "what changed last and by whom".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastChange {
    pub operation: crate::id::OperationId,
    pub summary: String,
    pub requested_by: crate::names::PersonId,
    pub approved_by: Vec<crate::names::PersonId>,
    pub at: DateTime<Utc>,
}

/// Everything that a plan or a diagnosis of one target may look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub target: Target,
    pub workload: Workload,
    /// Newest first.
    pub revisions: Vec<Revision>,
    pub pods: Vec<Pod>,
    pub events: Vec<ClusterEvent>,
    pub last_change: Option<PastChange>,
    /// What could not be read (logs, events), one line each: a diagnosis says so instead of staying silent about it.
    pub unread: Vec<Untrusted>,
    pub observed_at: DateTime<Utc>,
}
