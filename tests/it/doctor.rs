//! Before anybody needs it: `watchkeeper doctor` says what is set up, what is not, and what to do about it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tests::lab::access;
use tests::world::terminal::{Printed, types};
use tests::world::{self, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");

/// The policy that it is asked about, in a file for as long as the story needs it.
struct PolicyFile(PathBuf);

impl PolicyFile {
    fn with(text: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("watchkeeper-{}.toml", uuid::Uuid::new_v4()));
        std::fs::write(&path, text)?;
        Ok(Self(path))
    }
}

impl Drop for PolicyFile {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

async fn doctor(world: &World, user: &str, database_url: &str, policy: &str) -> Result<Printed> {
    let policy = PolicyFile::with(policy)?;
    let kubeconfig = world.lab.endpoints.kubeconfig_of(user);
    let (policy, kubeconfig) = (policy.0.to_str().context("a path")?, kubeconfig.to_str().context("a path")?);
    types(Path::new(PROGRAM), database_url, &["doctor", "--config", policy, "--kubeconfig", kubeconfig]).await
}

/// Without what differs from run to run.
fn told(world: &World, printed: &Printed) -> String {
    let stage = &world.stage;
    let text = printed.out.replace(&stage.dev, "(dev)").replace(&stage.production, "(production)");
    let text = text.replace(&world.lab.endpoints.registry, "(registry)");
    text.lines().map(|line| line.split(" (os error").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn where_all_is_set_up_the_doctor_says_so() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let url = world.stage.database_url.clone();
    let fine = doctor(&world, access::WATCHKEEPER, &url, &world.stage.policy).await?;
    insta::assert_snapshot!(told(&world, &fine), @"
    ok     policy: 4 people, 1 services
    ok     webhook of alertmanager: /webhooks/alertmanager/TOKEN, the token of alertmanager
    ok     database: reached, with the schema of this version
    ok     clock of the database: agrees with this machine's
    ok     rights in the database: all that the bot needs
    ok     search-api in dev: search-api-deployment, 2 of 2 ready
    ok     image of search-api in dev: (registry)/search-api:7c3f2b1 is in the registry
    ok     search-api in production: search-api-deployment, 2 of 2 ready
    ok     image of search-api in production: (registry)/search-api:7c3f2b1 is in the registry

    All 9 are fine.
    ");
    assert_eq!(fine.code, Some(0), "{fine:?}");
    world.ends().await
}

#[tokio::test]
async fn where_something_is_missing_the_doctor_says_what_to_do() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let away = "postgres://nobody@127.0.0.1:1/none";
    let elsewhere = world.stage.policy.replace(&world.stage.dev, "default");
    let ill = doctor(&world, access::WATCHKEEPER, away, &elsewhere).await?;
    insta::assert_snapshot!(told(&world, &ill), @"
    ok     policy: 4 people, 1 services
    ok     webhook of alertmanager: /webhooks/alertmanager/TOKEN, the token of alertmanager
    WRONG  database: cannot read which schema it has in the database: pool timed out while waiting for an open connection
           → check DATABASE_URL and that PostgreSQL runs
    WRONG  search-api in dev: not allowed in default: get deployments, patch deployments, list replicasets, list pods, list events, get pods/log
           → bind the role of deploy/kubernetes/rbac.yaml in default
    ok     search-api in production: search-api-deployment, 2 of 2 ready
    ok     image of search-api in production: (registry)/search-api:7c3f2b1 is in the registry

    Wrong: 2 of 6.
    ");
    assert_eq!(ill.code, Some(1));

    let url = world.stage.database_url.clone();
    let policy = world.stage.policy.replace("container = \"search-api\"", "container = \"web\"");
    let other = doctor(&world, access::WATCHKEEPER, &url, &policy).await?;
    let wrong: Vec<_> =
        told(&world, &other).lines().filter(|it| !it.starts_with("ok")).map(str::to_owned).collect();
    insta::assert_snapshot!(wrong.join("\n"), @"
    WRONG  search-api in dev: search-api-deployment has no container web
           → write one of these as its container: search-api
    WRONG  search-api in production: search-api-deployment has no container web
           → write one of these as its container: search-api

    Wrong: 2 of 7.
    ");

    let policy = world.stage.policy.replace("WATCHKEEPER_ALERTMANAGER_TOKEN", "WATCHKEEPER_NO_SUCH_TOKEN");
    let unset = doctor(&world, access::WATCHKEEPER, &url, &policy).await?;
    insta::assert_snapshot!(told(&world, &unset), @"
    WRONG  settings: alert source alertmanager: the environment variable WATCHKEEPER_NO_SUCH_TOKEN has no token: environment variable not found
           → put this right first; then ask again

    Wrong: 1 of 1.
    ");
    world.ends().await
}
