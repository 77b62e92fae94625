//! Slack's own samples: every field that its SDK knows of is there, with our values in the few that matter.

use serde_json::{Value, json};

use super::*;

/// The sample, with these values in these places.
fn sample(text: &str, values: &[(&str, Value)]) -> Result<Value> {
    let mut json: Value = serde_json::from_str(text)?;
    for (pointer, value) in values {
        let (parent, name) = pointer.rsplit_once('/').context("no pointer")?;
        let parent = json.pointer_mut(parent).with_context(|| format!("the sample has no {pointer}"))?;
        parent[name] = value.clone();
    }
    Ok(json)
}

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../data/slack/samples/", $name, ".json"))
    };
}

async fn event(told: &Told, text: &str, id: &str, values: &[(&str, Value)]) -> Result<()> {
    let mut json = sample(text, values)?;
    json["type"] = "event_callback".into();
    json["team_id"] = "T0ACME".into();
    json["event_id"] = id.into();
    json["authorizations"] = json!([{"team_id": "T0ACME", "user_id": "U0WATCHKEEPER", "is_bot": true}]);
    let answer = told.posts("events", &json.to_string(), (&told.slack.signing_secret(), 0)).await?;
    anyhow::ensure!(answer.0 == 200, "{answer:?}");
    Ok(())
}

async fn interaction(told: &Told, text: &str, values: &[(&str, Value)]) -> Result<String> {
    let json = sample(text, values)?.to_string();
    let body = reqwest::Url::parse_with_params("http://x", [("payload", json)])?;
    let body = body.query().context("no body")?;
    let answer = told.posts("interactivity", body, (&told.slack.signing_secret(), 0)).await?;
    anyhow::ensure!(answer.0 == 200, "{answer:?}");
    Ok(answer.1)
}

