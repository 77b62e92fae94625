//! `response_url`: later answers to a command or something pressed, five of them in half an hour.
//!
//! Long work must not rely on it; the stand-in counts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::api::Content;
use super::changes;
use super::exchanges::{Exchange, Toward};
use super::handle::Inner;
use super::state::{Message, Response, State as Slack};

/// As Slack documents it.
const MOST_USES: u32 = 5;
const FIELDS: [&str; 10] = [
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
];

pub(super) async fn take(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    Json(given): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let team = inner.look(|state| {
        let found = state.responses.iter().find(|response| response.id == id);
        found.map(|response| response.team.clone()).unwrap_or_default()
    });
    let exchange = Exchange::new(Toward::Slack, "response_url", &team, given.clone());
    let done = inner.change(|state| used(state, &id).and_then(|()| answer(state, &id, &given)));
    let (status, body, refused) = match done {
        Ok(()) => (StatusCode::OK, json!({"ok": true}), None),
        Err(error) => (StatusCode::NOT_FOUND, json!({"ok": false, "error": error}), Some(error)),
    };
    inner.record(Exchange { answer: body.clone(), status: status.as_u16(), refused, ..exchange });
    (status, Json(body))
}

fn used(state: &mut Slack, id: &str) -> Result<(), String> {
    let lasts = state.pace.response_url;
    let response = state.responses.iter_mut().find(|response| response.id == id);
    let Some(response) = response else { return Err("no_such_url".to_owned()) };
    response.used += 1;
    if response.used > MOST_USES || response.made.elapsed() > lasts {
        return Err("used_url".to_owned());
    }
    Ok(())
}

fn answer(state: &mut Slack, id: &str, given: &Value) -> Result<(), String> {
    let unknown = given.as_object().into_iter().flatten().find(|(name, _)| !FIELDS.contains(&name.as_str()));
    if let Some((name, _)) = unknown {
        return Err(format!("unknown field {name}"));
    }
    let found = state.responses.iter().find(|response| response.id == id);
    let Some(response) = found.cloned() else { return Err("no_such_url".to_owned()) };
    let (team, channel) = (response.team.as_str(), response.channel.as_str());
    match &response.of {
        Some(ts) if given["delete_original"] == true => take_away(state, &response, ts),
        Some(ts) if given["replace_original"] != false && given["response_type"].is_null() => {
            let content = Content::of_json(given).map_err(|refused| refused.error)?;
            replace(state, &response, ts, content);
        }
        Some(_) | None => {
            let thread = given["thread_ts"].as_str().map(str::to_owned).or_else(|| response.thread.clone());
            say(state, (team, channel, &response.user), given, thread)?;
        }
    }
    Ok(())
}

/// What an app answers to a command: for whoever typed it, unless it says `in_channel`.
pub(super) fn say(
    state: &mut Slack,
    (team, channel, user): (&str, &str, &str),
    given: &Value,
    thread: Option<String>,
) -> Result<String, String> {
    let content = Content::of_json(given).map_err(|refused| refused.error)?;
    let for_all = match given["response_type"].as_str() {
        Some("in_channel") => true,
        Some("ephemeral") | None => false,
        Some(other) => return Err(format!("response_type {other}")),
    };
    let bot = state.team(team).map(|team| team.bot.user.clone()).unwrap_or_default();
    let only_for = (!for_all).then(|| user.to_owned());
    let message = Message { user: bot, by_bot: true, only_for, thread, ..content.into_message() };
    Ok(changes::say(state, team, channel, message))
}

fn replace(state: &mut Slack, response: &Response, ts: &str, content: Content) {
    let edited = (response.user.clone(), state.next_ts());
    let change = |message: &mut Message| {
        message.text = content.text;
        message.blocks = content.blocks;
        message.edited = Some(edited);
    };
    let (team, channel) = (&response.team, &response.channel);
    let known = |state: &Slack| changes::with_message(state, team, channel, ts, |_, _, _, _| ()).is_some();
    if known(state) {
        return changes::edit(state, team, channel, ts, change);
    }
    let at = state.team_mut(team).and_then(|team| team.channel_mut(channel));
    let message = at.and_then(|channel| channel.messages.iter_mut().find(|message| message.ts == ts));
    if let Some(message) = message {
        change(message);
    }
}

fn take_away(state: &mut Slack, response: &Response, ts: &str) {
    changes::delete(state, &response.team, &response.channel, ts);
    let at = state.team_mut(&response.team).and_then(|team| team.channel_mut(&response.channel));
    at.into_iter().for_each(|channel| channel.messages.retain(|message| message.ts != ts));
}
