//! Interactions that are delivered over HTTP are signed as Discord's own library expects it.
//!
//! The endpoint is a script of Discord's library; the stand-in plays Discord.

use anyhow::Result;
use serde_json::json;
use tests::discord::{Answer, Discord, Settings};
use tests::sdk;

use super::by_hand::Rest;
use super::program::Program;

#[tokio::test]
async fn discords_own_library_takes_our_signatures() -> Result<()> {
    let Some(installed) = sdk::node("discord").await? else { return Ok(()) };
    let discord = Discord::start(Settings::default()).await?;
    let key = [("DISCORD_PUBLIC_KEY", discord.public_key())];
    let mut endpoint = Program::start(&installed, "endpoint.cjs", &key)?;
    let port = endpoint.tells("listening").await?["port"].clone();

    discord.delivers_to(&format!("http://127.0.0.1:{port}/interactions")).await?;
    assert_eq!(endpoint.tells("asked").await?, json!({ "what": "asked", "status": 200, "type": 1 }));
    assert_eq!(endpoint.tells("asked").await?, json!({ "what": "asked", "status": 401, "type": null }));

    let rest = Rest::of(&discord);
    let commands = format!("/applications/{}/commands", discord.application_id());
    rest.post(&commands, &json!({ "name": "status", "description": "What goes on" })).await?.is(201)?;
    let alice = discord.person("acme", "alice");
    let answered = alice.types("ops", "/status").await?;
    assert_eq!(answered.kind, Answer::Message);
    assert_eq!(alice.sees("ops", "typed").await?.text, "alice typed status");
    assert_eq!(discord.wrong(), Vec::<String>::new());

    // Another application's key: everything is refused.
    let mut stranger =
        Program::start(&installed, "endpoint.cjs", &[("DISCORD_PUBLIC_KEY", "00".repeat(32))])?;
    let port = stranger.tells("listening").await?["port"].clone();
    let refused = discord.delivers_to(&format!("http://127.0.0.1:{port}/interactions")).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("PING was answered with 401")));
    Ok(())
}
