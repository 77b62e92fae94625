//! Messages and what hangs on them as JSON.
//!
//! What a session without the intent for contents gets of them is said in `event`.

use serde_json::{Value, json};

use super::{channel, guild, interaction, time};
use crate::discord::id::Id;
use crate::discord::state::{Message, Reaction, State, flags};

/// As a request or an answer shows it; `me` in the reactions is the bot.
pub fn message(state: &State, of: &Message) -> Value {
    let mut value = basic(state, of);
    let referenced = of.reply_to.and_then(|id| state.messages.get(&id));
    if let Some(to) = of.reply_to {
        value["referenced_message"] = referenced.map_or(Value::Null, |referenced| basic(state, referenced));
        value["message_reference"] = json!({ "type": 0, "channel_id": of.channel, "message_id": to });
        if let Some(channel) = state.channels.get(&of.channel) {
            value["message_reference"]["guild_id"] = json!(channel.guild);
        }
    }
    value
}

fn basic(state: &State, of: &Message) -> Value {
    let users: Vec<Value> = of.mentions.users.iter().map(|id| guild::user(state, *id)).collect();
    let embeds: &[Value] = if of.flags & flags::SUPPRESS_EMBEDS == 0 { &of.embeds } else { &[] };
    let mut value = json!({
        "id": of.id, "channel_id": of.channel, "type": of.kind, "author": guild::user(state, of.author), "content": of.content,
        "timestamp": time(of.id.made_at()), "edited_timestamp": of.edited.map(time), "tts": false,
        "mention_everyone": of.mentions.everyone, "mentions": users, "mention_roles": of.mentions.roles,
        "attachments": of.attachments, "embeds": embeds, "components": of.components, "pinned": of.pinned.is_some(),
        "flags": of.flags,
    });
    if !of.reactions.is_empty() {
        value["reactions"] = of.reactions.iter().map(|one| reaction(state, one)).collect();
    }
    if let Some(nonce) = &of.nonce {
        value["nonce"] = nonce.clone();
    }
    if let Some(thread) = of.thread.and_then(|thread| state.channels.get(&thread)) {
        value["thread"] = channel(state, thread);
    }
    if let Some(answered) = of.interaction.and_then(|id| state.interactions.get(&id)) {
        value["interaction_metadata"] = interaction::metadata(state, answered);
        value["application_id"] = json!(state.app.id);
        value["webhook_id"] = json!(state.app.id);
    }
    value
}

fn reaction(state: &State, of: &Reaction) -> Value {
    json!({
        "emoji": emoji(&of.emoji), "count": of.users.len(), "count_details": { "burst": 0, "normal": of.users.len() },
        "burst_colors": [], "me_burst": false, "me": of.users.contains(&state.bot()),
    })
}

/// `name:id` is a custom one, anything else is its own characters.
pub fn emoji(text: &str) -> Value {
    match text.split_once(':') {
        Some((name, id)) => json!({ "id": id, "name": name }),
        None => json!({ "id": null, "name": text }),
    }
}

/// As the gateway shows it: with its guild and the author's membership, and without contents for those who may not read them.
pub fn event(state: &State, of: &Message, may_read: bool) -> Value {
    let mut value = message(state, of);
    if let Some(guild) = state.guild_of(of.channel) {
        value["guild_id"] = json!(guild.id);
        if guild.members.contains_key(&of.author) && of.interaction.is_none() {
            let mut member = guild::member(state, guild, of.author);
            member.as_object_mut().map(|fields| fields.remove("user"));
            value["member"] = member;
        }
    }
    let own = of.author == state.bot() || of.mentions.users.contains(&state.bot());
    if !may_read && !own {
        value["content"] = json!("");
        for list in ["embeds", "components", "attachments"] {
            value[list] = json!([]);
        }
    }
    value
}

pub fn pinned(state: &State, of: &Message) -> Option<Value> {
    Some(json!({ "pinned_at": time(of.pinned?), "message": message(state, of) }))
}

/// An embed as it was sent, with what Discord adds to it.
pub fn embed(sent: &Value) -> Value {
    let mut embed = without_nulls(sent);
    embed["type"] = json!("rich");
    if let Some(fields) = embed["fields"].as_array_mut() {
        for field in fields {
            field["inline"] = json!(field["inline"] == true);
        }
    } else {
        embed.as_object_mut().map(|embed| embed.remove("fields"));
    }
    embed
}

/// What was sent as null is not there in the answer.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Numbers components in the order in which they stand, and fills in what Discord says about each.
pub fn components(sent: &[Value]) -> Vec<Value> {
    let mut next = 1;
    sent.iter().map(|one| component(one, &mut next)).collect()
}

fn component(sent: &Value, next: &mut u64) -> Value {
    let mut value = without_nulls(sent);
    if value["id"].as_u64().unwrap_or_default() == 0 {
        value["id"] = json!(*next);
        *next += 1;
    }
    let inside = value["components"].as_array().cloned();
    if let Some(inside) = inside {
        value["components"] = inside.iter().map(|one| component(one, next)).collect();
    }
    if matches!(value["type"].as_u64(), Some(3 | 5..=8)) {
        for (name, usual) in [("min_values", 1), ("max_values", 1)] {
            if value[name].is_null() {
                value[name] = json!(usual);
            }
        }
        value.as_object_mut().map(|fields| fields.remove("required"));
    }
    value
}

/// The reaction's event, which is almost the same for both directions.
pub fn reaction_event(state: &State, of: &Message, who: Id, text: &str) -> Value {
    let guild = state.guild_of(of.channel);
    json!({
        "user_id": who, "channel_id": of.channel, "message_id": of.id, "guild_id": guild.map(|guild| guild.id),
        "emoji": emoji(text), "burst": false, "type": 0,
    })
}
