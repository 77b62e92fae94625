//! Slack and Discord limit, hang, lose answers and are gone: what people typed is answered once, in its order, whoever cannot wait goes
//! on at the console, and only votes that stand count.

use std::time::{Duration, Instant};

use anyhow::Result;
use commands::message::Reaction;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::elsewhere::{
    begin_in_both_where, begin_in_discord, begin_in_discord_where, begin_in_slack, begin_in_slack_where,
};
use tests::world::replicas::eventually;
use tests::world::trouble::{Mishap, Trouble};

const LAB: &str = env!("CARGO_BIN_EXE_lab");
/// What a chat says in a 429.
const COME_AGAIN_SECONDS: u32 = 3;
/// Longer than the bot takes for an answer.
const LATE: Duration = Duration::from_secs(2);
/// Longer than an event needs to reach the bot.
const HEARD_BY_THEN: Duration = Duration::from_secs(2);

#[tokio::test]
async fn slack_limits() -> Result<()> {
    limited(begin_in_slack(LAB).await?).await
}

#[tokio::test]
async fn discord_limits_a_channel() -> Result<()> {
    limited(begin_in_discord(LAB).await?).await
}

#[tokio::test]
async fn discord_limits_everything_but_what_somebody_waits_for() -> Result<()> {
    let world = begin_in_discord(LAB).await?;
    world.chat_has(Trouble::LimitsAll(COME_AGAIN_SECONDS));
    let begun = Instant::now();
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    eventually("a limit", async || Ok(world.times_limited() > 0)).await?;
    let limited = world.times_limited();
    // Whoever types meanwhile is heard within the three seconds that Discord gives the bot, and answered in their turn.
    world.alerts(&Alerting::now("HighLatency").post(&["a"], &[])).await?;
    asks(&world, &["help ack"]).await?;
    world.chat_has(Trouble::None);
    let alert = world.sees("HighErrorRate").await?;
    assert!(
        begun.elapsed() >= Duration::from_secs(COME_AGAIN_SECONDS.into()),
        "nobody knocks before it is time"
    );
    let another = world.sees("HighLatency").await?;
    assert!(alert.id < another.id, "in the order in which they came about");
    world.sees("as 👀 does").await?;
    assert_eq!(world.times_limited(), limited);
    assert_eq!(world.ops.everything().await?.len(), 3, "each once");
    world.ends().await
}

#[tokio::test]
async fn slack_is_gone_for_an_hour() -> Result<()> {
    gone(begin_in_slack(LAB).await?).await
}

#[tokio::test]
async fn discord_is_gone_for_an_hour() -> Result<()> {
    gone(begin_in_discord(LAB).await?).await
}

#[tokio::test]
async fn slack_loses_what_it_is_told_and_what_it_answers() -> Result<()> {
    lost(begin_in_slack(LAB).await?).await
}

#[tokio::test]
async fn discord_loses_what_it_is_told_and_what_it_answers() -> Result<()> {
    lost(begin_in_discord(LAB).await?).await
}

#[tokio::test]
async fn in_slack_only_votes_that_stand_count() -> Result<()> {
    votes(begin_in_slack_where(LAB, two_approve).await?).await
}

#[tokio::test]
async fn in_discord_only_votes_that_stand_count() -> Result<()> {
    votes(begin_in_discord_where(LAB, two_approve).await?).await
}

fn two_approve(policy: &str) -> String {
    policy.replace("approvals = 1", "approvals = 2")
}

/// Three questions are asked while nothing may be posted.
async fn limited(world: World) -> Result<()> {
    world.chat_has(Trouble::Limits(COME_AGAIN_SECONDS));
    let begun = Instant::now();
    asks(&world, &["help ack", "incident list", "help lock"]).await?;
    eventually("a limit", async || Ok(world.times_limited() > 0)).await?;
    world.chat_has(Trouble::None);
    let limited = world.times_limited();
    let answers =
        [world.sees("ack").await?, world.sees("No open incidents").await?, world.sees("lock").await?];
    assert!(answers.is_sorted_by_key(|seen| seen.id), "in the order in which they were asked");
    assert!(
        begun.elapsed() >= Duration::from_secs(COME_AGAIN_SECONDS.into()),
        "nobody knocks before it is time"
    );
    assert_eq!(world.times_limited(), limited);
    assert_eq!(world.ops.everything().await?.len(), answers.len(), "each once");
    world.ends().await
}

