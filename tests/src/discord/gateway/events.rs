//! What sessions are told: who may see it, which intents it takes, and how it looks.
//!
//! Each function is called after the state has changed.

use serde_json::{Value, json};

use crate::discord::id::Id;
use crate::discord::intents::{
    GUILD_MEMBERS, GUILD_MESSAGE_REACTIONS, GUILD_MESSAGES, GUILDS, MESSAGE_CONTENT,
};
use crate::discord::ledger::{Exchange, Toward};
use crate::discord::state::{Channel, Message, State};
use crate::discord::wire;

/// To every session with one of these intents; `data` is asked whether contents may be read.
fn tell(state: &mut State, event: &str, intents: u64, data: impl Fn(&State, bool) -> Value) {
    let (full, without) = (data(state, true), data(state, false));
    let mut told = false;
    for session in state.sessions.all().filter(|session| intents == 0 || session.intents & intents != 0) {
        let may_read = session.intents & MESSAGE_CONTENT != 0;
        session.tell(event, if may_read { full.clone() } else { without.clone() });
        told = true;
    }
    if told {
        state.exchanges.push(Exchange::event(Toward::App, event, full));
    }
}

/// The same for something in a channel, which the bot has to see.
fn tell_in(state: &mut State, channel: Id, event: &str, intents: u64, data: impl Fn(&State, bool) -> Value) {
    if state.sees(state.bot(), channel) {
        tell(state, event, intents, data);
    }
}

/// Ephemeral ones are for the person alone.
pub fn message_created(state: &mut State, id: Id) {
    of_message(state, id, "MESSAGE_CREATE");
}

pub fn message_updated(state: &mut State, id: Id) {
    of_message(state, id, "MESSAGE_UPDATE");
}

fn of_message(state: &mut State, id: Id, event: &str) {
    let Some(message) = state.messages.get(&id).filter(|message| message.only_for.is_none()).cloned() else {
        return;
    };
    tell_in(state, message.channel, event, GUILD_MESSAGES, |state, may_read| {
        wire::event(state, &message, may_read)
    });
}

pub fn message_deleted(state: &mut State, message: &Message) {
    if message.only_for.is_some() {
        return;
    }
    let data =
        json!({ "id": message.id, "channel_id": message.channel, "guild_id": guild(state, message.channel) });
    tell_in(state, message.channel, "MESSAGE_DELETE", GUILD_MESSAGES, |_, _| data.clone());
}

fn guild(state: &State, channel: Id) -> Value {
    json!(state.guild_of(channel).map(|guild| guild.id))
}

pub fn reaction(state: &mut State, message: Id, who: Id, emoji: &str, added: bool) {
    let Some(message) = state.messages.get(&message).filter(|message| message.only_for.is_none()).cloned()
    else {
        return;
    };
    let mut data = wire::reaction_event(state, &message, who, emoji);
    if added {
        let of_guild = state.guild_of(message.channel);
        data["member"] = of_guild.map_or(Value::Null, |guild| wire::member(state, guild, who));
        data["message_author_id"] = json!(message.author);
    }
    let event = if added { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" };
    tell_in(state, message.channel, event, GUILD_MESSAGE_REACTIONS, |_, _| data.clone());
}

/// All of a message's, or all of one emoji.
pub fn reactions_removed(state: &mut State, message: Id, emoji: Option<&str>) {
    let Some(channel) = state.messages.get(&message).map(|message| message.channel) else { return };
    let mut data = json!({ "message_id": message, "channel_id": channel, "guild_id": guild(state, channel) });
    let event = match emoji {
        Some(emoji) => {
            data["emoji"] = wire::emoji(emoji);
            "MESSAGE_REACTION_REMOVE_EMOJI"
        }
        None => "MESSAGE_REACTION_REMOVE_ALL",
    };
    tell_in(state, channel, event, GUILD_MESSAGE_REACTIONS, |_, _| data.clone());
}

/// CHANNEL_… and THREAD_… with the whole channel; deleted ones are told before they are gone.
pub fn channel(state: &mut State, event: &str, id: Id) {
    let Some(channel) = state.channels.get(&id).cloned() else { return };
    let data = match event {
        "THREAD_DELETE" => deleted_thread(&channel),
        "THREAD_CREATE" => {
            let mut data = wire::channel(state, &channel);
            data["newly_created"] = json!(true);
            data
        }
        _ => wire::channel(state, &channel),
    };
    tell_in(state, id, event, GUILDS, |_, _| data.clone());
}

fn deleted_thread(of: &Channel) -> Value {
    json!({ "id": of.id, "guild_id": of.guild, "parent_id": of.parent, "type": of.kind.number() })
}

pub fn thread_updated(state: &mut State, id: Id) {
    channel(state, "THREAD_UPDATE", id);
}

pub fn pins_updated(state: &mut State, channel: Id) {
    let Some(of) = state.channels.get(&channel) else { return };
    let data = json!({ "guild_id": of.guild, "channel_id": of.id, "last_pin_timestamp": of.last_pin.map(wire::time) });
    tell_in(state, channel, "CHANNEL_PINS_UPDATE", GUILDS, |_, _| data.clone());
}

/// Without the intent for members only what concerns the bot itself.
pub fn thread_members(state: &mut State, thread: Id, joined: Option<Id>, left: Option<Id>) {
    let Some(channel) = state.channels.get(&thread) else { return };
    let Some(inside) = &channel.thread else { return };
    let added: Vec<Value> = joined.iter().map(|who| wire::thread_member(channel, inside, *who)).collect();
    let data = json!({
        "id": thread, "guild_id": channel.guild, "member_count": inside.members.len(), "added_members": added,
        "removed_member_ids": left.into_iter().collect::<Vec<_>>(),
    });
    let about_bot = joined == Some(state.bot()) || left == Some(state.bot());
    let intents = if about_bot { GUILDS } else { GUILD_MEMBERS };
    tell_in(state, thread, "THREAD_MEMBERS_UPDATE", intents, |_, _| data.clone());
}

/// Interactions need no intent.
pub fn interaction(state: &mut State, payload: &Value) -> bool {
    tell(state, "INTERACTION_CREATE", 0, |_, _| payload.clone());
    state.sessions.connected() > 0
}
