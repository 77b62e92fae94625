//! A tag that cannot work is stopped early, with the reason and what the container said; then it is rolled back.

use std::time::{Duration, Instant};

use anyhow::Result;
use commands::message::Reaction;
use tests::world::{self, World};

/// Long before Kubernetes' own ten minutes, on a busy machine.
const EARLY: Duration = Duration::from_secs(25);

#[tokio::test]
async fn in_dev_policy_rolls_a_crashing_tag_back_by_itself() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let begun = Instant::now();
    world.alice().types("deploy search-api c0ffee1 to dev").await?;
    let stuck = world.sees("— stuck").await?;
    assert!(begun.elapsed() < EARLY, "it took {:?}", begun.elapsed());
    insta::assert_snapshot!(stuck.text, @"
    [bad] Deploy search-api to dev: `7c3f2b1` → `c0ffee1` — stuck
    Requested by: @alice, no approval needed
    Still serving: 2 of 2 replicas
    The container `search-api` keeps ending with exit code 1. Seen on `Pod/search-api-deployment-…`.
      | Database unreachable
    Being rolled back by policy: `OP-2`
    — `OP-1` · plan `…` · understood as `deploy search-api c0ffee1 to dev`
    [Diagnose → diagnose search-api in dev]
    ");
    let back = world.sees("— done").await?;
    insta::assert_snapshot!(back.text, @"
    [good] Roll back search-api in dev: `c0ffee1` → `7c3f2b1` — done
    Started by: policy, because `OP-1` by @alice is stuck
    Took: (time)
    — `OP-2` · plan `…` · understood as `rollback search-api in dev to revision 1`
    ");
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    world.ends().await
}

#[tokio::test]
async fn in_production_people_press_the_way_back_and_approve_it() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api c0ffee1 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().presses(&plan, "Approve").await?;
    let stuck = world.sees("— stuck").await?;
    insta::assert_snapshot!(stuck.text, @"
    [bad] Deploy search-api to production: `7c3f2b1` → `c0ffee1` — stuck
    Approved by: @bob, asked by @alice
    Still serving: 2 of 2 replicas
    The container `search-api` keeps ending with exit code 1. Seen on `Pod/search-api-deployment-…`.
      | Database unreachable
    — `OP-1` · plan `…` · understood as `deploy search-api c0ffee1 to production`
    [Roll back → rollback search-api in production to revision 1] [Diagnose → diagnose search-api in production]
    ");
    assert_eq!(stuck.id, plan.id);

    world.bob().presses(&stuck, "Roll back").await?;
    let back = world.sees("0 of 1").await?;
    insta::assert_snapshot!(back.text, @"
    [waiting] Roll back search-api in production: `c0ffee1` → `7c3f2b1`
    From: `c0ffee1` (`sha256:…`)
    To: `7c3f2b1` (by tag only)
    Target: `search/deployment/search-api-deployment`
    Replicas: 2 wanted, 2 ready
    Strategy: rolling update
    Requested by: @bob
    Approval: 0 of 1 — oncall may approve, not @bob
    Expires: (time)
    Already wrong there:
    • `Pod/search-api-deployment-…`: The container `search-api` keeps ending with exit code 1.
    — `OP-2` · plan `…` · understood as `rollback search-api in production to revision 1`
    [Approve → approve OP-2] [Deny → deny OP-2]
    (✅ ❌)
    ");
    world.carol().reacts(&back, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Roll back search-api in production: `c0ffee1` → `7c3f2b1` — done
    Approved by: @carol, asked by @bob
    Took: (time)
    — `OP-2` · plan `…` · understood as `rollback search-api in production to revision 1`
    ");
    assert_eq!(done.id, back.id);
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    world.ends().await
}

#[tokio::test]
async fn what_cannot_be_pulled_says_so() -> Result<()> {
    let stuck = stopped("deadbee").await?;
    insta::assert_snapshot!(stuck, @r#"
    [bad] Deploy search-api to dev: `7c3f2b1` → `deadbee` — stuck
    Requested by: @alice, no approval needed
    Still serving: 2 of 2 replicas
    The image `registry/search-api:deadbee` cannot be pulled: the image is not built for this node's platform. The kubelet says: …Found desc = failed to pull and unpack image "registry/search-api:deadbee@sha256:…": no match for platform in manifest: not found. Seen on `Pod/search-api-deployment-…`.
    Being rolled back by policy: `OP-2`
    — `OP-1` · plan `…` · understood as `deploy search-api deadbee to dev`
    [Diagnose → diagnose search-api in dev]
    "#);
    Ok(())
}

#[tokio::test]
async fn what_needs_too_much_memory_says_so() -> Result<()> {
    let stuck = stopped("00a0a0a").await?;
    insta::assert_snapshot!(stuck, @"
    [bad] Deploy search-api to dev: `7c3f2b1` → `00a0a0a` — stuck
    Requested by: @alice, no approval needed
    Still serving: 2 of 2 replicas
    The container `search-api` was killed for using more memory than its limit, last (span) ago (exit code 137). Seen on `Pod/search-api-deployment-…`.
    Being rolled back by policy: `OP-2`
    — `OP-1` · plan `…` · understood as `deploy search-api 00a0a0a to dev`
    [Diagnose → diagnose search-api in dev]
    ");
    Ok(())
}

#[tokio::test]
async fn what_never_gets_ready_says_so() -> Result<()> {
    let stuck = stopped("0badbad").await?;
    insta::assert_snapshot!(stuck, @"
    [bad] Deploy search-api to dev: `7c3f2b1` → `0badbad` — stuck
    Requested by: @alice, no approval needed
    Still serving: 2 of 2 replicas
    The container `search-api` has been running for (span) and is not ready. The kubelet says: Readiness probe failed. Seen on `Pod/search-api-deployment-…`.
      | warming the search index: 0 of 4096 shards loaded
    Being rolled back by policy: `OP-2`
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to dev`
    [Diagnose → diagnose search-api in dev]
    ");
    Ok(())
}

/// What the card says about this tag in dev, and the way back that follows.
async fn stopped(tag: &str) -> Result<String> {
    let world = World::begin(tests::lab::shared(std::path::Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    world.stage.is_impatient(&world.stage.dev, 8).await?;
    world.alice().types(&format!("deploy search-api {tag} to dev")).await?;
    let stuck = world.sees("— stuck").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    world.ends().await?;
    Ok(stuck.text)
}
