//! A request or an answer is given up: nobody is left before "thinking…", and whoever waits reads why and what to do.

use sqlx::{Connection, PgConnection};
use tests::discord::{On, Weather};
use tests::world::World;
use tests::world::elsewhere::begin_in_discord;
use tests::world::room::Seen;
use tests::world::trouble::Trouble;

use super::*;

/// Something that no later attempt puts right: the database takes neither the incident nor an answer to it.
const TAKES_NOTHING: &str = "
    create function takes_nothing() returns trigger language plpgsql as $$
    begin
        if (new.key like 'incident/%' or new.key like 'reply/%') and new.body::text not like '%given it up%' then
            raise exception 'there is no room for this';
        end if;
        return new;
    end $$;
    create trigger takes_nothing before insert on message for each row execute function takes_nothing();";
const TAKES_IT: &str = "drop trigger takes_nothing on message;";

async fn database_does(world: &World, what: &'static str) -> Result<()> {
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    sqlx::raw_sql(what).execute(&mut database).await?;
    database.close().await.context("cannot close the connection")
}

fn veiled(seen: &Seen) -> String {
    let reference = regex::Regex::new("reference [0-9a-f]{8}").expect("a pattern");
    reference.replace_all(&seen.spoken(), "reference …").into_owned()
}

fn nobody_is_left_thinking(world: &World) -> Result<()> {
    let alice = world.discord()?.person("acme", "alice");
    assert!(alice.reads("ops").iter().all(|seen| !seen.loading));
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_given_up_says_so_where_it_was_typed_and_is_answered_there_after_all() -> Result<()>
{
    let world = begin_in_discord(env!("CARGO_BIN_EXE_lab")).await?;
    database_does(&world, TAKES_NOTHING).await?;
    world.alice().types("incident declare sev4 Search is slow").await?;
    let word = world.sees("given it up").await?;
    insta::assert_snapshot!(veiled(&word), @"
    [bad] I could not handle this, and have given it up
    Nothing of it was done. When the cause is put right, dead-letters replay IN-1 does it after all.
    reference …
    ");
    nobody_is_left_thinking(&world)?;
    world.sees("1 dead letter").await?;

    database_does(&world, TAKES_IT).await?;
    world.bob().types("dead-letters replay IN-1").await?;
    world.sees("is tried again").await?;
    let answer = world.sees("taken in").await?;
    assert_eq!(answer.id, word.id, "what she was told is not true any more");
    // The number of the first attempt is not given out again.
    world.sees("INC-2 · sev4").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}

#[tokio::test]
async fn an_answer_that_discord_does_not_take_gives_way_to_a_word_about_it() -> Result<()> {
    let world = begin_in_discord(env!("CARGO_BIN_EXE_lab")).await?;
    world.discord()?.weather_once(On::Operation("update_original_webhook_message"), Weather::Fails(400));
    world.dave().types("incident list").await?;
    let word = world.sees("could not be shown").await?;
    insta::assert_snapshot!(veiled(&word), @"
    [bad] My answer to this could not be shown here, and I have given it up
    What was asked for was handled. When the cause is put right, dead-letters replay OUT-1 shows the answer after all.
    reference …
    ");
    nobody_is_left_thinking(&world)?;
    let letters = world.sees("1 dead letter").await?;
    world.bob().presses(&letters, "Replay all").await?;
    world.sees("is tried again").await?;
    let answer = world.sees("No open incidents").await?;
    assert!(answer.id > word.id, "a message of its own");
    world.sees("No dead letters are left").await?;
    world.ends().await
}

/// Discord lets an answer be given for fifteen minutes.
#[tokio::test]
async fn a_word_that_comes_too_late_for_its_answer_stands_in_the_channel() -> Result<()> {
    let world = begin_in_discord(env!("CARGO_BIN_EXE_lab")).await?;
    database_does(&world, TAKES_NOTHING).await?;
    world.chat_has(Trouble::Fails);
    let alice = world.discord()?.person("acme", "alice");
    let answered = alice.types("ops", "/incident declare title:Search severity:sev4").await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.discord()?.interactions_grow_old(chrono::TimeDelta::minutes(16));
    world.chat_has(Trouble::None);
    let word = world.sees("given it up").await?;
    assert_ne!(Some(word.id.to_string()), answered.message);
    world.sees("1 dead letter").await?;

    database_does(&world, TAKES_IT).await?;
    world.bob().types("dead-letters replay all").await?;
    world.sees("is tried again").await?;
    assert_eq!(world.sees("taken in").await?.id, word.id);
    world.sees("INC-2 · sev4").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}
