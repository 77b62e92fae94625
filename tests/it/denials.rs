//! Who was refused is in the record: commands, votes and reactions, and those who did not get in at all; a flood of them is a
//! few lines.

use std::path::Path;

use anyhow::{Context, Result};
use bot::chat::console::Auth;
use bot::chat::console::wire::Say;
use commands::message::Reaction;
use commands::message::plain::{self, View};
use commands::replies::event;
use commands::timeline::{Actor, Event, EventKind};
use reqwest::Client;
use secrecy::SecretString;
use serde_json::Value;
use tests::console_site::ConsoleSite;
use tests::world::replicas::eventually;
use tests::world::terminal::types;
use tests::world::{self, ALERT_TOKEN, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
const KNOCKS: usize = 50;

/// Every refusal in the record, as the audit's export has it and as people read it.
async fn refusals(world: &World) -> Result<Vec<String>> {
    let export = types(Path::new(PROGRAM), &world.stage.database_url, &["audit", "export"]).await?;
    let mut told = vec![];
    for line in export.out.lines() {
        let line: Value = serde_json::from_str(line)?;
        let kind: EventKind = serde_json::from_value(line["event"].clone())?;
        if !matches!(kind, EventKind::CommandRefused { .. } | EventKind::TurnedAway { .. }) {
            continue;
        }
        let actor: Actor = serde_json::from_value(line["actor"].clone())?;
        let at = line["at"].as_str().context("no time")?.parse()?;
        let mut event = Event::new(at, actor, kind);
        event.operation = line["operation"].as_i64().map(commands::id::OperationId);
        let read = |text| plain::text(&text, View::timeless());
        told.push(format!("{} {}", read(event::who(&event)), read(event::what(&event))));
    }
    Ok(told)
}

#[tokio::test]
async fn whoever_is_refused_is_in_the_record() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.alice().reacts(&plan, Reaction::Approve).await?;
    world.sees("nobody approves their own").await?;
    world.dave().reacts(&plan, Reaction::Approve).await?;
    world.sees("may not approve plans").await?;
    world.dave().types("deny OP-1").await?;
    world.sees("may not stop plans").await?;
    world.dave().types("rollback search-api in production").await?;
    world.sees("may not change production").await?;
    insta::assert_snapshot!(refusals(&world).await?.join("\n"), @"
    @alice OP-1: was refused `✅`: @alice asked for this, and nobody approves their own request.
    @dave OP-1: was refused `✅`: @dave may not approve plans.
    @dave was refused `deny OP-1`: @dave may not stop plans.
    @dave was refused `rollback search-api in production`: @dave may not change production.
    ");
    let page = world.page("/operations/OP-1").await?;
    assert!(page.text().contains("was refused"), "the plan's own page tells of votes that did not count");
    world.ends().await
}

#[tokio::test]
async fn whoever_does_not_get_in_is_in_the_record_and_a_flood_is_a_few_lines() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    for _ in 0..KNOCKS {
        assert_eq!(world.webhook("a-guess", "{}").await?.status, 404);
        assert_eq!(world.says_without_patience("mallory", "deploy search-api 98ab4e2 to dev").await?, 403);
    }
    assert_eq!(world.webhook(ALERT_TOKEN, "{}").await?.status, 400, "no denial: the token is right");
    let say = format!("http://{}/api/console/ops/say", world.address()?);
    let forged = Client::new().post(&say).header("origin", "http://evil.example");
    let forged = forged.header("cookie", "watchkeeper_account=alice").json(&serde_json::json!({}));
    assert_eq!(forged.send().await?.status(), 403);
    eventually("three lines", async || Ok(refusals(&world).await?.len() >= 3)).await?;
    let mut told = refusals(&world).await?;
    told.sort();
    insta::assert_snapshot!(told.join("\n"), @"
    unknown account 127.0.0.1 was turned away at the webhook: no alert source has this token
    unknown account console/alice from 127.0.0.1 was turned away at the console: That was sent from another site's page.
    unknown account console/mallory from 127.0.0.1 was turned away at the console: The policy names no such console account. Known: alice, bob, carol, dave.
    ");
    world.ends().await
}

/// Behind a proxy, an account without the proxy's secret is a forgery, and nobody speaks as somebody else.
#[tokio::test(flavor = "multi_thread")]
async fn forgeries_behind_a_proxy_are_told_to_the_bot() -> Result<()> {
    let lab = tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let auth = Auth::TrustedProxy {
        account_header: "x-account".parse()?,
        secret_header: "x-secret".parse()?,
        secret: SecretString::from("a-secret-of-more-than-24-characters"),
    };
    let site = ConsoleSite::start(&lab.endpoints.database_url, auth).await?;
    let say = |account: Option<&str>| Say {
        account: account.map(str::to_owned),
        text: "status search-api".to_owned(),
        delivery: None,
        thread: None,
    };
    let send = async |secret: &str, account: Option<&str>| {
        let post = Client::new().post(site.url("/api/console/ops/say")).header("x-account", "alice");
        anyhow::Ok(post.header("x-secret", secret).json(&say(account)).send().await?.status().as_u16())
    };
    assert_eq!(send("a-guess", None).await?, 401);
    assert_eq!(send("a-secret-of-more-than-24-characters", Some("bob")).await?, 403);
    assert_eq!(send("a-secret-of-more-than-24-characters", None).await?, 202);
    let told: Vec<String> = site
        .bot
        .turned_away()
        .into_iter()
        .map(|one| format!("{}: {}: {}", one.door, one.who, one.why))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    console: console/alice from 127.0.0.1: The proxy in front did not say who you are.
    console: console/alice as bob from 127.0.0.1: You cannot speak as somebody else.
    ");
    site.end().await
}
