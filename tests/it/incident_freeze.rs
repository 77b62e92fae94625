//! While an incident of sev1 or sev2 is open, nothing new is deployed to what it is about; what may end it goes on.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::room::Seen;

/// Bob opens an incident from an alert about `search-api`.
async fn an_incident_opens(world: &World) -> Result<Seen> {
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    let alert = world.sees("1 firing").await?;
    world.bob().presses(&alert, "Open incident").await?;
    let incident = world.sees("INC-1 · sev2").await?;
    world.sees("Incident: INC-1").await?;
    Ok(incident)
}

#[tokio::test]
async fn a_bad_incident_freezes_deploys_and_nothing_else() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    let incident = an_incident_opens(&world).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    insta::assert_snapshot!(world.sees("freezes").await?.text, @"
    [warning] `INC-1` (sev2) freezes deploys since (time), until it is resolved: HighErrorRate.
    If it is over: `incident resolve INC-1`; if it is less bad: `incident severity INC-1 sev3`. `rollback search-api in production` always passes.
    ");
    world.alice().types("locks").await?;
    insta::assert_snapshot!(world.sees("What holds").await?.text, @"
    [warning] What holds changes back
    Locks:
    none
    Frozen by incidents:
    • search-api: `INC-1` (sev2) freezes deploys since (time), until it is resolved: HighErrorRate
    Change windows:
    none
    ");

    world.alice().types("rollback search-api in dev").await?;
    insta::assert_snapshot!(world.sees("— done").await?.text, @"
    [good] Roll back search-api in dev: `98ab4e2` → `7c3f2b1` — done
    Requested by: @alice, no approval needed
    Took: (time)
    A rollback is never held, but mind:
    • `INC-1` (sev2) freezes deploys since (time), until it is resolved: HighErrorRate
    — `OP-2` · plan `…` · understood as `rollback search-api in dev`
    ");
    world.alice().types("restart search-api in dev").await?;
    world.sees("— done").await?;

    world.bob().types_in_thread(&incident, "incident severity sev3").await?;
    world.sees("was sev2").await?;
    world.sees("INC-1 · sev3").await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    world.ends().await
}

#[tokio::test]
async fn somebody_says_what_a_declared_incident_is_about() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev1 Search is down").await?;
    let incident = world.sees("INC-1").await?;
    world.bob().types_in_thread(&incident, "incident affects search-api in production").await?;
    insta::assert_snapshot!(world.sees("is about").await?.text, @"[good] `INC-1` is about search-api in production now.");
    insta::assert_snapshot!(world.sees("Affects:").await?.text, @"
    [bad] INC-1 · sev1 · Search is down
    Status: investigating
    Affects: search-api in production
    Commander: nobody yet: `incident role INC-1 commander …`
    Declared: @alice at (time)
    Acknowledged: (time)
    — timeline <timeline of INC-1> · 📌 on a message puts it there
    [Mitigated → incident status INC-1 monitoring] [Resolve → incident resolve INC-1]
    ");
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    world.sees("`INC-1` (sev1) freezes deploys").await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    world.bob().types_in_thread(&incident, "incident affects search-api in production").await?;
    insta::assert_snapshot!(world.sees("already").await?.text, @"
    [warning] `INC-1` is about search-api in production already.
    Its card says what it is about.
    ");
    world.ends().await
}

#[tokio::test]
async fn a_deploy_that_was_approved_waits_until_the_incident_is_resolved() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    let incident = an_incident_opens(&world).await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    insta::assert_snapshot!(world.sees("— held").await?.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — held
    Approved by: @bob, asked by @alice
    • `INC-1` (sev2) freezes deploys since (time), until it is resolved: HighErrorRate
    It starts by itself when that ends, if that is before (time).
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-1]
    ");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    world.bob().types_in_thread(&incident, "incident resolve").await?;
    world.sees("went from").await?;
    world.sees("Status: resolved").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "98ab4e2");
    world.ends().await
}
