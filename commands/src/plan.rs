//! A plan: the one step, what it expects to find, who must agree; and the digest that votes bind to.
//!
//! A plan is data. It does not know whether it was approved, and it cannot run itself.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::facts::{Target, Workload};
use crate::guard::Hold;
use crate::id::OperationId;
use crate::names::{Group, Image, PersonId};
use crate::rights::Rights;
use crate::untrusted::Untrusted;

/// The closed list of things that may be done to a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Step {
    /// `kubectl set image deployment/D container=image`.
    SetImage { container: String, image: Image },
    /// `kubectl rollout undo --to-revision=N`. What it restores stays in the cluster, as its environment may hold secrets: the
    /// plan has the ReplicaSet's name and the digest of what that stores. Plans of earlier versions have neither, and void.
    RestoreTemplate {
        revision: i64,
        #[serde(default)]
        replica_set: String,
        #[serde(default)]
        digest: String,
    },
    /// `kubectl rollout pause`.
    Pause,
    /// `kubectl rollout resume`.
    Resume,
    /// `kubectl rollout restart`, with the moment that the annotation will carry.
    Restart { at: chrono::DateTime<chrono::Utc> },
}

/// What must still be so when the step is sent; anything else is drift and voids the approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precondition {
    pub uid: String,
    /// The container's image at plan time, as it stood in the template.
    pub image: String,
    pub paused: bool,
}

/// Who must agree before the step is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Distinct people who must approve; 0 means nobody is asked.
    pub approvals: u32,
    pub approvers: Vec<Group>,
    /// Somebody of each of these groups must be among those who approve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_groups: Vec<Group>,
    /// Each of these must be among those who approve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<PersonId>,
    /// Minutes after which an undecided plan expires.
    pub expires_after_minutes: u32,
}

impl Rule {
    /// The groups whose members may vote: whoever is required may.
    pub fn voters(&self) -> Vec<Group> {
        let more = self.required_groups.iter().filter(|group| !self.approvers.contains(group));
        self.approvers.iter().chain(more).cloned().collect()
    }

    /// Whether the vote of somebody in these groups is asked for.
    pub fn asks(&self, person: &PersonId, groups: &BTreeSet<Group>) -> bool {
        self.required.contains(person) || self.voters().iter().any(|group| groups.contains(group))
    }

    /// Whether it could be met by these people, each with their groups.
    pub fn can_be_met(&self, people: &[(&PersonId, &BTreeSet<Group>)]) -> bool {
        let votes = people.iter().filter(|(person, groups)| self.asks(person, groups)).count();
        let has = |group: &Group| people.iter().any(|(_, groups)| groups.contains(group));
        votes >= usize::try_from(self.approvals).unwrap_or(usize::MAX)
            && self.required_groups.iter().all(has)
            && self.required.iter().all(|required| people.iter().any(|(person, _)| *person == required))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub action: Action,
    pub target: Target,
    pub precondition: Precondition,
    pub step: Step,
    pub rule: Rule,
    /// Start a rollback without being asked again when this rollout is stuck.
    pub auto_rollback: bool,
    pub requested_by: PersonId,
    /// Those in the cluster under which the step is sent.
    #[serde(default, skip_serializing_if = "Rights::are_the_bots")]
    pub rights: Rights,
    /// Why it passes every guard and approval, where somebody said that it must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<Untrusted>,
    /// For the card only, and so not part of the digest.
    pub shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Deploy,
    Rollback,
    Pause,
    Resume,
    Restart,
}

/// What the plan looked like to those who vote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    pub from: Image,
    pub to: Image,
    pub before: Workload,
    /// What is wrong with the target already, one line each.
    pub already_wrong: Vec<crate::message::Text>,
    /// The canonical form of the command that asked for it.
    pub command: String,
    /// Nobody asked: policy did, when this operation was stuck.
    #[serde(default)]
    pub after_stuck: Option<OperationId>,
    /// Locks, freezes and windows that stood when it was planned, and that it passes.
    #[serde(default)]
    pub passes: Vec<Hold>,
}

/// SHA-256 over the plan's binding parts, in hex.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(pub String);

impl PlanDigest {
    /// What a card shows of it.
    pub fn short(&self) -> &str {
        const SHOWN_CHARS: usize = 12;
        self.0.get(..SHOWN_CHARS).unwrap_or(&self.0)
    }
}

impl Plan {
    /// The same plan has the same digest on every replica and after every restart: struct order is fixed and serde_json's
    /// maps are sorted.
    pub fn digest(&self) -> PlanDigest {
        #[derive(Serialize)]
        struct Binding<'a> {
            action: Action,
            target: &'a Target,
            precondition: &'a Precondition,
            step: &'a Step,
            rule: &'a Rule,
            auto_rollback: bool,
            requested_by: &'a PersonId,
            #[serde(skip_serializing_if = "Option::is_none")]
            rights: Option<&'a Rights>,
            #[serde(skip_serializing_if = "Option::is_none")]
            break_glass: Option<&'a Untrusted>,
        }
        let binding = Binding {
            action: self.action,
            target: &self.target,
            precondition: &self.precondition,
            step: &self.step,
            rule: &self.rule,
            auto_rollback: self.auto_rollback,
            requested_by: &self.requested_by,
            rights: Some(&self.rights).filter(|rights| !rights.are_the_bots()),
            break_glass: self.break_glass.as_ref(),
        };
        // Plain data with string keys always serialises.
        let canonical = serde_json::to_vec(&binding).unwrap_or_default();
        let hex = Sha256::digest(&canonical).iter().map(|byte| format!("{byte:02x}")).collect();
        PlanDigest(hex)
    }
}
