//! What people see and do in the stand-in, without an app behind it.

use anyhow::Result;
use serde_json::json;
use tests::slack::blocks::readable;
use tests::slack::{App, Settings, Slack, Toward};

use super::{call, slack};

/// What the app would have been told, by subscription.
fn told(slack: &Slack) -> Vec<String> {
    let mut told: Vec<_> = slack.exchanges().into_iter().filter(|it| it.toward == Toward::App).collect();
    told.retain(|exchange| exchange.attempt == 0);
    told.into_iter().map(|exchange| exchange.what).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_comes_twice_and_only_from_where_the_bot_is() -> Result<()> {
    let slack = slack().await?;
    let alice = slack.person("acme", "alice");
    alice.posts("general", "@watchkeeper status").await?;
    alice.posts("ops", "@watchkeeper status").await?;
    alice.posts("watchkeeper", "status, between us").await?;
    slack.until("three events", || (told(&slack).len() == 3).then_some(())).await?;
    let mut told = told(&slack);
    told.sort();
    assert_eq!(told, ["app_mention", "message.channels", "message.im"]);
    alice.invites("general", "watchkeeper").await?;
    let line = alice.sees("general", "has joined").await?;
    assert_eq!(line.text, "@watchkeeper has joined the channel");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_what_its_manifest_says() -> Result<()> {
    let manifest = json!({
        "display_information": {"name": "Watchkeeper"},
        "features": {
            "bot_user": {"display_name": "watchkeeper"},
            "slash_commands": [{"command": "/deploy", "description": "deploys"}],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
        "settings": {"socket_mode_enabled": true, "event_subscriptions": {"bot_events": ["reaction_added"]}},
    });
    let slack = Slack::start(Settings { app: App::from_manifest(&manifest)?, ..Settings::default() }).await?;
    let alice = slack.person("acme", "alice");
    let unknown = alice.types("ops", "/rollback").await.expect_err("no such command");
    assert_eq!(unknown.to_string(), "/rollback is not a valid command");
    let ts = alice.posts("ops", "@watchkeeper hello").await?;
    alice.reacts("ops", &ts, "eyes").await?;
    slack.until("an event", || (!told(&slack).is_empty()).then_some(())).await?;
    assert_eq!(told(&slack), ["reaction_added"], "nothing else is subscribed");
    assert!(alice.opens_home().await.is_err(), "it has no home");
    let mut wrong = manifest;
    wrong["oauth_config"]["scopes"]["bot"] = json!(["chat:wrote"]);
    assert!(App::from_manifest(&wrong).is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_url_is_good_for_five_answers() -> Result<()> {
    let slack = slack().await?;
    let alice = slack.person("acme", "alice");
    let _nobody_takes_it = alice.types("ops", "/deploy").await;
    let typed = slack.exchanges().into_iter().find(|it| it.what == "/deploy").expect("it was tried");
    let url = typed.request["response_url"].as_str().unwrap_or_default();
    let mut statuses = vec![];
    for number in 0..6 {
        let answer = json!({"text": format!("step {number}")});
        statuses.push(reqwest::Client::new().post(url).json(&answer).send().await?.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 404]);
    let seen: Vec<_> = alice.reads("ops").into_iter().map(|seen| (seen.text, seen.ephemeral)).collect();
    assert_eq!(seen.len(), 5);
    assert_eq!(seen[0], ("step 0".to_owned(), true));
    assert!(slack.person("acme", "bob").reads("ops").is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_stays_where_people_look_for_it() -> Result<()> {
    let slack = slack().await?;
    let (alice, ops) = (slack.person("acme", "alice"), slack.channel("acme", "ops"));
    let ts = alice.posts("ops", "it is slow").await?;
    alice.replies("ops", &ts, "very").await?;
    let post = json!({"channel": ops, "thread_ts": ts, "text": "noted", "reply_broadcast": true});
    call(&slack, "chat.postMessage", post).await?;
    let texts = |seen: Vec<tests::slack::Seen>| seen.into_iter().map(|seen| seen.text).collect::<Vec<_>>();
    assert_eq!(texts(alice.reads("ops")), ["it is slow", "noted"]);
    assert_eq!(texts(alice.reads_thread("ops", &ts)), ["it is slow", "very", "noted"]);
    alice.edits("ops", &ts, "it was slow").await?;
    let seen = alice.looks_at("ops", &ts).expect("it is there");
    assert_eq!((seen.text.as_str(), seen.edited, seen.replies), ("it was slow", true, 2));
    alice.deletes("ops", &ts).await?;
    assert!(alice.looks_at("ops", &ts).is_none());
    Ok(())
}

#[test]
fn markup_reads_as_slack_shows_it() {
    let names = |id: &str| (id == "U0ALICE").then(|| "alice".to_owned());
    let reads = |text: &str| readable(text, &names);
    assert_eq!(
        reads("*OP-1* deploys `search_api *x*` for <@U0ALICE>"),
        "OP-1 deploys search_api *x* for @alice"
    );
    assert_eq!(reads("search_api_v2 and 2*3*4"), "search_api_v2 and 2*3*4", "signs within words are letters");
    assert_eq!(reads("_late_ ~gone~ <https://example.com/a_b|the page>"), "late gone the page");
    assert_eq!(reads("a &lt;script&gt; &amp;amp; <!here> <#C1|ops>"), "a <script> &amp; @here #ops");
    assert_eq!(reads("```\nlog *line*\n```"), "log *line*");
}
