//! Alerts come in by the hundred, and the database is slow with them: who types is answered all the same, and nothing is lost.

use anyhow::{Context, Result};
use sqlx::{Connection, PgConnection};
use tests::world;
use tests::world::alerting::Alerting;

/// More than the bot has hands for.
const ALERTS: usize = 20;
const NAMES: [&str; 3] = ["HighErrorRate", "HighLatency", "PodsNotReady"];

#[tokio::test]
async fn nobody_waits_behind_the_alerts_that_made_them_get_up() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    let mut slow = database.begin().await?;
    sqlx::query("lock table alert_group in share row exclusive mode").execute(&mut *slow).await?;
    for number in 0..ALERTS {
        let mut body = Alerting::now(NAMES[number % NAMES.len()]).post(&["a"], &[]);
        body["groupKey"] = format!("{{}}:storm-{number}").into();
        assert_eq!(world.alertmanager_posts(&body).await?, 202);
    }
    world.alice().types("lock search-api because of the storm").await?;
    world.sees("of the storm").await?;
    slow.commit().await?;
    database.close().await.context("cannot close the connection")?;
    world.stage.nothing_is_left_to_handle().await?;
    assert_eq!(world.stage.number("select count(*) from alert_group").await?, ALERTS as i64);
    for _card in 0..ALERTS {
        world.sees("1 firing").await?;
    }
    world.ends().await
}
