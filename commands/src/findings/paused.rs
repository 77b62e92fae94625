//! Deployments that somebody paused: nothing that is changed reaches the pods.
//!
//! Who paused it is not known unless it was the bot; `recent_change` says that.

use super::look::Look;
use super::{Found, Level};
use crate::untrusted::Untrusted;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let (workload, target) = (&look.facts.workload, &look.facts.target);
    if !workload.paused {
        return vec![];
    }
    let half_way = workload.updated < workload.desired;
    let reason = if half_way {
        "The Deployment is paused in the middle of a rollout: it goes no further until it is resumed."
    } else {
        "The Deployment is paused: changes wait until it is resumed, and a rollback is refused."
    };
    vec![Found {
        level: Level::Warning,
        object: look.deployment(),
        field: "spec.paused".into(),
        value: Untrusted::new("true"),
        reason: reason.into(),
        log_line: None,
        next: Some(format!("resume {} in {}", target.service, target.environment)),
    }]
}
