//! Somebody looks, somebody opens an incident, somebody asks what is wrong: all from the alert's card.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;
use tests::world::alerting::Alerting;

#[tokio::test]
async fn the_first_look_counts_and_the_second_is_told() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alerts(&Alerting::now("HighErrorRate").post(&["a", "b"], &[])).await?;
    let card = world.sees("2 firing").await?;

    world.bob().reacts(&card, Reaction::Acknowledge).await?;
    let looked_at = world.sees("Acknowledged").await?;
    insta::assert_snapshot!(looked_at.text, @"
    [warning] HighErrorRate · 2 firing
    Service: search-api
    Since: (time)
    Acknowledged: @bob at (time)
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=b`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (🔕)
    ");
    assert_eq!(looked_at.id, card.id);

    world.carol().reacts(&card, Reaction::Acknowledge).await?;
    let told = world.sees("acknowledged already").await?;
    insta::assert_snapshot!(told.text, @"
    [warning] It is acknowledged already, by @bob.
    Nothing is left to do here; write what you find with `incident note …`.
    ");

    world.dave().reacts(&card, Reaction::Acknowledge).await?;
    let refused = world.sees("@dave").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] @dave may not work on incidents and alerts.
    developers and oncall may.
    ");
    world.ends().await
}

#[tokio::test]
async fn an_incident_is_opened_and_a_diagnosis_made_by_the_cards_buttons() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alerts(&Alerting::now("HighErrorRate").post(&["a", "b"], &[])).await?;
    let alert = world.sees("2 firing").await?;

    world.bob().presses(&alert, "Open incident").await?;
    let incident = world.sees("INC-1 · sev2").await?;
    insta::assert_snapshot!(incident.text, @"
    [bad] INC-1 · sev2 · HighErrorRate
    Status: investigating
    Affects: search-api
    Commander: nobody yet: `incident role INC-1 commander …`
    Declared: @bob at (time)
    Acknowledged: (time)
    • ALERT-1 HighErrorRate: 2 firing
    — timeline <timeline of INC-1> · 📌 on a message puts it there
    [Mitigated → incident status INC-1 monitoring] [Resolve → incident resolve INC-1]
    ");
    assert_eq!(incident.thread, None, "everybody in the channel sees it");
    let linked = world.sees("Incident: INC-1").await?;
    insta::assert_snapshot!(linked.text, @"
    [warning] HighErrorRate · 2 firing
    Service: search-api
    Since: (time)
    Acknowledged: @bob at (time)
    Incident: INC-1 <timeline of INC-1>
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=b`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Silence → silence ALERT-1] [Diagnose → diagnose search-api]
    (🔕)
    ");
    assert_eq!(linked.id, alert.id);

    world.carol().types("incident open ALERT-1").await?;
    let known = world.sees("belongs to").await?;
    insta::assert_snapshot!(known.text, @"
    [warning] `ALERT-1` belongs to `INC-1` already.
    Go on in that incident's thread.
    ");

    world.bob().presses(&linked, "Diagnose").await?;
    let diagnosis = world.sees("nothing wrong found").await?;
    insta::assert_snapshot!(diagnosis.text, @"
    [good] search-api in production: nothing wrong found
    Image: `7c3f2b1`
    Rollout: done
    Replicas: 2 of 2 ready
    — as of (time)
    ");
    assert_eq!(diagnosis.thread, Some(alert.id), "the answer stands where it was asked");

    world.bob().types_in_thread(&incident, "incident timeline").await?;
    let timeline = world.sees("Timeline of INC-1").await?;
    insta::assert_snapshot!(timeline.text, @"
    [note] Timeline of INC-1
    • (time) alertmanager ALERT-1: alert HighErrorRate pod=a fires: 5xx above 5 % for 2 minutes
    • (time) alertmanager ALERT-1: alert HighErrorRate pod=b fires: 5xx above 5 % for 2 minutes
    • (time) @bob declared a sev2 incident: HighErrorRate
    • (time) @bob ALERT-1: acknowledged the alert
    • (time) @bob diagnosed search/deployment/search-api-deployment: nothing wrong was found
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}
