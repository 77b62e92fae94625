//! The database gives rows out, and the connection dies before the bot hears of them: nobody works on them, and they do not wait
//! for their leases.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use commands::message::Reaction;
use sqlx::{Connection, PgConnection};
use tests::lab;
use tests::world::World;

/// Upper bound for every queue to be asked for its next row.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// What people ask, alerts, operations, and the console's messages.
const QUEUES: i64 = 4;

/// An hour, so that nothing but giving back helps. What the bot took before has its number.
const TAKEN: [&str; 3] = [
    "update inbox set done_at = null, epoch = epoch + 1, lease_until = now() + interval '1 hour'
     where id = (select min(id) from inbox where holder is not null)",
    "update operation set epoch = epoch + 1, lease_until = now() + interval '1 hour', due_at = now() + interval '1 hour'
     where holder is not null",
    "update message set version = version + 1, epoch = epoch + 1, lease_until = now() + interval '1 hour'
     where key like 'op/%' and holder is not null",
];

/// Every queue asks for its next row, each is given one, and no answer arrives.
async fn claims_are_lost(database_url: &str) -> Result<()> {
    let (mut database, mut looks) =
        (PgConnection::connect(database_url).await?, PgConnection::connect(database_url).await?);
    let mut given = database.begin().await?;
    sqlx::query("lock table inbox, operation, message in access exclusive mode").execute(&mut *given).await?;
    let asking = "select count(*) from pg_stat_activity
                  where datname = current_database() and application_name = 'watchkeeper' and wait_event_type = 'Lock'
                    and (query like 'with free as %' or query like 'update operation set lease_until = now() + %')";
    let begun = Instant::now();
    while sqlx::query_scalar::<_, i64>(asking).fetch_one(&mut looks).await? < QUEUES {
        ensure!(begun.elapsed() < PATIENCE, "not every queue is asked");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    for taken in TAKEN {
        ensure!(sqlx::query(taken).execute(&mut *given).await?.rows_affected() == 1, "not one row: {taken}");
    }
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and application_name = 'watchkeeper'";
    sqlx::query(cut).execute(&mut looks).await?;
    given.commit().await?;
    looks.close().await?;
    Ok(database.close().await?)
}

#[tokio::test]
async fn a_row_that_was_given_out_unheard_is_given_back() -> Result<()> {
    let world = World::begin(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    // Handled twice it is one answer; a plan could not be stored twice.
    world.alice().types("status search-api in dev").await?;
    world.sees("Last change").await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.stage.nothing_is_left_to_send().await?;

    claims_are_lost(&world.stage.database_url).await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.nothing_is_left_to_send().await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    assert_eq!(done.id, plan.id, "one card");
    let died = "select (select sum(abandoned) from inbox) + (select sum(abandoned) from message)";
    assert_eq!(world.stage.number(died).await?, 0, "nobody died with it");
    // Looked up anew, it may say something else by now.
    world.ops.reads_what_says("search-api in dev");
    world.ends().await
}
