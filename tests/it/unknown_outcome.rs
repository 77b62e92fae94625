//! The answer to a post is lost: what was posted is found and not posted again, what was not is posted.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tests::lab;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::chat::{Chat, Weather};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
const KEY: &str = "alert/1";
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

async fn begin() -> Result<(World, Chat)> {
    World::begin_with_chat(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await
}

/// What it was asked, each as often as it likes.
fn asked(chat: &Chat) -> Vec<&'static str> {
    let mut asked = chat.asked(KEY);
    asked.dedup();
    asked
}

fn posts(chat: &Chat) -> usize {
    chat.asked(KEY).into_iter().filter(|what| *what == "post").count()
}

async fn is_asked(chat: &Chat, what: &[&str]) -> Result<()> {
    let begun = Instant::now();
    while !asked(chat).starts_with(what) {
        ensure!(begun.elapsed() < PATIENCE, "asked {:?}", chat.asked(KEY));
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

#[tokio::test]
async fn posted_but_not_answered_it_is_found_and_brought_up_to_date() -> Result<()> {
    let (world, chat) = begin().await?;
    let errors = Alerting::now("HighErrorRate");
    chat.is(Weather::LosesAnswers);
    world.alerts(&errors.post(&["a"], &[])).await?;
    is_asked(&chat, &["post"]).await?;
    let first = world.sees("1 firing").await?;
    chat.is(Weather::Fine);
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    let card = world.sees("2 firing").await?;
    assert_eq!(card.id, first.id, "one card");
    assert_eq!((asked(&chat), posts(&chat)), (vec!["post", "find"], 1), "posted once");
    world.ends().await
}

#[tokio::test]
async fn neither_posted_nor_answered_it_is_looked_for_and_then_posted() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.is(Weather::LosesRequests);
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    is_asked(&chat, &["post"]).await?;
    chat.is(Weather::Fine);
    world.sees("1 firing").await?;
    assert_eq!((asked(&chat), posts(&chat)), (vec!["post", "find", "post"], 2));
    world.ends().await
}

#[tokio::test]
async fn while_it_cannot_be_looked_for_it_is_not_posted_either() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.is(Weather::LosesAnswers);
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    is_asked(&chat, &["post"]).await?;
    chat.is(Weather::Down);
    is_asked(&chat, &["post", "find"]).await?;
    chat.is(Weather::Fine);
    world.sees("1 firing").await?;
    world.stage.nothing_is_left_to_send().await?;
    assert_eq!((asked(&chat), posts(&chat)), (vec!["post", "find"], 1));
    world.ends().await
}

#[tokio::test]
async fn a_limit_is_an_answer_so_nothing_is_looked_for() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.is(Weather::Limits(1));
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    is_asked(&chat, &["post"]).await?;
    chat.is(Weather::Fine);
    world.sees("1 firing").await?;
    assert_eq!(asked(&chat), ["post"]);
    world.ends().await
}

/// A call without an answer is given up, and counts as one of which nothing is known.
#[tokio::test]
async fn a_chat_that_hangs_holds_up_its_message_and_nothing_else() -> Result<()> {
    let (world, chat) = begin().await?;
    chat.is(Weather::Hangs);
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    is_asked(&chat, &["post"]).await?;
    chat.is(Weather::Fine);
    world.alerts(&Alerting::now("Another").post(&["a"], &[])).await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.sees("HighErrorRate").await?;
    world.sees("Another").await?;
    assert_eq!((asked(&chat), posts(&chat)), (vec!["post", "find", "post"], 2));
    world.ends().await
}

/// The answer of a killed bot's post is lost for good: whatever the next one finds, there is one card.
#[tokio::test]
async fn killed_while_it_posts_it_leaves_one_card() -> Result<()> {
    let program = Path::new(PROGRAM);
    let mut world =
        World::begin_as_program(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), program).await?;
    for (round, death) in [0_u64, 7, 19, 40].into_iter().enumerate() {
        let name: &'static str = ["One", "Two", "Three", "Four"][round];
        world.alerts(&Alerting::now(name).post(&["a"], &[])).await?;
        tokio::time::sleep(Duration::from_millis(death)).await;
        world.kill().await?;
        world.starts_again(program).await?;
        world.sees(name).await?;
    }
    let cards: Vec<String> = world.stage.posted_under_keys_like("alert/%").await?;
    assert_eq!(cards.len(), 4, "{cards:?}");
    world.ends().await
}
