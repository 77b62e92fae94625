//! Somebody ends an operation: the card says plainly what that leaves, and whoever comes too late is told.
//!
//! A cancel and a tick that meet have one winner.

use std::time::Duration;

use anyhow::Result;
use commands::message::Reaction;
use sqlx::{Connection, PgConnection};
use tests::world;

/// How long after its card an operation is cancelled, in milliseconds; drawn once, so that every run is the same.
const MEETINGS: [u64; 6] = [0, 7, 40, 110, 300, 900];

#[tokio::test]
async fn in_the_middle_of_a_rollout_it_is_left_as_it_is_and_the_target_is_free() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.stage.is_patient(&production).await?;
    world.alice().types("deploy search-api 0badbad to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let working = world.sees("1 of 2 updated").await?;
    insta::assert_snapshot!(working.text, @"
    [working] Deploy search-api to production: `7c3f2b1` → `0badbad`
    Approved by: @bob, asked by @alice
    ░░░░░░░░░░ 0/2 1 of 2 updated, 0 ready
    1 out of 2 new replicas have been updated
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to production`
    [Cancel → cancel OP-1]
    ");
    let before = world.stage.changes(&production).await?;

    world.dave().types("cancel OP-1").await?;
    let refused = world.sees("@dave").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] @dave may not stop plans.
    developers and oncall may.
    ");
    world.bob().presses(&working, "Cancel").await?;
    let cancelled = world.sees("— cancelled").await?;
    insta::assert_snapshot!(cancelled.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `0badbad` — cancelled
    Approved by: @bob, asked by @alice
    Cancelled by: @bob, after the change was sent
    Still serving: 2 of 2 replicas
    Left as it is: 1 of 2 updated. Kubernetes goes on with the rollout; it is not followed here any more.
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to production`
    [Roll back → rollback search-api in production to revision 1] [Status → status search-api in production]
    ");
    assert_eq!(cancelled.id, plan.id);
    assert_eq!(
        world.stage.changes(&production).await?.generation,
        before.generation,
        "nothing was sent for it"
    );

    world.bob().types("cancel OP-1").await?;
    let late = world.sees("is over").await?;
    insta::assert_snapshot!(late.text, @"
    [warning] `OP-1` is over: cancelled by @bob after the change was sent: 1 of 2 updated.
    Nothing is left to cancel; its card shows how it stands.
    ");
    world.alice().presses(&cancelled, "Roll back").await?;
    let back = world.sees("0 of 1").await?;
    assert!(!back.text.contains("Goes first"), "the target is free: {}", back.text);
    world.bob().reacts(&back, Reaction::Approve).await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&production).await?, "7c3f2b1");
    world.ends().await
}

#[tokio::test]
async fn a_plan_that_waits_is_ended_by_another_deployer() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    world.sees("0 of 1").await?;
    world.bob().types("cancel OP-1").await?;
    let cancelled = world.sees("— cancelled").await?;
    insta::assert_snapshot!(cancelled.text, @"
    [note] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — cancelled
    Asked by @alice, cancelled by @bob. Nothing was changed.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    let timeline = world.page("/operations/OP-1").await?.text();
    let told = ["cancelled it", "cancelled by <"].map(|words| timeline.contains(words));
    assert_eq!(told, [true, true], "{timeline}");
    world.bob().types("cancel OP-7").await?;
    let unknown = world.sees("[warning]").await?;
    insta::assert_snapshot!(unknown.text, @"
    [warning] There is no `OP-7`.
    The number is on the card of the plan.
    ");
    world.ends().await
}

#[tokio::test]
async fn a_cancel_and_a_tick_that_meet_have_one_winner() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let dev = world.stage.dev.clone();
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    for (round, later) in MEETINGS.into_iter().enumerate() {
        let tag = if world.stage.tag_in(&dev).await? == "7c3f2b1" { "98ab4e2" } else { "7c3f2b1" };
        let before = world.stage.changes(&dev).await?.generation;
        world.alice().types(&format!("deploy search-api {tag} to dev")).await?;
        let id = round + 1;
        let card = world.sees(&format!("`OP-{id}` · plan")).await?;
        tokio::time::sleep(Duration::from_millis(later)).await;
        world.bob().types(&format!("cancel OP-{id}")).await?;
        world.settles().await?;

        let (result, ends): (String, i64) = sqlx::query_as(
            "select outcome ->> 'result', (select count(*) from timeline
                                           where operation_id = operation.id and event ->> 'kind' = 'finished')
             from operation where id = $1",
        )
        .bind(i64::try_from(id)?)
        .fetch_one(&mut database)
        .await?;
        assert_eq!(ends, 1, "one end, {later} ms");
        let card = world.ops.looks_again(&card).await?.text;
        let changes = world.stage.changes(&dev).await?.generation - before;
        let arrived = world.stage.tag_in(&dev).await? == tag;
        match result.as_str() {
            // Where it had started, the target was closed to it, which touches no pod.
            "cancelled" => assert!(card.contains("Nothing was changed") && !arrived, "{changes} {card}"),
            "cancelled_midway" => {
                assert!(card.contains("after the change was sent") && changes == 1, "{card}");
            }
            "succeeded" => {
                assert!(card.contains("— done") && changes == 1, "{card}");
                world.sees("is over: succeeded").await?;
            }
            other => panic!("{other}: {card}"),
        }
    }
    world.ends().await
}
