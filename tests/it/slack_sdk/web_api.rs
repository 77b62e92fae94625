//! @slack/web-api, through every family of methods.

use anyhow::Result;

use super::{Sdk, slack};

#[tokio::test(flavor = "multi_thread")]
async fn every_family_of_methods_answers_as_the_client_expects() -> Result<()> {
    let slack = slack().await?;
    let ids = ["alice", "bob"].map(|name| slack.user("acme", name));
    let channel = slack.channel("acme", "ops");
    let environment =
        [("CHANNEL", channel.as_str()), ("ALICE", &ids[0]), ("BOB", &ids[1]), ("GROUP", "S0SRE")];
    let Some(mut client) = Sdk::node(&slack, "web_api.cjs", &environment).await? else { return Ok(()) };
    client.says("done").await?;
    let alice = slack.person("acme", "alice");
    assert!(alice.reads("ops").iter().any(|seen| seen.text == "only you" && seen.ephemeral));
    let file = alice.sees("inc-7-search", "The log").await?;
    assert_eq!(slack.file(&file.files[0]).as_deref(), Some(b"line 1\nline 2".as_slice()));
    assert_eq!(slack.topic("acme", "inc-7-search"), "sev1");
    client.ends().await
}
