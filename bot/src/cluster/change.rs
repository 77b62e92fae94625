//! One step as the one patch that kubectl would send for it, with what kubectl lacks: a precondition and the operation's mark.
//!
//! Pure: it sends nothing and checks nothing but what the step itself needs. `kubernetes.io/change-cause` names a revision,
//! so only steps that make a new one write it; on a pause it would rename the revision that is running.

use std::collections::BTreeMap;

use commands::plan::Step;
use commands::verbs::rollback::KEPT_ANNOTATIONS;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Container, PodSpec};
use serde_json::{Value, json};

use super::live::{self, Live};
use super::stamp::{CHANGE_CAUSE_ANNOTATION, OPERATION_ANNOTATION, Stamp};

const RESTARTED_AT_ANNOTATION: &str = "kubectl.kubernetes.io/restartedAt";

/// The body of a PATCH, by its content type.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    Strategic(Value),
    Json(Value),
}

/// The patch, or kubectl's reason not to send one.
pub(super) fn change(live: &Live<Deployment>, step: &Step, stamp: &Stamp) -> Result<Change, String> {
    let name = live.object.metadata.name.as_deref().unwrap_or_default();
    let paused = is_paused(&live.object);
    match step {
        Step::SetImage { container, image } => {
            let image = image.to_string();
            let (list, found) = find(&live.object, container).ok_or_else(|| {
                format!("unable to find container named {container:?} in Deployment {name}")
            })?;
            if found.image.as_deref() == Some(&image) {
                return Err(format!("Deployment {name} already has this image"));
            }
            let spec = json!({"template": {"spec": {list: [{"name": container, "image": image}]}}});
            Ok(strategic(live, &with_cause(stamp), spec))
        }
        Step::RestoreTemplate { revision, template, annotations } => {
            if paused {
                return Err(format!("Deployment {name} is paused: resume it first, then roll it back"));
            }
            let template = live::without_hash(template.clone());
            if template == live.template {
                return Err(format!("the current template already matches revision {revision}"));
            }
            Ok(undo(live, template, annotations, stamp))
        }
        Step::Pause if paused => Err(format!("Deployment {name} is already paused")),
        Step::Pause => Ok(strategic(live, &mark(stamp), json!({"paused": true}))),
        // kubectl's patch drops the field; `null` is how a patch says that.
        Step::Resume if paused => Ok(strategic(live, &mark(stamp), json!({"paused": null}))),
        Step::Resume => Err(format!("Deployment {name} is not paused")),
        Step::Restart { .. } if paused => {
            Err(format!("Deployment {name} is paused and can't be restarted: resume it first"))
        }
        Step::Restart { at } => {
            let at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            if live.template.pointer("/metadata/annotations").and_then(|all| all.get(RESTARTED_AT_ANNOTATION))
                == Some(&json!(at))
            {
                return Err(format!("Deployment {name} was already restarted within the past second"));
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

fn undo(
    live: &Live<Deployment>,
    template: Value,
    stored: &BTreeMap<String, String>,
    stamp: &Stamp,
) -> Change {
    let metadata = &live.object.metadata;
    let kept = |name: &str| KEPT_ANNOTATIONS.contains(&name);
    let mut annotations = live::annotations(metadata);
    annotations.retain(|name, _| kept(name));
    annotations.extend(
        stored.iter().filter(|(name, _)| !kept(name)).map(|(name, value)| (name.clone(), value.clone())),
    );
    // The ReplicaSet carries the mark and the cause of whoever made that revision; this write is ours.
    annotations.extend(with_cause(stamp).into_iter().map(|(name, value)| (name.to_owned(), value)));
    Change::Json(json!([
        {"op": "test", "path": "/metadata/uid", "value": metadata.uid},
        {"op": "test", "path": "/metadata/resourceVersion", "value": metadata.resource_version},
        {"op": "replace", "path": "/spec/template", "value": template},
        // `add` also replaces, and a Deployment need not have annotations.
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
    ]))
}

#[cfg(test)]
mod tests;
