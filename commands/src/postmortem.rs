//! What an incident adds up to: the sections of its postmortem, folded from what was recorded.
//!
//! The same record gives the same postmortem. What was not recorded reads "not recorded", never zero; nothing is guessed, and
//! why it happened is left to people. Markup is `markdown`'s and the pages' business.

use chrono::{DateTime, Utc};

use crate::alert::AlertGroup;
use crate::id::{AlertGroupId, OperationId};
use crate::incident::{Incident, Severity};
use crate::lasting::lasting;
use crate::message::{Field, Text};
use crate::replies::{event, incident as told};
use crate::timeline::{Event, EventKind, told as told_events};

mod durations;
mod markdown;
mod open_ends;
mod operation;
mod participants;
mod plot;

pub use durations::Durations;
pub use markdown::{Names, postmortem_markdown};
pub use operation::OperationSummary;
pub use participants::Participant;
pub use plot::{Bar, Lane, Plot, Point, plot_rows};

/// Timeline entries in one document, at most; an incident with more is read on its page.
pub const MAX_TIMELINE_ENTRIES: usize = 2000;

/// Everything that was recorded of one incident.
#[derive(Clone, Copy)]
pub struct Story<'a> {
    pub incident: &'a Incident,
    pub events: &'a [Event],
    /// Those of the incident, in any order.
    pub operations: &'a [OperationSummary],
    pub alerts: &'a [(AlertGroupId, AlertGroup)],
    pub now: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Postmortem {
    pub incident: Incident,
    pub written_at: DateTime<Utc>,
    pub summary: Text,
    pub impact: Vec<Field>,
    pub detection: Vec<Field>,
    /// Oldest first.
    pub timeline: Vec<Entry>,
    /// Entries left out at the end of the timeline.
    pub left_out: usize,
    /// What was changed shortly before it began.
    pub before: Vec<Mitigation>,
    /// What was changed in the cluster since.
    pub executed: Vec<Mitigation>,
    /// What was asked for and never sent.
    pub not_executed: Vec<Mitigation>,
    pub durations: Durations,
    pub participants: Vec<Participant>,
    pub open_ends: Vec<Text>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub who: Text,
    pub what: Text,
}

/// One operation as the mitigation table has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mitigation {
    pub operation: OperationId,
    pub at: DateTime<Utc>,
    pub change: Text,
    pub asked_by: Text,
    pub approved_by: Text,
    pub result: Text,
}

/// Folds the record into its postmortem.
pub fn fold(story: &Story<'_>) -> Postmortem {
    let durations = Durations::of(story);
    let (timeline, left_out) = timeline(story.events);
    let mut operations: Vec<&OperationSummary> = story.operations.iter().collect();
    operations.sort_by_key(|operation| (operation.planned_at, operation.id));
    let (sent, not_executed): (Vec<_>, Vec<_>) =
        operations.iter().partition(|operation| operation.changed_at.is_some());
    let (before, executed): (Vec<_>, Vec<_>) = sent.into_iter().partition(|operation: &&OperationSummary| {
        operation.changed_at.is_some_and(|at| at < durations.from)
    });
    Postmortem {
        incident: story.incident.clone(),
        written_at: story.now,
        summary: summary(story, &durations, &executed),
        impact: impact(story, &durations),
        detection: detection(story, &durations),
        timeline,
        left_out,
        before: before.into_iter().map(OperationSummary::mitigation).collect(),
        executed: executed.into_iter().map(OperationSummary::mitigation).collect(),
        not_executed: not_executed.into_iter().map(OperationSummary::mitigation).collect(),
        participants: participants::of(story),
        open_ends: open_ends::of(story),
        durations,
    }
}

/// What it was at first; what it became stands in the incident.
fn declared_as(story: &Story<'_>) -> Severity {
    let at_first = story.events.iter().find_map(|event| {
        if let EventKind::IncidentDeclared { severity, .. } = &event.kind { Some(*severity) } else { None }
    });
    at_first.unwrap_or(story.incident.severity)
}

