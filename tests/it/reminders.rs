//! What somebody wants to be reminded of is said once, when it is time, whoever was restarted meanwhile.

use anyhow::Result;
use tests::world;

#[tokio::test]
async fn a_reminder_outlives_the_bot_that_took_it() -> Result<()> {
    let mut world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev3 Search is slow").await?;
    let incident = world.sees("INC-1 · sev3").await?;
    world.alice().types_in_thread(&incident, "remind 2h look at the <error> rate again").await?;
    let noted = world.sees("will be reminded").await?;
    insta::assert_snapshot!(noted.text, @r#"
    [good] @alice will be reminded here at (time).
    — understood as `remind 2h "look at the <error> rate again"`
    "#);

    world.stage.hours_pass(1).await?;
    world.restart().await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.away().await?;
    world.stage.hours_pass(2).await?;
    world.restart().await?;
    let due = world.sees("look at the").await?;
    insta::assert_snapshot!(due.text, @"
    [waiting] @alice: look at the <error> rate again
    — a reminder, asked for at (time)
    ");
    assert_eq!(due.thread, noted.thread, "where it was asked for");
    world.restart().await?;
    world.ends().await
}

#[tokio::test]
async fn a_reminder_without_a_time_is_refused() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.dave().types("remind look at it").await?;
    let refused = world.sees("is not a duration").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] `look` is not a duration.
    A number and its unit, at most a year: 30m, 2h, 3d.
    ");
    world.ends().await
}
