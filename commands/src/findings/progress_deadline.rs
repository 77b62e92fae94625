//! Rollouts that the Deployment's own controller has given up.
//!
//! It never fires after a rollout has completed once, which is why `rollout` keeps a deadline of its own.

use super::look::Look;
use super::{Found, Level};
use crate::message::Text;
use crate::untrusted::Untrusted;

pub(crate) const TIMED_OUT: &str = "ProgressDeadlineExceeded";

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let timed_out = |reason: Option<&str>| reason == Some(TIMED_OUT);
    let Some(condition) = look.condition("Progressing").filter(|c| timed_out(c.reason.as_deref())) else {
        return vec![];
    };
    let workload = &look.facts.workload;
    let mut text = Text::new().plain(format!(
        "The rollout made no progress for {} s: {} of {} replicas are updated, {} of {} are available.",
        workload.progress_deadline_seconds,
        workload.updated,
        workload.desired,
        workload.available,
        workload.desired
    ));
    if let Some(message) = &condition.message {
        text = text.plain(" The controller says: ").outside(message);
    }
    let target = &look.facts.target;
    let describe = format!("kubectl -n {} describe deployment {}", target.namespace, target.deployment);
    vec![Found {
        level: Level::Blocking,
        object: look.deployment(),
        field: "status.conditions[Progressing].reason".into(),
        value: Untrusted::new(TIMED_OUT),
        reason: text,
        log_line: None,
        next: look.way_back(None, describe),
    }]
}
