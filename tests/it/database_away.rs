//! The database goes away and comes back: nothing is taken that could be lost, and nobody has to restart anything.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tests::lab;
use tests::world::alerting::Alerting;
use tests::world::{ALERT_TOKEN, World};

/// A pool gives up waiting for a connection after seconds.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

#[tokio::test]
async fn without_its_database_the_bot_lives_takes_nothing_and_goes_on_by_itself() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let (world, line) = World::begin_on_a_line(lab).await?;
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    world.sees("1 firing").await?;

    line.cut();
    let two = errors.post(&["a", "b"], &[]);
    let refused = world.webhook(ALERT_TOKEN, two.to_string()).await?;
    insta::assert_snapshot!(format!("{} {}", refused.status, refused.text().trim_end()), @"503 the alerts could not be stored; send them again");
    assert_eq!(world.page("/healthz").await?.status, 200, "a restart would not help");
    let unready = world.page("/readyz").await?;
    insta::assert_snapshot!(format!("{} {}", unready.status, unready.text().trim_end()), @"503 the database does not answer");
    let page = world.page("/incidents").await?;
    assert_eq!(page.status, 503, "{}", page.text());
    let said = world.says_without_patience("alice", "incident list").await?;
    assert_eq!(said, 503, "words were taken that are nowhere");

    line.mend();
    let begun = Instant::now();
    while world.page("/readyz").await?.status != 200 {
        ensure!(begun.elapsed() < PATIENCE, "it is not ready again");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    world.alerts(&two).await?;
    world.sees("2 firing").await?;
    world.alice().types("incident list").await?;
    world.sees("No open incidents").await?;
    world.ends().await
}
