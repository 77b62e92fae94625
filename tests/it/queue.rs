//! A busy target has a line: who is ready first goes first, everybody sees their place, and a newer deploy takes an older one's.
//!
//! Rollouts of these stories take as long as the story needs them.

use std::time::Duration;

use anyhow::Result;
use commands::message::Reaction;
use sqlx::{Connection, PgConnection};
use tests::world;

#[tokio::test]
async fn those_in_line_go_in_the_order_in_which_they_were_ready() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.stage.is_slow(&production, true).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let first = world.sees("0 of 1").await?;
    world.bob().reacts(&first, Reaction::Approve).await?;
    world.sees("1 of 2 updated, 1 ready").await?;

    world.alice().types("restart search-api in production").await?;
    let second = world.sees("0 of 1").await?;
    insta::assert_snapshot!(second.text, @"
    [waiting] Restart search-api in production
    Image: `98ab4e2` (`sha256:…`)
    Target: `search/deployment/search-api-deployment`
    Replicas: 2 wanted, 3 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice
    Expires: (time)
    Goes first: `OP-1` by @alice; `cancel OP-1` ends it where it is
    Already wrong there:
    • `Deployment/search-api-deployment`: 0 of 2 replicas are available.
    — `OP-2` · plan `…` · understood as `restart search-api in production`
    [Approve → approve OP-2] [Deny → deny OP-2]
    (✅ ❌)
    ");
    // `restartedAt` has whole seconds: two restarts of one second are one.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    world.bob().types("restart search-api in production").await?;
    let third = world.sees("0 of 1").await?;

    world.carol().reacts(&third, Reaction::Approve).await?;
    let queued = world.sees("1st in line").await?;
    insta::assert_snapshot!(queued.text, @"
    [waiting] Restart search-api in production
    Approved by: @carol, asked by @bob
    1st in line, behind `OP-1` by @alice; `cancel OP-1` ends it where it is. It starts by itself when its turn comes.
    — `OP-3` · plan `…` · understood as `restart search-api in production`
    [Cancel → cancel OP-3]
    ");
    assert_eq!(queued.id, third.id);
    world.carol().reacts(&second, Reaction::Approve).await?;
    let behind = world.sees("2nd in line").await?;
    insta::assert_snapshot!(behind.text.lines().nth(2).unwrap_or_default(), @"2nd in line, behind `OP-1` by @alice and `OP-3` by @bob; `cancel OP-1` ends it where it is. It starts by itself when its turn comes.");
    assert_eq!(behind.id, second.id);

    world.stage.is_slow(&production, false).await?;
    for _ in 0..3 {
        world.sees("— done").await?;
    }
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    let order: Vec<i64> =
        sqlx::query_scalar("select id from operation order by approved_at").fetch_all(&mut database).await?;
    assert_eq!(order, [1, 3, 2], "in the order of their readiness, not of their numbers");
    let overlaps: i64 = sqlx::query_scalar(
        "select count(*) from operation a join operation b on a.id <> b.id
         where a.approved_at < b.approved_at and b.approved_at < a.finished_at",
    )
    .fetch_one(&mut database)
    .await?;
    assert_eq!(overlaps, 0, "one after the other");
    world.ends().await
}

#[tokio::test]
async fn a_newer_deploy_takes_the_place_of_an_older_one_that_has_not_started() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let dev = world.stage.dev.clone();
    world.stage.is_slow(&dev, true).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    let first = world.sees("1 of 2 updated").await?;
    world.alice().types("deploy search-api c0ffee1 to dev").await?;
    let older = world.sees("1st in line").await?;
    insta::assert_snapshot!(older.text, @"
    [waiting] Deploy search-api to dev: `98ab4e2` → `c0ffee1`
    Requested by: @alice, no approval needed
    1st in line, behind `OP-1` by @alice; `cancel OP-1` ends it where it is. It starts by itself when its turn comes.
    — `OP-2` · plan `…` · understood as `deploy search-api c0ffee1 to dev`
    [Cancel → cancel OP-2]
    ");
    world.bob().types("deploy search-api 7c3f2b1 to dev").await?;
    let superseded = world.sees("— superseded").await?;
    insta::assert_snapshot!(superseded.text, @"
    [note] Deploy search-api to dev: `98ab4e2` → `c0ffee1` — superseded
    Asked by @alice, superseded by `OP-3`, a newer deploy. Nothing was sent.
    — `OP-2` · plan `…` · understood as `deploy search-api c0ffee1 to dev`
    ");
    assert_eq!(superseded.id, older.id);
    let newer = world.sees("1st in line, behind `OP-1` by @alice;").await?;

    world.stage.is_slow(&dev, false).await?;
    let done = [world.sees("— done").await?.id, world.sees("— done").await?.id];
    assert!(done.contains(&first.id) && done.contains(&newer.id), "{done:?}");
    assert_eq!(world.stage.tag_in(&dev).await?, "7c3f2b1");
    // By tag only when the story began, 98ab4e2, and 7c3f2b1 by its digest.
    assert_eq!(world.stage.changes(&dev).await?.replica_sets, 3, "c0ffee1 was never there");
    world.ends().await
}
