//! One operation at a time on a target: whoever comes second sees who is at work, and nothing is done on what that one left behind.
//!
//! Rollouts of these stories take as long as the story needs them.

use anyhow::Result;
use commands::message::Reaction;
use tests::world::room::Seen;
use tests::world::{self, World};

/// A rollout that is under way, and does not end before `is_slow` says so.
async fn at_work(world: &World) -> Result<Seen> {
    world.stage.is_slow(&world.stage.production, true).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2 updated").await
}

#[tokio::test]
async fn a_plan_from_before_another_change_is_void_as_soon_as_that_is_sent() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 0badbad to production").await?;
    let early = world.sees("→ `0badbad`").await?;
    let first = at_work(&world).await?;

    let void = world.sees("— void").await?;
    insta::assert_snapshot!(void.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `0badbad` — void
    This plan no longer fits: container search-api runs 98ab4e2 now, not 7c3f2b1
    Nothing was sent.
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to production`
    [Plan again → deploy search-api 0badbad to production]
    ");
    assert_eq!(void.id, early.id);
    world.carol().types("pause search-api in production").await?;
    let told = world.sees("[warning]").await?;
    insta::assert_snapshot!(told.text, @"
    [warning] `OP-2` by @alice is at work there: `deploy search-api 98ab4e2 to production`.
    This cannot wait in line. `cancel OP-2` leaves the rollout as it is and frees the target; then type it again.
    ");

    world.stage.is_slow(&world.stage.production, false).await?;
    let done = world.sees("— done").await?;
    assert_eq!(done.id, first.id);
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "98ab4e2");
    world.ends().await
}

#[tokio::test]
async fn a_queued_plan_is_still_denied_and_taken_back() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let first = at_work(&world).await?;
    world.alice().types("restart search-api in production").await?;
    let second = world.sees("0 of 1").await?;
    world.bob().reacts(&second, Reaction::Approve).await?;
    world.sees("1st in line").await?;
    world.carol().reacts(&second, Reaction::Deny).await?;
    let denied = world.sees("— denied").await?;
    insta::assert_snapshot!(denied.text, @"
    [bad] Restart search-api in production — denied
    Asked by @alice, denied by @carol. Nothing was changed.
    — `OP-2` · plan `…` · understood as `restart search-api in production`
    ");
    assert_eq!(denied.id, second.id);

    world.alice().types("restart search-api in production").await?;
    let third = world.sees("0 of 1").await?;
    world.bob().reacts(&third, Reaction::Approve).await?;
    world.sees("1st in line").await?;
    world.bob().takes_back(&third, Reaction::Approve).await?;
    world.sees("0 of 1").await?;
    world.bob().reacts(&third, Reaction::Approve).await?;
    world.sees("1st in line").await?;
    world.alice().reacts(&third, Reaction::Deny).await?;
    let withdrawn = world.sees("— withdrawn").await?;
    insta::assert_snapshot!(withdrawn.text, @"
    [note] Restart search-api in production — withdrawn
    Withdrawn by the requester, @alice. Nothing was changed.
    — `OP-3` · plan `…` · understood as `restart search-api in production`
    ");

    world.bob().takes_back(&first, Reaction::Approve).await?;
    let late = world.sees("[warning]").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] `OP-1` is at work already: the vote stands.
    `cancel OP-1` ends it where it is.
    ");
    world.stage.is_slow(&world.stage.production, false).await?;
    let done = world.sees("— done").await?;
    assert_eq!((done.id, world.stage.changes(&world.stage.production).await?.replica_sets), (first.id, 2));
    world.ends().await
}
