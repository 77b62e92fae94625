//! What Slack puts around what happened: the wrapper of an event, a command's fields, what comes with every interaction.
//!
//! Field names are those of the java-slack-sdk's samples; a test compares.

use std::time::Instant;

use serde_json::{Value, json};

use super::deliver::{Kind, Parcel};
use super::state::{Response, State, Team, Told, seconds};

/// The old way to know Slack, which apps must not rely on.
pub(super) const VERIFICATION: &str = "verification-token-of-the-stand-in";

pub(super) fn event(state: &State, told: &Told) -> Parcel {
    let bot = state.team(&told.team).map(|team| team.bot.user.clone()).unwrap_or_default();
    let payload = json!({
        "token": VERIFICATION, "team_id": told.team, "api_app_id": state.app_id, "event": told.event,
        "type": "event_callback", "event_id": format!("Ev{}", uuid::Uuid::new_v4().simple()).to_uppercase(),
        "event_time": seconds(), "is_ext_shared_channel": false, "event_context": "4-stand-in",
        "authorizations": [{
            "enterprise_id": null, "team_id": told.team, "user_id": bot, "is_bot": true,
            "is_enterprise_install": false,
        }],
    });
    Parcel { kind: Kind::Event, what: told.subscription.to_owned(), team: told.team.clone(), payload }
}

/// Who does something, and where.
pub(super) struct Doing<'a> {
    pub(super) team: &'a str,
    pub(super) user: &'a str,
    /// None in modals and App Home.
    pub(super) channel: Option<&'a str>,
    /// The message that it is done to, and its thread.
    pub(super) message: Option<&'a str>,
    pub(super) thread: Option<String>,
}

/// A slash command.
pub(super) fn command(state: &mut State, doing: &Doing<'_>, command: &str, text: &str) -> Parcel {
    let (trigger, response_url) = (state.make_trigger(doing.user), response_url(state, doing));
    let app = state.app_id.clone();
    let payload = known(state, doing, |team| {
        let channel = doing.channel.and_then(|channel| team.channel(channel));
        let (channel_id, channel_name) =
            channel.map_or(("", ""), |channel| (channel.id.as_str(), channel.shown_name()));
        json!({
            "token": VERIFICATION, "team_id": team.id, "team_domain": team.name, "channel_id": channel_id,
            "channel_name": channel_name, "user_id": doing.user, "user_name": team.name_of(doing.user),
            "command": command, "text": text, "api_app_id": app, "is_enterprise_install": "false",
            "response_url": response_url, "trigger_id": trigger,
        })
    });
    Parcel { kind: Kind::Command, what: command.to_owned(), team: doing.team.to_owned(), payload }
}

/// What every interaction has; the rest is put in by whoever knows what was done.
pub(super) fn interaction(state: &mut State, doing: &Doing<'_>, kind: &str, rest: Value) -> Parcel {
    let mut payload = json!({
        "type": kind, "token": VERIFICATION, "enterprise": null, "is_enterprise_install": false,
    });
    // Shortcuts on messages have less.
    let whole = kind != "message_action";
    if whole {
        payload["api_app_id"] = state.app_id.clone().into();
    }
    // A list of options is asked for while somebody types: nothing may be opened by it.
    if kind != "block_suggestion" && kind != "view_closed" {
        payload["trigger_id"] = state.make_trigger(doing.user).into();
    }
    if doing.channel.is_some() && matches!(kind, "block_actions" | "message_action") {
        payload["response_url"] = response_url(state, doing).into();
    }
    let around = known(state, doing, |team| {
        let name = team.name_of(doing.user);
        let channel = doing.channel.and_then(|channel| team.channel(channel));
        let mut user = json!({"id": doing.user, "name": name, "team_id": team.id});
        if whole {
            user["username"] = name.into();
        }
        json!({
            "user": user,
            "team": {"id": team.id, "domain": team.name},
            "channel": channel.map(|channel| json!({"id": channel.id, "name": channel.shown_name()})),
        })
    });
    for part in [around, rest] {
        let Value::Object(fields) = part else { continue };
        for (name, value) in fields.into_iter().filter(|(name, value)| name != "channel" || !value.is_null())
        {
            payload[name] = value;
        }
    }
    let way = if kind == "block_suggestion" { Kind::Options } else { Kind::Interaction };
    Parcel { kind: way, what: kind.to_owned(), team: doing.team.to_owned(), payload }
}

fn known(state: &State, doing: &Doing<'_>, make: impl FnOnce(&Team) -> Value) -> Value {
    state.team(doing.team).map(make).unwrap_or_default()
}

fn response_url(state: &mut State, doing: &Doing<'_>) -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let url = format!("{}/response/{id}", state.base);
    state.responses.push(Response {
        id,
        team: doing.team.to_owned(),
        channel: doing.channel.unwrap_or_default().to_owned(),
        user: doing.user.to_owned(),
        of: doing.message.map(str::to_owned),
        thread: doing.thread.clone(),
        made: Instant::now(),
        used: 0,
    });
    url
}
