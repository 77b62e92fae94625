//! Alice deploys to dev: nobody is asked, the card follows the rollout, and the cluster runs the tag.

use anyhow::Result;
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
