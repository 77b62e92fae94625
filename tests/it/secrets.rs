//! Secrets that come in by alerts, words and log lines are taken out before anything is stored.
//!
//! The secrets here were never anybody's.

use anyhow::Result;
use serde_json::json;
use tests::world;
use tests::world::alerting::Alerting;

const PLANTED: [&str; 6] = [
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_0123456789abcdefghijABCDEFGHIJ456789",
    "xoxb-123456789012-abcdefGHIJKL",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    "hunter2-in-a-url",
    "hunter2-in-a-pair",
];

#[tokio::test]
async fn planted_secrets_are_in_no_row_of_the_database() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let [aws, github, slack, jwt, in_url, in_pair] = PLANTED;
    let words = format!(
        "saw {aws}, {github}, {slack} and {jwt} for postgres://app:{in_url}@db/x with password={in_pair}"
    );
    let leaky = Alerting { summary: words.clone(), ..Alerting::now("LeakyLogs") };
    let mut post = leaky.post(&["a"], &[]);
    post["alerts"][0]["labels"]["db_password"] = in_pair.into();
    post["commonAnnotations"]["unread"] = words.clone().into();
    world.alerts(&post).await?;
    let card = world.sees("1 firing").await?;
    insta::assert_snapshot!(card.text, @"
    [bad] LeakyLogs · 1 firing
    Service: search-api
    Since: (time)
    • firing since (time) `pod=a`: saw [redacted], [redacted], [redacted] and [redacted] for postgres://app:[redacted]@db/x with password=[redacted]
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀 🔕)
    ");

    world.alice().types(&format!("incident declare sev3 {words}")).await?;
    let incident = world.sees("INC-1 · sev").await?;
    world.alice().types_in_thread(&incident, &format!("incident note {words}")).await?;
    world.sees("Noted").await?;
    let said = world.bob().types_in_thread(&incident, &words).await?;
    world.carol().pins(said).await?;
    world.bob().types_in_thread(&incident, &format!("deploy {aws} to {github}")).await?;
    world.sees("[warning]").await?;
    world.settles().await?;

    let stored = world.everything_stored().await?;
    assert!(stored.contains("[redacted]"), "the story stored nothing:\n{stored}");
    for secret in PLANTED {
        let rows: Vec<&str> = stored.lines().filter(|row| row.contains(secret)).collect();
        assert!(rows.is_empty(), "{secret} is stored in\n{}", rows.join("\n"));
    }
    world.ends().await
}

/// What the environment of the service's container holds; the second has no name that tells.
const IN_THE_ENVIRONMENT: [(&str, &str); 2] =
    [("DB_PASSWORD", "hunter2-in-the-environment"), ("GREETING", "hunter2-under-no-name")];

#[tokio::test]
async fn what_a_rollback_restores_is_read_from_the_cluster_and_stored_nowhere() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let env = IN_THE_ENVIRONMENT.map(|(name, value)| json!({"name": name, "value": value}));
    let container = json!({"name": "search-api", "env": env});
    let patch = json!({"spec": {"template": {"spec": {"containers": [container]}}}});
    world.stage.somebody_patches(&world.stage.dev, patch).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    world.alice().types("rollback search-api in dev").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    world.alice().types("diagnose search-api in dev").await?;
    world.sees("search-api in dev").await?;
    world.alice().types("history search-api in dev").await?;
    world.sees("History").await?;

    let stored = world.everything_stored().await?;
    assert!(stored.contains("restore_template"), "no rollback was stored:\n{stored}");
    for (_, secret) in IN_THE_ENVIRONMENT {
        let rows: Vec<&str> = stored.lines().filter(|row| row.contains(secret)).collect();
        assert!(rows.is_empty(), "{secret} is stored in\n{}", rows.join("\n"));
    }
    world.ends().await
}
