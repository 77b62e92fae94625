//! Who decides about a plan, how, and until when.

use anyhow::Result;
use commands::message::Reaction;
use tests::world::room::Seen;
use tests::world::{self, World};

async fn asks(world: &World) -> Result<Seen> {
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    world.sees("0 of 1").await
}

async fn runs(world: &World, tag: &str) -> Result<()> {
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, tag);
    Ok(())
}

#[tokio::test]
async fn one_deny_ends_it_and_later_votes_change_nothing() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let plan = asks(&world).await?;
    world.carol().reacts(&plan, Reaction::Deny).await?;
    let denied = world.sees("— denied").await?;
    insta::assert_snapshot!(denied.text, @"
    [bad] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — denied
    Asked by @alice, denied by @carol. Nothing was changed.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let late = world.sees("[warning]").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] A vote on `OP-1` changes nothing any more: it is over, denied by @carol.
    Its card shows how it stands.
    ");
    runs(&world, "7c3f2b1").await?;
    world.ends().await
}

#[tokio::test]
async fn dave_decides_nothing_by_any_way() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let plan = asks(&world).await?;
    world.dave().reacts(&plan, Reaction::Approve).await?;
    let refused = world.sees("[warning]").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] @dave may not approve plans.
    oncall may.
    ");
    world.dave().presses(&plan, "Deny").await?;
    let refused = world.sees("[warning]").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] @dave may not stop plans.
    developers and oncall may.
    ");
    world.dave().takes_back(&plan, Reaction::Approve).await?;
    let again = world.ops.looks_again(&plan).await?;
    assert_eq!(again.text, plan.text);
    runs(&world, "7c3f2b1").await?;
    world.ends().await
}

#[tokio::test]
async fn alice_takes_her_own_plan_back() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let plan = asks(&world).await?;
    world.alice().reacts(&plan, Reaction::Deny).await?;
    let withdrawn = world.sees("— withdrawn").await?;
    insta::assert_snapshot!(withdrawn.text, @"
    [note] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — withdrawn
    Withdrawn by the requester, @alice. Nothing was changed.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let late = world.sees("[warning]").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] A vote on `OP-1` changes nothing any more: it is over, cancelled by @alice before anything was sent.
    Its card shows how it stands.
    ");
    runs(&world, "7c3f2b1").await?;
    world.ends().await
}

#[tokio::test]
async fn typing_it_and_pressing_it_are_the_same_as_reacting() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    asks(&world).await?;
    world.bob().types("approve OP-1").await?;
    let typed = world.sees("— done").await?.text;
    world.alice().types("deploy search-api 7c3f2b1 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().presses(&plan, "Approve").await?;
    let pressed = world.sees("— done").await?.text;
    insta::assert_snapshot!(format!("{typed}\n\n{pressed}"), @"
    [good] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — done
    Approved by: @bob, asked by @alice
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`

    [good] Deploy search-api to production: `98ab4e2` → `7c3f2b1` — done
    Approved by: @bob, asked by @alice
    Took: (time)
    — `OP-2` · plan `…` · understood as `deploy search-api 7c3f2b1 to production`
    ");

    world.carol().types("deny OP-2").await?;
    let late = world.sees("[warning]").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] A vote on `OP-2` changes nothing any more: it is over, succeeded.
    Its card shows how it stands.
    ");
    world.carol().types("approve OP-9").await?;
    let unknown = world.sees("[warning]").await?;
    insta::assert_snapshot!(unknown.text, @"
    [warning] There is no `OP-9`.
    The number is on the card of the plan.
    ");
    world.ends().await
}

#[tokio::test]
async fn a_vote_taken_back_before_the_decision_does_not_count() -> Result<()> {
    let world = world::begin_where_two_approve(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.bob().takes_back(&plan, Reaction::Approve).await?;
    world.sees("0 of 2").await?;
    world.carol().reacts(&plan, Reaction::Approve).await?;
    let one = world.sees("1 of 2").await?;
    insta::assert_snapshot!(one.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `98ab4e2`
    From: `7c3f2b1` (by tag only)
    To: `98ab4e2` (`sha256:…`)
    Target: `search/deployment/search-api-deployment`
    Replicas: 2 wanted, 2 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 1 of 2 — oncall may approve, not @alice
    Expires: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Approve → approve OP-1] [Deny → deny OP-1]
    (✅ ❌)
    ");
    runs(&world, "7c3f2b1").await?;
    world.bob().types("approve OP-1").await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — done
    Approved by: @carol, @bob, asked by @alice
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.ends().await
}

#[tokio::test]
async fn nobody_decides_in_time() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let plan = asks(&world).await?;
    world.stage.undecided_plans_grow_old().await?;
    let expired = world.sees("— expired").await?;
    insta::assert_snapshot!(expired.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — expired
    Asked by @alice, and nobody decided in time. Nothing was changed.
    To ask again: `deploy search-api 98ab4e2 to production`
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let late = world.sees("[warning]").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] A vote on `OP-1` changes nothing any more: it is over, expired undecided.
    Its card shows how it stands.
    ");
    runs(&world, "7c3f2b1").await?;
    world.ends().await
}
