//! What the stand-in says has the fields, and the types of fields, that Slack's own recorded samples have.
//!
//! The samples are blanked and have the fields of every variant, so a field that is missing here is no mistake; one that
//! they do not have, or have of another type, is.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::payloads::samples;
use tests::slack::{Settings, Slack, Toward, Workspace};

use super::{call, get};

/// Where a sample has a message. Each has the fields of the message that happened to be recorded; together they have all.
const MESSAGES: [&str; 4] = ["message", "messages", "previous_message", "root"];
/// Samples that are delivered to the bot as they are, and that the stand-in has no occasion for.
const NEVER_SAID: [&str; 2] = ["events/app_rate_limited", "events/bot_message"];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_and_event_looks_like_slacks() -> Result<()> {
    let acme = Workspace::default().group("sre", &["alice"]);
    let slack = Slack::start(Settings { workspaces: vec![acme], ..Settings::default() }).await?;
    everything_happens(&slack).await?;
    let messages = message_of_all_samples()?;
    let (mut problems, mut compared) = (vec![], BTreeSet::new());
    for exchange in slack.exchanges() {
        let (name, ours) = match exchange.toward {
            Toward::Slack if exchange.refused.is_none() => {
                (format!("api/{}", exchange.what), exchange.answer)
            }
            Toward::Slack => panic!("{} was refused: {}", exchange.what, exchange.answer),
            Toward::App => (samples::incoming(&exchange.what, &exchange.request), exchange.request),
        };
        if let Some(mut sample) = samples::read(&name)? {
            if !name.starts_with("api/chat.") {
                with_messages(&mut sample, &messages);
            }
            problems.extend(samples::unlike(&ours, &sample, &name, samples::CUT));
            compared.insert(name);
        }
    }
    problems.sort();
    problems.dedup();
    assert!(problems.is_empty(), "{problems:#?}");
    let unused: Vec<_> = all_samples()?.into_iter().filter(|name| !compared.contains(name)).collect();
    assert!(unused.is_empty(), "never happened: {unused:?}");
    Ok(())
}

/// The names of the samples of what the stand-in says.
fn all_samples() -> Result<Vec<String>> {
    let mut all = vec![];
    for folder in ["api", "events", "app-backend"] {
        for file in std::fs::read_dir(samples::folder().join(folder))? {
            let stem = file?.path().file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
            all.push(format!("{folder}/{}", stem.context("a sample without a name")?));
        }
    }
    all.retain(|name| !NEVER_SAID.contains(&name.as_str()));
    Ok(all)
}

fn message_of_all_samples() -> Result<Value> {
    let mut all = json!({});
    for name in all_samples()? {
        let sample = samples::read(&name)?.context("the sample is gone")?;
        collect(&sample, &mut all);
        if sample["event"]["type"] == "message" {
            merge(&mut all, &sample["event"]);
        }
    }
    Ok(all)
}

fn collect(sample: &Value, all: &mut Value) {
    for (name, value) in sample.as_object().into_iter().flatten() {
        if MESSAGES.contains(&name.as_str()) {
            let message = if value.is_array() { &value[0] } else { value };
            merge(all, message);
        }
        collect(value, all);
    }
}

fn merge(all: &mut Value, more: &Value) {
    match (all, more) {
        (Value::Object(all), Value::Object(more)) => {
            for (name, value) in more.iter().filter(|(name, _)| !MESSAGES.contains(&name.as_str())) {
                merge(all.entry(name.clone()).or_insert_with(|| value.clone()), value);
            }
        }
        (Value::Array(all), Value::Array(more)) => match (all.first_mut(), more.first()) {
            (Some(all), Some(more)) => merge(all, more),
            (None, Some(more)) => all.push(more.clone()),
            (_, None) => {}
        },
        _ => {}
    }
}

