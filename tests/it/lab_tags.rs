//! The lab keeps its word: every tag of the sample services does what it is for, simulated and in real containers.
//!
//! The bot plays no part here. If one of these fails, the stories that rely on the tag prove nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::api::{ListParams, LogParams};
use kube::{Api, Client};
use tests::lab::workload::{Pods, Workload};
use tests::lab::{Lab, RealPods, cluster, shared, workload};

/// Upper bound for a symptom to show, in seconds; real containers back off for ten before the second run.
const SYMPTOM_SECONDS: u64 = 60;

fn lab() -> &'static Lab {
    shared(Path::new(env!("CARGO_BIN_EXE_lab")))
}

#[tokio::test]
async fn simulated_tags_show_their_symptoms() -> Result<()> {
    every_tag_shows_its_symptom(Pods::Simulated).await
}

#[tokio::test]
async fn real_tags_show_their_symptoms() -> Result<()> {
    match &lab().endpoints.real_pods {
        RealPods::Ready => every_tag_shows_its_symptom(Pods::Real).await,
        RealPods::Unavailable { why } => {
            eprintln!("not told with real pods: {why}");
            Ok(())
        }
    }
}

async fn every_tag_shows_its_symptom(pods: Pods) -> Result<()> {
    let client = cluster::client(&lab().endpoints).await?;
    let namespace = format!("tags-{}", uuid::Uuid::new_v4().simple());
    workload::namespace(&client, &namespace).await?;
    for tag in ["7c3f2b1", "0badbad", "c0ffee1", "deadbee", "00a0a0a"] {
        let mut search = Workload::of("search-api", &namespace, &lab().endpoints.image("search-api", tag));
        (search.deployment, search.replicas, search.pods) = (format!("tag-{tag}"), 1, pods);
        workload::apply(&client, &search).await?;
    }
    let seen = Seen { client: client.clone(), namespace };
    seen.until("7c3f2b1", |status| status.ready).await?;
    seen.until("0badbad", |status| !status.ready && status.started == Some(true)).await?;
    seen.until("c0ffee1", |status| waits_for(status, "CrashLoopBackOff") && ended_as(status, "Error", 1))
        .await?;
    seen.until("deadbee", |status| waits_for(status, "ImagePullBackOff")).await?;
    seen.until("00a0a0a", |status| {
        waits_for(status, "CrashLoopBackOff") && ended_as(status, "OOMKilled", 137)
    })
    .await?;
    let words = seen.previous_log("c0ffee1").await?;
    assert!(words.contains("Database unreachable"), "the crashed container said: {words}");
    workload::forget(&client, &seen.namespace).await
}

fn waits_for(status: &ContainerStatus, reason: &str) -> bool {
    let waiting = status.state.as_ref().and_then(|state| state.waiting.as_ref());
    waiting.is_some_and(|waiting| waiting.reason.as_deref() == Some(reason))
}

fn ended_as(status: &ContainerStatus, reason: &str, exit_code: i32) -> bool {
    let ended = status.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    ended.is_some_and(|ended| ended.reason.as_deref() == Some(reason) && ended.exit_code == exit_code)
}

struct Seen {
    client: Client,
    namespace: String,
}

impl Seen {
    fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// The only pod whose image has this tag.
    async fn pod(&self, tag: &str) -> Result<Option<Pod>> {
        let all = self.pods().list(&ListParams::default()).await?;
        let suffix = format!(":{tag}");
        let has_tag = |pod: &Pod| {
            let spec = pod.spec.as_ref();
            spec.is_some_and(|spec| {
                spec.containers.iter().any(|one| one.image.as_deref().unwrap_or("").ends_with(&suffix))
            })
        };
        Ok(all.items.into_iter().find(has_tag))
    }

    async fn until(&self, tag: &str, shows: impl Fn(&ContainerStatus) -> bool) -> Result<()> {
        let begun = Instant::now();
        loop {
            let pod = self.pod(tag).await?;
            let statuses = pod.and_then(|pod| pod.status?.container_statuses).unwrap_or_default();
            if statuses.iter().any(&shows) {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(SYMPTOM_SECONDS) {
                bail!("{tag} did not show its symptom: {statuses:#?}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn previous_log(&self, tag: &str) -> Result<String> {
        let pod = self.pod(tag).await?.context("the pod is gone")?;
        let name = pod.metadata.name.context("a pod without a name")?;
        let previous = LogParams { previous: true, ..LogParams::default() };
        self.pods().logs(&name, &previous).await.context("cannot read the previous log")
    }
}
