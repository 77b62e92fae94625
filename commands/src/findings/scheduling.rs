//! Pods that no node takes.
//!
//! The scheduler's own sentence names the shortage; nodes are not in the facts.

use chrono::TimeDelta;

use super::look::Look;
use super::{Found, Level};
use crate::message::Text;
use crate::untrusted::Untrusted;

/// An autoscaler needs a few minutes to add a node.
const SCHEDULING_PATIENCE_SECONDS: i64 = 180;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut found = vec![];
    for pod in look.pods() {
        let unscheduled = |kind: &str, status: &str| kind == "PodScheduled" && status == "False";
        let Some(condition) = pod.conditions.iter().find(|c| unscheduled(&c.kind, &c.status)) else {
            continue;
        };
        let patience = TimeDelta::seconds(SCHEDULING_PATIENCE_SECONDS).min(look.deadline());
        let old = look.older(condition.last_update.or(pod.created_at), patience);
        let text = Text::new().plain("No node takes the pod");
        let text = match &condition.message {
            Some(message) => text.plain(": ").outside(message),
            None => text.plain("."),
        };
        found.push(Found {
            level: look.level_of(pod, if old { Level::Blocking } else { Level::Warning }),
            object: format!("Pod/{}", pod.name),
            field: "status.conditions[PodScheduled].reason".into(),
            value: Untrusted::new(condition.reason.as_deref().unwrap_or("False")),
            reason: text,
            log_line: None,
            // Going back asks for the same room again.
            next: Some(look.describe(pod)),
        });
    }
    found
}
