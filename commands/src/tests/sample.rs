//! Facts to start a test from: everything is well, and each test spoils what it is about.
//!
//! Times are seconds from a fixed start, 2026-06-01 03:00:00 UTC.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

use crate::facts::{
    ClusterEvent, Condition, Container, ContainerImage, ContainerState, Facts, Pod, Revision, Strategy,
    Target, Terminated, Workload,
};
use crate::names::{Environment, Image, Service};
use crate::untrusted::Untrusted;

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 1, 3, 0, 0).single().expect("a valid time") + TimeDelta::seconds(seconds)
}

pub(crate) fn target() -> Target {
    Target {
        service: Service::new("search-api"),
        environment: Environment::new("production"),
        namespace: "search".into(),
        deployment: "search-api-deployment".into(),
        container: "search-api".into(),
        repository: "127.0.0.1:5000/search-api".into(),
    }
}

pub(crate) fn image(tag: &str) -> Image {
    Image::parse(&format!("127.0.0.1:5000/search-api:{tag}"))
}

fn images(tag: &str) -> Vec<ContainerImage> {
    vec![ContainerImage { name: "search-api".into(), image: image(tag), init: false }]
}

/// Three replicas of c0ffee1, rolled out from 7c3f2b1 at 0 s, all well since 20 s.
pub(crate) fn facts() -> Facts {
    Facts {
        target: target(),
        workload: Workload {
            uid: "7f2c".into(),
            resource_version: "4711".into(),
            generation: 2,
            observed_generation: 2,
            revision: 2,
            strategy: Strategy::RollingUpdate,
            paused: false,
            desired: 3,
            replicas: 3,
            updated: 3,
            ready: 3,
            available: 3,
            progress_deadline_seconds: 600,
            containers: images("c0ffee1"),
            conditions: vec![condition("Progressing", "True", "NewReplicaSetAvailable", 20)],
            change_cause: None,
            stamp: None,
            gitops: None,
            created_at: Some(at(-86_400)),
        },
        revisions: vec![revision(2, "c0ffee1", 0), revision(1, "7c3f2b1", -86_400)],
        pods: ["a", "b", "c"].map(|name| pod(name, running(5, true))).into(),
        events: vec![],
        last_change: None,
        unread: vec![],
        observed_at: at(60),
    }
}

pub(crate) fn condition(kind: &str, status: &str, reason: &str, updated: i64) -> Condition {
    Condition {
        kind: kind.into(),
        status: status.into(),
        reason: Some(reason.into()),
        message: None,
        last_update: Some(at(updated)),
    }
}

pub(crate) fn revision(number: i64, tag: &str, created: i64) -> Revision {
    Revision {
        number,
        replica_set: format!("search-api-deployment-{number}"),
        containers: images(tag),
        change_cause: None,
        created_at: Some(at(created)),
        template: serde_json::Value::Null,
        annotations: std::collections::BTreeMap::new(),
        desired: 0,
        ready: 0,
    }
}

/// A pod of the current revision, made at 2 s.
pub(crate) fn pod(name: &str, container: Container) -> Pod {
    Pod {
        name: format!("search-api-deployment-2-{name}"),
        replica_set: Some("search-api-deployment-2".into()),
        current: true,
        phase: "Running".into(),
        reason: None,
        ready: container.ready,
        terminating: false,
        node: Some("node-1".into()),
        created_at: Some(at(2)),
        conditions: vec![],
        containers: vec![container],
    }
}

fn container(state: ContainerState) -> Container {
    Container {
        name: "search-api".into(),
        init: false,
        image: image("c0ffee1"),
        ready: false,
        restarts: 0,
        state,
        last_terminated: None,
        log_tail: None,
    }
}

pub(crate) fn running(since: i64, ready: bool) -> Container {
    Container { ready, ..container(ContainerState::Running { since: Some(at(since)) }) }
}

pub(crate) fn waiting(reason: &str, message: &str) -> Container {
    let message = (!message.is_empty()).then(|| Untrusted::new(message));
    container(ContainerState::Waiting { reason: Some(reason.into()), message })
}

pub(crate) fn ended(exit_code: i32, reason: &str, finished: i64) -> Terminated {
    Terminated { exit_code, reason: Some(reason.into()), message: None, finished_at: Some(at(finished)) }
}

/// In back-off after `restarts` ends, the last of them at `finished`.
pub(crate) fn crashing(exit_code: i32, reason: &str, restarts: i32, finished: i64) -> Container {
    Container {
        restarts,
        last_terminated: Some(ended(exit_code, reason, finished)),
        ..waiting("CrashLoopBackOff", "back-off 10s restarting failed container")
    }
}

pub(crate) fn warning(object: &str, reason: &str, message: &str, count: i32) -> ClusterEvent {
    ClusterEvent {
        object: object.into(),
        reason: reason.into(),
        message: Untrusted::new(message),
        warning: true,
        count,
        last_seen: Some(at(40)),
    }
}

/// The rollout to c0ffee1 as its first pod comes up: one new pod, the old three still serve.
pub(crate) fn rolling(new_pod: Container) -> Facts {
    let mut facts = facts();
    let mut pods: Vec<Pod> = ["x", "y", "z"].map(|name| pod(name, running(-3600, true))).into();
    for pod in &mut pods {
        pod.current = false;
        pod.name = pod.name.replace("deployment-2", "deployment-1");
        pod.replica_set = Some("search-api-deployment-1".into());
    }
    pods.push(pod("a", new_pod));
    facts.pods = pods;
    facts.workload.replicas = 4;
    facts.workload.updated = 1;
    facts.workload.conditions = vec![condition("Progressing", "True", "ReplicaSetUpdated", 2)];
    facts
}
