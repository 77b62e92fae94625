//! `reactions.add`, `.remove` and `.get`.
//!
//! Names are Slack's short names; whether one is a known emoji is not checked, its form is.

use serde_json::json;

use super::super::changes::{self, At};
use super::call::{Answer, Call, Refused};

/// Of one message, as Slack documents it.
const MOST_KINDS: usize = 50;

pub(super) fn add(call: &mut Call<'_>) -> Answer {
    let name = name(call)?;
    let ts = message(call)?;
    let channel = call.channel("channel")?;
    if channel.message(&ts).is_some_and(|message| message.reactions.len() >= MOST_KINDS) {
        return Err("too_many_emoji".into());
    }
    change(call, &ts, &name, true, "already_reacted")
}

pub(super) fn remove(call: &mut Call<'_>) -> Answer {
    let name = name(call)?;
    let ts = message(call)?;
    change(call, &ts, &name, false, "no_reaction")
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let ts = message(call)?;
    let channel = call.channel("channel")?;
    let (team, state) = (call.team()?, &call.state);
    let shown = channel.message(&ts).map(|message| message.shown(state, team, channel));
    Ok(json!({"type": "message", "channel": channel.id, "message": shown}))
}

fn change(call: &mut Call<'_>, ts: &str, name: &str, added: bool, otherwise: &str) -> Answer {
    let (me, team) = (call.me(), call.team.clone());
    let channel = call.channel("channel")?.id.clone();
    let at = At { team: &team, channel: &channel, ts };
    if changes::react(call.state, &me, &at, name, added) { Ok(json!({})) } else { Err(otherwise.into()) }
}

fn message(call: &Call<'_>) -> Result<String, Refused> {
    let Some(ts) = call.args.text("timestamp") else { return Err("no_item_specified".into()) };
    let channel = call.channel("channel")?;
    if channel.archived {
        return Err("is_archived".into());
    }
    if !channel.has(&call.me()) {
        return Err("not_in_channel".into());
    }
    if channel.message(ts).is_some() { Ok(ts.to_owned()) } else { Err("message_not_found".into()) }
}

fn name(call: &Call<'_>) -> Result<String, Refused> {
    let name = call.args.word("name");
    let allowed = |letter: char| {
        letter.is_ascii_lowercase()
            || letter.is_ascii_digit()
            || matches!(letter, '_' | '-' | '+' | '\'' | ':')
    };
    if !name.is_empty() && !name.starts_with(':') && name.chars().all(allowed) {
        Ok(name.to_owned())
    } else {
        Err("invalid_name".into())
    }
}
