//! Containers that run but never say that they are ready.
//!
//! Those that end in between are `crash_loop`'s and `oom`'s. How the probe is configured is not in the facts.

use chrono::TimeDelta;

use super::look::{Look, last_end};
use super::{Found, Level, crash_loop, log_line, oom};
use crate::facts::{Container, ContainerState, Pod};
use crate::lasting::lasting;
use crate::message::Text;
use crate::untrusted::Untrusted;

/// How long a container may run without being ready, at least: a service that says that its rollouts take longer (progress
/// deadline) gets a share of that instead, and never more than the deadline itself.
const READY_PATIENCE_SECONDS: i64 = 60;
const READY_SHARE_OF_DEADLINE: i32 = 10;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    look.containers().filter_map(|(pod, container)| in_container(look, pod, container)).collect()
}

pub(super) fn patience(look: &Look<'_>) -> TimeDelta {
    let deadline = look.deadline();
    (deadline / READY_SHARE_OF_DEADLINE).max(TimeDelta::seconds(READY_PATIENCE_SECONDS)).min(deadline)
}

fn in_container(look: &Look<'_>, pod: &Pod, container: &Container) -> Option<Found> {
    let ContainerState::Running { since: Some(running_since) } = container.state else { return None };
    let ended_for_memory = last_end(container).is_some_and(|(_, end)| oom::is_oom(end.reason.as_deref()));
    if container.ready || container.init || ended_for_memory || crash_loop::applies(look, container) {
        return None;
    }
    // A pod that was there before this rollout is given the same time again.
    let waited_since = look.since.map_or(running_since, |since| since.max(running_since));
    let waited = look.now - waited_since;
    let level = if waited >= patience(look) { Level::Blocking } else { Level::Warning };
    let object = format!("Pod/{}", pod.name);
    let probe = look.warning(&object, &["Unhealthy"]);
    let mut text = Text::new()
        .plain("The container ")
        .code(container.name.as_str())
        .plain(format!(" has been running for {} and is not ready.", lasting(look.now - running_since)));
    if let Some(probe) = probe {
        // A probe that printed nothing leaves the colon behind.
        let said = Untrusted::new(probe.message.for_comparison().trim_end().trim_end_matches(':'));
        text = text.plain(" The kubelet says: ").outside(&said.shortened(log_line::QUOTED_CHARS));
    }
    Some(Found {
        level: look.level_of(pod, level),
        field: format!("status.containerStatuses[{}].ready", container.name),
        value: Untrusted::new("false"),
        reason: text,
        log_line: container.log_tail.as_ref().and_then(log_line::likely_cause),
        next: look.way_back(Some(pod), look.logs(pod, container)),
        object,
    })
}
