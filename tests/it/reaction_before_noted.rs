//! Bob reacts in the moment between the card's post and the bot's note of it: his vote waits for the note, and counts.

use std::time::Duration;

use anyhow::Result;
use commands::message::Reaction;
use sqlx::{Connection, PgConnection};
use tests::world;

/// Longer than the bot needs to look at the reaction for the first time.
const NOT_NOTED_FOR: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn a_reaction_that_is_faster_than_the_note_of_the_post_counts() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;

    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    let on_its_way =
        "update message set posted_as = null, lease_until = now() + interval '30 s' where key = 'op/1'";
    sqlx::query(on_its_way).execute(&mut database).await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    tokio::time::sleep(NOT_NOTED_FOR).await;
    let undecided: bool = sqlx::query_scalar("select state = 'waiting' from operation where id = 1")
        .fetch_one(&mut database)
        .await?;
    assert!(undecided, "nobody knows yet which card that was");

    let noted = "update message set posted_as = $1, lease_until = null where key = 'op/1'";
    sqlx::query(noted).bind(plan.id.to_string()).execute(&mut database).await?;
    world.sees("— done").await?;
    world.ends().await
}
