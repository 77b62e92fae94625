//! Somebody else changes the image while the plan waits: the approval no longer fits, nothing is sent, and the card says why.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;

#[tokio::test]
async fn a_plan_is_void_when_somebody_else_changed_the_image_before_the_vote() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;

    world.stage.somebody_sets_image(&production, "0badbad").await?;
    let theirs = world.stage.changes(&production).await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let void = world.sees("— void").await?;
    insta::assert_snapshot!(void.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — void
    This plan no longer fits: container search-api runs 0badbad now, not 7c3f2b1
    Nothing was sent.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Plan again → deploy search-api 98ab4e2 to production]
    ");
    assert_eq!(void.id, plan.id);
    assert_eq!(world.stage.tag_in(&production).await?, "0badbad");
    assert_eq!(world.stage.changes(&production).await?.generation, theirs.generation, "nothing was sent");
    world.ends().await
}
