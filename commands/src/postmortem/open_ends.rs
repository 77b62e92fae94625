//! What is not settled: alerts that still fire, operations without a good end, things that nobody wrote down.
//!
//! It lists what the record shows and assigns nothing to anybody.

use super::{OperationSummary, Story};
use crate::alert::{AlertGroup, MemberState};
use crate::id::AlertGroupId;
use crate::incident::Status;
use crate::message::Text;
use crate::plan::Action;
use crate::timeline::{EventKind, Outcome};

pub(super) fn of(story: &Story<'_>) -> Vec<Text> {
    let mut ends = of_incident(story);
    ends.extend(story.alerts.iter().flat_map(of_alerts));
    let mut operations: Vec<&OperationSummary> = story.operations.iter().collect();
    operations.sort_by_key(|operation| (operation.planned_at, operation.id));
    for (index, operation) in operations.iter().enumerate() {
        ends.extend(of_operation(operation, &operations[index + 1..]));
        ends.extend(of_review(story, operation));
    }
    ends
}

fn of_incident(story: &Story<'_>) -> Vec<Text> {
    let incident = story.incident;
    let id = incident.id;
    let mut ends: Vec<Text> = vec![];
    if incident.status.is_open() {
        let text = Text::new().plain("The incident is still ").strong(incident.status.as_str());
        ends.push(text.plain(": ").code(format!("incident resolve {id}")));
    } else if incident.status == Status::Resolved {
        ends.push(
            Text::new()
                .plain("The incident is resolved but not closed: ")
                .code(format!("incident close {id}")),
        );
    }
    if incident.commander().is_none() {
        ends.push("No commander was assigned.".into());
    }
    if incident.acknowledged_at.is_none() && incident.status != Status::Declined {
        ends.push("Nobody acknowledged the incident.".into());
    }
    let explained = |kind: &EventKind| matches!(kind, EventKind::Noted { .. } | EventKind::Pinned { .. });
    if !story.events.iter().any(|event| explained(&event.kind)) {
        let note = format!("incident note {id} …");
        ends.push(Text::new().plain("Nobody wrote down why it happened: ").code(note));
    }
    ends
}

fn of_alerts((id, group): &(AlertGroupId, AlertGroup)) -> Vec<Text> {
    let named = || Text::new().plain(format!("{id} ")).outside(&group.name());
    let mut ends = vec![];
    if group.firing() > 0 {
        let all = group.members.len();
        ends.push(named().plain(format!(" still fires ({} of {all}).", group.firing())));
    }
    if group.members.values().any(|member| matches!(member.state, MemberState::Unreported { .. })) {
        let count = group.unreported();
        ends.push(named().plain(format!(": {count} no longer reported, but never said to be resolved.")));
    }
    ends
}

/// Broken glass that nobody else has looked at yet.
fn of_review(story: &Story<'_>, operation: &OperationSummary) -> Option<Text> {
    operation.break_glass.as_ref()?;
    let reviewed = story.events.iter().any(|event| {
        event.operation == Some(operation.id) && matches!(event.kind, EventKind::Reviewed { .. })
    });
    let command = format!("review {} …", operation.id);
    let text =
        Text::new().plain(format!("{} was break-glass by ", operation.id)).person(&operation.requested_by);
    (!reviewed).then(|| text.plain(" and nobody has reviewed it: ").code(command))
}

/// `later` are those planned after it.
fn of_operation(operation: &OperationSummary, later: &[&OperationSummary]) -> Option<Text> {
    let mended = |actions: &[Action]| {
        let mends = |other: &&&OperationSummary| {
            other.same_target(operation) && other.succeeded() && actions.contains(&other.action)
        };
        later.iter().find(mends).is_some()
    };
    let named = Text::new().plain(format!("{} (", operation.id)).then(operation.change()).plain(")");
    match &operation.outcome {
        None if operation.changed_at.is_some() => Some(named.plain(" is still rolling out.")),
        None => Some(named.plain(" is not decided.")),
        Some(
            Outcome::Stuck { .. }
            | Outcome::Failed { .. }
            | Outcome::TimedOut { .. }
            | Outcome::CancelledMidway { .. },
        ) if operation.changed_at.is_some() && !mended(&[Action::Deploy, Action::Rollback]) => {
            Some(named.plain(" did not succeed, and nothing that came after it did there."))
        }
        Some(Outcome::Succeeded) if operation.action == Action::Pause && !mended(&[Action::Resume]) => {
            Some(named.plain(" was never resumed."))
        }
        Some(
            Outcome::Approved { .. }
            | Outcome::Denied { .. }
            | Outcome::Expired
            | Outcome::HeldTooLong
            | Outcome::Void { .. }
            | Outcome::Forbidden { .. }
            | Outcome::Succeeded
            | Outcome::Stuck { .. }
            | Outcome::Failed { .. }
            | Outcome::Cancelled { .. }
            | Outcome::CancelledMidway { .. }
            | Outcome::TimedOut { .. }
            | Outcome::Superseded { .. },
        ) => None,
    }
}
