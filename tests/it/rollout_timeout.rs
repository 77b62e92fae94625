//! A rollout that is neither done nor stuck is not followed for ever: it ends, and the card says what serves and what to type.

use anyhow::Result;
use tests::world::{self, World};

#[tokio::test]
async fn after_its_time_a_rollout_is_left_and_the_target_is_free() -> Result<()> {
    let with = "auto_rollback = true\nrollout_timeout_minutes = 30";
    let world =
        world::begin_where(env!("CARGO_BIN_EXE_lab"), |policy| policy.replace("auto_rollback = true", with))
            .await?;
    let dev = world.stage.dev.clone();
    world.stage.is_patient(&dev).await?;
    world.alice().types("deploy search-api 0badbad to dev").await?;
    world.sees("1 of 2 updated").await?;
    world.bob().types("rollback search-api in dev").await?;
    world.sees("1st in line").await?;

    world.stage.rollouts_grow_old().await?;
    let timed_out = world.sees("— timed out").await?;
    insta::assert_snapshot!(timed_out.text, @"
    [bad] Deploy search-api to dev: `7c3f2b1` → `0badbad` — timed out
    Requested by: @alice, no approval needed
    Took: (time)
    Still serving: 2 of 2 replicas
    Left as it is: 1 of 2 updated. Kubernetes goes on with the rollout; it is not followed here any more.
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to dev`
    [Roll back → rollback search-api in dev to revision 1] [Status → status search-api in dev]
    ");
    let back = world.sees("— done").await?;
    assert!(back.text.contains("Roll back"), "whoever waited for the target has it: {}", back.text);
    assert_eq!(world.stage.tag_in(&dev).await?, "7c3f2b1");
    world.ends().await
}

#[tokio::test]
async fn a_rollout_that_was_done_while_nobody_looked_is_done() -> Result<()> {
    let mut world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let dev = world.stage.dev.clone();
    world.stage.is_slow(&dev, true).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("1 of 2 updated").await?;
    world.away().await?;
    world.stage.rollouts_grow_old().await?;
    world.stage.is_slow(&dev, false).await?;
    world.stage.runs(&dev).await?;
    world.restart().await?;
    let done = world.sees("— done").await?;
    assert!(done.text.contains("Took: "), "{}", done.text);
    world.ends().await
}

#[tokio::test]
async fn a_target_that_is_not_seen_for_long_is_left() -> Result<()> {
    let lab = tests::lab::shared(std::path::Path::new(env!("CARGO_BIN_EXE_lab")));
    let (world, line) = World::begin_on_a_line_to_the_cluster(lab).await?;
    world.stage.is_patient(&world.stage.dev).await?;
    world.alice().types("deploy search-api 0badbad to dev").await?;
    let working = world.sees("1 of 2 updated").await?;
    line.cut();
    let unseen = world.sees("cannot be read just now").await?;
    insta::assert_snapshot!(unseen.text, @"
    [working] Deploy search-api to dev: `7c3f2b1` → `0badbad`
    Requested by: @alice, no approval needed
    It was sent. How it goes on cannot be read just now: could not get deployments in namespace search-dev
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to dev`
    [Cancel → cancel OP-1]
    ");
    assert_eq!(unseen.id, working.id);

    world.stage.rollouts_are_not_seen_for_long().await?;
    let timed_out = world.sees("— timed out").await?;
    insta::assert_snapshot!(timed_out.text, @"
    [bad] Deploy search-api to dev: `7c3f2b1` → `0badbad` — timed out
    Requested by: @alice, no approval needed
    Took: (time)
    Left as it is; its state cannot be read now: could not get deployments in namespace search-dev. Kubernetes goes on with the rollout; it is not followed here any more.
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to dev`
    [Roll back → rollback search-api in dev to revision 1] [Status → status search-api in dev]
    ");
    line.mend();
    world.alice().presses(&timed_out, "Roll back").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    world.ends().await
}

/// The cluster was away when it was approved, and then the bot was, for long.
#[tokio::test]
async fn an_old_approval_is_not_carried_into_a_cluster_that_is_back() -> Result<()> {
    let lab = tests::lab::shared(std::path::Path::new(env!("CARGO_BIN_EXE_lab")));
    let (mut world, line) = World::begin_on_a_line_to_the_cluster(lab).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    line.cut();
    world.bob().presses(&plan, "Approve").await?;
    world.stage.will_answer("select state::text from operation", "running").await?;
    world.away().await?;
    world.stage.started_operations_grow_old().await?;
    line.mend();
    world.restart().await?;
    let void = world.sees("— void").await?;
    insta::assert_snapshot!(void.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — void
    This plan no longer fits: it was approved more than 10 minutes ago
    Nothing was sent.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Plan again → deploy search-api 98ab4e2 to production]
    ");
    assert_eq!(void.id, plan.id);
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    world.ends().await
}
