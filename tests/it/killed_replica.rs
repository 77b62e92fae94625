//! kill -9 of a replica that has something in hand: others go on with it within seconds, long before its lease runs out, and
//! nothing happens twice. Who is only stopped, and who never showed that it lives, keeps what it holds.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::{Connection, PgConnection};
use tests::lab;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::chat::Weather;
use tests::world::replicas::{InHand, Several, eventually};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
/// Longer than it takes until a dead replica is known to be dead.
const LONG_ENOUGH: Duration = Duration::from_secs(12);
/// A call without an answer would be waited for longer.
const AT_ONCE: Duration = Duration::from_secs(15);

async fn begin() -> Result<Several> {
    Several::begin_slowly(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), Path::new(PROGRAM)).await
}

/// The first replica hangs with this in hand, and another one is there. What is in hand would stay so for an hour.
async fn hangs_beside_another(story: &mut Several, in_hand: InHand) -> Result<()> {
    story.replicas[0].hangs_with(in_hand, &story.stage).await?;
    let other = story.joins(Path::new(PROGRAM)).await?;
    story.reads_at(story.replicas[other].address);
    story.stage.leases_last_an_hour().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_delivery_the_other_one_answers() -> Result<()> {
    let mut story = begin().await?;
    story.has("alice").types("status search-api in dev").await?;
    hangs_beside_another(&mut story, InHand::Delivery).await?;
    story.replicas.remove(0).is_killed().await?;
    story.sees("search-api in dev").await?;
    assert_eq!(
        story.stage.number("select abandoned::bigint from inbox").await?,
        1,
        "who died with it is counted"
    );
    story.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_tick_the_other_one_carries_on_and_the_change_is_made_once() -> Result<()> {
    let mut story = begin().await?;
    let dev = story.stage.dev.clone();
    let before = story.stage.changes(&dev).await?;
    story.has("alice").types("deploy search-api 98ab4e2 to dev").await?;
    hangs_beside_another(&mut story, InHand::Tick).await?;
    let held = story.stage.number("select epoch from operation").await?;
    story.replicas.remove(0).is_killed().await?;
    story.sees("— done").await?;
    assert!(story.stage.number("select epoch from operation").await? > held, "under another epoch");
    assert_eq!(story.stage.changes(&dev).await?.generation, before.generation + 1, "one change");
    assert_eq!(story.stage.tag_in(&dev).await?, "98ab4e2");
    story.ends().await
}

/// What it posts is held up in the database, and arrives after its death.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_posts_the_other_one_finds_what_was_posted() -> Result<()> {
    let mut story = begin().await?;
    story.has("alice").types("status search-api in dev").await?;
    let taken_in = "select count(*) from console_message where taken_in_at is not null";
    eventually("her words are taken in", async || Ok(story.stage.number(taken_in).await? == 1)).await?;
    let mut database = PgConnection::connect(&story.stage.database_url).await?;
    let mut held_up = database.begin().await?;
    sqlx::query("lock table console_message in share mode").execute(&mut *held_up).await?;
    hangs_beside_another(&mut story, InHand::Message).await?;
    story.replicas.remove(0).is_killed().await?;
    held_up.rollback().await?;
    story.sees("search-api in dev").await?;
    let once = "select count(*) from console_message where key like 'reply/%'";
    assert_eq!(story.stage.number(once).await?, 1, "one answer");
    database.close().await?;
    story.ends().await
}

/// Of a single one that dies and is started again, as Kubernetes does.
#[tokio::test(flavor = "multi_thread")]
async fn killed_and_started_again_it_goes_on_with_what_it_had_in_hand() -> Result<()> {
    let mut story = begin().await?;
    let dev = story.stage.dev.clone();
    let before = story.stage.changes(&dev).await?;
    story.has("alice").types("deploy search-api 98ab4e2 to dev").await?;
    story.replicas[0].hangs_with(InHand::Tick, &story.stage).await?;
    story.stage.leases_last_an_hour().await?;
    story.replicas.remove(0).is_killed().await?;
    story.joins(Path::new(PROGRAM)).await?;
    story.reads_at(story.replicas[0].address);
    story.sees("— done").await?;
    assert_eq!(story.stage.changes(&dev).await?.generation, before.generation + 1, "one change");
    story.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopped_one_holds_waits_for_its_lease() -> Result<()> {
    let mut story = begin().await?;
    story.has("alice").types("deploy search-api 98ab4e2 to dev").await?;
    hangs_beside_another(&mut story, InHand::Tick).await?;
    let held = story.stage.number("select epoch from operation").await?;
    tokio::time::sleep(LONG_ENOUGH).await;
    assert_eq!(
        story.stage.number("select epoch from operation").await?,
        held,
        "it is taken from nobody who lives"
    );
    story.replicas[0].wakes()?;
    story.sees("— done").await?;
    story.ends().await
}

/// As a program of an older version, which knows nothing of all this.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_holds_that_never_showed_that_it_lives_waits_for_its_lease() -> Result<()> {
    waits_for_its_lease("delete from holder where id = (select holder from inbox)").await
}

/// Three programs die with the same delivery: the third time it waits for its lease.
#[tokio::test(flavor = "multi_thread")]
async fn what_kills_whoever_takes_it_is_not_taken_at_once_for_ever() -> Result<()> {
    waits_for_its_lease("update inbox set abandoned = 2").await
}

/// What was done to the database, before the one dies that has the delivery in hand, keeps the other from taking it.
async fn waits_for_its_lease(done: &'static str) -> Result<()> {
    let mut story = begin().await?;
    story.has("alice").types("status search-api in dev").await?;
    hangs_beside_another(&mut story, InHand::Delivery).await?;
    let mut database = PgConnection::connect(&story.stage.database_url).await?;
    sqlx::query(done).execute(&mut database).await?;
    story.replicas.remove(0).is_killed().await?;
    tokio::time::sleep(LONG_ENOUGH).await;
    assert_eq!(story.stage.number("select epoch from inbox").await?, 1, "nobody took it");
    story.stage.leases_of_one_run_out().await?;
    story.sees("search-api in dev").await?;
    database.close().await?;
    story.ends().await
}

/// The session by which others see that it lives is cut while a post of it is under way. It lets go of the post before anybody else
/// could take it up, and looks for it as if the answer had been lost.
#[tokio::test]
async fn whose_session_is_cut_lets_go_of_what_it_was_sending() -> Result<()> {
    let (world, chat) = World::begin_with_chat(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    chat.is(Weather::Hangs);
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    while chat.asked("alert/1").is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    chat.is(Weather::Fine);
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    let cut = "select count(pg_terminate_backend(pid)) from pg_locks
               where locktype = 'advisory' and classid = 22347
                 and database = (select oid from pg_database where datname = current_database())";
    let begun = Instant::now();
    assert_eq!(sqlx::query_scalar::<_, i64>(cut).fetch_one(&mut database).await?, 1, "one session");
    world.sees("1 firing").await?;
    ensure!(begun.elapsed() < AT_ONCE, "it waited {:?} for an answer", begun.elapsed());
    assert_eq!(chat.asked("alert/1"), ["post", "find", "post"]);
    world.stage.nothing_is_left_to_send().await?;
    assert_eq!(world.stage.number("select count(*) from holder where gone_since is null").await?, 1);
    database.close().await?;
    world.ends().await
}
