//! @slack/socket-mode by itself: redelivery of what is not acknowledged, refreshed and cut connections.

use anyhow::Result;

use super::{Sdk, slack};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_acknowledged_comes_again() -> Result<()> {
    let slack = slack().await?;
    let Some(mut client) = Sdk::node(&slack, "socket.cjs", &[("IGNORED", "1")]).await? else { return Ok(()) };
    client.says("ready").await?;
    let alice = slack.person("acme", "alice");
    let ts = alice.posts("general", "the bot is not here").await?;
    alice.reacts("general", &ts, "eyes").await?;
    alice.posts("ops", "the bot is here").await?;
    assert_eq!(client.says("message").await?, "message 0 -");
    assert_eq!(client.says("message").await?, "message 1 timeout");
    slack.settles().await?;
    client.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_renewed_when_it_is_asked_for_or_lost() -> Result<()> {
    let slack = slack().await?;
    let Some(mut client) = Sdk::node(&slack, "socket.cjs", &[]).await? else { return Ok(()) };
    client.says("ready").await?;
    let alice = slack.person("acme", "alice");
    slack.refreshes();
    client.says("connected").await?;
    slack.until("a new connection", || (slack.connections() == 1).then_some(())).await?;
    alice.posts("ops", "after the refresh").await?;
    client.says("message 0").await?;
    slack.cuts();
    client.says("connected").await?;
    slack.until("a new connection", || (slack.connections() == 1).then_some(())).await?;
    alice.posts("ops", "after the cut").await?;
    client.says("message 0").await?;
    client.ends().await
}
