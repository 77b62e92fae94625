//! What the gateway does not put up with, said by hand over a plain WebSocket; and contents that a session may not read.
//!
//! What it does for well-behaved clients is shown with discord.js and serenity.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tests::discord::{Discord, Settings};
use tests::sdk;

use super::program::Program;

/// Each wrong word, and the code of Discord's reference that it is answered with.
const CODES: [(&str, u16); 11] = [
    ("presence before identify", 4003),
    ("no JSON", 4002),
    ("too long", 4002),
    ("unknown opcode", 4001),
    ("identified twice", 4005),
    ("wrong token", 4004),
    ("unknown intents", 4013),
    ("wrong shard", 4010),
    ("old version", 4012),
    ("another encoding", 4012),
    ("too many sends", 4008),
];

#[tokio::test]
async fn a_wrong_word_is_answered_with_its_code() -> Result<()> {
    let Some(installed) = sdk::node("discord").await? else { return Ok(()) };
    let heartbeat = Duration::from_secs(3);
    let discord = Discord::start(Settings { heartbeat, ..Settings::default() }).await?;
    let url = discord.api_url().replace("http://", "ws://");
    let settings = [("DISCORD_GATEWAY", url), ("DISCORD_TOKEN", discord.bot_token())];
    let mut program = Program::start(&installed, "gateway.cjs", &settings)?;
    for (case, code) in CODES {
        let closed = program.tells("closed").await?;
        assert_eq!((closed["case"].as_str(), closed["code"].as_u64()), (Some(case), Some(u64::from(code))));
    }
    assert_eq!(program.tells("invalid session").await?["resumable"], Value::Bool(false));

    // Identified without the intent for contents: they are read where the bot is mentioned, and nowhere else.
    program.tells("listening").await?;
    let alice = discord.person("acme", "alice");
    alice.posts("ops", "between us").await?;
    assert_eq!(program.tells("heard").await?["content"], "");
    alice.posts("ops", "@watchkeeper status").await?;
    assert_eq!(program.tells("heard").await?["content"], format!("<@{}> status", discord.application_id()));
    // It never sends a heartbeat.
    let closed = program.tells("closed").await?;
    assert_eq!((closed["case"].as_str(), closed["code"].as_u64()), (Some("zombie"), Some(4009)));
    Ok(())
}
