//! Channels and threads as JSON.
//!
//! Permissions in it are the bot's.

use serde_json::{Value, json};

use super::time;
use crate::discord::id::Id;
use crate::discord::state::{Channel, Kind, State, Thread};

pub fn channel(state: &State, of: &Channel) -> Value {
    let mut value = json!({
        "id": of.id, "type": of.kind.number(), "guild_id": of.guild, "name": of.name, "parent_id": of.parent,
        "flags": 0, "rate_limit_per_user": 0,
    });
    if of.kind != Kind::Category {
        value["last_message_id"] = json!(of.last_message);
    }
    if let Some(pin) = of.last_pin {
        value["last_pin_timestamp"] = json!(time(pin));
    }
    match &of.thread {
        Some(thread) => thread_fields(state, of, thread, &mut value),
        None => guild_channel_fields(of, &mut value),
    }
    value
}

fn guild_channel_fields(of: &Channel, value: &mut Value) {
    let overwrites: Vec<Value> = of
        .overwrites
        .iter()
        .map(|one| {
            json!({ "id": one.of, "type": u8::from(one.is_member), "allow": one.allow.to_string(), "deny": one.deny.to_string() })
        })
        .collect();
    value["position"] = json!(of.position);
    value["permission_overwrites"] = json!(overwrites);
    value["nsfw"] = json!(false);
    value["topic"] = json!(of.topic);
    if of.kind == Kind::Forum {
        let tag = |(id, name): &(Id, String)| json!({ "id": id, "name": name, "moderated": false, "emoji_id": null, "emoji_name": null });
        value["available_tags"] = of.tags.iter().map(tag).collect();
        value["default_reaction_emoji"] = Value::Null;
        value["default_sort_order"] = Value::Null;
        value["default_forum_layout"] = json!(0);
    }
}

fn thread_fields(state: &State, of: &Channel, thread: &Thread, value: &mut Value) {
    let messages =
        state.messages.values().filter(|message| message.channel == of.id && message.only_for.is_none());
    value["owner_id"] = json!(thread.owner);
    value["thread_metadata"] = json!({
        "archived": thread.archived, "archive_timestamp": time(thread.archive_changed),
        "auto_archive_duration": thread.auto_archive, "locked": thread.locked, "create_timestamp": time(of.id.made_at()),
    });
    // The message that it hangs from, or a post's first one, is not counted.
    value["message_count"] =
        json!(messages.filter(|message| message.id != of.id && message.kind != 21).count());
    value["member_count"] = json!(thread.members.len().min(50));
    value["total_message_sent"] = json!(thread.sent);
    if thread.private {
        value["thread_metadata"]["invitable"] = json!(true);
    }
    if state.channels.get(&of.parent.unwrap_or_default()).is_some_and(|parent| parent.kind == Kind::Forum) {
        value["applied_tags"] = json!(thread.tags);
    }
    if thread.members.contains_key(&state.bot()) {
        value["member"] = thread_member(of, thread, state.bot());
    }
}

/// A new thread as the answer to its making.
pub fn created_thread(state: &State, id: Id) -> Value {
    state.channels.get(&id).map_or(Value::Null, |thread| channel(state, thread))
}

pub fn thread_member(of: &Channel, thread: &Thread, id: Id) -> Value {
    let joined = thread.members.get(&id).copied().unwrap_or_default();
    json!({ "id": of.id, "user_id": id, "join_timestamp": time(joined), "flags": 0 })
}

/// Lists of threads come with the bot's own memberships.
pub fn threads<'a>(state: &State, those: impl Iterator<Item = &'a Channel>) -> Value {
    let those: Vec<&Channel> = those.collect();
    let own = those.iter().filter_map(|one| {
        let thread = one.thread.as_ref()?;
        thread.members.contains_key(&state.bot()).then(|| thread_member(one, thread, state.bot()))
    });
    let members: Vec<Value> = own.collect();
    let threads: Vec<Value> = those.iter().map(|one| channel(state, one)).collect();
    json!({ "threads": threads, "members": members, "has_more": false })
}
