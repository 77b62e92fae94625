//! What Slack does not take: each refusal by its name.

use anyhow::Result;
use serde_json::{Value, json};
use tests::slack::{App, Pace, Settings, Slack, Workspace};

use super::{call, get, slack};

async fn error(slack: &Slack, method: &str, arguments: Value) -> Result<String> {
    let answer = call(slack, method, arguments).await?;
    Ok(answer["error"].as_str().unwrap_or("taken").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn places_and_messages_that_are_not_for_the_bot() -> Result<()> {
    let acme = Workspace::default().private(&["war"]).without_bot_in("war");
    let slack = Slack::start(Settings { workspaces: vec![acme], ..Settings::default() }).await?;
    let ops = slack.channel("acme", "ops");
    let post = async |channel: &str, text: &str| {
        error(&slack, "chat.postMessage", json!({"channel": channel, "text": text})).await
    };
    assert_eq!(post("C0NOWHERE", "x").await?, "channel_not_found");
    assert_eq!(post("ops", "x").await?, "channel_not_found", "a name is no id");
    assert_eq!(post(&slack.channel("acme", "war"), "x").await?, "channel_not_found", "it cannot know of it");
    assert_eq!(post(&ops, "").await?, "no_text");
    assert_eq!(post(&ops, &"x".repeat(40_001)).await?, "msg_too_long");
    slack.takes_scope("acme", "chat:write.public");
    assert_eq!(post(&slack.channel("acme", "general"), "x").await?, "not_in_channel");

    let alices = slack.person("acme", "alice").posts("ops", "mine").await?;
    let at = |ts: &str| json!({"channel": ops, "ts": ts, "text": "changed"});
    assert_eq!(error(&slack, "chat.update", at(&alices)).await?, "cant_update_message");
    assert_eq!(error(&slack, "chat.update", at("1.000001")).await?, "message_not_found");
    let alone = json!({"channel": ops, "ts": alices});
    assert_eq!(error(&slack, "chat.delete", alone).await?, "cant_delete_message");
    let thread = json!({"channel": ops, "text": "x", "thread_ts": "1.000001"});
    assert_eq!(error(&slack, "chat.postMessage", thread).await?, "thread_not_found");
    let reaction = json!({"channel": ops, "timestamp": alices, "name": ":eyes:"});
    assert_eq!(error(&slack, "reactions.add", reaction).await?, "invalid_name");
    let metadata = json!({"channel": ops, "text": "x", "metadata": {"event_type": "card"}});
    assert_eq!(error(&slack, "chat.postMessage", metadata).await?, "invalid_metadata_format");
    let upper = json!({"name": "Incident 7"});
    assert_eq!(error(&slack, "conversations.create", upper).await?, "invalid_name_specials");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_a_method_does_not_have() -> Result<()> {
    let slack = slack().await?;
    let ops = slack.channel("acme", "ops");
    let answer = call(&slack, "chat.postMessage", json!({"chanel": ops, "text": 5, "mrkdwn": "yes"})).await?;
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer)?, @r#"
    {
      "error": "invalid_arguments",
      "ok": false,
      "response_metadata": {
        "messages": [
          "[ERROR] unknown argument: chanel",
          "[ERROR] wrong type: mrkdwn has to be Flag",
          "[ERROR] wrong type: text has to be Text",
          "[ERROR] missing required field: channel"
        ]
      }
    }
    "#);
    let answer = call(&slack, "users.info", json!({"user": "U0ALICE"})).await?;
    assert_eq!(answer["error"], "invalid_arguments", "a reading method takes no JSON");
    assert_eq!(get(&slack, "users.info", &[("user", "U0ALICE")]).await?["user"]["name"], "alice");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_and_tokens() -> Result<()> {
    let app = App { scopes: ["chat:write".to_owned()].into(), ..App::default() };
    let slack = Slack::start(Settings { app, ..Settings::default() }).await?;
    let pin = json!({"channel": slack.channel("acme", "ops"), "timestamp": "1.000001"});
    let answer = call(&slack, "pins.add", pin).await?;
    assert_eq!(
        answer,
        json!({"ok": false, "error": "missing_scope", "needed": "pins:write", "provided": "chat:write"})
    );
    let history = get(&slack, "conversations.history", &[("channel", &slack.channel("acme", "ops"))]).await?;
    assert_eq!(history["needed"], "channels:history");
    assert_eq!(error(&slack, "apps.connections.open", json!({})).await?, "not_allowed_token_type");
    slack.revokes("acme");
    assert_eq!(error(&slack, "auth.test", json!({})).await?, "token_revoked");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_opens_one_modal_and_not_for_long() -> Result<()> {
    let pace = Pace {
        trigger: std::time::Duration::ZERO,
        ack: std::time::Duration::from_millis(1),
        ..Pace::hurried()
    };
    let slack = Slack::start(Settings { pace, ..Settings::default() }).await?;
    let told = slack.person("acme", "alice").types("ops", "/declare").await;
    let told = format!("{:#}", told.expect_err("nobody is connected"));
    assert_eq!(told, "/declare failed: dispatch_failed (connection_failed)");
    let command = slack.exchanges().into_iter().find(|it| it.what == "/declare").expect("it was tried");
    let view = json!({"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []});
    let open = json!({"trigger_id": command.request["trigger_id"], "view": view});
    assert_eq!(error(&slack, "views.open", open).await?, "expired_trigger_id");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_beyond_what_slack_shows() -> Result<()> {
    let slack = slack().await?;
    let ops = slack.channel("acme", "ops");
    let send = async |blocks: Value| {
        let answer =
            call(&slack, "chat.postMessage", json!({"channel": ops, "text": "x", "blocks": blocks})).await?;
        let why = answer["response_metadata"]["messages"][0].as_str().unwrap_or_default().to_owned();
        anyhow::Ok((answer["error"].as_str().unwrap_or("taken").to_owned(), why))
    };
    let button = |label: &str, value: &str| {
        json!([{"type": "actions", "elements": [
            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": label}, "value": value}
        ]}])
    };
    assert_eq!(send(button(&"x".repeat(75), &"x".repeat(2_000))).await?.0, "taken");
    let (error, why) = send(button(&"x".repeat(76), "")).await?;
    assert_eq!(error, "invalid_blocks", "slack_sdk lets a label of 76 through, Slack does not");
    assert!(why.ends_with("[json-pointer:/blocks/0/elements/0/text/text]"), "{why}");
    assert_eq!(send(button("x", &"x".repeat(2_001))).await?.0, "invalid_blocks");
    let header = json!([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]);
    assert_eq!(send(header).await?.0, "invalid_blocks", "a header has no markup");
    let misspelt = json!([{"type": "section", "txt": {"type": "mrkdwn", "text": "x"}}]);
    assert!(send(misspelt).await?.1.contains("'txt'"));
    let twice = json!([{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}]);
    assert_eq!(send(twice).await?.1, "[ERROR] block_id b is there twice");
    let long = json!({"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(2_700)}});
    assert_eq!(send(json!(vec![long; 5])).await?.0, "msg_blocks_too_long");
    Ok(())
}
