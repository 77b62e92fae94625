//! What the bot reads of a service in trouble: pods, events and the last log lines, and nothing that is not the service's.
//!
//! What follows from it is for the findings to say.

use std::path::Path;

use anyhow::{Result, ensure};
use bot::cluster::{Depth, Error};
use commands::facts::{Container, ContainerState, Facts, Pod};
use commands::names::Image;
use commands::plan::Step;
use serde_json::json;
use tests::lab::workload::{self, Pods, Workload};
use tests::lab::{self, RealPods};
use tests::stage::{SERVICE, Stage, clusters, stamp};

async fn stage(name: &str) -> Result<Stage> {
    Stage::new(tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), name).await
}

/// Deploys the tag over a good one, and reads for a diagnosis when a new container is as expected.
async fn trouble(stage: &Stage, tag: &str, shows: impl Fn(&Container) -> bool) -> Result<Facts> {
    let facts = stage.create("7c3f2b1").await?;
    let image = Image::parse(&stage.lab.endpoints.image(SERVICE, tag));
    let step = Step::SetImage { container: SERVICE.to_owned(), image };
    stage.apply(&facts, &step, &stamp(1, 1)).await?;
    stage
        .eventually("the symptom", |facts| {
            facts.pods.iter().any(|pod| pod.current && main(pod).is_some_and(&shows))
        })
        .await?;
    Ok(stage.clusters.observe(&stage.target, Depth::Diagnosis).await?)
}

fn main(pod: &Pod) -> Option<&Container> {
    pod.containers.iter().find(|container| container.name == SERVICE)
}

fn waits_for(container: &Container, expected: &str) -> bool {
    matches!(&container.state, ContainerState::Waiting { reason: Some(reason), .. } if reason == expected)
}

#[tokio::test]
async fn a_crash_is_told_by_its_last_log_lines() -> Result<()> {
    let stage = stage("crash").await?;
    let facts = trouble(&stage, "c0ffee1", |container| waits_for(container, "CrashLoopBackOff")).await?;
    let failing =
        facts.pods.iter().filter(|pod| pod.current).find_map(main).expect("a pod of the new revision");
    let log = failing.log_tail.as_ref().map(|text| text.for_comparison()).unwrap_or_default();
    ensure!(log.ends_with("Database unreachable"), "the log's tail is {log:?}");
    assert_eq!(failing.last_terminated.as_ref().map(|end| end.exit_code), Some(1));
    ensure!(facts.unread.is_empty(), "{:?}", facts.unread);
    // Pods of the good revision still serve, and have nothing to tell.
    let good: Vec<&Pod> = facts.pods.iter().filter(|pod| !pod.current).collect();
    ensure!(good.len() == 2 && good.iter().all(|pod| pod.ready), "{good:#?}");
    ensure!(good.iter().all(|pod| pod.containers.iter().all(|one| one.log_tail.is_none())));
    Ok(())
}

#[tokio::test]
async fn a_real_container_tells_its_crash_too() -> Result<()> {
    let mut stage = stage("really").await?;
    if let RealPods::Unavailable { why } = &stage.lab.endpoints.real_pods {
        eprintln!("not told with real pods: {why}");
        return Ok(());
    }
    let image = stage.lab.endpoints.image(SERVICE, "c0ffee1");
    let sample =
        Workload { replicas: 1, pods: Pods::Real, ..Workload::of(SERVICE, &stage.namespace, &image) };
    stage.target.deployment = sample.deployment.clone();
    workload::apply(&lab::cluster::client(&stage.lab.endpoints).await?, &sample).await?;
    let backs_off =
        |facts: &Facts| facts.pods.iter().filter_map(main).any(|one| waits_for(one, "CrashLoopBackOff"));
    stage.eventually("a back-off", backs_off).await?;
    let facts = stage.clusters.observe(&stage.target, Depth::Diagnosis).await?;
    let failing = facts.pods.iter().find_map(main).expect("one pod");
    let log = failing.log_tail.as_ref().map(|text| text.for_comparison());
    assert_eq!(log, Some("starting search-api c0ffee1\nDatabase unreachable"));
    ensure!(facts.unread.is_empty(), "{:?}", facts.unread);
    ensure!(
        facts.events.iter().any(|event| event.reason == "BackOff" && event.warning),
        "{:#?}",
        facts.events
    );
    Ok(())
}

#[tokio::test]
async fn a_failing_pull_is_told_by_events() -> Result<()> {
    let stage = stage("pull").await?;
    let facts = trouble(&stage, "deadbee", |container| waits_for(container, "ImagePullBackOff")).await?;
    let pull = facts.events.iter().find(|event| event.reason == "Failed" && event.warning);
    let pull = pull.unwrap_or_else(|| panic!("no event about the pull: {:#?}", facts.events));
    ensure!(pull.object.starts_with("Pod/search-api-deployment-"), "{pull:?}");
    ensure!(pull.message.for_comparison().contains("no match for platform"), "{pull:?}");
    ensure!(pull.last_seen.is_some() && pull.count >= 1);
    ensure!(facts.events.iter().any(|event| event.reason == "ScalingReplicaSet"), "{:#?}", facts.events);
    ensure!(facts.unread.is_empty(), "{:?}", facts.unread);
    Ok(())
}

#[tokio::test]
async fn pods_that_only_carry_the_same_labels_are_not_the_services() -> Result<()> {
    let stage = stage("foreign").await?;
    stage.create("7c3f2b1").await?;
    let labels = json!({"metadata": {"labels": {"app": SERVICE}}}).to_string();
    stage.kubectl(&["run", "stranger", "--image=moon.example/moon:1", "--overrides", &labels])?;
    let facts = stage.facts().await?;
    assert_eq!(facts.pods.len(), 2, "{:#?}", facts.pods);
    assert_eq!(facts.revisions.iter().map(|revision| revision.number).collect::<Vec<_>>(), [1]);
    assert_eq!(facts.workload.containers.iter().filter(|container| container.init).count(), 1);
    ensure!(facts.revisions[0].template["metadata"]["labels"] == json!({"app": SERVICE}), "the hash is left");
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_named() -> Result<()> {
    let mut stage = stage("missing").await?;
    let missing = stage.clusters.observe(&stage.target, Depth::Rollout).await.expect_err("there is none");
    ensure!(matches!(missing, Error::NotFound { .. }) && !missing.is_transient(), "{missing:?}");
    assert_eq!(
        missing.to_string().replace(&stage.namespace, "NAMESPACE"),
        "there is no Deployment search-api-deployment in namespace NAMESPACE"
    );
    stage.target.namespace = "kube-system".to_owned();
    let forbidden =
        stage.clusters.observe(&stage.target, Depth::Rollout).await.expect_err("not its namespace");
    assert_eq!(forbidden.to_string(), "the bot may not get deployments in namespace kube-system");
    Ok(())
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_is_a_passing_failure() -> Result<()> {
    let stage = stage("silent").await?;
    let kubeconfig = json!({"apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {"token": "none"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]});
    let path = stage.lab.endpoints.dir.join(format!("kubeconfig-{}", stage.namespace));
    std::fs::write(&path, kubeconfig.to_string())?;
    let error = clusters(path)?.observe(&stage.target, Depth::Rollout).await.expect_err("nobody listens");
    ensure!(error.is_transient(), "{error:?}");
    Ok(())
}
