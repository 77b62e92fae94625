//! One operation at a time on a target: others are told who has it, or wait for it; and do not act on what it left behind.
//!
//! The first operation's tag never gets ready, and somebody holds its rollout for as long as the story needs it.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;

#[tokio::test]
async fn a_second_deploy_is_told_who_is_at_work_or_waits_and_is_void() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.alice().types("deploy search-api 0badbad to production").await?;
    let first = world.sees("→ `0badbad`").await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let second = world.sees("→ `98ab4e2`").await?;

    world.bob().reacts(&first, Reaction::Approve).await?;
    world.sees("updated").await?;
    world.stage.somebody_holds(&production, true).await?;
    world.carol().types("deploy search-api 98ab4e2 to production").await?;
    let told = world.sees("[warning]").await?;
    insta::assert_snapshot!(told.text, @"
    [warning] `OP-1` by @alice is at work there: `deploy search-api 0badbad to production`.
    Wait for it to end; its card shows how far it is.
    ");

    world.bob().reacts(&second, Reaction::Approve).await?;
    let queued = world.sees("Waits for").await?;
    insta::assert_snapshot!(queued.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    Waits for `OP-1` by @alice.
    — `OP-2` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    assert_eq!(queued.id, second.id);

    world.stage.somebody_holds(&production, false).await?;
    let stuck = world.sees("— stuck").await?;
    assert_eq!(stuck.id, first.id);
    let void = world.sees("— void").await?;
    insta::assert_snapshot!(void.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — void
    The target is not what this plan was made for: container search-api runs 0badbad now, not 7c3f2b1
    Nothing was sent. For a new plan: `deploy search-api 98ab4e2 to production`
    — `OP-2` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    assert_eq!(void.id, second.id);
    assert_eq!(world.stage.tag_in(&production).await?, "0badbad");
    world.ends().await
}

#[tokio::test]
async fn whoever_asked_takes_a_queued_plan_back() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.alice().types("deploy search-api 0badbad to production").await?;
    let first = world.sees("→ `0badbad`").await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let second = world.sees("→ `98ab4e2`").await?;
    world.bob().reacts(&first, Reaction::Approve).await?;
    world.sees("updated").await?;
    world.stage.somebody_holds(&production, true).await?;
    world.bob().reacts(&second, Reaction::Approve).await?;
    world.sees("Waits for").await?;

    world.carol().reacts(&second, Reaction::Deny).await?;
    let late = world.sees("[warning]").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] A vote on `OP-2` changes nothing any more: it was approved by @bob.
    Its card shows how it stands.
    ");
    world.alice().reacts(&second, Reaction::Deny).await?;
    let withdrawn = world.sees("— withdrawn").await?;
    insta::assert_snapshot!(withdrawn.text, @"
    [note] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — withdrawn
    Withdrawn by the requester, @alice. Nothing was changed.
    — `OP-2` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.stage.somebody_holds(&production, false).await?;
    world.sees("— stuck").await?;
    world.ends().await
}
