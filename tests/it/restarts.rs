//! The bot goes away in the middle, in order or not, and comes back: what was begun is finished, and done once.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use commands::message::Reaction;
use tests::lab;
use tests::world::{self, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
/// Moments at which the bot dies after the vote, in milliseconds; drawn once, so that every run is the same.
const DEATHS: [u64; 6] = [3, 31, 58, 104, 167, 342];

#[tokio::test]
async fn a_plan_outlives_a_restart_and_is_then_approved() -> Result<()> {
    let mut world = world::begin_where_two_approve(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.restart().await?;
    world.carol().reacts(&plan, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    assert!(done.text.contains("Approved by: @bob, @carol"), "{}", done.text);
    assert_eq!(done.id, plan.id);
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "98ab4e2");
    world.ends().await
}

#[tokio::test]
async fn killed_in_the_middle_of_a_rollout_it_finishes_it_once() -> Result<()> {
    let program = Path::new(PROGRAM);
    let mut world =
        World::begin_as_program(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), program).await?;
    let dev = world.stage.dev.clone();
    let before = world.stage.changes(&dev).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    let working = world.sees("updated").await?;
    world.kill().await?;
    world.starts_again(program).await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Deploy search-api to dev: `7c3f2b1` → `98ab4e2` — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to dev`
    ");
    assert_eq!(done.id, working.id, "one card");
    let after = world.stage.changes(&dev).await?;
    assert_eq!((after.generation, after.replica_sets), (before.generation + 1, 2), "one change");
    assert_eq!(world.stage.tag_in(&dev).await?, "98ab4e2");
    world.ends().await
}

#[tokio::test]
async fn killed_between_approval_and_change_at_many_moments_it_changes_once() -> Result<()> {
    let program = Path::new(PROGRAM);
    let mut world =
        World::begin_as_program(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), program).await?;
    let production = world.stage.production.clone();
    for (round, death) in DEATHS.into_iter().enumerate() {
        let tag = if round % 2 == 0 { "98ab4e2" } else { "7c3f2b1" };
        let before = world.stage.changes(&production).await?;
        world.alice().types(&format!("deploy search-api {tag} to production")).await?;
        let plan = world.sees("0 of 1").await?;
        world.bob().reacts(&plan, Reaction::Approve).await?;
        tokio::time::sleep(Duration::from_millis(death)).await;
        world.kill().await?;
        world.starts_again(program).await?;
        let done = world.sees("— done").await?;
        assert_eq!(done.id, plan.id, "one card, killed after {death} ms");
        let after = world.stage.changes(&production).await?;
        assert_eq!(after.generation, before.generation + 1, "one change, killed after {death} ms");
        assert_eq!(world.stage.tag_in(&production).await?, tag);
    }
    assert_eq!(world.stage.changes(&production).await?.replica_sets, 3);
    world.ends().await
}
