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
    world.alice().pins(noted.id).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "a pin is answered by nothing but the timeline");

    world.bob().takes_pin_back(said).await?;
    insta::assert_snapshot!(world.sees("stays in the timeline").await?.text, @"
    [warning] It stays in the timeline of `INC-1`: nothing is ever taken out of one.
    To correct it: `incident note INC-1 …`.
    ");
    world.bob().pins(said).await?;
    world.settles().await?;

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

#[tokio::test]
async fn in_the_channel_a_pin_finds_the_only_open_incident_as_a_note_does() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let early = world.carol().types("is search slow for anybody else?").await?;
    world.bob().pins(early).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "without an incident a pin is between people");

    world.alice().types("incident declare sev2 Search is slow").await?;
    let search = world.sees("INC-1").await?;
    let said = world.carol().types("the import at 03:00 took all connections").await?;
    world.bob().pins(said).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new());

    world.alice().types("incident declare Check-in is slow").await?;
    world.sees("INC-2 · sev3").await?;
    let which = world.carol().types("and now this one too").await?;
    world.bob().pins(which).await?;
    insta::assert_snapshot!(world.sees("Several").await?.text, @"
    [warning] Several incidents are open here: `INC-1` Search is slow, `INC-2` Check-in is slow.
    Say which one, as in `incident timeline INC-2`, or type it in the incident's thread.
    ");

    world.alice().types_in_thread(&search, "incident timeline").await?;
    insta::assert_snapshot!(world.sees("Timeline of INC-1").await?.text, @"
    [note] Timeline of INC-1
    • (time) @alice declared a sev2 incident: Search is slow
    • (time) @carol “the import at 03:00 took all connections” (pinned by @bob)
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}