fn summary(story: &Story<'_>, durations: &Durations, executed: &[&OperationSummary]) -> Text {
    let incident = story.incident;
    let declared = declared_as(story);
    let mut text = Text::new()
        .outside(&incident.title)
        .plain(format!(". It was declared {declared} by "))
        .then(event::actor(&incident.declared_by))
        .plain(" at ")
        .when(incident.declared_at);
    text = match (incident.resolved_at, durations.resolve) {
        (Some(at), Some(took)) => {
            text.plain(" and resolved at ").when(at).plain(format!(", {} after it began.", lasting(took)))
        }
        (Some(_) | None, _) => text.plain(format!("; its status is {}.", incident.status)),
    };
    if declared != incident.severity {
        text = text.plain(format!(" Its severity became {}.", incident.severity));
    }
    let reopened = story.events.iter().filter(|event| is_reopening(&event.kind)).count();
    if reopened > 0 {
        text = text.plain(format!(" It was reopened {}.", times(reopened)));
    }
    let Some(last) = executed.iter().rev().find(|operation| operation.succeeded()) else {
        return match executed.len() {
            0 => text.plain(" Nothing was changed in the cluster."),
            n => text.plain(format!(" {} changed the cluster; none succeeded.", operations(n))),
        };
    };
    text.plain(format!(
        " {} changed the cluster; the last that succeeded is {}: ",
        operations(executed.len()),
        last.id
    ))
    .then(last.change())
    .plain(".")
}

fn operations(count: usize) -> String {
    if count == 1 { "1 operation".to_owned() } else { format!("{count} operations") }
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn is_reopening(kind: &EventKind) -> bool {
    if let EventKind::StatusChanged { from, to, .. } = kind { !from.is_open() && to.is_open() } else { false }
}

fn impact(story: &Story<'_>, durations: &Durations) -> Vec<Field> {
    let incident = story.incident;
    let services =
        if incident.affected.is_empty() { "not recorded".into() } else { told::affected(incident) };
    let until = match incident.resolved_at {
        Some(at) => Text::new().when(at),
        None => Text::new().plain(format!("not over: its status is {}", incident.status)),
    };
    let lasted = match durations.resolve {
        Some(span) => Text::new().plain(lasting(span)),
        None => Text::new().plain(format!("{} so far", lasting(story.now - durations.from))),
    };
    vec![
        Field::new("Services", services),
        Field::new("Severity", Text::new().plain(severity(story))),
        Field::new("From", Text::new().when(durations.from).plain(durations.origin())),
        Field::new("Until", until),
        Field::new("Lasted", lasted),
        Field::new("Alerts", alerts(story)),
    ]
}

/// The severity now, and the worst that it had.
fn severity(story: &Story<'_>) -> String {
    let now = story.incident.severity;
    let had = story.events.iter().filter_map(|event| {
        if let EventKind::SeverityChanged { from, to } = &event.kind { Some((*from).min(*to)) } else { None }
    });
    match had.min().filter(|worst| *worst < now) {
        Some(worst) => format!("{now}, {worst} at its worst"),
        None => now.to_string(),
    }
}

fn alerts(story: &Story<'_>) -> Text {
    if story.alerts.is_empty() {
        return "none".into();
    }
    let mut text = Text::new();
    for (index, (id, group)) in story.alerts.iter().enumerate() {
        text = text
            .plain(if index == 0 { "" } else { "; " })
            .plain(format!("{id} "))
            .outside(&group.name())
            .plain(format!(" ({})", crate::replies::alert::counts(group)));
    }
    text
}

fn detection(story: &Story<'_>, durations: &Durations) -> Vec<Field> {
    let first = story.alerts.iter().min_by_key(|(id, group)| (group.began_at(), *id));
    let by = match first {
        Some((id, group)) => {
            let mut text = Text::new().plain(format!("{id} from {}: ", group.source)).outside(&group.name());
            let summary = group.members.values().find_map(|member| member.annotation("summary"));
            if let Some(summary) = summary {
                text = text.plain(", “").outside(summary).plain("”");
            }
            text
        }
        None => Text::new().plain("no alert; noticed by ").then(event::actor(&story.incident.declared_by)),
    };
    let declared = Text::new()
        .when(story.incident.declared_at)
        .plain(" by ")
        .then(event::actor(&story.incident.declared_by));
    vec![
        Field::new("Detected by", by),
        Field::new("Declared", declared),
        Field::new("Time to detect", durations::or_not_recorded(durations.detect).as_str()),
    ]
}

/// Oldest first; of the looks at one rollout in a row only the last is kept.
fn timeline(events: &[Event]) -> (Vec<Entry>, usize) {
    let looks =
        |event: &Event| matches!(event.kind, EventKind::RolloutProgressed { .. }).then_some(event.operation);
    let mut kept: Vec<&Event> = vec![];
    for event in told_events(events) {
        let same_rollout =
            kept.last().is_some_and(|last| looks(last).is_some() && looks(last) == looks(event));
        if same_rollout {
            kept.pop();
        }
        kept.push(event);
    }
    let left_out = kept.len().saturating_sub(MAX_TIMELINE_ENTRIES);
    kept.truncate(MAX_TIMELINE_ENTRIES);
    let entry = |event: &Event| Entry { at: event.at, who: event::who(event), what: event::what(event) };
    (kept.into_iter().map(entry).collect(), left_out)
}

#[cfg(test)]
mod tests;
