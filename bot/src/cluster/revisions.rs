//! The Deployment's stored revisions, which kubectl calls its history.
//!
//! Which of them a rollback goes to is decided in `commands`; here they are only read.

use commands::facts::Revision;
use commands::untrusted::Untrusted;
use k8s_openapi::api::apps::v1::ReplicaSet;
use serde_json::Value;

use super::live::{self, Live};
use super::stamp::CHANGE_CAUSE_ANNOTATION;
use super::workload::{images, time};

/// Newest first. A ReplicaSet whose annotation is no number has no revision, as for kubectl.
pub(super) fn history(replica_sets: &[Live<ReplicaSet>]) -> Vec<Revision> {
    let mut revisions: Vec<Revision> = replica_sets.iter().filter_map(revision).collect();
    revisions.sort_by(|a, b| b.number.cmp(&a.number).then_with(|| a.replica_set.cmp(&b.replica_set)));
    revisions
}

/// The ReplicaSet of the template that the Deployment has now; the oldest, should there be several. `None` until the
/// controller has made one, and while a paused Deployment waits with a new template.
pub(super) fn current<'a>(
    template: &Value,
    replica_sets: &'a [Live<ReplicaSet>],
) -> Option<&'a Live<ReplicaSet>> {
    replica_sets.iter().filter(|replica_set| replica_set.template == *template).min_by_key(|replica_set| {
        let metadata = &replica_set.object.metadata;
        (metadata.creation_timestamp.clone(), metadata.name.clone())
    })
}

pub(super) fn revision(replica_set: &Live<ReplicaSet>) -> Option<Revision> {
    let Live { object, template } = replica_set;
    let spec = object.spec.as_ref();
    let pod = spec.and_then(|spec| spec.template.as_ref()).and_then(|template| template.spec.as_ref());
    Some(Revision {
        number: live::revision(&object.metadata)?,
        replica_set: object.metadata.name.clone().unwrap_or_default(),
        containers: images(pod),
        change_cause: live::annotation(&object.metadata, CHANGE_CAUSE_ANNOTATION).map(Untrusted::new),
        created_at: object.metadata.creation_timestamp.as_ref().and_then(time),
        template: template.clone(),
        annotations: live::annotations(&object.metadata),
        desired: spec.and_then(|spec| spec.replicas).unwrap_or_default(),
        ready: object.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or_default(),
    })
}
