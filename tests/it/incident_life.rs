//! An incident from its declaration to its closing, told in its own thread, where nobody has to say its number.

use anyhow::Result;
use tests::world;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one life, told in its order")]
async fn an_incident_is_declared_worked_on_resolved_and_closed() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident list").await?;
    let none = world.sees("No open incidents").await?;
    insta::assert_snapshot!(none.text, @"
    [good] No open incidents
    — to open one: `incident declare sev2 what people notice`
    ");
    world.alice().types("incident declare sev2 Search answers with errors").await?;
    let card = world.sees("INC-1").await?;
    insta::assert_snapshot!(card.text, @"
    [bad] INC-1 · sev2 · Search answers with errors
    Status: investigating
    Commander: nobody yet: `incident role INC-1 commander …`
    Declared: @alice at (time)
    Acknowledged: (time)
    — timeline <timeline of INC-1> · 📌 on a message puts it there
    [Mitigated → incident status INC-1 monitoring] [Resolve → incident resolve INC-1]
    ");

    world.bob().types_in_thread(&card, "incident role commander bob").await?;
    let role = world.sees("is commander of").await?;
    insta::assert_snapshot!(role.text, @"[good] @bob is commander of `INC-1` now.");
    assert_eq!(role.thread, Some(card.id));
    world.sees("Commander: @bob").await?;

    world.bob().types_in_thread(&card, "incident note the 5xx began right after the 03:00 import").await?;
    insta::assert_snapshot!(world.sees("Noted").await?.text, @r#"
    [good] Noted in the timeline of `INC-1`.
    — understood as `incident note "the 5xx began right after the 03:00 import"`
    "#);
    world.bob().types_in_thread(&card, "incident severity sev1").await?;
    insta::assert_snapshot!(world.sees("was sev2").await?.text, @"[good] `INC-1` was sev2 and is sev1 now.");
    world.sees("INC-1 · sev1").await?;
    world.alice().types("incident list").await?;
    insta::assert_snapshot!(world.sees("1 open incident").await?.text, @"
    [note] 1 open incident
    • INC-1 <timeline of INC-1> sev1 investigating Search answers with errors, since (time), commander @bob
    ");

    world.bob().types_in_thread(&card, "incident status identified").await?;
    insta::assert_snapshot!(world.sees("went from").await?.text, @"[good] `INC-1` went from investigating to identified.");
    world.sees("Status: identified").await?;
    world.bob().types_in_thread(&card, "incident status investigating").await?;
    insta::assert_snapshot!(world.sees("needs a reason").await?.text, @"
    [warning] Going from identified back to investigating needs a reason of at least 10 characters.
    Say what happened: `incident status investigating the errors came back`
    ");
    world.bob().types_in_thread(&card, "incident status declined").await?;
    insta::assert_snapshot!(world.sees("cannot become").await?.text, @"
    [warning] An incident that is identified cannot become declined.
    From here it can go to investigating, mitigating, monitoring, resolved, closed.
    ");

    world.bob().types_in_thread(&card, "incident resolve").await?;
    world.sees("went from").await?;
    let resolved = world.sees("Status: resolved").await?;
    insta::assert_snapshot!(resolved.text, @"
    [good] INC-1 · sev1 · Search answers with errors
    Status: resolved
    Commander: @bob
    Declared: @alice at (time)
    Acknowledged: (time)
    Mitigated: (time)
    Resolved: (time)
    — timeline <timeline of INC-1> · 📌 on a message puts it there
    [Postmortem → postmortem INC-1] [Close → incident close INC-1]
    ");
    assert_eq!(resolved.id, card.id, "one card, edited in place");
    world.bob().types_in_thread(&card, "incident resolve").await?;
    insta::assert_snapshot!(world.sees("already").await?.text, @"
    [warning] The incident is already resolved.
    From here it can go to investigating, closed.
    ");
    world.bob().types_in_thread(&card, "incident close").await?;
    world.sees("went from").await?;
    world.sees("Status: closed").await?;

    world.dave().types_in_thread(&card, "incident timeline").await?;
    let timeline = world.sees("Timeline of INC-1").await?;
    insta::assert_snapshot!(timeline.text, @"
    [note] Timeline of INC-1
    • (time) @alice declared a sev2 incident: Search answers with errors
    • (time) @bob made @bob commander
    • (time) @bob noted: the 5xx began right after the 03:00 import
    • (time) @bob severity: sev2 → sev1
    • (time) @bob status: investigating → identified
    • (time) @bob was refused `incident status investigating`: Going from identified back to investigating needs a reason of at least 10 characters.
    • (time) @bob was refused `incident status declined`: An incident that is identified cannot become declined.
    • (time) @bob status: identified → resolved
    • (time) @bob was refused `incident resolve`: The incident is already resolved.
    • (time) @bob status: resolved → closed
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}

#[tokio::test]
async fn of_two_open_incidents_in_a_channel_somebody_must_say_which() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.bob().types("incident note nobody knows yet").await?;
    insta::assert_snapshot!(world.sees("No incident is open").await?.text, @"
    [warning] No incident is open in this channel.
    Declare one: `incident declare sev2 what is wrong`.
    ");
    world.alice().types("incident declare sev2 Search is slow").await?;
    let search = world.sees("INC-1").await?;
    world.bob().types("incident note there is only this one").await?;
    insta::assert_snapshot!(world.sees("Noted").await?.text, @r#"
    [good] Noted in the timeline of `INC-1`.
    — understood as `incident note "there is only this one"`
    "#);

    world.alice().types("incident declare Check-in is slow").await?;
    world.sees("INC-2 · sev3").await?;
    world.bob().types("incident note which one is meant").await?;
    insta::assert_snapshot!(world.sees("Several").await?.text, @"
    [warning] Several incidents are open here: `INC-1` Search is slow, `INC-2` Check-in is slow.
    Say which one, as in `incident timeline INC-2`, or type it in the incident's thread.
    ");
    world.bob().types("incident note INC-2 this one").await?;
    insta::assert_snapshot!(world.sees("Noted").await?.text, @r#"
    [good] Noted in the timeline of `INC-2`.
    — understood as `incident note INC-2 "this one"`
    "#);
    world.bob().types_in_thread(&search, "incident note and here it is clear").await?;
    insta::assert_snapshot!(world.sees("Noted").await?.text, @r#"
    [good] Noted in the timeline of `INC-1`.
    — understood as `incident note "and here it is clear"`
    "#);
    world.bob().types("incident resolve INC-9").await?;
    insta::assert_snapshot!(world.sees("INC-9").await?.text, @"
    [warning] There is no `INC-9`.
    See `incident list`.
    ");
    world.ends().await
}

#[tokio::test]
async fn after_the_end_the_number_of_the_incident_that_was_meant_is_offered() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev2 Search is slow").await?;
    world.sees("INC-1").await?;
    world.bob().types("incident resolve").await?;
    world.sees("went from").await?;
    world.sees("Status: resolved").await?;
    world.bob().types("incident close").await?;
    insta::assert_snapshot!(world.sees("No incident is open").await?.text, @"
    [warning] No incident is open in this channel.
    `INC-1` is resolved: say its number, as in `incident close INC-1`.
    ");
    world.bob().types("incident close INC-1").await?;
    world.sees("went from").await?;
    world.sees("Status: closed").await?;
    world.ends().await
}

#[tokio::test]
async fn an_incident_in_another_chat_leads_to_no_page_of_the_console() -> Result<()> {
    let world = world::elsewhere::begin_in_slack(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev3 Sign-ups fail").await?;
    world.sees("INC-1").await?;
    let page = world.page("/incidents/INC-1").await?.text();
    assert!(page.contains("Sign-ups fail") && !page.contains("Go to the conversation"), "{page}");
    world.ends().await
}
