//! Alice deploys to production: the plan waits for somebody on call, and her own reaction does nothing.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;

#[tokio::test]
async fn production_waits_for_bob_and_alices_own_reaction_does_nothing() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    insta::assert_snapshot!(plan.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `98ab4e2`
    From: `7c3f2b1` (by tag only)
    To: `98ab4e2` (`sha256:…`)
    Target: `search/deployment/search-api-deployment`
    Replicas: 2 wanted, 2 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice
    Expires: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Approve → approve OP-1] [Deny → deny OP-1]
    (✅ ❌)
    ");

    world.alice().reacts(&plan, Reaction::Approve).await?;
    let refused = world.sees("[warning]").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] @alice asked for this, and nobody approves their own request.
    It takes somebody else of oncall; to deny it takes it back.
    ");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");

    world.bob().reacts(&plan, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — done
    Approved by: @bob, asked by @alice
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    assert_eq!(done.id, plan.id, "one message an operation, edited in place");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "98ab4e2");
    world.ends().await
}
