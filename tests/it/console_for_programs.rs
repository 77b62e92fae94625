//! The console's rules as a program meets them: what is taken, what is refused, and that nothing is lost or done twice.
//!
//! The bot behind it answers as the test tells it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bot::chat::console::Auth;
use bot::chat::console::wire::{Changed, NotTaken, Press, React, Say, Taken, WireSaid};
use commands::message::{Message, Reaction, Tone, Weight};
use commands::request::{Place, Platform, Request, Said};
use reqwest::{Client, Response, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use tests::console_site::ConsoleSite;

async fn site(auth: Auth) -> Result<ConsoleSite> {
    let lab = tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    ConsoleSite::start(&lab.endpoints.database_url, auth).await
}

fn place() -> Place {
    Place { platform: Platform::Console, channel: "ops".to_owned(), thread: None }
}

fn say(account: &str, text: &str) -> Say {
    Say { account: Some(account.to_owned()), text: text.to_owned(), delivery: None, thread: None }
}

async fn post(site: &ConsoleSite, path: &str, body: &impl Serialize) -> Result<Response> {
    Ok(Client::new().post(site.url(path)).json(body).send().await?)
}

async fn refused(answer: Response) -> Result<(StatusCode, String)> {
    Ok((answer.status(), answer.json::<NotTaken>().await?.error))
}

async fn messages(site: &ConsoleSite, after: i64) -> Result<Changed> {
    let url = site.url(&format!("/api/console/ops/messages?after={after}"));
    Ok(Client::new().get(url).send().await?.json().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_delivery_is_one_message_and_one_request() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    let words = Say { delivery: Some("d-1".to_owned()), ..say("alice", "status search-api") };
    let first: Taken = post(&site, "/api/console/ops/say", &words).await?.json().await?;
    let again: Taken = post(&site, "/api/console/ops/say", &words).await?.json().await?;
    assert_eq!((first.message, first.for_bot), (again.message, true));
    assert_eq!(site.bot.words(), ["alice: status search-api"]);
    // Another person's delivery of the same name is another one.
    let other = Say { account: Some("bob".to_owned()), ..words };
    let other: Taken = post(&site, "/api/console/ops/say", &other).await?.json().await?;
    assert_ne!(other.message, first.message);
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_cannot_store_is_503_and_is_handed_on_later() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    site.bot.be_deaf(true);
    let words = Say { delivery: Some("d-1".to_owned()), ..say("alice", "status search-api") };
    let (status, why) = refused(post(&site, "/api/console/ops/say", &words).await?).await?;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(why, "The bot does not have that yet. Send it again in a moment; it is never done twice.");
    let shown = messages(&site, 0).await?.messages;
    assert!(matches!(&shown[..], [one] if matches!(one.said, WireSaid::Person { taken_in: false, .. })));
    let card = site.post(&place(), "op/1", &Message::new(Tone::Waiting, "OP-1")).await?.parse()?;
    let vote =
        React { account: Some("bob".to_owned()), message: card, reaction: Reaction::Approve, added: true };
    assert_eq!(post(&site, "/api/console/react", &vote).await?.status(), StatusCode::SERVICE_UNAVAILABLE);
    site.bot.be_deaf(false);
    // Nobody sends anything again: whoever stored it may have been killed.
    let mut heard: Vec<Request> = vec![];
    for _ in 0..100 {
        heard.extend(site.bot.heard());
        if heard.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(matches!(&heard[0].said, Said::Words(words) if words == "status search-api"), "{heard:?}");
    assert!(matches!(&heard[1].said, Said::Reacted(vote) if vote.added), "{heard:?}");
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_turn_of_a_reaction_is_one_request() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    let said: Taken =
        post(&site, "/api/console/ops/say", &say("carol", "the db is down, I think")).await?.json().await?;
    assert!(!said.for_bot);
    let mut pin = React {
        account: Some("bob".to_owned()),
        message: said.message,
        reaction: Reaction::Pin,
        added: true,
    };
    for added in [true, true, false, true] {
        pin.added = added;
        assert_eq!(post(&site, "/api/console/react", &pin).await?.status(), StatusCode::ACCEPTED);
    }
    let heard = site.bot.heard();
    let turns: Vec<bool> = heard
        .iter()
        .filter_map(|request| match &request.said {
            Said::Reacted(reacted) => Some(reacted.added),
            Said::Words(_) | Said::Pressed(_) => None,
        })
        .collect();
    assert_eq!(turns, [true, false, true]);
    let Some(Said::Reacted(first)) = heard.first().map(|request| &request.said) else { panic!("{heard:?}") };
    let quoted = first.quoted.as_ref().context("a pin quotes what it is on")?;
    assert_eq!(
        (quoted.author.id.as_str(), quoted.text.for_comparison()),
        ("carol", "the db is down, I think")
    );
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_types_its_command_only_while_it_is_on_the_card() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    let card = Message::new(Tone::Waiting, "OP-1").button(Weight::Primary, "Approve", "approve OP-1");
    let id = site.post(&place(), "op/1", &card).await?;
    let press = |command: &str| Press {
        account: Some("bob".to_owned()),
        message: id.parse().unwrap_or_default(),
        command: command.to_owned(),
        delivery: None,
    };
    assert_eq!(
        post(&site, "/api/console/press", &press("approve OP-1")).await?.status(),
        StatusCode::ACCEPTED
    );
    let heard = site.bot.heard();
    assert_eq!(heard[0].place.thread, Some(id.clone()));
    let (status, _) = refused(post(&site, "/api/console/press", &press("deny OP-1")).await?).await?;
    assert_eq!(status, StatusCode::NOT_FOUND);
    site.edit(&place(), &id, &Message::new(Tone::Good, "OP-1")).await?;
    let (status, why) = refused(post(&site, "/api/console/press", &press("approve OP-1")).await?).await?;
    assert_eq!(
        (status, why.as_str()),
        (StatusCode::NOT_FOUND, "That button is no longer on the card; look at what the card says now.")
    );
    assert!(site.bot.heard().is_empty());
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_with_what_would_work() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    let mut told = vec![];
    for (path, body) in [
        ("/api/console/nowhere/say", say("alice", "help")),
        ("/api/console/ops/say", say("mallory", "help")),
        ("/api/console/ops/say", say("alice", "  ")),
        ("/api/console/ops/say", say("alice", &"x".repeat(4001))),
        ("/api/console/ops/say", Say { thread: Some(999), ..say("alice", "help") }),
        ("/api/console/ops/say", Say { delivery: Some("a b".to_owned()), ..say("alice", "help") }),
        ("/api/console/ops/say", Say { account: None, ..say("alice", "help") }),
    ] {
        let (status, why) = refused(post(&site, path, &body).await?).await?;
        told.push(format!("{} {why}", status.as_u16()));
    }
    insta::assert_snapshot!(told.join("\n"), @"
    404 There is no such channel here. Known: #ops, #search, #checkin.
    403 The policy names no such console account. Known: alice, bob, carol, dave.
    400 Nothing was typed. Type help to see what I understand.
    400 That is longer than 4000 characters.
    404 There is no message 999.
    400 A delivery id has 1 to 100 visible ASCII characters.
    400 Say as whom: `as` names a console account.
    ");
    let huge = say("alice", &"x".repeat(100_000));
    assert_eq!(post(&site, "/api/console/ops/say", &huge).await?.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(site.bot.heard().is_empty());
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_pages_and_forged_forms_are_refused() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    let client = Client::new();
    let url = site.url("/api/console/ops/say");
    let body = say("alice", "deploy search-api 98ab4e2 to production");
    for (name, value) in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("host", "evil.example")]
    {
        let answer = client.post(&url).header(name, value).json(&body).send().await?;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}");
    }
    // A form of another site is text/plain or urlencoded, never JSON.
    let text = serde_json::to_string(&body)?;
    let answer = client.post(&url).header("content-type", "text/plain").body(text).send().await?;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let forged = "csrf=guess&here=/&channel=ops&words=help&delivery=1";
    let form = client.post(site.url("/console/act/say")).header("cookie", "watchkeeper_account=alice");
    let form = form.header("content-type", "application/x-www-form-urlencoded").body(forged);
    assert_eq!(form.send().await?.status(), StatusCode::FORBIDDEN);
    assert!(site.bot.heard().is_empty());
    let page = client.get(site.url("/console/ops")).send().await?;
    let header = |name: &str| {
        page.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("set-cookie").contains("SameSite=Strict"));
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_nobody_speaks_as_somebody_else() -> Result<()> {
    let secret = "a secret of more than 24 characters";
    let site = site(Auth::TrustedProxy {
        account_header: "x-account".parse()?,
        secret_header: "x-secret".parse()?,
        secret: SecretString::from(secret),
    })
    .await?;
    let url = site.url("/api/console/ops/say");
    let client = Client::new();
    let send = |given: &'static str, body: Say| {
        client.post(&url).header("x-account", "alice").header("x-secret", given).json(&body).send()
    };
    assert_eq!(send("wrong", say("alice", "help")).await?.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(client.get(site.url("/console/ops")).send().await?.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(send(secret, say("bob", "help")).await?.status(), StatusCode::FORBIDDEN);
    assert_eq!(send(secret, Say { account: None, ..say("", "help") }).await?.status(), StatusCode::ACCEPTED);
    assert_eq!(site.bot.words(), ["alice: help"]);
    for (proto, secure) in [("https", true), ("http", false)] {
        let page = client.get(site.url("/console/ops")).header("x-forwarded-proto", proto);
        let page = page.header("x-account", "alice").header("x-secret", secret).send().await?;
        let cookie = page.headers().get("set-cookie").context("a page brings its form's token")?.to_str()?;
        assert_eq!(cookie.ends_with("; Secure"), secure, "{cookie}");
    }
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_goes_on_after_the_last_event_it_saw() -> Result<()> {
    let site = site(Auth::PickWhoYouAre).await?;
    site.post(&place(), "a", &Message::new(Tone::Neutral, "first")).await?;
    let seen = messages(&site, 0).await?.change;
    site.post(&place(), "b", &Message::new(Tone::Neutral, "missed meanwhile")).await?;
    let client = Client::new();
    let live = site.url("/console/act/live?after=0");
    let mut stream = client.get(live).header("last-event-id", seen.to_string()).send().await?;
    let mut text = String::new();
    while !text.contains("missed meanwhile") {
        text.push_str(&String::from_utf8_lossy(&next(&mut stream).await?));
    }
    site.post(&place(), "c", &Message::new(Tone::Neutral, "and live")).await?;
    while !text.contains("and live") {
        text.push_str(&String::from_utf8_lossy(&next(&mut stream).await?));
    }
    assert!(!text.contains("first"), "{text}");
    // Who has missed too much loads the page again.
    for number in 0..101 {
        site.post(&place(), &format!("many/{number}"), &Message::new(Tone::Neutral, "one of many")).await?;
    }
    let mut late = client.get(site.url("/console/act/live?after=0")).send().await?;
    assert!(String::from_utf8_lossy(&next(&mut late).await?).contains("event: reload"));
    site.end().await
}

async fn next(stream: &mut Response) -> Result<Vec<u8>> {
    let part = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await??;
    Ok(part.context("the stream has ended")?.to_vec())
}
