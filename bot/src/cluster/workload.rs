//! A Deployment, as the facts describe it.
//!
//! Pure conversion; defaults are those of the API server.

use chrono::{DateTime, Utc};
use commands::facts::{Condition, ContainerImage, Strategy, Workload};
use commands::names::Image;
use commands::untrusted::Untrusted;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use super::error::Error;
use super::stamp::{CHANGE_CAUSE_ANNOTATION, OPERATION_ANNOTATION};
use super::{gitops, live};

const DEFAULT_REPLICAS: i32 = 1;
const DEFAULT_PROGRESS_DEADLINE_SECONDS: i32 = 600;

pub(super) fn workload(deployment: &Deployment) -> Result<Workload, Error> {
    let metadata = &deployment.metadata;
    let missing = |field: &str| Error::Incomplete(format!("the Deployment's {field}"));
    let spec = deployment.spec.clone().ok_or_else(|| missing("spec"))?;
    let status = deployment.status.clone().unwrap_or_default();
    let strategy = match spec.strategy.as_ref().and_then(|strategy| strategy.type_.as_deref()) {
        Some("Recreate") => Strategy::Recreate,
        Some(_) | None => Strategy::RollingUpdate,
    };
    Ok(Workload {
        uid: metadata.uid.clone().ok_or_else(|| missing("uid"))?,
        resource_version: metadata.resource_version.clone().ok_or_else(|| missing("resourceVersion"))?,
        generation: metadata.generation.unwrap_or_default(),
        observed_generation: status.observed_generation.unwrap_or_default(),
        revision: live::revision(metadata).unwrap_or_default(),
        strategy,
        paused: spec.paused.unwrap_or_default(),
        desired: spec.replicas.unwrap_or(DEFAULT_REPLICAS),
        replicas: status.replicas.unwrap_or_default(),
        updated: status.updated_replicas.unwrap_or_default(),
        ready: status.ready_replicas.unwrap_or_default(),
        available: status.available_replicas.unwrap_or_default(),
        progress_deadline_seconds: spec
            .progress_deadline_seconds
            .unwrap_or(DEFAULT_PROGRESS_DEADLINE_SECONDS),
        containers: images(spec.template.spec.as_ref()),
        conditions: status
            .conditions
            .into_iter()
            .flatten()
            .map(|condition| Condition {
                kind: condition.type_,
                status: condition.status,
                reason: condition.reason,
                message: condition.message.map(Untrusted::new),
                last_update: condition.last_update_time.as_ref().and_then(time),
            })
            .collect(),
        change_cause: live::annotation(metadata, CHANGE_CAUSE_ANNOTATION).map(Untrusted::new),
        stamp: live::annotation(metadata, OPERATION_ANNOTATION).map(str::to_owned),
        gitops: gitops::manager(metadata),
        created_at: metadata.creation_timestamp.as_ref().and_then(time),
    })
}

/// Containers first, as they stand in the template, then init containers.
pub(super) fn images(pod: Option<&PodSpec>) -> Vec<ContainerImage> {
    let Some(pod) = pod else { return Vec::new() };
    let image = |init| {
        move |container: &Container| ContainerImage {
            name: container.name.clone(),
            image: Image::parse(container.image.as_deref().unwrap_or_default()),
            init,
        }
    };
    let init_containers = pod.init_containers.iter().flatten().map(image(true));
    pod.containers.iter().map(image(false)).chain(init_containers).collect()
}

pub(super) fn time(time: &Time) -> Option<DateTime<Utc>> {
    moment(time.0.as_second(), time.0.subsec_nanosecond())
}

pub(super) fn moment(second: i64, nanosecond: i32) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(second, u32::try_from(nanosecond).unwrap_or_default())
}
