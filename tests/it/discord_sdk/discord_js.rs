//! discord.js against the stand-in: login, commands, components, modals, reactions, threads, files, and a session taken up again.
//!
//! The bot is tests/data/sdk/discord/bot.cjs.

use anyhow::Result;
use serde_json::json;
use tests::discord::{Answer, Discord, Person, Settings};
use tests::sdk;

use super::program::Program;

async fn bot() -> Result<Option<(Discord, Program, Person)>> {
    let Some(installed) = sdk::node("discord").await? else { return Ok(None) };
    let discord = Discord::start(Settings::default()).await?;
    let settings =
        [("DISCORD_API", format!("{}/api", discord.api_url())), ("DISCORD_TOKEN", discord.bot_token())];
    let mut bot = Program::start(&installed, "bot.cjs", &settings)?;
    let ready = bot.tells("ready").await?;
    assert_eq!(ready["user"], "watchkeeper");
    assert_eq!(ready["commands"], json!(["deploy", "whisper", "Add to timeline"]));
    // It is not in general.
    assert_eq!(ready["channels"], json!(["incidents", "ops"]));
    let alice = discord.person("acme", "alice");
    Ok(Some((discord, bot, alice)))
}

#[tokio::test]
async fn a_command_becomes_a_plan_that_is_pressed_chosen_and_submitted() -> Result<()> {
    let Some((discord, mut bot, alice)) = bot().await? else { return Ok(()) };
    let offered = alice.completes("ops", "/deploy service:sea", "service").await?;
    assert_eq!(offered, [("search-api".to_owned(), json!("search-api"))]);

    let answered = alice.types("ops", "/deploy search-api tag:7c3f2b1").await?;
    assert_eq!(answered.kind, Answer::Deferred);
    let shown = bot.tells("shown").await?;
    assert_eq!(shown["fetched"], "OP-1");
    let plan = alice.sees("ops", "OP-1").await?;
    assert_eq!(plan.text, "Plan\nOP-1\ndeploy search-api\nTag: 7c3f2b1\nwaits for one more");
    let labels: Vec<_> = plan.buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(labels, ["Approve", "Declare", "Open"]);
    assert!(alice.presses("ops", &plan.id, "Open").await.is_err(), "a link asks nobody");

    assert_eq!(alice.picks("ops", &plan.id, "Service", &["Search"]).await?.kind, Answer::DeferredUpdate);
    assert!(alice.sees("ops", "chose search-api").await?.edited);

    assert_eq!(alice.presses("ops", &plan.id, "Declare").await?.kind, Answer::Modal);
    assert_eq!(alice.modal().map(|modal| modal.title), Some("Declare an incident".to_owned()));
    assert!(alice.submits().await.is_err(), "the title is required");
    alice.fills("Title", "Search is slow")?;
    assert_eq!(alice.submits().await?.kind, Answer::Message);
    assert_eq!(alice.modal(), None);
    alice.sees("ops", "INC-1: Search is slow").await?;
    assert!(alice.sees("ops", "only you see this").await?.ephemeral);
    let bob = discord.person("acme", "bob");
    assert!(!bob.reads("ops").iter().any(|one| one.text.contains("only you")));

    assert_eq!(bob.presses("ops", &plan.id, "Approve").await?.kind, Answer::Update);
    let approved = alice.sees("ops", "approved by bob").await?;
    assert!(approved.buttons.is_empty());
    assert!(bob.presses("ops", &plan.id, "Approve").await.is_err(), "the button is gone");
    assert!(bob.types("ops", "/whisper").await?.ephemeral);
    assert!(bob.uses("ops", &approved.id, "Add to timeline").await?.ephemeral);
    assert_eq!(discord.wrong(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_mention_gets_a_reply_a_thread_a_pin_and_a_post() -> Result<()> {
    let Some((discord, mut bot, alice)) = bot().await? else { return Ok(()) };
    let asked = alice.posts("ops", "@watchkeeper what is slow?").await?;
    let mentioned = bot.tells("mentioned").await?;
    assert_eq!(mentioned["text"], format!("<@{}> what is slow?", discord.application_id()));
    assert_eq!(mentioned["member"], "alice");
    assert_eq!(mentioned["thread"], asked, "a thread has the id of the message that it hangs from");
    let reply = alice.sees("ops", "looking").await?;
    assert_eq!((reply.reply_to.as_deref(), reply.pinned), (Some(asked.as_str()), true));
    assert_eq!(reply.pinged, Vec::<String>::new(), "allowed mentions are empty");
    assert_eq!(discord.pins("acme", "ops").first(), Some(&reply.id));
    assert_eq!(discord.topic("acme", "ops").as_deref(), Some("INC-1 is open"));
    let log = alice.reads("Search is slow").into_iter().find(|one| !one.files.is_empty());
    let url =
        log.and_then(|log| log.raw["attachments"][0]["url"].as_str().map(str::to_owned)).unwrap_or_default();
    assert_eq!(discord.file(&url).as_deref(), Some(&b"all lines"[..]));
    assert_eq!(
        alice.reads("INC-1").iter().map(|one| one.text.as_str()).collect::<Vec<_>>(),
        ["It began at 03:00"]
    );
    assert!(discord.threads("acme", "incidents")[0].archived);
    assert_eq!(bot.tells("posted twice").await?["same"], true);

    alice.reacts("ops", &reply.id, "✅").await?;
    let reacted = bot.tells("reacted").await?;
    assert_eq!((reacted["emoji"].as_str(), &reacted["all"]), (Some("✅"), &json!(["alice", "watchkeeper"])));
    discord.person("acme", "bob").reacts("ops", &reply.id, "✅🏽").await?;
    assert_eq!(bot.tells("reacted").await?["emoji"], "✅🏽");
    alice.takes_back("ops", &reply.id, "✅").await?;
    assert_eq!(bot.tells("took back").await?["emoji"], "✅");
    assert_eq!(discord.wrong(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_lost_connection_is_taken_up_again_and_nothing_is_missed() -> Result<()> {
    let Some((discord, mut bot, alice)) = bot().await? else { return Ok(()) };
    let plan = alice.posts("ops", "is anybody there?").await?;
    discord.cuts();
    bot.tells("reconnecting").await?;
    // While nobody is connected.
    alice.reacts("ops", &plan, "👀").await?;
    assert_eq!(bot.tells("reacted").await?["emoji"], "👀");
    assert!(!discord.calls("RESUME").is_empty());

    discord.reconnects();
    discord
        .until("another session is resumed", || (discord.calls("RESUME").len() >= 2).then_some(()))
        .await?;
    alice.reacts("ops", &plan, "📌").await?;
    assert_eq!(bot.tells("reacted").await?["emoji"], "📌");
    assert_eq!(discord.calls("IDENTIFY").len(), 1);

    // Discord has forgotten the session: there has to be a new one.
    discord.forgets_sessions();
    discord.until("identified anew", || (discord.calls("IDENTIFY").len() == 2).then_some(())).await?;
    discord.until("connected", || (discord.sessions() == 1).then_some(())).await?;
    assert_eq!(alice.types("ops", "/deploy checkout").await?.kind, Answer::Deferred);
    Ok(())
}

#[tokio::test]
async fn a_wrong_token_and_a_switched_off_intent_end_the_login() -> Result<()> {
    let Some(installed) = sdk::node("discord").await? else { return Ok(()) };
    let discord = Discord::start(Settings { privileged: 0, ..Settings::default() }).await?;
    let api = ("DISCORD_API", format!("{}/api", discord.api_url()));
    let mut wrong = Program::start(
        &installed,
        "bot.cjs",
        &[api.clone(), ("DISCORD_TOKEN", "MTIz.wrong.token".to_owned())],
    )?;
    let error = wrong.tells("ready").await.expect_err("no login").to_string();
    assert!(error.contains("TokenInvalid") || error.contains("invalid token"), "{error}");
    let mut closed = Program::start(&installed, "bot.cjs", &[api, ("DISCORD_TOKEN", discord.bot_token())])?;
    let error = closed.tells("ready").await.expect_err("no login").to_string();
    assert!(error.contains("disallowed intents"), "{error}");
    Ok(())
}
