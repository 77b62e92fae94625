//! The lines between the bot and its database and cluster are cut, slow or silent: what was asked is done once the line is
//! whole again, and nobody restarts anything.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use commands::message::Reaction;
use sqlx::{Connection, PgConnection};
use tests::faults::ground::Ground;
use tests::world::replicas::eventually;

use super::ground;

/// Long enough for several polls of each queue, and for a tick to meet it.
const A_WHILE: Duration = Duration::from_secs(2);
const LATE: Duration = Duration::from_millis(150);
/// A step that is waited for until its lease ends takes longer.
const SOONER_THAN_ITS_LEASE: Duration = Duration::from_secs(60);
/// From the line's return to the bot's.
const RECOVERS: Duration = Duration::from_secs(10);

async fn asks_and_agrees(ground: &Ground, tag: &str) -> Result<()> {
    ground.person("alice").types(&format!("deploy search-api {tag} to production")).await?;
    let plan = ground.room.sees("0 of 1").await?;
    ground.person("bob").reacts(&plan, Reaction::Approve).await
}

async fn is_done_once(ground: &Ground, tag: &str, generation: i64) -> Result<()> {
    ground.room.sees("— done").await?;
    let production = &ground.stage.production;
    assert_eq!(ground.stage.tag_in(production).await?, tag);
    assert_eq!(ground.stage.changes(production).await?.generation, generation, "one change each");
    Ok(())
}

async fn ready_within(ground: &Ground, limit: Duration) -> Result<()> {
    tokio::time::timeout(limit, ground.room.ready()).await.context("not ready in time")?
}

#[tokio::test]
async fn the_line_to_the_database_is_cut_and_late() -> Result<()> {
    let ground = ground().await?;
    let generation = ground.stage.changes(&ground.stage.production).await?.generation;
    asks_and_agrees(&ground, "98ab4e2").await?;
    ground.to_database.cut();
    tokio::time::sleep(A_WHILE).await;
    ground.to_database.mend();
    ready_within(&ground, RECOVERS).await?;
    is_done_once(&ground, "98ab4e2", generation + 1).await?;

    ground.to_database.slows_down(LATE);
    asks_and_agrees(&ground, "7c3f2b1").await?;
    is_done_once(&ground, "7c3f2b1", generation + 2).await?;
    ground.to_database.mend();
    ground.cleared().await
}

#[tokio::test]
async fn the_line_to_the_cluster_is_cut_and_late() -> Result<()> {
    let ground = ground().await?;
    let generation = ground.stage.changes(&ground.stage.production).await?.generation;
    asks_and_agrees(&ground, "98ab4e2").await?;
    ground.to_cluster.cut();
    tokio::time::sleep(A_WHILE).await;
    ground.to_cluster.mend();
    is_done_once(&ground, "98ab4e2", generation + 1).await?;

    ground.to_cluster.slows_down(LATE);
    asks_and_agrees(&ground, "7c3f2b1").await?;
    is_done_once(&ground, "7c3f2b1", generation + 2).await?;
    ground.to_cluster.mend();
    ground.cleared().await
}

/// The database's machine is gone without a word, and another one has its address: what was open never answers.
#[tokio::test]
async fn the_database_moves_without_a_word() -> Result<()> {
    let ground = ground().await?;
    let generation = ground.stage.changes(&ground.stage.production).await?.generation;
    asks_and_agrees(&ground, "98ab4e2").await?;
    ground.to_database.falls_silent();
    tokio::time::sleep(A_WHILE).await;
    ground.to_database.mend();
    ready_within(&ground, RECOVERS).await?;
    is_done_once(&ground, "98ab4e2", generation + 1).await?;
    ground.cleared().await
}

/// The same in the middle of a statement, whose answer never comes.
#[tokio::test]
async fn a_statement_that_the_database_never_answers_is_not_waited_for_until_its_lease_ends() -> Result<()> {
    let ground = ground().await?;
    let mut database = PgConnection::connect(&ground.stage.database_url).await?;
    let mut held_up = database.begin().await?;
    sqlx::query("lock table timeline in share mode").execute(&mut *held_up).await?;
    ground.person("alice").types("status search-api in production").await?;
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and application_name = 'watchkeeper' and wait_event_type = 'Lock'";
    eventually("it records what she typed", async || Ok(ground.stage.number(waiting).await? > 0)).await?;
    ground.to_database.falls_silent();
    tokio::time::sleep(A_WHILE).await;
    held_up.rollback().await?;
    let begun = Instant::now();
    ground.to_database.mend();
    ground.room.sees("Last change").await?;
    ensure!(begun.elapsed() < SOONER_THAN_ITS_LEASE, "it took {:?}", begun.elapsed());
    database.close().await?;
    ground.cleared().await
}
