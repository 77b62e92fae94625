//! A plan meets a cluster that moved on: one change arrives once, to the object it was planned for, or not at all.
//!
//! What kubectl makes of the same steps is `kubectl_conformance`'s business; nothing is decided or approved here.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use bot::cluster::{Applied, ApplyError, Fence, OPERATION_ANNOTATION};
use commands::facts::{Facts, Revision};
use commands::names::Image;
use commands::plan::Step;
use commands::verbs::rollback::template_digest;
use serde_json::Value;
use tests::stage::{SERVICE, Stage, stamp};

const OBJECT: &str = "deployment/search-api-deployment";
/// Writes by others while ours is on its way.
const DISTURBANCES: u32 = 40;

async fn stage(name: &str) -> Result<(Stage, Facts)> {
    let stage = Stage::new(tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), name).await?;
    let facts = stage.create("7c3f2b1").await?;
    Ok((stage, facts))
}

fn to_image(stage: &Stage, tag: &str) -> Step {
    let image = Image::parse(&stage.lab.endpoints.image(SERVICE, tag));
    Step::SetImage { container: SERVICE.to_owned(), image }
}

/// The stored revision with this tag.
fn back(facts: &Facts, tag: &str) -> Result<Step> {
    let has_tag =
        |one: &&Revision| one.containers.iter().any(|one| !one.init && one.image.tag.as_deref() == Some(tag));
    let found = facts.revisions.iter().find(has_tag).with_context(|| format!("{tag} is not stored"))?;
    Ok(restore(found))
}

fn restore(stored: &Revision) -> Step {
    let (revision, replica_set) = (stored.number, stored.replica_set.clone());
    Step::RestoreTemplate { revision, replica_set, digest: template_digest(stored) }
}

fn annotation(object: &Value, name: &str) -> Option<String> {
    object["metadata"]["annotations"][name].as_str().map(str::to_owned)
}

#[track_caller]
fn drift(answer: Result<Applied, ApplyError>) -> String {
    match answer {
        Err(ApplyError::Drift(what)) => what.for_comparison().to_owned(),
        other => panic!("no drift: {other:?}"),
    }
}

#[tokio::test]
async fn a_change_carries_its_operation_and_its_cause() -> Result<()> {
    let (stage, facts) = stage("mark").await?;
    ensure!(stage.apply(&facts, &to_image(&stage, "98ab4e2"), &stamp(12, 3)).await? == Applied::Changed);
    let facts = stage.settled().await?;
    assert_eq!(facts.workload.stamp.as_deref(), Some("OP-12.3"));
    assert_eq!(
        facts.revisions[0].change_cause.as_ref().map(|cause| cause.for_comparison()),
        Some("OP-12 by alice")
    );
    ensure!(stage.apply(&facts, &Step::Pause, &stamp(13, 1)).await? == Applied::Changed);
    let object = stage.raw(OBJECT)?;
    assert_eq!(annotation(&object, OPERATION_ANNOTATION).as_deref(), Some("OP-13.1"));
    // A pause makes no revision, so it must not rename the one that runs.
    assert_eq!(annotation(&object, "kubernetes.io/change-cause").as_deref(), Some("OP-12 by alice"));
    Ok(())
}

