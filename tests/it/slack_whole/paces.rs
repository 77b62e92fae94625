//! A burst, with Slack's documented limits on: it gets through without one 429, in order, nothing lost, and no other channel waits
//! for it.

use reqwest::Client;
use tests::world::ALERT_TOKEN;
use tests::world::alerting::Alerting;

use super::*;

const QUESTIONS: [&str; 16] = [
    "ack", "approve", "cancel", "deny", "deploy", "diagnose", "history", "incident", "lock", "locks",
    "pause", "restart", "resume", "rollback", "silence", "unlock",
];

/// The verbs that the bot has explained to somebody, in the order in which it did.
fn explained(who: &slack::Person, channel: &str) -> Vec<String> {
    let answers = who.reads_all(channel).into_iter().filter(|seen| seen.author == "watchkeeper");
    let verb = |text: &str| Some(text.lines().next()?.strip_prefix("💬 ")?.split_once(':')?.0.to_owned());
    answers.filter_map(|seen| verb(&seen.text)).collect()
}

#[tokio::test]
async fn a_burst_of_questions_is_answered_in_order_and_no_other_channel_waits() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, bob) = (told.person("alice"), told.person("bob"));
    told.slack.limits_rates(true);
    for verb in QUESTIONS {
        alice.types("ops", &format!("/help {verb}")).await?;
    }
    bob.types("search", "/help silence").await?;
    told.slack.until("bob's answer", || (explained(&bob, "search") == ["silence"]).then_some(())).await?;
    let by_then = explained(&alice, "ops").len();
    assert!(by_then < QUESTIONS.len(), "{by_then} of alice's are answered before bob's");
    let all = || (explained(&alice, "ops").len() == QUESTIONS.len()).then_some(());
    told.slack.until("all of alice's answers", all).await?;
    assert_eq!(explained(&alice, "ops"), QUESTIONS, "in the order in which they were asked");
    assert_eq!(told.times_limited(), 0, "Slack never has to say that it was too much");
    told.slack.limits_rates(false);
    told.ends().await
}

#[tokio::test]
async fn a_card_that_changes_all_the_time_is_edited_now_and_then_and_holds_nothing_up() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.person("alice");
    told.slack.limits_rates(true);
    let url = format!("http://{}/webhooks/alertmanager/{ALERT_TOKEN}", told.bot.address);
    let errors = Alerting::now("HighErrorRate");
    let pods: Vec<String> = (1..=60).map(|number| format!("pod-{number}")).collect();
    let firing: Vec<&str> = pods.iter().map(String::as_str).collect();
    for count in 1..=firing.len() {
        let posted = Client::new().post(&url).json(&errors.post(&firing[..count], &[])).send().await?;
        assert_eq!(posted.status(), 202);
        if count == 30 {
            alice.types("ops", "/help ack").await?;
        }
    }
    let card = alice.sees("ops", "60 firing").await?;
    told.slack.until("her answer", || (explained(&alice, "ops") == ["ack"]).then_some(())).await?;
    told.world.stage.nothing_is_left_to_send().await?;
    let edits = told.slack.calls("chat.update").len();
    assert!(edits < firing.len() / 2, "{edits} edits of 60 versions");
    assert_eq!(alice.reads("ops").iter().filter(|seen| seen.text.contains("firing")).count(), 1);
    assert_eq!(told.times_limited(), 0, "Slack never has to say that it was too much");
    alice.reacts("ops", &card.ts, "eyes").await?;
    alice.sees("ops", "Acknowledged").await?;
    let text = metrics(&told.bot).await?;
    assert!(!text.contains(r#"result="rate_limited""#), "{text}");
    assert!(
        text.contains(r#"watchkeeper_channels_closed{platform="slack"} 0"#),
        "a channel that rests is not closed"
    );
    told.ends().await
}
