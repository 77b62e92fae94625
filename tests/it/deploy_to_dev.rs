//! Alice deploys to dev: nobody is asked, the card follows the rollout, and the cluster runs the tag.

use anyhow::Result;
use serde_json::json;
use tests::world;

#[tokio::test]
async fn deploy_to_dev_needs_no_approval() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Deploy search-api to dev: `7c3f2b1` → `98ab4e2` — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to dev`
    ");
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "98ab4e2");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    world.ends().await
}

#[tokio::test]
async fn what_a_gitops_controller_keeps_is_deployed_with_a_warning() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let mark = json!({"metadata": {"labels": {"kustomize.toolkit.fluxcd.io/name": "search"}}});
    world.stage.somebody_patches(&world.stage.dev, mark).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    insta::assert_snapshot!(world.sees("— done").await?.text, @"
    [good] Deploy search-api to dev: `7c3f2b1` → `98ab4e2` — done
    Requested by: @alice, no approval needed
    Took: (time)
    This will not last: the Flux Kustomization `search` keeps the Deployment as Git says, and its next sync reverts the image. Change Git too, or suspend the sync first.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to dev`
    ");
    world.ends().await
}
