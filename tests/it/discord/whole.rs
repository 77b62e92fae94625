//! The whole bot in Discord: a deploy is asked for by a slash command, approved by a reaction, and followed in one message.

use super::*;

#[tokio::test]
async fn a_deploy_from_the_slash_command_to_its_end() -> Result<()> {
    let discord = discord::Discord::start(discord::Settings::default()).await?;
    let chat = discord_settings(&discord);
    let world = tests::world::begin_beside(
        env!("CARGO_BIN_EXE_lab"),
        |policy| with_discord(policy, &discord, false),
        |settings| settings.discord = Some(chat),
    )
    .await?;
    let ready = || (!discord.commands().is_empty() && discord.sessions() == 1).then_some(());
    discord.until("the bot", ready).await?;
    let (alice, bob) = (discord.person("acme", "alice"), discord.person("acme", "bob"));

    let answered =
        alice.types("ops", "/deploy service:search-api tag:98ab4e2 environment:production").await?;
    assert_eq!(answered.kind, Answer::Deferred);
    let card = alice.sees("ops", "0 of 1").await?;
    assert_eq!(Some(&card.id), answered.message.as_ref(), "the card is the answer");

    // Her own approval is refused, for her eyes only.
    alice.types("ops", "/approve operation:OP-1").await?;
    let refused = || alice.reads("ops").into_iter().find(|seen| seen.ephemeral && !seen.loading);
    discord.until("a refusal for her alone", refused).await?;

    bob.reacts("ops", &card.id, "✅").await?;
    let done = bob.sees("ops", "done").await?;
    assert_eq!(done.id, card.id, "one message, edited in place");

    // A vote that only edits a card is answered all the same.
    alice.types("ops", "/restart service:search-api environment:production").await?;
    alice.sees("ops", "OP-2").await?;
    bob.types("ops", "/approve operation:OP-2").await?;
    let word = bob.sees("ops", "approve OP-2").await?;
    assert!(!word.loading, "{}", word.text);
    let over = || {
        bob.reads("ops").into_iter().find(|seen| seen.text.contains("Restart") && seen.text.contains("done"))
    };
    discord.until("the restart is done", over).await?;
    assert!(bob.reads("ops").iter().all(|seen| !seen.loading), "nothing is left thinking");
    assert_eq!(wrong(&discord), Vec::<String>::new());
    world.ends().await
}
