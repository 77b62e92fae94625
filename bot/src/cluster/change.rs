//! One step as the one patch that kubectl would send for it, with what kubectl lacks: a precondition and the operation's mark.
//!
//! Pure: it sends nothing and checks nothing but what the step itself needs. `kubernetes.io/change-cause` names a revision,
//! so only steps that make a new one write it; on a pause it would rename the revision that is running.

use std::collections::BTreeMap;

use commands::facts::Revision;
use commands::plan::Step;
use commands::verbs::rollback::{self, KEPT_ANNOTATIONS};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Container, PodSpec};
use serde_json::{Value, json};

use super::live::{self, Live};
use super::revisions;
use super::stamp::{CANCELLED_ANNOTATION, CHANGE_CAUSE_ANNOTATION, OPERATION_ANNOTATION, Stamp};

const RESTARTED_AT_ANNOTATION: &str = "kubectl.kubernetes.io/restartedAt";

/// The body of a PATCH, by its content type.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    Strategic(Value),
    Json(Value),
}

/// Why there is no patch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoChange {
    /// kubectl's reason not to send one.
    Refused(String),
    /// What the step would restore is not there as it was planned.
    Drift(String),
}

impl From<String> for NoChange {
    fn from(reason: String) -> Self {
        Self::Refused(reason)
    }
}

/// The patch for the Deployment that has these ReplicaSets.
pub(super) fn change(
    live: &Live<Deployment>,
    replica_sets: &[Live<ReplicaSet>],
    step: &Step,
    stamp: &Stamp,
) -> Result<Change, NoChange> {
    let name = live.object.metadata.name.as_deref().unwrap_or_default();
    let paused = is_paused(&live.object);
    match step {
        Step::SetImage { container, image } => {
            let image = image.to_string();
            let (list, found) = find(&live.object, container).ok_or_else(|| {
                format!("unable to find container named {container:?} in Deployment {name}")
            })?;
            if found.image.as_deref() == Some(&image) {
                return Err(format!("Deployment {name} already has this image").into());
            }
            let spec = json!({"template": {"spec": {list: [{"name": container, "image": image}]}}});
            Ok(strategic(live, &with_cause(stamp), spec))
        }
        Step::RestoreTemplate { revision, replica_set, digest } => {
            if paused {
                return Err(format!("Deployment {name} is paused: resume it first, then roll it back").into());
            }
            let goal = stored(replica_sets, *revision, replica_set, digest).map_err(NoChange::Drift)?;
            if goal.template == live.template {
                return Err(format!("the current template already matches revision {revision}").into());
            }
            Ok(undo(live, &goal, stamp))
        }
        Step::Pause if paused => Err(format!("Deployment {name} is already paused").into()),
        Step::Pause => Ok(strategic(live, &mark(stamp), json!({"paused": true}))),
        // kubectl's patch drops the field; `null` is how a patch says that.
        Step::Resume if paused => Ok(strategic(live, &mark(stamp), json!({"paused": null}))),
        Step::Resume => Err(format!("Deployment {name} is not paused").into()),
        Step::Restart { .. } if paused => {
            Err(format!("Deployment {name} is paused and can't be restarted: resume it first").into())
        }
        Step::Restart { at } => {
            let at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            if live.template.pointer("/metadata/annotations").and_then(|all| all.get(RESTARTED_AT_ANNOTATION))
                == Some(&json!(at))
            {
                return Err(format!("Deployment {name} was already restarted within the past second").into());
            }
            let spec = json!({"template": {"metadata": {"annotations": {RESTARTED_AT_ANNOTATION: at}}}});
            Ok(strategic(live, &with_cause(stamp), spec))
        }
    }
}

pub(super) fn is_paused(deployment: &Deployment) -> bool {
    deployment.spec.as_ref().and_then(|spec| spec.paused).unwrap_or_default()
}

/// The container of that name and the list it stands in; names are unique across both lists.
pub(super) fn find<'a>(deployment: &'a Deployment, container: &str) -> Option<(&'static str, &'a Container)> {
    let spec = pod_spec(deployment)?;
    let named = |one: &&Container| one.name == container;
    let main = spec.containers.iter().find(named).map(|found| ("containers", found));
    main.or_else(|| spec.init_containers.as_ref()?.iter().find(named).map(|found| ("initContainers", found)))
}

fn pod_spec(deployment: &Deployment) -> Option<&PodSpec> {
    deployment.spec.as_ref()?.template.spec.as_ref()
}

fn mark(stamp: &Stamp) -> BTreeMap<&'static str, String> {
    [(OPERATION_ANNOTATION, stamp.mark())].into()
}

fn with_cause(stamp: &Stamp) -> BTreeMap<&'static str, String> {
    [(OPERATION_ANNOTATION, stamp.mark()), (CHANGE_CAUSE_ANNOTATION, stamp.change_cause.clone())].into()
}

/// uid and resourceVersion in a patch make the server answer 409 unless the object is exactly the one that was read.
fn strategic(live: &Live<Deployment>, annotations: &BTreeMap<&'static str, String>, spec: Value) -> Change {
    let metadata = &live.object.metadata;
    Change::Strategic(json!({
        "metadata": {
            "uid": metadata.uid,
            "resourceVersion": metadata.resource_version,
            "annotations": annotations,
        },
        "spec": spec,
    }))
}

/// The revision as the plan found it, read anew: the plan itself has only its digest.
fn stored(
    replica_sets: &[Live<ReplicaSet>],
    number: i64,
    name: &str,
    digest: &str,
) -> Result<Revision, String> {
    let found = replica_sets.iter().find(|one| one.object.metadata.name.as_deref() == Some(name));
    let Some(revision) = found.and_then(revisions::revision) else {
        return Err(format!("ReplicaSet {name}, which stored revision {number}, is gone"));
    };
    if rollback::template_digest(&revision) != digest {
        return Err(format!("ReplicaSet {name} does not store revision {number} as it was planned any more"));
    }
    Ok(revision)
}

fn undo(live: &Live<Deployment>, goal: &Revision, stamp: &Stamp) -> Change {
    let metadata = &live.object.metadata;
    let mut annotations = live::annotations(metadata);
    annotations.retain(|name, _| KEPT_ANNOTATIONS.contains(&name.as_str()) || name == CANCELLED_ANNOTATION);
    annotations.extend(rollback::restored_annotations(goal));
    // The ReplicaSet carries the mark and the cause of whoever made that revision; this write is ours.
    annotations.extend(with_cause(stamp).into_iter().map(|(name, value)| (name.to_owned(), value)));
    Change::Json(json!([
        {"op": "test", "path": "/metadata/uid", "value": metadata.uid},
        {"op": "test", "path": "/metadata/resourceVersion", "value": metadata.resource_version},
        {"op": "replace", "path": "/spec/template", "value": goal.template},
        // `add` also replaces, and a Deployment need not have annotations.
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
    ]))
}

#[cfg(test)]
mod tests;
