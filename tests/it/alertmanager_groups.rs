//! Debian's real Alertmanager stands between three alerts and the bot: one card, and later it is resolved.
//!
//! Where it is not installed the story says so and ends.

use anyhow::Result;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use tests::world;
use tests::world::alertmanager::Alertmanager;

#[tokio::test]
async fn the_real_alertmanager_groups_three_alerts_into_one_card() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let Some(alertmanager) = Alertmanager::before(&world).await? else {
        eprintln!("skipped: prometheus-alertmanager is not installed (Debian's package of that name)");
        return world.ends().await;
    };
    let began = Utc::now() - Duration::minutes(2);
    let pods = ["a", "b", "c"];
    alertmanager.hears(&pods.map(|pod| alert(pod, began, None))).await?;
    let card = world.sees("3 firing").await?;
    insta::assert_snapshot!(card.text, @"
    [bad] HighErrorRate · 3 firing
    Service: search-api
    Since: (time)
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=b`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=c`: 5xx above 5 % for 2 minutes
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀 🔕)
    ");

    alertmanager.hears(&["a", "b"].map(|pod| alert(pod, began, Some(Utc::now())))).await?;
    let mostly = world.sees("2 of 3 resolved").await?;
    alertmanager.hears(&[alert("c", began, Some(Utc::now()))]).await?;
    let over = world.sees("[good]").await?;
    insta::assert_snapshot!(over.text, @"
    [good] HighErrorRate · 3 of 3 resolved
    Service: search-api
    Since: (time)
    Until: (time)
    • resolved (time) `pod=a`: 5xx above 5 % for 2 minutes
    • resolved (time) `pod=b`: 5xx above 5 % for 2 minutes
    • resolved (time) `pod=c`: 5xx above 5 % for 2 minutes
    — ALERT-1 from alertmanager
    [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    ");
    assert_eq!([mostly.id, over.id], [card.id; 2], "one card, edited in place");
    alertmanager.ends().await?;
    world.ends().await
}

/// As Prometheus posts it: without an end it fires for a while.
fn alert(pod: &str, began: DateTime<Utc>, ended: Option<DateTime<Utc>>) -> Value {
    let ends_at = ended.unwrap_or_else(|| Utc::now() + Duration::minutes(10));
    json!({
        "labels": {"alertname": "HighErrorRate", "service": "search-api", "severity": "critical", "pod": pod},
        "annotations": {"summary": "5xx above 5 % for 2 minutes"},
        "startsAt": began.to_rfc3339(),
        "endsAt": ends_at.to_rfc3339(),
        "generatorURL": "http://127.0.0.1:9090/graph",
    })
}
