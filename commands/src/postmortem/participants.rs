//! Who took part and in which role.
//!
//! Sources and the bot itself are no participants; neither are accounts that nobody of the catalogue has.

use std::collections::{BTreeMap, BTreeSet};

use super::Story;
use crate::id::OperationId;
use crate::incident::Role;
use crate::names::PersonId;
use crate::timeline::{Actor, Event, EventKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    pub person: PersonId,
    /// The roles that they have or had.
    pub roles: Vec<Role>,
    /// What they did, a few words each.
    pub did: Vec<String>,
}

#[derive(Default)]
struct Part {
    roles: BTreeSet<Role>,
    declared: bool,
    asked: BTreeSet<OperationId>,
    approved: BTreeSet<OperationId>,
    denied: BTreeSet<OperationId>,
    broke: BTreeSet<OperationId>,
    reviewed: BTreeSet<OperationId>,
    commands: usize,
    notes: usize,
}

/// By name.
pub(super) fn of(story: &Story<'_>) -> Vec<Participant> {
    let mut parts: BTreeMap<PersonId, Part> = BTreeMap::new();
    if let Actor::Person(person) = &story.incident.declared_by {
        parts.entry(person.clone()).or_default().declared = true;
    }
    for (role, person) in &story.incident.roles {
        parts.entry(person.clone()).or_default().roles.insert(*role);
    }
    for operation in story.operations {
        parts.entry(operation.requested_by.clone()).or_default().asked.insert(operation.id);
        for person in &operation.approved_by {
            parts.entry(person.clone()).or_default().approved.insert(operation.id);
        }
    }
    for event in story.events {
        take_in(&mut parts, event);
    }
    parts.into_iter().map(|(person, part)| part.told(person)).collect()
}

fn take_in(parts: &mut BTreeMap<PersonId, Part>, event: &Event) {
    if let EventKind::RoleAssigned { role, person } = &event.kind {
        parts.entry(person.clone()).or_default().roles.insert(*role);
    }
    if let EventKind::Pinned { author: Actor::Person(author), .. } = &event.kind {
        parts.entry(author.clone()).or_default().notes += 1;
    }
    let Actor::Person(person) = &event.actor else { return };
    let part = parts.entry(person.clone()).or_default();
    match &event.kind {
        EventKind::Noted { .. } => part.notes += 1,
        EventKind::CommandTyped { .. } => part.commands += 1,
        EventKind::Voted { approve: false, .. } => part.denied.extend(event.operation),
        EventKind::GlassBroken { .. } => part.broke.extend(event.operation),
        EventKind::Reviewed { .. } => part.reviewed.extend(event.operation),
        EventKind::CommandRefused { .. }
        | EventKind::IncidentDeclared { .. }
        | EventKind::StatusChanged { .. }
        | EventKind::SeverityChanged { .. }
        | EventKind::AffectedAdded { .. }
        | EventKind::RoleAssigned { .. }
        | EventKind::Pinned { .. }
        | EventKind::AlertFired { .. }
        | EventKind::AlertResolved { .. }
        | EventKind::AlertAcknowledged
        | EventKind::AlertSilenced { .. }
        | EventKind::AlertUnsilenced { .. }
        | EventKind::SilenceOver { .. }
        | EventKind::Planned { .. }
        // Approvals count as they were counted, with the operation.
        | EventKind::Voted { approve: true, .. }
        | EventKind::VoteWithdrawn
        | EventKind::WithdrawnTooLate
        | EventKind::Queued { .. }
        | EventKind::CancelAsked
        | EventKind::Decided { .. }
        | EventKind::Changed { .. }
        | EventKind::RolloutProgressed { .. }
        | EventKind::Finished { .. }
        | EventKind::Diagnosed { .. }
        | EventKind::Locked { .. }
        | EventKind::Unlocked { .. }
        | EventKind::Held { .. }
        | EventKind::DeadLetterReplayed { .. }
        | EventKind::Linked { .. }
        | EventKind::Unlinked { .. }
        | EventKind::TurnedAway { .. } => {}
    }
}

impl Part {
    fn told(self, person: PersonId) -> Participant {
        let mut did = vec![];
        if self.declared {
            did.push("declared it".to_owned());
        }
        for (verb, operations) in [
            ("asked for", &self.asked),
            ("broke the glass for", &self.broke),
            ("approved", &self.approved),
            ("denied", &self.denied),
            ("reviewed", &self.reviewed),
        ] {
            if !operations.is_empty() {
                let ids: Vec<String> = operations.iter().map(ToString::to_string).collect();
                did.push(format!("{verb} {}", ids.join(", ")));
            }
        }
        did.extend(counted(self.commands, "command"));
        did.extend(counted(self.notes, "note"));
        Participant { person, roles: self.roles.into_iter().collect(), did }
    }
}

fn counted(count: usize, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    }
}
