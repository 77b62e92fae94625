//! Slack's bad days, as a client meets them.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use tests::slack::{On, Slack, Weather};

use super::{call, slack};

async fn post(slack: &Slack) -> Result<reqwest::Response, reqwest::Error> {
    let url = format!("{}/chat.postMessage", slack.api_url());
    let client = reqwest::Client::builder().timeout(Duration::from_millis(500)).build()?;
    let arguments = json!({"channel": slack.channel("acme", "ops"), "text": "hello"});
    client.post(url).bearer_auth(slack.bot_token("acme")).json(&arguments).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_failures_and_lost_answers() -> Result<()> {
    let slack = slack().await?;
    let alice = slack.person("acme", "alice");
    let on = On::Method("chat.postMessage");
    slack.weather_times(on, Weather::Limits(7), 1);
    let limited = post(&slack).await?;
    assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str()?), (429, "7"));
    slack.weather_once(on, Weather::Fails(503));
    assert_eq!(post(&slack).await?.status().as_u16(), 503);
    slack.weather_once(On::All, Weather::Hangs);
    assert!(post(&slack).await.expect_err("it hangs").is_timeout());
    slack.weather_once(on, Weather::LosesRequests);
    post(&slack).await.expect_err("the answer is lost");
    assert!(alice.reads("ops").is_empty(), "and so is the request");
    slack.weather_once(on, Weather::LosesAnswers);
    post(&slack).await.expect_err("the answer is lost");
    assert_eq!(alice.reads("ops").len(), 1, "but it was done");
    slack.goes_away().await;
    assert!(post(&slack).await.expect_err("nobody is there").is_connect());
    slack.comes_back().await?;
    slack.weather_once(on, Weather::Slow(Duration::from_millis(100)));
    let begun = Instant::now();
    assert!(post(&slack).await?.status().is_success());
    assert!(begun.elapsed() >= Duration::from_millis(100));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_tiers_count_when_they_are_switched_on() -> Result<()> {
    let slack = slack().await?;
    slack.limits_rates(true);
    let mut statuses = vec![];
    for _ in 0..4 {
        statuses.push(post(&slack).await?.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429], "one a second a channel, after a short burst");
    let mut made = vec![];
    for number in 0..25 {
        let answer = call(&slack, "conversations.create", json!({"name": format!("inc-{number}")})).await?;
        made.push(answer["ok"] == true);
    }
    assert!(made[..20].iter().all(|ok| *ok) && made.contains(&false), "20 a minute: {made:?}");
    Ok(())
}
