//! How often a platform may be asked is one count for all replicas, kept in the database.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use bot::budgets::StoredBudgets;
use bot::chat::{Budgets as _, Pace};
use bot::store::Store;
use tests::lab;
use tests::world::place::EmptyDatabase;

/// Nothing is paid back while the test lasts.
const SLOW: Pace = Pace { every: Duration::from_secs(600), at_once: 3 };

#[tokio::test]
async fn what_one_replica_takes_another_has_not() -> Result<()> {
    let database = EmptyDatabase::make(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    let store = Store::open(&database.url)?;
    store.migrate().await?;
    let other = Store::open(&database.url)?;
    let replicas = [StoredBudgets::new(store.clone()), StoredBudgets::new(other.clone())];
    for turn in 0..3 {
        assert_eq!(replicas[turn % 2].take("slack/T1/chat.update", SLOW).await, Ok(()), "{turn}");
    }
    for replica in &replicas {
        let wait = replica.take("slack/T1/chat.update", SLOW).await.expect_err("there is none left");
        assert!((500..=600).contains(&wait.as_secs()), "{wait:?}");
    }
    assert_eq!(replicas[0].take("slack/T2/chat.update", SLOW).await, Ok(()), "another workspace");
    assert_eq!(replicas[0].take("slack/T1/views.open", SLOW).await, Ok(()), "another method");

    replicas[1].is_spent("slack/T2/chat.update", SLOW, Duration::from_secs(1_000)).await;
    let wait = replicas[0].take("slack/T2/chat.update", SLOW).await.expect_err("the platform said so");
    assert!((900..=1_000).contains(&wait.as_secs()), "{wait:?}");

    let quick = Pace { every: Duration::from_millis(100), at_once: 1 };
    assert_eq!(replicas[0].take("slack/T3/pins.add", quick).await, Ok(()));
    let wait = replicas[1].take("slack/T3/pins.add", quick).await.expect_err("not yet");
    tokio::time::sleep(wait).await;
    assert_eq!(
        replicas[1].take("slack/T3/pins.add", quick).await,
        Ok(()),
        "when it said that there would be"
    );

    store.pool().close().await;
    assert_eq!(
        replicas[0].take("slack/T1/chat.update", SLOW).await,
        Ok(()),
        "without a count nothing is held back"
    );
    other.pool().close().await;
    database.drop().await
}
