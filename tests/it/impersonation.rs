//! The bot may look and change nothing; what it changes, it changes as Alice, and the API server's audit log says so.

use anyhow::Result;
use tests::lab::{access, audit};
use tests::world::rights::{DEVELOPERS, asking_the_cluster, group};
use tests::world::{self, World};

async fn begin() -> Result<World> {
    let lab = env!("CARGO_BIN_EXE_lab");
    let world = world::begin_where(lab, |policy| asking_the_cluster(policy, "impersonate")).await?;
    world.stage.the_bot_may_ask_and_be_alice().await?;
    for namespace in [&world.stage.dev, &world.stage.production] {
        world.stage.the_bot_may_only_read(namespace).await?;
        world.stage.administrators_let_patch(namespace, &group(DEVELOPERS)).await?;
    }
    Ok(world)
}

/// Changes of the Deployment that came in with the bot's credentials.
fn by_the_bot(world: &World, namespace: &str) -> Result<Vec<String>> {
    let changes = audit::changes(&world.lab.endpoints, namespace)?;
    let ours = changes.into_iter().filter(|change| change.user == access::WATCHKEEPER);
    Ok(ours
        .map(|change| {
            let whom = change.impersonated.as_deref().unwrap_or("itself");
            format!("{} as {whom} of {}: {}", change.verb, change.groups.join(", "), change.code)
        })
        .collect())
}

#[tokio::test]
async fn a_deploy_and_the_rollback_after_it_are_sent_as_alice() -> Result<()> {
    let world = begin().await?;
    let dev = world.stage.dev.clone();
    world.alice().types("deploy search-api c0ffee1 to dev").await?;
    world.sees("— stuck").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&dev).await?, "7c3f2b1", "rolled back by policy, which only Alice may");
    insta::assert_snapshot!(by_the_bot(&world, &dev)?.join("\n"), @"
    patch as alice@example.org of search-developers, system:authenticated: 200
    patch as alice@example.org of search-developers, system:authenticated: 200
    ");
    for operation in ["OP-1", "OP-2"] {
        let page = world.page(&format!("/operations/{operation}")).await?.text();
        assert!(page.contains("(impersonated)"), "{operation}:\n{page}");
    }
    world.ends().await
}

#[tokio::test]
async fn whom_the_bot_may_not_impersonate_is_told_which_rule_is_missing() -> Result<()> {
    let world = begin().await?;
    world.bob().types("deploy search-api 98ab4e2 to dev").await?;
    let failed = world.sees("[bad]").await?;
    let said = failed.text.lines().next().unwrap_or_default();
    insta::assert_snapshot!(said, @r#"[bad] the bot may not impersonate users "bob@example.org": name it in the resourceNames of deploy/kubernetes/cluster-rights/impersonate.yaml and apply that"#);
    assert!(by_the_bot(&world, &world.stage.dev)?.is_empty(), "nothing was sent");
    world.ends().await
}
