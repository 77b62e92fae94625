//! The chat limits, fails and comes back: each message appears once, in its order, as it should look last.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use commands::message::Reaction;
use tests::lab;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::chat::{Call, Chat, Weather};

/// Longer than the bot needs to send what it may.
const SENT_BY_THEN: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

async fn begin() -> Result<(World, Chat)> {
    World::begin_with_chat(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await
}

async fn is_asked(chat: &Chat, times: usize) -> Result<()> {
    let begun = Instant::now();
    while chat.calls().len() < times {
        ensure!(begun.elapsed() < PATIENCE, "asked only {:?}", chat.calls());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// What the bot says in one story about a deploy and two questions, with the chat away for a day in the middle of it.
#[tokio::test]
async fn a_day_without_chat_loses_nothing_and_the_backlog_comes_in_order() -> Result<()> {
    let (mut world, chat) = begin().await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;

    chat.is(Weather::Down);
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    is_asked(&chat, 2).await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.carol().types("incident declare sev2 Search is slow").await?;
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    world.stage.hours_pass(10).await?;
    world.alerts(&errors.post(&["a", "b", "c"], &[])).await?;
    world.restart().await?;
    world.dave().types("incident list").await?;
    world.stage.hours_pass(14).await?;
    world.stage.nothing_is_left_to_handle().await?;

    let before = chat.calls().len();
    chat.is(Weather::Fine);
    world.stage.hours_pass(1).await?;
    let done = world.sees("— done").await?;
    assert_eq!(done.id, plan.id, "the card that was there is edited");
    let alert = world.sees("3 firing").await?;
    let incident = world.sees("INC-1 · sev2").await?;
    let list = world.sees("1 open incident").await?;
    assert!(alert.id < incident.id && incident.id < list.id, "in the order in which they came about");
    world.stage.nothing_is_left_to_send().await?;
    let posts = chat.calls().split_off(before);
    let posts: Vec<&str> =
        posts.iter().filter(|call| call.what == "post").map(|call| call.of.as_str()).collect();
    assert_eq!(posts.len(), 3, "each once, however often it changed meanwhile: {posts:?}");
    world.ends().await
}

/// Three questions of which nobody waits for the answer any more, and a plan that still can be approved.
#[tokio::test]
async fn what_was_only_news_while_the_chat_was_away_comes_in_one_message() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.is(Weather::Down);
    world.dave().types("incident list").await?;
    is_asked(&chat, 1).await?;
    for question in ["lock list", "incident list", "help lock", "status search-api in dev"] {
        world.dave().types(question).await?;
    }
    // Nobody's question waits for somebody else's.
    world.stage.nothing_is_left_to_handle().await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.hours_pass(1).await?;

    chat.is(Weather::Fine);
    world.stage.hours_pass(1).await?;
    let first = world.sees("No open incidents").await?;
    let plan = world.sees("0 of 1").await?;
    world.sees("search-api in dev").await?;
    let missed = world.sees("Catching up").await?;
    assert!(first.id < plan.id && plan.id < missed.id);
    insta::assert_snapshot!(missed.text, @"
    [note] Catching up: 5 messages could not be shown here when they were new
    • (time) There is no service or environment `list`.
    • (time) No open incidents
    • (time) `lock`: let nothing new begin on a service or in an environment
    • (time) search-api in dev
    • (time) Deploy search-api to production: `7c3f2b1` → `98ab4e2`
    — What can still be answered is here as a card of its own.
    ");
    world.stage.nothing_is_left_to_send().await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("— done").await?;
    world.ends().await
}

#[tokio::test]
async fn a_limit_closes_the_channel_and_an_edit_put_meanwhile_does_not_open_it() -> Result<()> {
    let (world, chat) = begin().await?;
    let errors = Alerting::now("HighErrorRate");
    chat.is(Weather::Limits(3_600));
    world.alerts(&errors.post(&["a"], &[])).await?;
    is_asked(&chat, 1).await?;
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    world.alice().types("incident list").await?;
    chat.is(Weather::Fine);
    tokio::time::sleep(SENT_BY_THEN).await;
    let one = [Call { what: "post", of: "alert/1".to_owned() }];
    assert_eq!(chat.calls(), one, "nobody knocks before the hour is over");
    world.stage.hours_pass(1).await?;
    world.sees("2 firing").await?;
    world.sees("No open incidents").await?;
    world.ends().await
}

#[tokio::test]
async fn a_message_that_is_not_accepted_does_not_hold_up_the_next() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.to_words_is("Toxic", Weather::Refuses);
    world.alice().types("incident declare sev4 Toxic words").await?;
    world.bob().types("help ack").await?;
    world.sees("`ack`").await?;
    let card = world.sees("1 dead letter").await?;
    chat.to_words_is("Toxic", Weather::Fine);
    world.bob().presses(&card, "Replay all").await?;
    world.sees("is tried again").await?;
    world.sees("INC-1 · sev4").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}