#[tokio::test]
async fn events_as_slacks_sdk_has_them() -> Result<()> {
    let told = Told::by_http().await?;
    let said = [
        ("/event/user", json!("U0ALICE")),
        ("/event/channel", json!("C0OPS")),
        ("/event/ts", json!("1531420618.000200")),
        ("/event/thread_ts", json!("1531420600.000100")),
        ("/event/text", json!("<@U0WATCHKEEPER> status search-api")),
        ("/event/bot_id", Value::Null),
        ("/event/subtype", Value::Null),
        ("/event/edited", Value::Null),
    ];
    event(&told, sample!("events/app_mention"), "Ev1", &said).await?;
    let mut direct = said.to_vec();
    direct.extend([("/event/channel", json!("D0ALICE")), ("/event/channel_type", json!("im"))]);
    event(&told, sample!("events/message"), "Ev2", &direct).await?;
    event(&told, sample!("events/message"), "Ev3", &said).await?;
    event(&told, sample!("events/bot_message"), "Ev4", &[("/event/channel_type", json!("im"))]).await?;
    event(&told, sample!("events/message_changed"), "Ev5", &[("/event/channel_type", json!("im"))]).await?;
    let reacted = [
        ("/event/user", json!("U0BOB")),
        ("/event/reaction", json!("white_check_mark")),
        ("/event/item/channel", json!("C0OPS")),
        ("/event/item_user", json!("U0WATCHKEEPER")),
        ("/event/item/ts", json!("1531420618.000200")),
    ];
    told.slack.weather(slack::On::Method("reactions.get"), slack::Weather::Fails(503));
    event(&told, sample!("events/reaction_added"), "Ev6", &reacted).await?;
    event(&told, sample!("events/reaction_removed"), "Ev7", &reacted).await?;
    let mut heard = vec![];
    for _each in 0..4 {
        heard.push(shown(&told.hears().await?));
    }
    insta::assert_snapshot!(heard.join("\n"), @"
    T0ACME/U0ALICE in T0ACME/C0OPS, in a thread: types status search-api
    T0ACME/U0ALICE in T0ACME/D0ALICE, in a thread: types status search-api
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: reacts Approve
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: takes back Approve
    ");
    let home = [("/event/user", json!("U0ALICE")), ("/event/tab", json!("home"))];
    event(&told, sample!("events/app_home_opened"), "Ev8", &home).await?;
    told.shows_home().await?;
    let limited = [("/type", json!("app_rate_limited"))];
    let limited = sample(sample!("events/app_rate_limited"), &limited)?.to_string();
    let limited = told.posts("events", &limited, (&told.slack.signing_secret(), 0)).await?;
    assert_eq!(limited.0, 200);
    assert_eq!(told.inbox.passed_over(), ["slack: held_back"]);
    told.hears_no_more().await
}

#[tokio::test]
async fn interactions_as_slacks_sdk_has_them() -> Result<()> {
    let told = Told::by_http().await?;
    let who = [("/team/id", json!("T0ACME")), ("/user/id", json!("U0BOB")), ("/trigger_id", json!("1.2.3"))];
    let mut pressed = who.to_vec();
    pressed.extend([
        ("/channel/id", json!("C0OPS")),
        ("/container/message_ts", json!("1531420618.000200")),
        ("/container/thread_ts", Value::Null),
        ("/message/thread_ts", Value::Null),
        ("/actions", json!([{"type": "button", "action_id": "command_0", "value": "approve OP-12"}])),
    ]);
    interaction(&told, sample!("app-backend/block_actions"), &pressed).await?;
    let mut pinned = who.to_vec();
    pinned.extend([
        ("/trigger_id", json!("1.2.4")),
        ("/callback_id", json!("add_to_timeline")),
        ("/channel/id", json!("C0OPS")),
        ("/message/ts", json!("1531420618.000200")),
        ("/message/thread_ts", Value::Null),
        ("/message/user", json!("U0ALICE")),
        ("/message/text", json!("errors began at 3:05")),
    ]);
    interaction(&told, sample!("app-backend/message_action"), &pinned).await?;
    let mut sent = who.to_vec();
    sent.extend([
        ("/view/id", json!("V1")),
        ("/view/callback_id", json!("incident declare")),
        ("/view/private_metadata", json!(r#"{"channel":"C0OPS","thread":null}"#)),
        (
            "/view/state",
            json!({"values": {"title": {"title": {"type": "plain_text_input", "value": "Search"}}}}),
        ),
    ]);
    for trigger in ["1.2.5", "1.2.6"] {
        sent.push(("/trigger_id", json!(trigger)));
        let closes = interaction(&told, sample!("app-backend/view_submission"), &sent).await?;
        assert_eq!(closes, "", "the form closes");
    }
    interaction(&told, sample!("app-backend/view_closed"), &[("/team/id", json!("T0ACME"))]).await?;
    let mut heard = vec![];
    for _each in 0..3 {
        heard.push(shown(&told.hears().await?));
    }
    insta::assert_snapshot!(heard.join("\n"), @r#"
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: presses approve OP-12
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: reacts Pin to "errors began at 3:05" of T0ACME/U0ALICE
    T0ACME/U0BOB in T0ACME/C0OPS: types incident declare "Search"
    "#);
    told.hears_no_more().await
}

#[tokio::test]
async fn a_command_as_slacks_sdk_has_it() -> Result<()> {
    let told = Told::by_http().await?;
    let mut fields: serde_json::Map<String, Value> =
        serde_json::from_str(sample!("app-backend/slash_command"))?;
    for (name, value) in [
        ("team_id", "T0ACME"),
        ("channel_id", "C0OPS"),
        ("user_id", "U0ALICE"),
        ("command", "/incident"),
        ("text", "role commander <@U0BOB|bob>"),
        ("trigger_id", "1.2.3"),
    ] {
        fields.insert(name.to_owned(), value.into());
    }
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or("false")));
    let body = reqwest::Url::parse_with_params("http://x", fields)?;
    let answer =
        told.posts("commands", body.query().context("no body")?, (&told.slack.signing_secret(), 0)).await?;
    assert_eq!(answer, (200, r#"{"response_type":"in_channel"}"#.to_owned()));
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: types /incident role commander @bob");
    told.hears_no_more().await
}
