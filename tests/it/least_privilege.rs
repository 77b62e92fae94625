//! deploy/kubernetes/rbac.yaml is enough for everything the bot does, and grants nothing else.
//!
//! It runs as the service account of that file, not as a user of the lab.

use std::path::Path;

use anyhow::{Result, ensure};
use bot::cluster::{Applied, Depth};
use commands::names::Image;
use commands::plan::Step;
use commands::verbs::rollback::template_digest;
use tests::stage::{SERVICE, Stage, stamp};

const RBAC: &str = include_str!("../../deploy/kubernetes/rbac.yaml");

async fn stage(name: &str) -> Result<Stage> {
    Stage::new(tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), name).await
}

#[tokio::test]
async fn the_role_is_enough_for_every_step_and_for_a_diagnosis() -> Result<()> {
    let mut stage = stage("role").await?;
    // Both the bot's own namespace and the service's are this test's.
    let here = format!("namespace: {}", stage.namespace);
    stage.apply_text(&RBAC.replace("namespace: watchkeeper", &here).replace("namespace: search", &here))?;
    stage.clusters = stage.door("watchkeeper")?;
    stage.create("7c3f2b1").await?;
    let image = Image::parse(&stage.lab.endpoints.image(SERVICE, "c0ffee1"));
    let first = stage.facts().await?.revisions.remove(0);
    let steps = [
        Step::SetImage { container: SERVICE.to_owned(), image },
        Step::Restart { at: std::time::SystemTime::now().into() },
        Step::Pause,
        Step::Resume,
        Step::RestoreTemplate {
            revision: 1,
            digest: template_digest(&first),
            replica_set: first.replica_set,
        },
    ];
    for (number, step) in steps.iter().enumerate() {
        let facts = stage.facts().await?;
        let answer = stage.apply(&facts, step, &stamp(i64::try_from(number)?, 1)).await?;
        ensure!(answer == Applied::Changed, "{step:?}: {answer:?}");
        if number == 0 {
            let crashed = |facts: &commands::facts::Facts| {
                facts.pods.iter().flat_map(|pod| &pod.containers).any(|one| one.last_terminated.is_some())
            };
            stage.eventually("a crash", crashed).await?;
            let facts = stage.clusters.observe(&stage.target, Depth::Diagnosis).await?;
            ensure!(facts.unread.is_empty(), "{:?}", facts.unread);
            ensure!(!facts.events.is_empty());
            ensure!(facts.pods.iter().flat_map(|pod| &pod.containers).any(|one| one.log_tail.is_some()));
        }
    }
    insta::assert_snapshot!(stage.granted("watchkeeper")?.join("\n"), @r"
    deployments.apps [] [] [get patch]
    events [] [] [list]
    pods [] [] [list]
    pods/log [] [] [get]
    replicasets.apps [] [] [list]
    ");
    Ok(())
}

/// Without events and logs there is still an answer, and it says what it lacks.
#[tokio::test]
async fn a_diagnosis_without_events_and_logs_says_so() -> Result<()> {
    let mut stage = stage("blind").await?;
    stage.apply_text(&stage.manifest("c0ffee1").to_string())?;
    let role =
        ["create", "role", "blind", "--verb=get,list", "--resource=deployments.apps,replicasets.apps,pods"];
    stage.kubectl(&role)?;
    stage.kubectl(&["create", "serviceaccount", "blind"])?;
    let account = format!("--serviceaccount={}:blind", stage.namespace);
    stage.kubectl(&["create", "rolebinding", "blind", "--role=blind", &account])?;
    stage.clusters = stage.door("blind")?;
    stage
        .eventually("a crash", |facts| {
            facts.pods.iter().flat_map(|pod| &pod.containers).any(|one| one.last_terminated.is_some())
        })
        .await?;
    let facts = stage.clusters.observe(&stage.target, Depth::Diagnosis).await?;
    let unread: Vec<&str> = facts.unread.iter().map(|line| line.for_comparison()).collect();
    let expected = |start: &str, right: &str| {
        let end = format!("the bot may not {right} in namespace {}", stage.namespace);
        unread.iter().any(|line| line.starts_with(start) && line.ends_with(&end))
    };
    ensure!(expected("events: ", "list events"), "{unread:?}");
    ensure!(expected("log of search-api-deployment-", "get pods/log"), "{unread:?}");
    Ok(())
}
