//! What was given up is said in chat once, listed with its reason, and replayed by whoever may, never twice.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::{Connection, PgConnection};
use tests::lab;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::chat::{Chat, Weather};
use tests::world::room::Seen;

const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

async fn begin() -> Result<(World, Chat)> {
    World::begin_with_chat(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await
}

/// Without the run's references, and without how often it was tried where that depends on the machine's load.
fn veiled(seen: &Seen) -> String {
    let reference = regex::Regex::new("reference `[0-9a-f]{8}`").expect("a pattern");
    let times = regex::Regex::new(r"tried \d+ times").expect("a pattern");
    let text = reference.replace_all(&seen.text, "reference `…`");
    times.replace_all(&text, "tried … times").into_owned()
}

#[tokio::test]
async fn messages_that_were_given_up_are_told_on_one_card_and_replayed() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.to_words_is("Toxic", Weather::Refuses);
    world.alice().types("incident declare sev4 Toxic one").await?;
    let card = world.sees("1 dead letter").await?;
    insta::assert_snapshot!(veiled(&card), @"
    [bad] 1 dead letter (1 message): not handled or not sent, and given up
    • `OUT-1`: the card of `INC-1` for `console/ops`, tried once, given up (time): cannot reach it on console: the story's chat is Refuses (reference `…`)
    Put the cause right, then replay them; nothing of them is lost.
    [Replay all → dead-letters replay all] [List → dead-letters]
    ");
    world.alice().types("incident declare sev4 Toxic two").await?;
    let grown = world.sees("2 dead letters").await?;
    assert_eq!(grown.id, card.id, "the same card");

    world.dave().types("dead-letters").await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not work on incidents and alerts.
    developers and oncall may.
    ");
    world.bob().types("dead-letters").await?;
    let list = world.sees("Replay OUT").await?;
    insta::assert_snapshot!(veiled(&list), @"
    [warning] 2 dead letters (2 messages)
    • `OUT-3`: the card of `INC-2` for `console/ops`, tried once, given up (time): cannot reach it on console: the story's chat is Refuses (reference `…`)
    • `OUT-1`: the card of `INC-1` for `console/ops`, tried once, given up (time): cannot reach it on console: the story's chat is Refuses (reference `…`)
    [Replay OUT-3 → dead-letters replay OUT-3] [Replay OUT-1 → dead-letters replay OUT-1] [Replay all → dead-letters replay all]
    ");

    // Nothing has changed, so it is given up again, under the same card.
    let first = list.buttons[1].label.clone();
    world.bob().presses(&list, &first).await?;
    world.sees("is tried again").await?;
    world.stage.nothing_is_left_to_send().await?;

    chat.to_words_is("Toxic", Weather::Fine);
    world.bob().presses(&grown, "Replay all").await?;
    world.bob().presses(&grown, "Replay all").await?;
    world.sees("2 dead letters are tried again").await?;
    let twice = world.sees("There are no dead letters").await?;
    insta::assert_snapshot!(twice.text, @"
    [warning] There are no dead letters.
    Nothing is left to replay.
    ");
    world.sees("Toxic one").await?;
    world.sees("Toxic two").await?;
    let closed = world.sees("No dead letters are left").await?;
    assert_eq!(closed.id, card.id);
    world.bob().types("dead-letters replay out-3").await?;
    insta::assert_snapshot!(world.sees("`OUT-3`").await?.text, @"
    [warning] `OUT-3` is no dead letter, or not any more.
    `dead-letters` lists what can be replayed.
    ");
    let stored = world.everything_stored().await?;
    let replays = stored.lines().filter(|row| row.contains("dead_letter_replayed")).count();
    assert_eq!(replays, 3, "each replay is recorded, none twice");

    chat.to_words_is("Poison", Weather::Refuses);
    world.alice().types("incident declare sev4 Poison").await?;
    let another = world.sees("1 dead letter").await?;
    assert_ne!(another.id, card.id, "new trouble is a new card, which people are told of");
    chat.to_words_is("Poison", Weather::Fine);
    world.alice().types("dead-letters replay all").await?;
    world.sees("is tried again").await?;
    world.sees("Poison").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}

#[tokio::test]
async fn what_the_chat_does_not_take_within_the_horizon_is_a_dead_letter_not_silence() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.is(Weather::Down);
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.hours_pass(60).await?;
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.hours_pass(60).await?;
    let stored = world.stage.dead_messages().await?;
    assert_eq!(stored, 0, "what it says now waits for 60 hours only");
    world.stage.hours_pass(20).await?;
    let begun = Instant::now();
    while world.stage.dead_messages().await? == 0 {
        ensure!(begun.elapsed() < PATIENCE, "it goes on waiting");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    chat.is(Weather::Fine);
    world.stage.hours_pass(1).await?;
    let card = world.sees("1 dead letter").await?;
    insta::assert_snapshot!(veiled(&card), @"
    [bad] 1 dead letter (1 message): not handled or not sent, and given up
    • `OUT-1`: the card of `ALERT-1` for `console/ops`, tried … times, given up (time): not sent within 72 hours: cannot reach it on console: the story's chat is Down (reference `…`)
    Put the cause right, then replay them; nothing of them is lost.
    [Replay all → dead-letters replay all] [List → dead-letters]
    ");
    world.alice().presses(&card, "Replay all").await?;
    world.sees("is tried again").await?;
    world.sees("2 firing").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}

#[tokio::test]
async fn a_newer_version_of_a_given_up_message_is_sent_by_itself() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.to_words_is("1 firing", Weather::Refuses);
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    world.sees("1 dead letter").await?;
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    world.sees("2 firing").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}

#[tokio::test]
async fn a_delivery_that_cannot_be_handled_is_listed_and_replayed() -> Result<()> {
    let (world, _chat) = begin().await?;
    let mut database = PgConnection::connect(&world.stage.database_url).await?;
    // A newer version wrote what this one cannot read.
    let newer = "insert into alert_group (source, group_key, state, open, place)
                 values ('alertmanager', '{}:{alertname=\"HighErrorRate\"}', '{\"of\": \"tomorrow\"}', true, '{}')";
    sqlx::query(newer).execute(&mut database).await?;
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    let card = world.sees("1 dead letter").await?;
    insta::assert_snapshot!(veiled(&card), @"
    [bad] 1 dead letter (1 delivery): not handled or not sent, and given up
    • `IN-1`: alerts from alertmanager, tried once, given up (time): cannot find an alert group in the database: error occurred while decoding column 2: missing field `source` at line 1 column 18: missing field `source` at line … (reference `…`)
    Put the cause right, then replay them; nothing of them is lost.
    [Replay all → dead-letters replay all] [List → dead-letters]
    ");
    sqlx::query("delete from alert_group where id = 1").execute(&mut database).await?;
    world.carol().presses(&card, "Replay all").await?;
    world.sees("is tried again").await?;
    world.sees("1 firing").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}
