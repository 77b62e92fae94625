//! The pods of a Deployment's ReplicaSets, as the facts describe them.
//!
//! Whether a pod is in trouble is for the findings to say; here only the order is chosen, so that a cut keeps what matters.

use std::collections::BTreeMap;

use commands::facts::{Condition, Container, ContainerState, Pod, Terminated};
use commands::names::Image;
use commands::untrusted::Untrusted;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{self, ContainerStateTerminated, ContainerStatus};
use kube::{Api, Client};

use super::error::{Call, Error};
use super::live::{self, Live};
use super::workload::time;

const POD_PAGES: usize = 10;
/// Pods that facts may hold; the current revision's unready ones are kept first.
const PODS_KEPT: usize = 200;

/// A pod with the uid that its events are asked by.
pub(super) struct Seen {
    pub(super) uid: String,
    pub(super) pod: Pod,
}

pub(super) async fn read(
    client: &Client,
    deployment: &Deployment,
    replica_sets: &[Live<ReplicaSet>],
    current: Option<&Live<ReplicaSet>>,
) -> Result<Vec<Seen>, Error> {
    let namespace = deployment.metadata.namespace.as_deref().unwrap_or_default();
    let call = Call { verb: "list", resource: "pods", namespace };
    let api = Api::<v1::Pod>::namespaced(client.clone(), namespace);
    let found = live::pages(call, &api, &live::selector(deployment)?, POD_PAGES).await?;
    let names: BTreeMap<&str, &str> = replica_sets
        .iter()
        .filter_map(|one| Some((one.object.metadata.uid.as_deref()?, one.object.metadata.name.as_deref()?)))
        .collect();
    let current = current.and_then(|one| one.object.metadata.uid.as_deref());
    let mut seen: Vec<Seen> = found.iter().filter_map(|found| owned(found, &names, current)).collect();
    seen.sort_by_key(|seen| (!seen.pod.current, seen.pod.ready, seen.pod.name.clone()));
    seen.truncate(PODS_KEPT);
    Ok(seen)
}

fn owned(found: &v1::Pod, names: &BTreeMap<&str, &str>, current: Option<&str>) -> Option<Seen> {
    let owner = live::controller(&found.metadata)?;
    let name = names.get(owner)?;
    let uid = found.metadata.uid.clone().unwrap_or_default();
    Some(Seen { uid, pod: pod(found, name, current == Some(owner)) })
}

fn pod(found: &v1::Pod, replica_set: &str, current: bool) -> Pod {
    let status = found.status.clone().unwrap_or_default();
    let conditions: Vec<Condition> = status.conditions.iter().flatten().map(condition).collect();
    let ready = conditions.iter().any(|condition| condition.kind == "Ready" && condition.status == "True");
    Pod {
        name: found.metadata.name.clone().unwrap_or_default(),
        replica_set: Some(replica_set.to_owned()),
        current,
        phase: status.phase.unwrap_or_else(|| "Unknown".to_owned()),
        reason: status.reason,
        ready,
        terminating: found.metadata.deletion_timestamp.is_some(),
        node: found.spec.as_ref().and_then(|spec| spec.node_name.clone()),
        created_at: found.metadata.creation_timestamp.as_ref().and_then(time),
        conditions,
        containers: containers(
            found,
            status.container_statuses.as_deref().unwrap_or_default(),
            status.init_container_statuses.as_deref().unwrap_or_default(),
        ),
    }
}

fn condition(condition: &v1::PodCondition) -> Condition {
    Condition {
        kind: condition.type_.clone(),
        status: condition.status.clone(),
        reason: condition.reason.clone(),
        message: condition.message.clone().map(Untrusted::new),
        last_update: condition.last_transition_time.as_ref().and_then(time),
    }
}

/// Containers first, then init containers; one that has no status yet is waiting for a reason nobody gave.
fn containers(found: &v1::Pod, statuses: &[ContainerStatus], init: &[ContainerStatus]) -> Vec<Container> {
    let Some(spec) = found.spec.as_ref() else { return Vec::new() };
    let with = |init: bool, statuses: &[ContainerStatus], containers: &[v1::Container]| -> Vec<Container> {
        containers
            .iter()
            .map(|one| container(one, statuses.iter().find(|status| status.name == one.name), init))
            .collect()
    };
    let mut all = with(false, statuses, &spec.containers);
    all.extend(with(true, init, spec.init_containers.as_deref().unwrap_or_default()));
    all
}

fn container(spec: &v1::Container, status: Option<&ContainerStatus>, init: bool) -> Container {
    Container {
        name: spec.name.clone(),
        init,
        image: Image::parse(spec.image.as_deref().unwrap_or_default()),
        ready: status.is_some_and(|status| status.ready),
        restarts: status.map(|status| status.restart_count).unwrap_or_default(),
        state: state(status.and_then(|status| status.state.as_ref())),
        last_terminated: status
            .and_then(|status| status.last_state.as_ref())
            .and_then(|last| last.terminated.as_ref())
            .map(terminated),
        log_tail: None,
    }
}

fn state(state: Option<&v1::ContainerState>) -> ContainerState {
    match state {
        Some(v1::ContainerState { terminated: Some(end), .. }) => ContainerState::Terminated(terminated(end)),
        Some(v1::ContainerState { running: Some(running), .. }) => {
            ContainerState::Running { since: running.started_at.as_ref().and_then(time) }
        }
        Some(v1::ContainerState { waiting: Some(waiting), .. }) => ContainerState::Waiting {
            reason: waiting.reason.clone(),
            message: waiting.message.clone().map(Untrusted::new),
        },
        Some(_) | None => ContainerState::Waiting { reason: None, message: None },
    }
}

fn terminated(end: &ContainerStateTerminated) -> Terminated {
    Terminated {
        exit_code: end.exit_code,
        reason: end.reason.clone(),
        message: end.message.clone().map(Untrusted::new),
        finished_at: end.finished_at.as_ref().and_then(time),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(statuses: serde_json::Value, expected: &ContainerState) {
        let found: v1::Pod = serde_json::from_value(json!({
            "metadata": {"name": "search-api-1"},
            "spec": {"containers": [{"name": "search-api", "image": "r/search-api:7c3f2b1"}]},
            "status": {"phase": "Pending", "containerStatuses": statuses},
        }))
        .expect("a pod");
        let pod = pod(&found, "search-api-6d4", true);
        assert_eq!(pod.containers.len(), 1);
        assert_eq!(pod.containers[0].state, *expected);
        assert_eq!(pod.containers[0].image.short(), "7c3f2b1");
    }

    #[test]
    fn a_container_that_nobody_reported_on_is_waiting_without_a_reason() {
        check(json!([]), &ContainerState::Waiting { reason: None, message: None });
        let status =
            json!({"name": "search-api", "image": "", "imageID": "", "ready": false, "restartCount": 3});
        check(json!([status]), &ContainerState::Waiting { reason: None, message: None });
    }

    #[test]
    fn the_reason_and_message_of_a_wait_are_kept() {
        let status = json!({"name": "search-api", "image": "", "imageID": "", "ready": false, "restartCount": 3,
            "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}}});
        let expected = ContainerState::Waiting {
            reason: Some("CrashLoopBackOff".to_owned()),
            message: Some(Untrusted::new("back-off 40s")),
        };
        check(json!([status]), &expected);
    }
}
