//! Nobody is asked about a plan that no longer fits: its card goes void while it waits, before anybody votes.

use anyhow::Result;
use tests::world;

#[tokio::test]
async fn a_waiting_card_goes_void_when_somebody_else_changes_the_image() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.stage.a_minute_passes().await?;
    assert_eq!(world.ops.looks_again(&plan).await?.text, plan.text, "looking alone changes nothing");

    world.stage.somebody_sets_image(&production, "c0ffee1").await?;
    world.stage.a_minute_passes().await?;
    let void = world.sees("— void").await?;
    insta::assert_snapshot!(void.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — void
    This plan no longer fits: container search-api runs c0ffee1 now, not 7c3f2b1
    Nothing was sent.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Plan again → deploy search-api 98ab4e2 to production]
    ");
    assert_eq!(void.id, plan.id);

    world.bob().presses(&void, "Plan again").await?;
    let again = world.sees("0 of 1").await?;
    assert!(again.text.contains("`c0ffee1` → `98ab4e2`"), "{}", again.text);
    world.bob().types("cancel OP-2").await?;
    world.sees("— withdrawn").await?;
    world.ends().await
}
