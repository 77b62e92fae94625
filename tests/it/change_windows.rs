//! Change windows of the policy: what would begin outside them is told when it may; what began in time goes on.

use anyhow::{Context as _, Result};
use commands::message::Reaction;
use tests::world;
use tests::world::guarded::{begin_where, nothing_begins_in_production};

const LAB: &str = env!("CARGO_BIN_EXE_lab");

#[tokio::test]
async fn nothing_begins_while_a_deny_window_is_open() -> Result<()> {
    let world = begin_where(LAB, |policy| nothing_begins_in_production(policy, "")).await?;
    let before = world.stage.changes(&world.stage.production).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    insta::assert_snapshot!(world.sees("quarter end").await?.text, @"
    [warning] The policy lets no change begin, with no end in sight: quarter end.
    Type it again when changes may begin; `locks` shows the windows. `rollback search-api in production` always passes.
    ");
    world.alice().types("restart search-api in production").await?;
    world.sees("quarter end").await?;
    world.alice().types("locks").await?;
    insta::assert_snapshot!(world.sees("What holds").await?.text, @"
    [good] What holds changes back
    Locks:
    none
    Frozen by incidents:
    none
    Change windows:
    • deny everything in production: open, no change may begin, with no end in sight: quarter end (`* * * * * Europe/Berlin`)
    ");
    assert_eq!(world.stage.changes(&world.stage.production).await?, before);

    // The brake works at any time, and dev has no window.
    world.alice().types("pause search-api in production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    insta::assert_snapshot!(world.sees("— done").await?.text, @"
    [good] Pause search-api in production — done
    Approved by: @bob, asked by @alice
    Took: (time)
    No change of it rolls out until somebody resumes it.
    It is not held by this, but mind:
    • The policy lets no change begin, with no end in sight: quarter end
    — `OP-1` · plan `…` · understood as `pause search-api in production`
    [Resume → resume search-api in production]
    ");
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    world.ends().await
}

#[tokio::test]
async fn an_allow_window_that_is_closed_says_when_it_opens_unless_people_may_act_by_hand() -> Result<()> {
    let new_year = "\n[[windows]]\nkind = \"allow\"\nschedule = \"0 0 1 1 *\"\nduration = \"1m\"\n\
                    time_zone = \"UTC\"\nreason = \"the first minute of the year\"\n";
    let mut world = begin_where(LAB, |policy| format!("{policy}{new_year}")).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    insta::assert_snapshot!(world.sees("first minute").await?.text, @"
    [warning] The policy lets changes begin only in their windows, and none is open, until (time) (in (span)): the first minute of the year.
    Type it again when changes may begin; `locks` shows the windows. `rollback search-api in dev` always passes.
    ");
    world.stage.policy.push_str("manual = true\n");
    world.restart().await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    world.ends().await
}

#[tokio::test]
async fn an_approved_deploy_waits_for_its_window_and_what_began_is_not_interrupted() -> Result<()> {
    let mut world = world::begin(LAB).await?;
    let open = world.stage.policy.clone();
    let closed = nothing_begins_in_production(&open, "");
    let production = world.stage.production.clone();
    world.alice().types("deploy search-api 0badbad to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.stage.policy = closed.clone();
    world.restart().await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    insta::assert_snapshot!(world.sees("— held").await?.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `0badbad` — held
    Approved by: @bob, asked by @alice
    • The policy lets no change begin, with no end in sight: quarter end
    It starts by itself when that ends, if that is before (time).
    — `OP-1` · plan `…` · understood as `deploy search-api 0badbad to production`
    [Cancel → cancel OP-1]
    ");
    assert_eq!(world.stage.tag_in(&production).await?, "7c3f2b1");

    world.stage.policy = open;
    world.restart().await?;
    world.sees("updated").await?;
    world.stage.somebody_holds(&production, true).await?;
    // The window closes over the rollout.
    world.stage.policy = closed;
    world.restart().await?;
    world.stage.somebody_holds(&production, false).await?;
    let stuck = world.sees("— stuck").await?;
    assert_eq!(stuck.id, plan.id);
    // And the way back is open.
    world.alice().presses(&stuck, "Roll back").await?;
    let back = world.sees("0 of 1").await?;
    // What is wrong there already differs by how long the rollout was held.
    let (_, warned) = back.text.split_once("A rollback is never held").context("no warning")?;
    insta::assert_snapshot!(warned.trim_start(), @"
    , but mind:
    • The policy lets no change begin, with no end in sight: quarter end
    — `OP-2` · plan `…` · understood as `rollback search-api in production to revision 1`
    [Approve → approve OP-2] [Deny → deny OP-2]
    (✅ ❌)
    ");
    world.bob().reacts(&back, Reaction::Approve).await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&production).await?, "7c3f2b1");
    world.ends().await
}
