//! Containers that cannot be created or started: a missing Secret or ConfigMap, a wrong command, a failing hook.
//!
//! It does not look the missing object up; the kubelet's own words name it.

use chrono::TimeDelta;

use super::look::{Look, Said, waiting};
use super::{Found, Level};
use crate::message::Text;

/// A Secret or ConfigMap may be applied together with the Deployment and arrive a moment later.
const CONFIG_PATIENCE_SECONDS: i64 = 20;

const REASONS: &[&str] = &[
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "StartError",
    "PreCreateHookError",
    "PreStartHookError",
    "PostStartHookError",
];

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut found = vec![];
    for (pod, container) in look.containers() {
        let Some((reason, message)) = waiting(container).filter(|(reason, _)| REASONS.contains(reason))
        else {
            continue;
        };
        let old = look.older(pod.created_at, TimeDelta::seconds(CONFIG_PATIENCE_SECONDS));
        let mut text =
            Text::new().plain("The container ").code(container.name.as_str()).plain(" cannot be started");
        text = match message {
            Some(message) => text.plain(": ").outside(message),
            None => text.plain("."),
        };
        found.push(look.about(
            pod,
            container,
            Said {
                level: if old { Level::Blocking } else { Level::Warning },
                field: "state.waiting.reason",
                value: reason,
                reason: text,
            },
        ));
    }
    found
}
