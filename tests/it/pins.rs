//! 📌 on a message in an incident's thread puts it into the timeline once, at the time when it was said.

use std::time::Duration;

use anyhow::Result;
use tests::world;

#[tokio::test]
async fn a_pinned_message_stands_in_the_timeline_once_at_its_own_time() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev2 Search is slow").await?;
    let card = world.sees("INC-1").await?;
    let said = world.carol().types_in_thread(&card, "the import at 03:00 took all connections").await?;
    // What comes in between must stand after it, although the pin comes last.
    tokio::time::sleep(Duration::from_millis(20)).await;
    world.bob().types_in_thread(&card, "incident note looking at the import").await?;
    let noted = world.sees("Noted").await?;

    world.bob().pins(said).await?;
    world.settles().await?;
    world.alice().pins(said).await?;
    world.carol().pins(said).await?;
    world.bob().takes_pin_back(said).await?;
    world.bob().pins(said).await?;
    world.alice().pins(noted.id).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "a pin is answered by nothing but the timeline");

    world.dave().pins(noted.id).await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not work on incidents and alerts.
    developers and oncall may.
    ");

    world.alice().types_in_thread(&card, "incident timeline").await?;
    let timeline = world.sees("Timeline of INC-1").await?;
    insta::assert_snapshot!(timeline.text, @"
    [note] Timeline of INC-1
    • (time) @alice declared a sev2 incident: Search is slow
    • (time) @carol “the import at 03:00 took all connections” (pinned by @bob)
    • (time) @bob noted: looking at the import
    • (time) Watchkeeper “Noted in the timeline of `INC-1`.” (pinned by @alice)
    • (time) @dave was refused `📌`: @dave may not work on incidents and alerts.
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}