fn with_messages(sample: &mut Value, message: &Value) {
    let is_message = sample["event"]["type"] == "message";
    for (name, value) in sample.as_object_mut().into_iter().flatten() {
        match value {
            Value::Object(_) if MESSAGES.contains(&name.as_str()) => *value = message.clone(),
            Value::Array(list) if MESSAGES.contains(&name.as_str()) => *list = vec![message.clone()],
            Value::Object(_) => {
                if name == "event" && is_message {
                    merge(value, message);
                }
                with_messages(value, message);
            }
            Value::Array(list) => list.iter_mut().for_each(|value| with_messages(value, message)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// Every method is called, and people do everything that makes an event.
async fn everything_happens(slack: &Slack) -> Result<()> {
    let ops = slack.channel("acme", "ops");
    let alice = slack.person("acme", "alice");
    let ts = messages(slack, &ops).await?;
    let in_ops = [("channel", ops.as_str())];
    for method in ["conversations.history", "conversations.info", "conversations.members", "pins.list"] {
        get(slack, method, &in_ops).await?;
    }
    get(slack, "conversations.replies", &[("channel", &ops), ("ts", &ts)]).await?;
    get(slack, "reactions.get", &[("channel", &ops), ("timestamp", &ts)]).await?;
    get(slack, "chat.getPermalink", &[("channel", &ops), ("message_ts", &ts)]).await?;
    get(slack, "users.info", &[("user", "U0ALICE")]).await?;
    get(slack, "users.lookupByEmail", &[("email", "alice@example.com")]).await?;
    get(slack, "usergroups.list", &[("include_users", "true"), ("include_count", "true")]).await?;
    get(slack, "usergroups.users.list", &[("usergroup", "S0SRE")]).await?;
    for method in ["auth.test", "bots.info", "team.info", "users.list", "conversations.list"] {
        get(slack, method, &[]).await?;
    }
    let item = json!({"channel": ops, "timestamp": ts});
    call(slack, "pins.remove", item).await?;
    call(slack, "chat.delete", json!({"channel": ops, "ts": ts})).await?;
    channels(slack).await?;
    files(slack, &ops).await?;
    alice.opens_home().await?;
    views(slack).await?;
    let url = format!("{}/apps.connections.open", slack.api_url());
    reqwest::Client::new().post(url).bearer_auth(slack.app_token()).send().await?;
    Ok(())
}

/// A message with everything that can hang on one.
async fn messages(slack: &Slack, ops: &str) -> Result<String> {
    let alice = slack.person("acme", "alice");
    let button = json!({"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Press"}});
    let card = json!({"channel": ops, "text": "card", "blocks": [{"type": "actions", "elements": [button]}]});
    let posted = call(slack, "chat.postMessage", card).await?;
    let ts = posted["ts"].as_str().context("no ts")?.to_owned();
    let ephemeral = json!({"channel": ops, "user": "U0ALICE", "text": "for you"});
    call(slack, "chat.postEphemeral", ephemeral).await?;
    let _nobody_takes_it = alice.presses("ops", &ts, "Press").await;
    let _nobody_takes_it = alice.uses_shortcut("ops", &ts, "note").await;
    let _nobody_takes_it = alice.types("ops", "/deploy").await;
    alice.replies("ops", &ts, "@watchkeeper what is it?").await?;
    alice.reacts("ops", &ts, "eyes").await?;
    alice.takes_back("ops", &ts, "eyes").await?;
    let reaction = json!({"channel": ops, "timestamp": ts, "name": "pushpin"});
    call(slack, "reactions.add", reaction.clone()).await?;
    call(slack, "reactions.remove", reaction.clone()).await?;
    call(slack, "reactions.add", reaction).await?;
    call(slack, "pins.add", json!({"channel": ops, "timestamp": ts})).await?;
    call(slack, "chat.update", json!({"channel": ops, "ts": ts, "text": "changed"})).await?;
    Ok(ts)
}

async fn channels(slack: &Slack) -> Result<()> {
    let made = call(slack, "conversations.create", json!({"name": "inc-7"})).await?;
    let channel = &made["channel"]["id"];
    call(slack, "conversations.invite", json!({"channel": channel, "users": "U0BOB"})).await?;
    call(slack, "conversations.setTopic", json!({"channel": channel, "topic": "sev1"})).await?;
    call(slack, "conversations.join", json!({"channel": slack.channel("acme", "general")})).await?;
    call(slack, "conversations.open", json!({"users": "U0ALICE", "return_im": true})).await?;
    let link = json!({"channel_id": channel, "title": "t", "type": "link", "link": "https://example.com"});
    let added = call(slack, "bookmarks.add", link).await?;
    let mark = json!({"channel_id": channel, "bookmark_id": added["bookmark"]["id"]});
    call(slack, "bookmarks.edit", mark.clone()).await?;
    get(slack, "bookmarks.list", &[("channel_id", channel.as_str().unwrap_or_default())]).await?;
    call(slack, "bookmarks.remove", mark).await?;
    call(slack, "conversations.archive", json!({"channel": channel})).await?;
    call(slack, "conversations.unarchive", json!({"channel": channel})).await?;
    Ok(())
}

async fn files(slack: &Slack, ops: &str) -> Result<()> {
    let address = get(slack, "files.getUploadURLExternal", &[("filename", "a.txt"), ("length", "5")]).await?;
    let url = address["upload_url"].as_str().context("no address")?;
    reqwest::Client::new().post(url).body("bytes").send().await?.error_for_status()?;
    let done = json!({"files": [{"id": address["file_id"], "title": "A"}], "channel_id": ops});
    call(slack, "files.completeUploadExternal", done).await?;
    Ok(())
}

/// Modals are opened with the triggers of what was recorded above.
async fn views(slack: &Slack) -> Result<()> {
    let alice = slack.person("acme", "alice");
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let view = json!({
        "type": "modal", "title": plain("T"), "submit": plain("Send"), "notify_on_close": true,
        "blocks": [{"type": "section", "text": plain("hello")}],
    });
    let home = json!({"type": "home", "blocks": []});
    call(slack, "views.publish", json!({"user_id": "U0ALICE", "view": home})).await?;
    alice.opens_home().await?;
    for method in ["views.open", "views.push"] {
        let _nobody_takes_it = alice.types("ops", "/form").await;
        let exchanges = slack.exchanges();
        let typed = exchanges.iter().rev().find(|it| it.what == "/form").context("nothing was typed")?;
        let open = json!({"trigger_id": typed.request["trigger_id"], "view": view});
        call(slack, method, open).await?;
    }
    let id = alice.modal().context("no modal")?.id;
    call(slack, "views.update", json!({"view_id": id, "view": view})).await?;
    let _nobody_takes_it = alice.submits().await;
    let _nobody_takes_it = alice.closes().await;
    Ok(())
}
