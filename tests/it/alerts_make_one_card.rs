//! Three alerts are one card, edited in place as they come and go; when they fire again later, that is another card.

use anyhow::Result;
use tests::world;
use tests::world::alerting::Alerting;

#[tokio::test]
async fn a_group_is_one_card_from_its_first_alert_to_its_last() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    insta::assert_snapshot!(card.text, @"
    [bad] HighErrorRate · 1 firing
    Service: search-api
    Since: (time)
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀 🔕)
    ");

    world.alerts(&errors.post(&["a", "b", "c"], &[])).await?;
    let grown = world.sees("3 firing").await?;
    insta::assert_snapshot!(grown.text, @"
    [bad] HighErrorRate · 3 firing
    Service: search-api
    Since: (time)
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=b`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=c`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀 🔕)
    ");

    world.alerts(&errors.post(&["a", "b", "c"], &[])).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "the same post again says nothing new");

    let mostly_over = errors.post(&["c"], &["a", "b"]);
    world.alerts(&mostly_over).await?;
    let shrunk = world.sees("2 of 3 resolved").await?;
    insta::assert_snapshot!(shrunk.text, @"
    [bad] HighErrorRate · 2 of 3 resolved
    Service: search-api
    Since: (time)
    • firing since (time) `pod=c`: 5xx above 5 % for 2 minutes
    • resolved (time) `pod=a`: 5xx above 5 % for 2 minutes
    • resolved (time) `pod=b`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀 🔕)
    ");
    world.alerts(&mostly_over).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "nor does this one");

    world.alerts(&errors.post(&[], &["a", "b", "c"])).await?;
    let over = world.sees("3 of 3 resolved").await?;
    insta::assert_snapshot!(over.text, @"
    [good] HighErrorRate · 3 of 3 resolved
    Service: search-api
    Since: (time)
    Until: (time)
    • resolved (time) `pod=a`: 5xx above 5 % for 2 minutes
    • resolved (time) `pod=b`: 5xx above 5 % for 2 minutes
    • resolved (time) `pod=c`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    ");
    assert_eq!([grown.id, shrunk.id, over.id], [card.id; 3], "one card, edited in place");

    world.alerts(&errors.again().post(&["a"], &[])).await?;
    let again = world.sees("1 firing").await?;
    assert_ne!(again.id, card.id, "a group that fires again is another episode");
    world.ends().await
}
