//! Channels: read, changed, deleted, and who may do what in them.
//!
//! Threads are channels too: archiving, locking and renaming them happens here.

use chrono::Utc;
use serde_json::Value;

use super::call::Call;
use super::guilds::{name, tags};
use super::outcome::{Outcome, Refusal};
use crate::discord::gateway::events;
use crate::discord::permissions::{self as may, Overwrite};
use crate::discord::state::{Channel, State};
use crate::discord::wire;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "get_channel" => call.channel(state, 0).map(|one| (200, wire::channel(state, one))),
        "update_channel" => update(state, call),
        "delete_channel" => delete(state, call),
        "set_channel_permission_overwrite" => set_overwrite(state, call),
        "delete_channel_permission_overwrite" => delete_overwrite(state, call),
        _ => return None,
    })
}

fn update(state: &mut State, call: &Call) -> Outcome {
    let channel = call.channel(state, 0)?.clone();
    let event = if channel.thread.is_some() {
        update_thread(state, call, &channel)?;
        "THREAD_UPDATE"
    } else {
        call.channel(state, may::MANAGE_CHANNELS)?;
        update_guild_channel(state, call, channel.clone());
        "CHANNEL_UPDATE"
    };
    events::channel(state, event, channel.id);
    Ok((200, state.channels.get(&channel.id).map_or(Value::Null, |one| wire::channel(state, one))))
}

fn update_guild_channel(state: &mut State, call: &Call, mut channel: Channel) {
    let form = &call.body;
    if form["name"].is_string() {
        channel.name = name(form, channel.kind);
    }
    if let Some(topic) = form.get("topic") {
        channel.topic = topic.as_str().map(str::to_owned);
    }
    if let Some(parent) = form.get("parent_id") {
        channel.parent = parent.as_str().and_then(|id| id.parse().ok());
    }
    if form["permission_overwrites"].is_array() {
        channel.overwrites = overwrites(&form["permission_overwrites"]);
    }
    if form["available_tags"].is_array() {
        channel.tags = tags(state, &form["available_tags"]);
    }
    state.channels.insert(channel.id, channel);
}

/// Whoever may write in an open thread may archive it or bring it back; the rest is its owner's and the managers'.
fn update_thread(state: &mut State, call: &Call, channel: &Channel) -> Result<(), Refusal> {
    let form = &call.body;
    let permissions = state.may(state.bot(), channel.id);
    let Some(mut thread) = channel.thread.clone() else { return Ok(()) };
    let manages = permissions & may::MANAGE_THREADS != 0;
    if !manages && (thread.owner != state.bot() || thread.locked || form["locked"].is_boolean()) {
        return Err(Refusal::MissingPermissions);
    }
    let wakes = form["archived"] == false;
    if thread.archived && !wakes {
        return Err(Refusal::ThreadArchived);
    }
    if let Some(archived) = form["archived"].as_bool().filter(|archived| *archived != thread.archived) {
        (thread.archived, thread.archive_changed) = (archived, Utc::now());
    }
    thread.locked = form["locked"].as_bool().unwrap_or(thread.locked);
    thread.auto_archive = form["auto_archive_duration"].as_u64().unwrap_or(thread.auto_archive);
    if let Some(tags) = form["applied_tags"].as_array() {
        thread.tags = tags.iter().filter_map(|tag| tag.as_str()?.parse().ok()).collect();
    }
    if let Some(kept) = state.channels.get_mut(&channel.id) {
        kept.thread = Some(thread);
        if form["name"].is_string() {
            kept.name = name(form, kept.kind);
        }
    }
    Ok(())
}

fn delete(state: &mut State, call: &Call) -> Outcome {
    let channel = call.channel(state, 0)?;
    let is_thread = channel.thread.is_some();
    let id = channel.id;
    call.channel(state, if is_thread { may::MANAGE_THREADS } else { may::MANAGE_CHANNELS })?;
    let gone = state.channels.get(&id).map_or(Value::Null, |one| wire::channel(state, one));
    events::channel(state, if is_thread { "THREAD_DELETE" } else { "CHANNEL_DELETE" }, id);
    state.channels.retain(|_, one| one.id != id && one.parent_of_thread() != Some(id));
    let State { channels, messages, .. } = state;
    messages.retain(|_, message| channels.contains_key(&message.channel));
    Ok((200, gone))
}

/// Bit sets come as strings or as numbers.
fn bits(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}

pub(super) fn overwrites(form: &Value) -> Vec<Overwrite> {
    let all = form.as_array().into_iter().flatten();
    all.filter_map(|one| {
        let of = one["id"].as_str()?.parse().ok()?;
        Some(Overwrite {
            of,
            is_member: one["type"] == 1,
            allow: bits(&one["allow"]),
            deny: bits(&one["deny"]),
        })
    })
    .collect()
}

fn set_overwrite(state: &mut State, call: &Call) -> Outcome {
    let id = call.channel(state, may::MANAGE_ROLES)?.id;
    let is_member = call.body["type"] == 1;
    let (allow, deny) = (bits(&call.body["allow"]), bits(&call.body["deny"]));
    // Nobody gives away what they do not have.
    if (allow | deny) & !state.may(state.bot(), id) != 0 {
        return Err(Refusal::MissingPermissions);
    }
    let one = Overwrite { of: call.id("overwrite_id"), is_member, allow, deny };
    if let Some(channel) = state.channels.get_mut(&id) {
        channel.overwrites.retain(|other| other.of != one.of);
        channel.overwrites.push(one);
    }
    events::channel(state, "CHANNEL_UPDATE", id);
    Ok((204, Value::Null))
}

fn delete_overwrite(state: &mut State, call: &Call) -> Outcome {
    let id = call.channel(state, may::MANAGE_ROLES)?.id;
    if let Some(channel) = state.channels.get_mut(&id) {
        channel.overwrites.retain(|other| other.of != call.id("overwrite_id"));
    }
    events::channel(state, "CHANNEL_UPDATE", id);
    Ok((204, Value::Null))
}