#[tokio::test]
async fn what_somebody_cancelled_arrives_no_more_however_late_it_was_sent() -> Result<()> {
    let (stage, facts) = stage("fence").await?;
    let step = to_image(&stage, "98ab4e2");
    let on_its_way = stage.raw(OBJECT)?["metadata"]["resourceVersion"].clone();
    ensure!(stage.fence(&facts, &step, &stamp(12, 4)).await? == Fence::Closed);
    let late = format!(r#"{{"metadata":{{"resourceVersion":{on_its_way}}},"spec":{{"paused":true}}}}"#);
    let refused = stage.kubectl(&["patch", OBJECT, "-p", &late]).map_err(|error| error.to_string());
    assert!(refused.as_ref().is_err_and(|said| said.contains("the object has been modified")), "{refused:?}");
    let woken = stage.apply(&facts, &step, &stamp(12, 3)).await;
    assert!(matches!(woken, Err(ApplyError::Cancelled)), "{woken:?}");
    ensure!(stage.fence(&facts, &step, &stamp(12, 5)).await? == Fence::Closed, "after a crash it is closed");
    let now = stage.settled().await?.workload;
    let before = &facts.workload;
    assert_eq!((&now.containers, now.revision, now.paused), (&before.containers, before.revision, false));

    ensure!(stage.apply(&facts, &step, &stamp(13, 1)).await? == Applied::Changed, "others may");
    ensure!(stage.fence(&facts, &step, &stamp(13, 2)).await? == Fence::Arrived);
    stage.settled().await?;
    stage.kubectl(&["rollout", "undo", OBJECT])?;
    ensure!(stage.fence(&facts, &step, &stamp(13, 2)).await? == Fence::Arrived, "it arrived and was undone");
    Ok(())
}

#[tokio::test]
async fn an_image_that_somebody_else_set_voids_the_plan() -> Result<()> {
    let (stage, planned) = stage("drift").await?;
    stage.kubectl(&["set", "image", OBJECT, "search-api=moon.example/search-api:1"])?;
    let before = stage.settled().await?.workload;
    let what = drift(stage.apply(&planned, &to_image(&stage, "98ab4e2"), &stamp(1, 1)).await);
    let registry = &stage.lab.endpoints.registry;
    assert_eq!(
        what.replace(registry, "REGISTRY"),
        "container search-api runs moon.example/search-api:1 now, not REGISTRY/search-api:7c3f2b1"
    );
    let after = stage.facts().await?.workload;
    assert_eq!((after.generation, after.stamp), (before.generation, None));
    Ok(())
}

#[tokio::test]
async fn a_deployment_that_was_paused_or_made_anew_voids_the_plan() -> Result<()> {
    let (stage, planned) = stage("anew").await?;
    let step = to_image(&stage, "98ab4e2");
    stage.kubectl(&["rollout", "pause", OBJECT])?;
    let what = drift(stage.apply(&planned, &step, &stamp(1, 1)).await);
    assert_eq!(what, "Deployment search-api-deployment was paused meanwhile");
    stage.kubectl(&["delete", OBJECT])?;
    let what = drift(stage.apply(&planned, &step, &stamp(1, 1)).await);
    assert_eq!(what, "Deployment search-api-deployment is gone");
    let again = stage.create("7c3f2b1").await?;
    let what = drift(stage.apply(&planned, &step, &stamp(1, 1)).await);
    assert_eq!(what, "Deployment search-api-deployment was deleted and made again");
    ensure!(again.workload.stamp.is_none());
    Ok(())
}

/// Status and scale change all the time, and are not what a plan is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_gets_through_while_others_touch_what_it_is_not_about() -> Result<()> {
    let (stage, mut facts) = stage("busy").await?;
    let stage = Arc::new(stage);
    let theirs = Arc::clone(&stage);
    let disturbing = tokio::task::spawn_blocking(move || {
        (0..DISTURBANCES).try_for_each(|number| {
            theirs.kubectl(&["annotate", OBJECT, "--overwrite", &format!("note={number}")]).map(drop)
        })
    });
    let mut operation = 0;
    while !disturbing.is_finished() {
        operation += 1;
        // An undo is a JSON patch, a new image a strategic one; the server tells their conflicts differently.
        let step = if operation % 2 == 0 { back(&facts, "7c3f2b1")? } else { to_image(&stage, "98ab4e2") };
        let answer = loop {
            // As the worker does: what passes is tried again by the next tick.
            match stage.apply(&facts, &step, &stamp(operation, 1)).await {
                Err(ApplyError::Cluster(error)) if error.is_transient() => {}
                answer => break answer?,
            }
        };
        ensure!(answer == Applied::Changed, "{answer:?}");
        facts = stage.facts().await?;
    }
    ensure!(operation > 1, "the others were done before we began");
    disturbing.await?
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_with_one_operation_change_it_once() -> Result<()> {
    let (stage, facts) = stage("once").await?;
    let step = to_image(&stage, "98ab4e2");
    let (early, late) = (stamp(5, 1), stamp(5, 2));
    let (first, second) =
        futures::join!(stage.apply(&facts, &step, &early), stage.apply(&facts, &step, &late));
    let changes = [&first, &second].iter().filter(|answer| matches!(answer, Ok(Applied::Changed))).count();
    assert_eq!(changes, 1, "{first:?} {second:?}");
    ensure!(matches!(first, Ok(_) | Err(ApplyError::Fenced { epoch: 2 })), "{first:?}");
    ensure!(second.is_ok(), "{second:?}");
    assert_eq!(stage.facts().await?.workload.generation, facts.workload.generation + 1);
    Ok(())
}

#[tokio::test]
async fn a_worker_that_was_replaced_is_turned_away() -> Result<()> {
    let (stage, facts) = stage("fence").await?;
    let step = to_image(&stage, "98ab4e2");
    ensure!(stage.apply(&facts, &step, &stamp(5, 4)).await? == Applied::Changed);
    let late = stage.apply(&facts, &step, &stamp(5, 3)).await;
    ensure!(matches!(late, Err(ApplyError::Fenced { epoch: 4 })), "{late:?}");
    ensure!(stage.apply(&facts, &step, &stamp(5, 9)).await? == Applied::AlreadyDone);
    Ok(())
}

/// A crash after the write, then a person's undo, then our second start: the person wins.
#[tokio::test]
async fn what_a_person_took_back_is_not_sent_again() -> Result<()> {
    let (stage, planned) = stage("back").await?;
    let step = to_image(&stage, "98ab4e2");
    ensure!(stage.apply(&planned, &step, &stamp(5, 1)).await? == Applied::Changed);
    stage.settled().await?;
    stage.kubectl(&["rollout", "undo", OBJECT])?;
    let what = drift(stage.apply(&planned, &step, &stamp(5, 2)).await);
    assert_eq!(what, "the change of OP-5 was made and undone by somebody");
    Ok(())
}

#[tokio::test]
async fn what_the_api_server_will_not_have_is_told_in_its_words() -> Result<()> {
    let (stage, facts) = stage("invalid").await?;
    let step = Step::SetImage { container: SERVICE.to_owned(), image: Image::parse("") };
    let answer = stage.apply(&facts, &step, &stamp(5, 1)).await;
    let Err(ApplyError::Rejected(words)) = &answer else { panic!("not rejected: {answer:?}") };
    ensure!(words.for_comparison().contains("image: Required value"), "{words:?}");
    ensure!(stage.facts().await?.workload.generation == facts.workload.generation);
    Ok(())
}

/// The plan does not hold what it restores, so what is stored must still be what was planned.
#[tokio::test]
async fn a_revision_that_was_changed_or_pruned_meanwhile_is_not_restored() -> Result<()> {
    let (stage, _) = stage("pruned").await?;
    stage.kubectl(&[
        "set",
        "image",
        OBJECT,
        &format!("{SERVICE}={}", stage.lab.endpoints.image(SERVICE, "98ab4e2")),
    ])?;
    let facts = stage.settled().await?;
    let step = back(&facts, "7c3f2b1")?;
    let stored = facts.revisions.iter().find(|one| one.number == 1).context("no revision 1")?;
    let object = format!("replicaset/{}", stored.replica_set);
    stage.kubectl(&["set", "env", &object, "GREETING=hello"])?;
    let what = drift(stage.apply(&facts, &step, &stamp(5, 1)).await);
    let named = what.replace(&stored.replica_set, "(name)");
    assert_eq!(named, "ReplicaSet (name) does not store revision 1 as it was planned any more");
    stage.kubectl(&["delete", &object])?;
    let what = drift(stage.apply(&facts, &step, &stamp(5, 1)).await);
    assert_eq!(
        what.replace(&stored.replica_set, "(name)"),
        "ReplicaSet (name), which stored revision 1, is gone"
    );
    ensure!(stage.facts().await?.workload.generation == facts.workload.generation);
    Ok(())
}
