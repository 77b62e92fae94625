//! Whether a rollout is done, still on its way, or stuck; asked again at every tick.
//!
//! Done is what `kubectl rollout status` calls done. Stuck is decided early from the pods of the current revision, never from
//! old ones, and never from a fact that is missing. What to do about it is not decided here.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::facts::{Facts, Workload};
use crate::findings::{self, Cause, Finding, Level};
use crate::lasting::lasting;
use crate::message::Text;
use crate::untrusted::Untrusted;

/// The controller's own verdict comes first; this much after its deadline it is not coming.
const OWN_DEADLINE_GRACE_SECONDS: i64 = 30;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rollout")]
pub enum Rollout {
    Progressing { updated: i32, ready: i32, desired: i32, waiting_for: Text },
    Done,
    Stuck(Box<Finding>),
}

/// Judges a rollout that began at `since`, by facts that were read just before `now`.
pub fn verdict(facts: &Facts, since: DateTime<Utc>, now: DateTime<Utc>) -> Rollout {
    let workload = &facts.workload;
    if workload.generation > workload.observed_generation {
        // Status, pods and conditions still speak of the previous template.
        return match past_own_deadline(facts, since, now) {
            Some(finding) => Rollout::Stuck(Box::new(finding)),
            None => progressing(facts, Text::new().plain("the controller has not seen the change yet")),
        };
    }
    let Some(waiting_for) = waiting_for(workload) else { return Rollout::Done };
    if workload.paused {
        return progressing(facts, waiting_for.plain("; it is paused"));
    }
    let stuck = findings::blocks_rollout(facts, since, now).or_else(|| past_own_deadline(facts, since, now));
    match stuck {
        Some(finding) => Rollout::Stuck(Box::new(finding)),
        None => progressing(facts, waiting_for),
    }
}

/// kubectl's three questions, in its order; `None` when there is nothing left to wait for.
fn waiting_for(workload: &Workload) -> Option<Text> {
    let Workload { desired, replicas, updated, available, .. } = *workload;
    let sentence = if timed_out(workload) || updated < desired {
        format!("{updated} out of {desired} new replicas have been updated")
    } else if replicas > updated {
        format!("{} old replicas are pending termination", replicas - updated)
    } else if available < updated {
        format!("{available} of {updated} updated replicas are available")
    } else {
        return None;
    };
    Some(Text::new().plain(sentence))
}

/// kubectl reports this before it counts anything.
fn timed_out(workload: &Workload) -> bool {
    let reason = |reason: Option<&str>| reason == Some(findings::TIMED_OUT);
    workload.conditions.iter().any(|c| c.kind == "Progressing" && reason(c.reason.as_deref()))
}

fn progressing(facts: &Facts, waiting_for: Text) -> Rollout {
    let workload = &facts.workload;
    // Until the change is seen, the counts are those of the previous template.
    let seen = workload.generation <= workload.observed_generation;
    let updated = if seen { workload.updated } else { 0 };
    // The Deployment's own count of ready pods has the old ones in it.
    let new = facts.pods.iter().filter(|pod| pod.current && pod.ready && !pod.terminating).count();
    Rollout::Progressing {
        updated,
        ready: i32::try_from(new).unwrap_or(i32::MAX).min(updated),
        desired: workload.desired,
        waiting_for,
    }
}

/// The controller's deadline is silent once a rollout has completed, so a later change of its pods would wait for ever.
fn past_own_deadline(facts: &Facts, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<Finding> {
    let workload = &facts.workload;
    let deadline = i64::from(workload.progress_deadline_seconds.max(1)) + OWN_DEADLINE_GRACE_SECONDS;
    let progress = workload.conditions.iter().find(|c| c.kind == "Progressing").and_then(|c| c.last_update);
    let waited = now - progress.map_or(since, |at| at.max(since));
    if waited < TimeDelta::seconds(deadline) {
        return None;
    }
    let target = &facts.target;
    let waiting = waiting_for(workload).unwrap_or_else(|| "The controller has not seen the change".into());
    Some(Finding {
        cause: Cause::ProgressDeadline,
        level: Level::Blocking,
        object: format!("Deployment/{}", target.deployment),
        more_objects: 0,
        field: "status".into(),
        value: Untrusted::new(format!("{} of {} available", workload.available, workload.desired)),
        reason: waiting.plain(format!(", without progress for {}.", lasting(waited))),
        log_line: None,
        next: Some(format!("diagnose {} in {}", target.service, target.environment)),
    })
}

#[cfg(test)]
mod tests;
