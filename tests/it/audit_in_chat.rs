//! `audit verify` in a chat: whoever asks hears that the chain is whole and what its head is, or where it is not and what to do;
//! a long one says how far it is.

use anyhow::{Context, Result};
use sqlx::{Connection, PgConnection};
use tests::world::{self, World};

/// More than one step takes.
const EVENTS: &str = "12000";

async fn runs(world: &World, statements: &'static str) -> Result<()> {
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    sqlx::raw_sql(statements).execute(&mut database).await?;
    database.close().await.context("cannot close the connection")
}

/// Without what is another hash in each run.
fn veiled(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let hash = word.split(':').next_back().unwrap_or_default().trim_end_matches('`');
        if hash.len() >= 64 {
            word.replace(hash.get(..64).unwrap_or_default(), "…")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn whoever_asks_hears_that_the_chain_is_whole_or_where_it_is_not() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev3 Search is slow").await?;
    world.sees("INC-1").await?;
    world.dave().types("audit verify").await?;
    let whole = world.sees("the chain is whole").await?.text;
    insta::assert_snapshot!(veiled(&whole), @"
    [good] 3 events, the chain is whole
    Head: `3:…`
    Note the head where nobody who can write to the database can change it. Later, `watchkeeper audit verify --expect 3:…` finds out whether anything up to here was written anew or cut off, which no chain shows by itself.
    ");

    runs(&world, "alter table timeline disable trigger user; update timeline set actor = '{\"person\": \"bob\"}' where id = 1;
                  alter table timeline enable trigger user").await?;
    world.dave().types("audit verify").await?;
    insta::assert_snapshot!(world.sees("The chain is broken").await?.text, @"
    [bad] The chain is broken: the event of seal 1 is not what was sealed: row 1 of the timeline, or its seal, was changed
    Somebody has changed the database past Watchkeeper, or restored it from a backup badly. What comes before this place fits; trust nothing from there on until it is explained.
    • Change nothing there, and take a copy of the database as it is now.
    • Look for what stood there: in a backup, or in an export that was made before, which `watchkeeper audit verify --file FILE` checks.
    • Find out who owns the tables or is a superuser there: nobody else could have done it.
    ");
    // A row that somebody put there past the bot has no seal.
    runs(&world, "alter table timeline disable trigger user; update timeline set actor = '{\"person\": \"alice\"}' where id = 1;
                  insert into timeline (at, key, actor, event) values (now(), 'x', '\"watchkeeper\"', '{\"kind\": \"vote_withdrawn\"}');
                  alter table timeline enable trigger user").await?;
    world.dave().types("audit verify").await?;
    let broken = world.sees("has no seal").await?.text;
    assert!(broken.starts_with("[bad] The chain is broken: row"), "{broken}");
    world.ends().await
}

#[tokio::test]
async fn a_long_check_goes_on_in_steps_and_there_is_one_at_a_time() -> Result<()> {
    let mut world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("status search-api in dev").await?;
    world.sees("search-api").await?;
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    let many = format!(
        "insert into timeline (at, key, actor, event)
         select now(), 'many/' || n, '\"watchkeeper\"', '{{\"kind\": \"vote_withdrawn\"}}' from generate_series(1, {EVENTS}) n"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(many)).execute(&mut database).await?;

    // One that nobody here can go on with: a version that knows more platforms began it.
    runs(
        &world,
        "insert into audit_check (asked_by, platform, channel) select min(id), 'irc', 'ops' from inbox",
    )
    .await?;
    world.dave().types("audit verify").await?;
    insta::assert_snapshot!(world.sees("at work already").await?.text, @"
    [warning] A check is at work already.
    What comes of it is said where it was asked for; then ask again.
    ");
    runs(&world, "delete from audit_check").await?;

    world.dave().types("audit verify").await?;
    world.stage.will_answer("select count(*)::text from audit_check where head is not null", "1").await?;
    // Whoever goes on with it may be another one.
    world.restart().await?;
    let whole = world.sees("the chain is whole").await?.text;
    assert!(whole.starts_with("[good] 12"), "{whole}");
    let versions = "select version::text from message where body::text like '%the chain is whole%'";
    let versions: i32 = world.stage.asks(versions).await?.parse()?;
    assert!(versions > 3, "it said how far it was: {versions}");
    database.close().await?;
    world.ends().await
}
