//! Holding a Deployment, letting it go on, starting its pods anew; and what is refused while it is held.

use anyhow::Result;
use tests::world;

#[tokio::test]
async fn a_held_deployment_takes_nothing_but_resume() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let dev = world.stage.dev.clone();
    world.alice().types("pause search-api in dev").await?;
    let paused = world.sees("— done").await?;
    insta::assert_snapshot!(paused.text, @"
    [good] Pause search-api in dev — done
    Requested by: @alice, no approval needed
    Took: (time)
    No change of it rolls out until somebody resumes it.
    — `OP-1` · plan `…` · understood as `pause search-api in dev`
    [Resume → resume search-api in dev]
    ");
    assert!(world.stage.is_paused(&dev).await?);

    let held = world.stage.changes(&dev).await?;
    let mut refusals = vec![];
    for words in [
        "deploy search-api 98ab4e2 to dev",
        "restart search-api in dev",
        "rollback search-api in dev",
        "pause search-api in dev",
    ] {
        world.alice().types(words).await?;
        let refusal = world.sees("[warning]").await?.text;
        refusals.push(format!("{words}\n{refusal}"));
    }
    insta::assert_snapshot!(refusals.join("\n\n"), @"
    deploy search-api 98ab4e2 to dev
    [warning] `search-dev/deployment/search-api-deployment` is paused: a new image would not roll out until somebody resumes it.
    Resume it first: `resume search-api in dev`

    restart search-api in dev
    [warning] `search-dev/deployment/search-api-deployment` is paused: kubectl would not restart it either.
    Resume it first: `resume search-api in dev`

    rollback search-api in dev
    [warning] `search-dev/deployment/search-api-deployment` is paused: kubectl would not undo it either.
    Resume it first: `resume search-api in dev`

    pause search-api in dev
    [warning] `search-dev/deployment/search-api-deployment` is paused already.
    To let it go on: `resume search-api in dev`
    ");
    assert_eq!(world.stage.changes(&dev).await?, held, "nothing of that was sent");

    world.alice().types("resume search-api in dev").await?;
    let resumed = world.sees("— done").await?;
    insta::assert_snapshot!(resumed.text, @"
    [good] Resume search-api in dev — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-2` · plan `…` · understood as `resume search-api in dev`
    ");
    assert!(!world.stage.is_paused(&dev).await?);
    world.ends().await
}

#[tokio::test]
async fn a_restart_makes_new_pods_of_the_same_image() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let dev = world.stage.dev.clone();
    world.alice().types("restart search-api in dev").await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Restart search-api in dev — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-1` · plan `…` · understood as `restart search-api in dev`
    ");
    assert_eq!(world.stage.tag_in(&dev).await?, "7c3f2b1");
    assert_eq!(world.stage.changes(&dev).await?.replica_sets, 2);

    world.alice().types("resume search-api in dev").await?;
    let refused = world.sees("[warning]").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] `search-dev/deployment/search-api-deployment` is not paused.
    How it is doing: `status search-api in dev`
    ");
    world.ends().await
}
