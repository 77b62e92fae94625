//! How long it took to detect, acknowledge, mitigate and resolve, from moments that were stored.
//!
//! A moment that was not stored makes its duration unknown, which is not zero.

use chrono::{DateTime, TimeDelta, Utc};

use super::Story;
use crate::lasting::lasting;
use crate::timeline::EventKind;

/// All but `detect` are measured from the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// When the first alert began, or else when the incident was declared.
    pub from: DateTime<Utc>,
    pub from_alert: bool,
    /// From the first alert to the declaration.
    pub detect: Option<TimeDelta>,
    pub acknowledge: Option<TimeDelta>,
    pub mitigate: Option<TimeDelta>,
    pub resolve: Option<TimeDelta>,
}

impl Durations {
    pub(super) fn of(story: &Story<'_>) -> Self {
        let incident = story.incident;
        let first_alert = story.alerts.iter().filter_map(|(_, group)| group.began_at()).min();
        // An alert that began only after the declaration did not begin the trouble.
        let began =
            incident.began_at.into_iter().chain(first_alert).min().filter(|at| *at <= incident.declared_at);
        let from = began.unwrap_or(incident.declared_at);
        let since = |at: Option<DateTime<Utc>>| at.map(|at| (at - from).max(TimeDelta::zero()));
        Self {
            from,
            from_alert: began.is_some(),
            detect: began.map(|began| incident.declared_at - began),
            acknowledge: since(acknowledged(story)),
            mitigate: since(incident.mitigated_at),
            resolve: since(incident.resolved_at),
        }
    }

    pub(super) fn origin(&self) -> &'static str {
        if self.from_alert { " (first alert)" } else { " (declared; when it began is not recorded)" }
    }

    /// Label and words, in the order that things happen.
    pub fn rows(&self) -> [(&'static str, String); 4] {
        [
            ("Detect", or_not_recorded(self.detect)),
            ("Acknowledge", or_not_recorded(self.acknowledge)),
            ("Mitigate", or_not_recorded(self.mitigate)),
            ("Resolve", or_not_recorded(self.resolve)),
        ]
    }
}

/// The first time that somebody said they are looking, at the incident or at one of its alerts.
fn acknowledged(story: &Story<'_>) -> Option<DateTime<Utc>> {
    let of_groups =
        story.alerts.iter().filter_map(|(_, group)| group.acknowledged.as_ref()).map(|ack| ack.at);
    let told = story.events.iter().filter(|event| event.kind == EventKind::AlertAcknowledged);
    story.incident.acknowledged_at.into_iter().chain(of_groups).chain(told.map(|event| event.at)).min()
}

pub(super) fn or_not_recorded(span: Option<TimeDelta>) -> String {
    span.map_or_else(|| "not recorded".to_owned(), lasting)
}
