//! Dave may read and nothing else: what he types beyond that is refused, changes nothing, and is recorded.

use anyhow::Result;
use tests::world;

#[tokio::test]
async fn daves_deploy_is_refused_and_recorded() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev3 Search is slow").await?;
    let card = world.sees("INC-1").await?;
    world.dave().types_in_thread(&card, "deploy search-api 98ab4e2 to dev").await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not change dev.
    developers and oncall may.
    ");
    world.dave().types_in_thread(&card, "rollback search-api in production").await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not change production.
    developers and oncall may.
    ");
    world.dave().types_in_thread(&card, "incident resolve").await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not work on incidents and alerts.
    developers and oncall may.
    ");
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");

    world.dave().types_in_thread(&card, "incident timeline").await?;
    insta::assert_snapshot!(world.sees("Timeline of INC-1").await?.text, @"
    [note] Timeline of INC-1
    • (time) @alice declared a sev3 incident: Search is slow
    • (time) @dave was refused `deploy search-api 98ab4e2 to dev`: @dave may not change dev.
    • (time) @dave was refused `rollback search-api in production`: @dave may not change production.
    • (time) @dave was refused `incident resolve`: @dave may not work on incidents and alerts.
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}