/// The chat answers nothing any more, then it is gone. What was asked there is answered in one message when it is back.
async fn gone(world: World) -> Result<()> {
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.chat_has(Trouble::Fails);
    asks(&world, &["incident list", "help ack", "help lock", "locks", "status search-api in dev"]).await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.chat_goes_away().await;
    world.alerts(&Alerting::now("HighErrorRate").post(&["a", "b"], &[])).await?;

    let console = world.console()?;
    world.at_the_console("bob")?.types("approve OP-1").await?;
    let production = &world.stage.production;
    eventually("the change", async || Ok(world.stage.tag_in(production).await? == "98ab4e2")).await?;
    world.stage.runs(production).await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.at_the_console("bob")?.types("status search-api in production").await?;
    console.sees("98ab4e2").await?;
    console.reads_what_says("approve");

    world.stage.hours_pass(1).await?;
    world.chat_has(Trouble::None);
    world.chat_comes_back().await?;
    world.stage.hours_pass(1).await?;
    let done = world.sees("— done").await?;
    assert_eq!(done.id, plan.id, "the card that was there is edited");
    // It began to wait before the card was changed, so it is what shows that the chat is back.
    world.sees("No open incidents").await?;
    let missed = world.sees("Catching up").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(missed.spoken(), @"
        [note] Catching up: 5 messages could not be shown here when they were new
        • (time) ack: say that you are looking, as 👀 does
        • (time) lock: let nothing new begin on a service or in an environment
        • (time) What holds changes back
        • (time) search-api in dev
        • (time) HighErrorRate · 2 firing
        What can still be answered is here as a card of its own.
        ");
    }
    let alert = world.sees("2 firing").await?;
    world.sees("search-api in dev").await?;
    world.stage.nothing_is_left_to_send().await?;
    world.bob().reacts(&alert, Reaction::Acknowledge).await?;
    world.sees("Acknowledged: @bob").await?;
    world.ends().await
}

/// A post of which nobody knows whether it arrived is looked for, and neither missing nor there twice.
async fn lost(world: World) -> Result<()> {
    for (mishap, alert) in [(Mishap::LosesAnswer, "HighErrorRate"), (Mishap::LosesRequest, "HighLatency")] {
        world.next_post_has(mishap);
        world.alerts(&Alerting::now(alert).post(&["a"], &[])).await?;
        world.sees(alert).await?;
    }
    world.chat_has(Trouble::Slow(LATE));
    asks(&world, &["incident list"]).await?;
    world.sees("No open incidents").await?;
    world.chat_has(Trouble::Hangs);
    asks(&world, &["help deploy"]).await?;
    world.stage.nothing_is_left_to_handle().await?;
    tokio::time::sleep(LATE).await;
    world.chat_has(Trouble::None);
    world.sees("deploy").await?;
    world.stage.nothing_is_left_to_send().await?;
    assert_eq!(world.ops.everything().await?.len(), 4, "each once");
    world.ends().await
}

/// Two have to approve.
async fn votes(world: World) -> Result<()> {
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    let mut refusals = vec![];
    for nobody in [world.alice(), world.dave(), world.stranger()] {
        nobody.reacts(&plan, Reaction::Approve).await?;
        refusals.push(world.sees("[warning]").await?.spoken());
    }
    let unnamed = regex::Regex::new(r"(?:slack|discord)/\S+")?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(unnamed.replace_all(&refusals.join("\n"), "(somebody)"), @"
        [warning] @alice asked for this, and nobody approves their own request.
        It takes somebody else of oncall; to deny it takes it back.
        [warning] @dave may not approve plans.
        oncall may.
        [warning] I do not know who (somebody) is.
        Whoever keeps the policy file can add this account to a person under [people]; whoever is there with another account types link here.
        ");
    }
    world.stage.nothing_is_left_to_send().await?;
    let undecided = world.ops.looks_again(&plan).await?;
    assert!(undecided.text.contains("0 of 2"), "nor does the bot's own count: {}", undecided.text);

    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.bob().takes_back(&plan, Reaction::Approve).await?;
    world.sees("0 of 2").await?;
    world.carol().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    world.bob().takes_back(&done, Reaction::Approve).await?;
    tokio::time::sleep(HEARD_BY_THEN).await;
    let still = world.ops.looks_again(&done).await?;
    assert_eq!(still.text, done.text, "a decision is one");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "98ab4e2");
    world.ends().await
}

/// Whoever has two accounts has one voice.
#[tokio::test]
async fn one_person_in_slack_and_discord_is_one_voter() -> Result<()> {
    let world = begin_in_both_where(LAB, two_approve).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    world.carol().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    let discord = world.beside_in_discord()?;
    discord.has("carol").types("approve OP-1").await?;
    let again = discord.sees("OP-1").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(again.spoken(), @"[good] approve OP-1: taken in. Its card shows how it stands.");
    }
    assert!(world.ops.looks_again(&plan).await?.text.contains("1 of 2"));
    discord.has("bob").types("approve OP-1").await?;
    world.sees("— done").await?;
    world.stage.nothing_is_left_to_send().await?;
    discord.sees("OP-1: taken in").await?;
    world.ends().await
}

async fn asks(world: &World, questions: &[&str]) -> Result<()> {
    for question in questions {
        world.dave().types(question).await?;
    }
    Ok(())
}
