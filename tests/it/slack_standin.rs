//! The stand-in Slack by itself: its signature, the shapes of what it says, what it refuses, and its bad days.

mod library;
mod people;
mod refusals;
mod shapes;
mod trouble;

use anyhow::{Context, Result};
use serde_json::Value;
use tests::slack::{Settings, Slack, signature};

async fn slack() -> Result<Slack> {
    Slack::start(Settings::default()).await
}

/// A call with JSON, as the bot.
async fn call(slack: &Slack, method: &str, arguments: Value) -> Result<Value> {
    let url = format!("{}/{method}", slack.api_url());
    let request = reqwest::Client::new().post(url).bearer_auth(slack.bot_token("acme")).json(&arguments);
    request.send().await?.json().await.context("no JSON")
}

/// A call with a query, as the bot.
async fn get(slack: &Slack, method: &str, arguments: &[(&str, &str)]) -> Result<Value> {
    let url = format!("{}/{method}", slack.api_url());
    let request = reqwest::Client::new().get(url).bearer_auth(slack.bot_token("acme")).query(arguments);
    request.send().await?.json().await.context("no JSON")
}

/// The example of Slack's page on verifying requests.
#[test]
fn slacks_own_example_is_signed_alike() {
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
                &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
                &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assert_eq!(
        signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body),
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    );
}
