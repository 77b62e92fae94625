//! Whoever has linked an account while the bot runs is notified by it, invited by it, and called by their one name there.

use anyhow::{Context, Result};
use tests::world::World;
use tests::world::elsewhere::{begin_in_discord, begin_in_slack_where};

const LAB: &str = env!("CARGO_BIN_EXE_lab");
const ROOMS: &str =
    "\n[slack.workspaces.acme.incidents]\nmay = [\"read\", \"respond\", \"operate\", \"vote\"]\n";

fn code(text: &str) -> Result<String> {
    let code = text.split("type `link ").nth(1).and_then(|rest| rest.split('`').next());
    let code = code.or_else(|| text.split("type link ").nth(1).and_then(|rest| rest.split(' ').next()));
    Ok(code.context("no code")?.to_owned())
}

/// At the console, where nobody is whom the policy does not name: carol names the account here, and types what it is shown.
async fn carol_links(
    world: &World,
    account: &str,
    shown: impl AsyncFnOnce() -> Result<String>,
) -> Result<()> {
    world.at_the_console("carol")?.types(&format!("link {account}")).await?;
    world.console()?.sees("It is shown a code there").await?;
    let code = shown().await?;
    world.at_the_console("carol")?.types(&format!("link {code}")).await?;
    world.console()?.sees("is @carol from now on").await?;
    Ok(())
}

#[tokio::test]
async fn in_slack_she_is_notified_and_invited_by_both_of_her_accounts() -> Result<()> {
    let world = begin_in_slack_where(LAB, |policy| format!("{policy}{ROOMS}")).await?;
    let slack = world.slack()?;
    let alice = slack.person("acme", "alice");
    world.alice().types("incident declare sev3 Search is slow").await?;
    world.sees("INC-1 · sev3").await?;
    world.alice().types("incident role INC-1 commander carol").await?;
    world.sees("@carol is commander").await?;
    assert_eq!(alice.sees("ops", "is commander").await?.pinged, ["carol"]);
    let room = "inc-1-search-is-slow";
    let is_in = |person: &str| {
        let members = slack.has_channel("acme", room).then(|| slack.members("acme", room));
        members.unwrap_or_default().iter().any(|member| member == person)
    };
    slack.until("carol is in it", || is_in("carol").then_some(())).await?;
    assert!(!is_in("mallory"));

    let shown = async || {
        world.stranger().types("link").await?;
        let seen = slack.person("acme", "mallory").sees("ops", "says that").await?;
        assert!(seen.ephemeral);
        world.sees("says that").await?;
        code(&seen.text)
    };
    carol_links(&world, &format!("slack/{}", slack.account("acme", "mallory")), shown).await?;
    slack.until("her other account is in it, too", || is_in("mallory").then_some(())).await?;

    alice.posts("ops", "@watchkeeper incident role INC-1 scribe @mallory").await?;
    world.sees("@carol is scribe").await?;
    let seen = alice.sees("ops", "is scribe").await?;
    assert_eq!(seen.pinged, ["carol", "mallory"]);
    world.stranger().types("incident role INC-1 comms carol").await?;
    world.sees("@carol is comms").await?;
    assert_eq!(alice.sees("ops", "is comms").await?.pinged, Vec::<String>::new(), "she has taken it herself");
    while let Some(_card) = world.settles().await?.first() {
        world.sees("INC-1 · sev3").await?;
    }
    world.ends().await
}

#[tokio::test]
async fn in_discord_she_is_reminded_by_both_and_the_code_is_shown_to_nobody_else() -> Result<()> {
    let world = begin_in_discord(LAB).await?;
    let discord = world.discord()?;
    let mallory = discord.person("acme", "mallory");
    let shown = async || {
        // Where others read the answer there is none.
        mallory.posts("ops", "@watchkeeper link").await?;
        world.sees("for nobody else to see").await?;
        world.stranger().types("link").await?;
        let seen = world.sees("says that").await?;
        let others = discord.person("acme", "bob").reads("ops");
        assert!(others.iter().all(|seen| !seen.text.contains("says that")), "bob reads it");
        code(&seen.text)
    };
    carol_links(&world, &format!("discord/{}", discord.account("mallory")), shown).await?;
    world.stranger().types("remind 30m look at the error rate").await?;
    world.sees("@carol will be reminded").await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.hours_pass(1).await?;
    world.sees("@carol: look at the error rate").await?;
    let reminder = discord
        .person("acme", "alice")
        .reads("ops")
        .into_iter()
        .rev()
        .find(|seen| seen.text.contains("a reminder"));
    let mut pinged = reminder.context("no reminder")?.pinged;
    pinged.sort();
    assert_eq!(pinged, ["carol", "mallory"]);
    // A plan that waits calls those who may agree to it, and nobody else.
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let card = world.sees("0 of 1").await?;
    let called = |text: &str| {
        let seen = discord.person("acme", "alice").reads("ops").into_iter().rev();
        seen.filter(|seen| seen.text.contains(text)).map(|seen| seen.pinged).next().unwrap_or_default()
    };
    let mut waiting = called("0 of 1");
    waiting.sort();
    assert_eq!(waiting, ["bob", "carol", "mallory"], "alice asks, dave may not");
    world.bob().presses(&card, "Deny").await?;
    world.sees("denied").await?;
    let mut denied = called("denied");
    denied.sort();
    assert_eq!(denied, waiting, "an edit calls nobody again");
    world.ends().await
}
