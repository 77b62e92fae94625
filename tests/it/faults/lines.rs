//! The lines between the bot and its database and cluster are cut, slow or silent: what was asked is done once the line is
//! whole again, and nobody restarts anything.

use std::time::Duration;

use anyhow::{Context, Result};
use commands::message::Reaction;
use tests::faults::ground::Ground;

use super::ground;

/// Long enough for several polls of each queue, and for a tick to meet it.
const A_WHILE: Duration = Duration::from_secs(2);
const LATE: Duration = Duration::from_millis(150);
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
