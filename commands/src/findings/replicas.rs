//! Counts that do not match: fewer replicas than asked for, none asked for, or a controller that has not looked yet.
//!
//! It says that something is missing, not why; the more specific analyzers do.

use super::look::Look;
use super::{Found, Level};
use crate::message::Text;
use crate::untrusted::Untrusted;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let workload = &look.facts.workload;
    let mut found = vec![];
    if workload.generation > workload.observed_generation {
        found.push(of(
            look,
            "status.observedGeneration",
            workload.observed_generation.to_string(),
            format!("The controller has not yet looked at generation {}.", workload.generation),
        ));
    }
    if workload.desired == 0 {
        found.push(of(look, "spec.replicas", "0".into(), "No replicas are asked for.".into()));
    } else if workload.available < workload.desired {
        found.push(of(
            look,
            "status.availableReplicas",
            workload.available.to_string(),
            format!("{} of {} replicas are available.", workload.available, workload.desired),
        ));
    }
    found
}

fn of(look: &Look<'_>, field: &str, value: String, reason: String) -> Found {
    let target = &look.facts.target;
    Found {
        level: Level::Warning,
        object: look.deployment(),
        field: field.to_owned(),
        value: Untrusted::new(value),
        reason: Text::new().plain(reason),
        log_line: None,
        next: Some(format!("kubectl -n {} describe deployment {}", target.namespace, target.deployment)),
    }
}
