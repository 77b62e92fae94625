//! Everything that can be recorded, and by whom.
//!
//! Events are facts with a time; they are never changed. What they add up to is `postmortem`'s business.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::approval::Cast;
use crate::guard::{Hold, Scope};
use crate::id::{AlertGroupId, IncidentId, OperationId};
use crate::incident::{Affected, Role, Severity, Status};
use crate::names::{Group, PersonId};
use crate::rights::{Denied, Rights};
use crate::untrusted::Untrusted;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened, which for a pinned message is before it was recorded.
    pub at: DateTime<Utc>,
    pub actor: Actor,
    pub incident: Option<IncidentId>,
    pub operation: Option<OperationId>,
    pub alert_group: Option<AlertGroupId>,
    pub kind: EventKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Person(PersonId),
    /// An alert source, such as `alertmanager`.
    Source(String),
    Watchkeeper,
    /// An account that no person of the catalogue has, as `platform/id`.
    Stranger(Untrusted),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EventKind {
    /// The canonical form of what was typed, pressed or reacted.
    CommandTyped {
        command: String,
    },
    CommandRefused {
        words: Untrusted,
        /// As it was said; it repeats what was typed.
        reason: Untrusted,
    },
    IncidentDeclared {
        title: Untrusted,
        severity: Severity,
    },
    StatusChanged {
        from: Status,
        to: Status,
        reason: Option<Untrusted>,
    },
    SeverityChanged {
        from: Severity,
        to: Severity,
    },
    /// It is about this, too.
    AffectedAdded {
        affected: Affected,
    },
    RoleAssigned {
        role: Role,
        person: PersonId,
    },
    Noted {
        text: Untrusted,
    },
    /// A 📌 on somebody's message.
    Pinned {
        author: Actor,
        text: Untrusted,
    },
    AlertFired {
        name: Untrusted,
        summary: Untrusted,
    },
    AlertResolved {
        name: Untrusted,
    },
    AlertAcknowledged,
    AlertSilenced {
        until: DateTime<Utc>,
    },
    /// Somebody ended the silence of this person.
    AlertUnsilenced {
        of: PersonId,
    },
    /// The time of this person's silence is up.
    SilenceOver {
        of: PersonId,
        still_firing: bool,
    },
    Planned {
        summary: String,
        digest: String,
        #[serde(default, skip_serializing_if = "Rights::are_the_bots")]
        rights: Rights,
    },
    Voted {
        approve: bool,
        /// The groups by which the person may.
        #[serde(default)]
        groups: Vec<Group>,
        /// How; an older version did not note it.
        #[serde(default)]
        cast: Option<Cast>,
    },
    VoteWithdrawn,
    /// A reaction was taken away after the decision: the vote stands.
    WithdrawnTooLate,
    /// It was approved while others are at work on the target or go first.
    Queued {
        behind: Vec<OperationId>,
    },
    CancelAsked,
    Decided {
        outcome: Outcome,
    },
    /// The step was sent to the cluster and accepted.
    Changed {
        what: String,
        #[serde(default, skip_serializing_if = "Rights::are_the_bots")]
        rights: Rights,
    },
    RolloutProgressed {
        updated: i32,
        ready: i32,
        desired: i32,
    },
    Finished {
        outcome: Outcome,
    },
    Diagnosed {
        target: String,
        findings: Vec<Untrusted>,
    },
    Locked {
        scope: Scope,
        reason: Untrusted,
        until: Option<DateTime<Utc>>,
    },
    /// With those whose locks came off.
    Unlocked {
        scope: Scope,
        of: Vec<PersonId>,
    },
    /// Approved, and kept from starting by what stands around the target.
    Held {
        by: Vec<Hold>,
    },
    /// Past every guard and approval, with those that stood.
    GlassBroken {
        reason: Untrusted,
        passes: Vec<Hold>,
    },
    /// Somebody else looked at what was done behind broken glass.
    Reviewed {
        text: Untrusted,
    },
    /// What had been given up is tried again.
    DeadLetterReplayed {
        letter: String,
    },
    /// An account became this person's, too: they named it, and it had the code.
    Linked {
        account: Untrusted,
    },
    Unlinked {
        accounts: Vec<Untrusted>,
    },
    /// Somebody was not let in at all: to the console, or to a webhook.
    TurnedAway {
        door: String,
        why: Untrusted,
        /// The same is recorded once, and counted from then on.
        times: u32,
    },
}

/// How a plan, or the operation that ran it, came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Outcome {
    Approved {
        by: Vec<PersonId>,
    },
    Denied {
        by: PersonId,
    },
    Expired,
    /// Approved, but held until the approval expired.
    HeldTooLong,
    /// The target is no longer what the plan was made for.
    Void {
        drift: Untrusted,
    },
    /// The cluster no longer let the requester do it, when it was to be sent.
    Forbidden {
        denied: Denied,
    },
    Succeeded,
    /// The rollout will not finish by itself; the reason is quoted.
    Stuck {
        reason: Untrusted,
    },
    Failed {
        reason: Untrusted,
    },
    /// Ended by somebody before anything was sent.
    Cancelled {
        by: PersonId,
    },
    /// Ended by somebody after the change was sent; what it left is said in words.
    CancelledMidway {
        by: PersonId,
        left: Untrusted,
    },
    /// Neither done nor stuck within its time; what it left is said in words.
    TimedOut {
        left: Untrusted,
    },
    /// A newer deploy took its place in the line.
    Superseded {
        by: OperationId,
    },
}

/// Events as people read them: oldest first, and without the command where what it did stands next to it. Events of one
/// request have its time and actor.
pub fn told(events: &[Event]) -> Vec<&Event> {
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by_key(|event| event.at);
    let typed = |event: &Event| matches!(event.kind, EventKind::CommandTyped { .. });
    let done = |command: &Event| {
        let same = |event: &&Event| event.at == command.at && event.actor == command.actor && !typed(event);
        let first = sorted.partition_point(|event| event.at < command.at);
        sorted[first..].iter().take_while(|event| event.at == command.at).any(same)
    };
    sorted.iter().filter(|event| !(typed(event) && done(event))).copied().collect()
}

impl Event {
    /// An event that is about nothing in particular yet; `about_*` says what it is about.
    pub fn new(at: DateTime<Utc>, actor: Actor, kind: EventKind) -> Self {
        Self { at, actor, incident: None, operation: None, alert_group: None, kind }
    }

    #[must_use]
    pub fn about_incident(mut self, id: Option<IncidentId>) -> Self {
        self.incident = id;
        self
    }

    #[must_use]
    pub fn about_operation(mut self, id: OperationId) -> Self {
        self.operation = Some(id);
        self
    }

    #[must_use]
    pub fn about_alert_group(mut self, id: AlertGroupId) -> Self {
        self.alert_group = Some(id);
        self
    }
}
