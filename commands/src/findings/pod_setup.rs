//! Pods that have a node but cannot be set up on it: volumes that do not mount, sandboxes that do not start, evictions.
//!
//! Everything but the eviction is known from events only, so without events it finds nothing.

use super::look::{Look, waiting};
use super::{Found, Level};
use crate::facts::Pod;
use crate::message::Text;
use crate::untrusted::Untrusted;

const EVENT_REASONS: &[&str] =
    &["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady"];

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    look.pods().filter_map(|pod| evicted(look, pod).or_else(|| not_set_up(look, pod))).collect()
}

fn evicted(look: &Look<'_>, pod: &Pod) -> Option<Found> {
    let reason = pod.reason.as_deref().filter(|reason| *reason == "Evicted")?;
    Some(Found {
        level: Level::Warning,
        object: format!("Pod/{}", pod.name),
        field: "status.reason".into(),
        value: Untrusted::new(reason),
        reason: "The node threw the pod out to save itself.".into(),
        log_line: None,
        next: Some(look.describe(pod)),
    })
}

fn not_set_up(look: &Look<'_>, pod: &Pod) -> Option<Found> {
    let creating = |reason: &str| matches!(reason, "ContainerCreating" | "PodInitializing");
    let waits = pod.containers.iter().any(|c| waiting(c).is_some_and(|(reason, _)| creating(reason)));
    let object = format!("Pod/{}", pod.name);
    let event = look.warning(&object, EVENT_REASONS).filter(|_| waits)?;
    Some(Found {
        level: Level::Warning,
        object,
        field: "event.reason".into(),
        value: Untrusted::new(&event.reason),
        reason: Text::new().plain("The pod cannot be set up on its node: ").outside(&event.message),
        log_line: None,
        next: Some(look.describe(pod)),
    })
}
