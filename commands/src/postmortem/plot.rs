//! What a plot of the timeline shows: lanes with bars and points, as plain data.
//!
//! It knows neither pixels nor fonts; whoever draws it cuts labels to size.

use chrono::{DateTime, Utc};

use super::{OperationSummary, Story};
use crate::incident::Status;
use crate::message::Tone;
use crate::timeline::{Event, EventKind, Outcome};
use crate::untrusted::Untrusted;

/// Lanes of alerts in one plot, at most: more are not told apart by an eye.
const MAX_ALERT_LANES: usize = 12;

/// From the earliest to the latest moment of all lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub lanes: Vec<Lane>,
    /// Alerts that have no lane.
    pub left_out: usize,
}

/// One row of the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    pub label: Untrusted,
    pub bars: Vec<Bar>,
    pub points: Vec<Point>,
}

/// Something that lasted.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// It had not ended when the plot was made.
    pub open: bool,
    pub tone: Tone,
    pub label: Untrusted,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub at: DateTime<Utc>,
    pub tone: Tone,
    pub label: Untrusted,
}

/// Status, alerts, operations, people: in this order from above.
pub fn plot_rows(story: &Story<'_>) -> Plot {
    let mut lanes = vec![status_lane(story)];
    let alerts = alert_lanes(story);
    let left_out = alerts.len().saturating_sub(MAX_ALERT_LANES);
    lanes.extend(alerts.into_iter().take(MAX_ALERT_LANES));
    let mut operations: Vec<&OperationSummary> = story.operations.iter().collect();
    operations.sort_by_key(|operation| (operation.planned_at, operation.id));
    lanes.extend(operations.into_iter().map(|operation| operation_lane(operation, story.now)));
    lanes.push(people_lane(story));
    let moments = || lanes.iter().flat_map(Lane::moments);
    let from = moments().min().unwrap_or(story.incident.declared_at);
    let to = moments().max().unwrap_or(story.now);
    Plot { from, to, lanes, left_out }
}

impl Lane {
    fn moments(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let bars = self.bars.iter().flat_map(|bar| [bar.from, bar.to]);
        bars.chain(self.points.iter().map(|point| point.at))
    }
}

fn bar(from: DateTime<Utc>, to: Option<DateTime<Utc>>, now: DateTime<Utc>, tone: Tone) -> Bar {
    let end = to.unwrap_or(now).max(from);
    Bar { from, to: end, open: to.is_none(), tone, label: Untrusted::new("") }
}

fn status_lane(story: &Story<'_>) -> Lane {
    let mut changes: Vec<(DateTime<Utc>, Status, Status)> =
        story.events.iter().filter_map(status_change).collect();
    changes.sort_by_key(|(at, _, _)| *at);
    let mut bars = vec![];
    let mut since = story.incident.declared_at;
    for (at, from, _) in &changes {
        bars.push(Bar {
            label: Untrusted::new(from.as_str()),
            ..bar(since, Some(*at), story.now, tone_of(*from))
        });
        since = *at;
    }
    let last = changes.last().map_or(story.incident.status, |(_, _, to)| *to);
    if last.is_open() {
        bars.push(Bar { label: Untrusted::new(last.as_str()), ..bar(since, None, story.now, tone_of(last)) });
    }
    let points = if last.is_open() {
        vec![]
    } else {
        vec![Point { at: since, tone: tone_of(last), label: Untrusted::new(last.as_str()) }]
    };
    Lane { label: Untrusted::new("status"), bars, points }
}

fn status_change(event: &Event) -> Option<(DateTime<Utc>, Status, Status)> {
    if let EventKind::StatusChanged { from, to, .. } = &event.kind {
        Some((event.at, *from, *to))
    } else {
        None
    }
}

fn tone_of(status: Status) -> Tone {
    match status {
        Status::Triage => Tone::Waiting,
        Status::Investigating | Status::Identified => Tone::Bad,
        Status::Mitigating => Tone::Warning,
        Status::Monitoring => Tone::Working,
        Status::Resolved | Status::Closed => Tone::Good,
        Status::Declined => Tone::Neutral,
    }
}

/// One lane for each member, those that began first above.
fn alert_lanes(story: &Story<'_>) -> Vec<Lane> {
    let mut members: Vec<_> = story
        .alerts
        .iter()
        .flat_map(|(id, group)| {
            group
                .members
                .iter()
                .map(move |(fingerprint, member)| (member.starts_at, *id, fingerprint, member))
        })
        .collect();
    members.sort_by_key(|(starts_at, id, fingerprint, _)| (*starts_at, *id, *fingerprint));
    members
        .into_iter()
        .map(|(_, _, _, member)| Lane {
            label: member.name(),
            bars: vec![bar(member.starts_at, member.ended_at(), story.now, Tone::Bad)],
            points: vec![],
        })
        .collect()
}

fn operation_lane(operation: &OperationSummary, now: DateTime<Utc>) -> Lane {
    let tone = match &operation.outcome {
        None => Tone::Working,
        Some(Outcome::Succeeded | Outcome::Approved { .. }) => Tone::Good,
        Some(Outcome::Stuck { .. } | Outcome::Failed { .. } | Outcome::TimedOut { .. }) => Tone::Bad,
        Some(
            Outcome::Denied { .. }
            | Outcome::Expired
            | Outcome::HeldTooLong
            | Outcome::Void { .. }
            | Outcome::Forbidden { .. }
            | Outcome::Cancelled { .. }
            | Outcome::CancelledMidway { .. }
            | Outcome::Superseded { .. },
        ) => Tone::Warning,
    };
    let mut bars = vec![];
    match operation.changed_at {
        Some(changed) => {
            bars.push(bar(operation.planned_at, Some(changed), now, Tone::Waiting));
            bars.push(bar(changed, operation.finished_at, now, tone));
        }
        None => bars.push(bar(operation.planned_at, operation.finished_at, now, Tone::Waiting)),
    }
    let end = operation.finished_at.map(|at| Point { at, tone, label: Untrusted::new("") });
    let label = crate::findings::spoken_text(&operation.change());
    Lane {
        label: Untrusted::new(format!("{} {label}", operation.id)),
        bars,
        points: end.into_iter().collect(),
    }
}

/// Notes and pinned messages: what people found worth keeping.
fn people_lane(story: &Story<'_>) -> Lane {
    let mut points: Vec<Point> = story.events.iter().filter_map(note).collect();
    points.sort_by_key(|point| point.at);
    Lane { label: Untrusted::new("notes"), bars: vec![], points }
}

fn note(event: &Event) -> Option<Point> {
    if let EventKind::Noted { text } | EventKind::Pinned { text, .. } = &event.kind {
        return Some(Point { at: event.at, tone: Tone::Neutral, label: text.clone() });
    }
    None
}
