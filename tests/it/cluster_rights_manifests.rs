//! deploy/kubernetes/cluster-rights is enough to ask the API server about people and to act as them, and grants nothing else.
//!
//! Each is tried with exactly its own file, and without it.

use std::path::Path;

use anyhow::{Result, ensure};
use bot::cluster::{Applied, ApplyError, Error, Review};
use commands::names::Image;
use commands::plan::Step;
use commands::rights::{KubernetesUser, Rights};
use tests::stage::{SERVICE, Stage, stamp};

const BASE: &str = include_str!("../../deploy/kubernetes/rbac.yaml");
const REVIEW: &str = include_str!("../../deploy/kubernetes/cluster-rights/subject-access-review.yaml");
const IMPERSONATE: &str = include_str!("../../deploy/kubernetes/cluster-rights/impersonate.yaml");

/// A Deployment, the bot's service account with these rights in its namespace, and Alice, who may patch there.
async fn stage(name: &str, base: &str) -> Result<Stage> {
    let lab = tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let mut stage = Stage::new(lab, name).await?;
    stage.apply_text(&here(&stage, base))?;
    let role = ["create", "role", "deployer", "--verb=patch", "--resource=deployments.apps"];
    stage.kubectl(&role)?;
    stage.kubectl(&["create", "rolebinding", "deployer", "--role=deployer", "--group=search-developers"])?;
    stage.create("7c3f2b1").await?;
    stage.clusters = stage.door("watchkeeper")?;
    Ok(stage)
}

/// The bot's own namespace and the service's are both this test's, and so are the names that the whole cluster shares.
fn here(stage: &Stage, manifest: &str) -> String {
    let namespace = format!("namespace: {}", stage.namespace);
    ["watchkeeper-service", "watchkeeper-subject-access-review", "watchkeeper-impersonate"]
        .iter()
        .fold(manifest.replace("namespace: watchkeeper", &namespace), |text, name| {
            text.replace(&format!("name: {name}"), &format!("name: {name}-{}", stage.namespace))
        })
        .replace("namespace: search", &namespace)
}

fn person(name: &str) -> KubernetesUser {
    KubernetesUser { user: format!("{name}@example.org"), groups: ["search-developers".to_owned()].into() }
}

fn image(stage: &Stage) -> Step {
    let image = Image::parse(&stage.lab.endpoints.image(SERVICE, "98ab4e2"));
    Step::SetImage { container: SERVICE.to_owned(), image }
}

/// What the API server says about the stage's rights; asked again until it has learned of a binding that was just made.
async fn review(stage: &Stage) -> Result<Result<Review, Error>> {
    const LEARNS: std::time::Duration = std::time::Duration::from_secs(20);
    let facts = stage.facts().await?;
    let plan = stage.plan(&facts, &image(stage));
    let begun = std::time::Instant::now();
    loop {
        let answer = stage.clusters.review(&plan).await;
        if answer.as_ref().is_ok_and(|review| *review == Review::Allowed) || begun.elapsed() > LEARNS {
            return Ok(answer);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// What is missing, as the person reads it who asked: the same for the plan and when it is sent.
async fn lacks(stage: &Stage) -> Result<String> {
    let facts = stage.facts().await?;
    let step = Step::Restart { at: std::time::SystemTime::now().into() };
    let asked = match stage.clusters.review(&stage.plan(&facts, &step)).await {
        Err(error) => format!("{error}: {}", error.hint()),
        Ok(answer) => anyhow::bail!("nothing is missing: {answer:?}"),
    };
    let sent = match stage.apply(&facts, &step, &stamp(2, 1)).await {
        Err(ApplyError::Cluster(error)) => format!("{error}: {}", error.hint()),
        other => anyhow::bail!("it was not held back: {other:?}"),
    };
    ensure!(asked == sent, "{asked}\n{sent}");
    Ok(asked)
}

/// Who is allowed, who is not, and that an allowed change goes through.
async fn works(stage: &mut Stage, rights: fn(KubernetesUser) -> Rights) -> Result<()> {
    let nobody = KubernetesUser { groups: [].into(), ..person("bob") };
    stage.rights = rights(person("alice"));
    ensure!(review(stage).await?.is_ok_and(|review| review == Review::Allowed));
    stage.rights = rights(nobody.clone());
    let facts = stage.facts().await?;
    let answer = stage.apply(&facts, &image(stage), &stamp(1, 1)).await;
    let Err(ApplyError::Denied(denied)) = &answer else { panic!("not denied: {answer:?}") };
    ensure!(denied.user == nobody);
    stage.rights = rights(person("alice"));
    let answer = stage.apply(&facts, &image(stage), &stamp(1, 1)).await?;
    ensure!(answer == Applied::Changed, "{answer:?}");
    // What was sent before a crash was sent, whatever became of the right since.
    stage.rights = rights(nobody);
    let answer = stage.apply(&facts, &image(stage), &stamp(1, 2)).await?;
    ensure!(answer == Applied::AlreadyDone, "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_review_needs_its_own_right_and_nothing_else() -> Result<()> {
    let mut stage = stage("review", BASE).await?;
    stage.rights = Rights::Reviewed(person("alice"));
    insta::assert_snapshot!(lacks(&stage).await?, @"the bot may not create subjectaccessreviews: apply deploy/kubernetes/cluster-rights/subject-access-review.yaml");
    stage.apply_text(&here(&stage, REVIEW))?;
    works(&mut stage, Rights::Reviewed).await?;
    insta::assert_snapshot!(stage.granted("watchkeeper")?.join("\n"), @"
    deployments.apps [] [] [get patch]
    events [] [] [list]
    pods [] [] [list]
    pods/log [] [] [get]
    replicasets.apps [] [] [list]
    subjectaccessreviews.authorization.k8s.io [] [] [create]
    ");
    Ok(())
}

#[tokio::test]
async fn impersonation_needs_its_own_right_and_then_no_right_to_patch() -> Result<()> {
    let without_patch = BASE.replace("verbs: [get, patch]", "verbs: [get]");
    ensure!(without_patch != BASE);
    let mut stage = stage("impersonate", &without_patch).await?;
    stage.rights = Rights::Impersonated(person("alice"));
    insta::assert_snapshot!(lacks(&stage).await?, @r#"the bot may not impersonate users "alice@example.org": name it in the resourceNames of deploy/kubernetes/cluster-rights/impersonate.yaml and apply that"#);
    stage.apply_text(&here(&stage, IMPERSONATE))?;
    works(&mut stage, Rights::Impersonated).await?;
    insta::assert_snapshot!(stage.granted("watchkeeper")?.join("\n"), @"
    deployments.apps [] [] [get]
    events [] [] [list]
    groups [] [search-developers] [impersonate]
    pods [] [] [list]
    pods/log [] [] [get]
    replicasets.apps [] [] [list]
    users [] [alice@example.org] [impersonate]
    users [] [bob@example.org] [impersonate]
    ");

    stage.rights = Rights::Impersonated(person("carol"));
    insta::assert_snapshot!(lacks(&stage).await?, @r#"the bot may not impersonate users "carol@example.org": name it in the resourceNames of deploy/kubernetes/cluster-rights/impersonate.yaml and apply that"#);
    Ok(())
}
