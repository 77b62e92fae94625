//! slack_sdk for Python: its clients, and its judgement of our signatures.

use anyhow::{Context, Result};
use tests::slack::{Submitted, Urls};

use super::{Sdk, slack};

#[tokio::test(flavor = "multi_thread")]
async fn pythons_clients_live_in_it() -> Result<()> {
    let slack = slack().await?;
    let Some(mut app) = Sdk::python(&slack, "flow.py", &[]).await? else { return Ok(()) };
    app.says("ready").await?;
    let alice = slack.person("acme", "alice");
    slack.until("a connection", || (slack.connections() > 0).then_some(())).await?;
    alice.types("ops", "/deploy 98ab4e2").await?;
    let card = alice.sees("ops", "card").await?;
    alice.presses("ops", &card.ts, "Open").await?;
    alice.gets_modal("Why").await?;
    app.says("exchanged_trigger_id").await?;
    alice.fills("Reason", "no")?;
    assert!(matches!(alice.submits().await?, Submitted::Errors(_)));
    alice.fills("Reason", "it is slow")?;
    assert_eq!(alice.submits().await?, Submitted::Closed);
    alice.reacts("ops", &card.ts, "eyes").await?;
    assert_eq!(app.says("reactions").await?, "reactions eyes");
    let shared = alice.sees("ops", "[file: plot.txt]").await?;
    assert_eq!(shared.thread_ts.as_deref(), Some(card.ts.as_str()));
    assert_eq!(slack.file(&shared.files[0]).as_deref(), Some(b"bytes".as_slice()));
    app.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn its_verifier_lets_our_deliveries_through_and_failed_ones_come_again() -> Result<()> {
    let slack = slack().await?;
    let Some(mut server) = Sdk::python(&slack, "receive.py", &[("FAILS", "2")]).await? else { return Ok(()) };
    let port = server.says("port").await?;
    let port = port.strip_prefix("port ").context("no port")?.to_owned();
    slack.delivers_to(Urls::at(&format!("http://127.0.0.1:{port}")));
    let alice = slack.person("acme", "alice");
    let ts = alice.posts("ops", "hello & <goodbye>").await?;
    assert_eq!(server.says("/events").await?, "/events right - -");
    assert_eq!(server.says("/events").await?, "/events right 1 http_error");
    assert_eq!(server.says("/events").await?, "/events right 2 http_error");
    alice.types("ops", "/deploy ü & more").await?;
    assert_eq!(server.line().await?, "/commands right - -");
    alice.uses_shortcut("ops", &ts, "note").await?;
    assert_eq!(server.line().await?, "/interactivity right - -");
    server.ends().await
}
