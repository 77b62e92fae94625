//! Threads: started from a message, on their own or as a forum's post; and who is in them.
//!
//! People start and join threads by the same `start` and `join`.

use std::collections::BTreeMap;

use chrono::Utc;
use serde_json::{Value, json};

use super::call::Call;
use super::messages::{Draft, post};
use super::outcome::{Outcome, Refusal};
use crate::discord::gateway::events;
use crate::discord::id::Id;
use crate::discord::permissions as may;
use crate::discord::state::{Channel, Kind, State, Thread};
use crate::discord::wire;

const USUAL_ARCHIVE_MINUTES: u64 = 4_320;
const USUAL_PAGE: usize = 50;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "create_thread_from_message" => from_message(state, call),
        "create_thread" => create(state, call),
        "join_thread" => change_member(state, call, state.bot(), true),
        "leave_thread" => change_member(state, call, state.bot(), false),
        "add_thread_member" => change_member(state, call, call.id("user_id"), true),
        "delete_thread_member" => change_member(state, call, call.id("user_id"), false),
        "list_thread_members" => members(state, call),
        "get_thread_member" => member(state, call),
        "list_public_archived_threads" => archived(state, call, Kind::PublicThread),
        "list_private_archived_threads" => archived(state, call, Kind::PrivateThread),
        _ => return None,
    })
}

fn from_message(state: &mut State, call: &Call) -> Outcome {
    let message = call.message(state, may::CREATE_PUBLIC_THREADS | may::READ_MESSAGE_HISTORY)?.id;
    let id = start(state, call.id("channel_id"), Some(message), state.bot(), &call.body)?;
    Ok((201, wire::created_thread(state, id)))
}

fn create(state: &mut State, call: &Call) -> Outcome {
    let parent = call.channel(state, 0)?.id;
    let (forum, private) = (call.channel(state, 0)?.kind == Kind::Forum, call.body["type"] == 12);
    let needed = match (forum, private) {
        (true, _) => may::SEND_MESSAGES,
        (false, true) => may::CREATE_PRIVATE_THREADS,
        (false, false) => may::CREATE_PUBLIC_THREADS,
    };
    call.channel(state, needed)?;
    let bot = state.bot();
    if !forum {
        let id = start(state, parent, None, bot, &call.body)?;
        return Ok((201, wire::created_thread(state, id)));
    }
    if !call.body["message"].is_object() {
        return Err(Refusal::form("message", "BASE_TYPE_REQUIRED", "This field is required"));
    }
    let id = start(state, parent, None, bot, &call.body)?;
    // The first message of a post has the post's id.
    let draft = Draft { id: Some(id), files: &call.files, ..Draft::new(id, bot, &call.body["message"]) };
    if let Err(refusal) = post(state, &draft) {
        state.channels.remove(&id);
        return Err(refusal);
    }
    let mut answer = wire::created_thread(state, id);
    answer["message"] = state.messages.get(&id).map_or(Value::Null, |message| wire::message(state, message));
    Ok((201, answer))
}

/// A thread from a message has the message's id; there is only one.
pub fn start(
    state: &mut State,
    parent: Id,
    message: Option<Id>,
    owner: Id,
    form: &Value,
) -> Result<Id, Refusal> {
    let Some(place) = state.channels.get(&parent) else { return Err(Refusal::UnknownChannel) };
    if place.thread.is_some() || place.kind == Kind::Category {
        return Err(Refusal::NotOnThisKindOfChannel);
    }
    if message.is_some_and(|message| state.channels.contains_key(&message)) {
        return Err(Refusal::ThreadExists);
    }
    let (guild, is_forum) = (place.guild, place.kind == Kind::Forum);
    // Discord makes private ones unless it is asked for something else.
    let private = !is_forum && message.is_none() && form["type"].as_u64().unwrap_or(12) == 12;
    let kind = if private { Kind::PrivateThread } else { Kind::PublicThread };
    let id = message.unwrap_or_else(|| state.mint.make());
    let mut thread = Channel::new(id, guild, kind, form["name"].as_str().unwrap_or_default().trim());
    thread.parent = Some(parent);
    thread.thread = Some(Thread {
        owner,
        private,
        archived: false,
        archive_changed: Utc::now(),
        locked: false,
        auto_archive: form["auto_archive_duration"].as_u64().unwrap_or(USUAL_ARCHIVE_MINUTES),
        members: BTreeMap::from([(owner, Utc::now())]),
        tags: form["applied_tags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| tag.as_str()?.parse().ok())
            .collect(),
        sent: 0,
    });
    state.channels.insert(id, thread);
    events::channel(state, "THREAD_CREATE", id);
    if let Some(message) = message {
        hang(state, message, id, owner);
    }
    Ok(id)
}

/// The message shows its thread, and the thread begins with a message that refers to it.
fn hang(state: &mut State, message: Id, thread: Id, owner: Id) {
    if let Some(message) = state.messages.get_mut(&message) {
        message.thread = Some(thread);
        message.flags |= crate::discord::state::flags::HAS_THREAD;
    }
    events::message_updated(state, message);
    let starter = state.mint.make();
    let mut message_there = crate::discord::state::Message::new(starter, thread, owner);
    message_there.kind = 21;
    message_there.reply_to = Some(message);
    state.messages.insert(starter, message_there);
}

fn the_thread(state: &State, call: &Call) -> Result<(Id, Thread), Refusal> {
    let channel = call.channel(state, 0)?;
    channel.thread.clone().map(|thread| (channel.id, thread)).ok_or(Refusal::NotOnThisKindOfChannel)
}

fn change_member(state: &mut State, call: &Call, who: Id, joins: bool) -> Outcome {
    let (id, thread) = the_thread(state, call)?;
    if thread.archived {
        return Err(Refusal::ThreadArchived);
    }
    if !state.users.contains_key(&who) {
        return Err(Refusal::UnknownUser);
    }
    if who != state.bot() && !joins {
        call.channel(state, may::MANAGE_THREADS)?;
    } else if who != state.bot() {
        call.channel(state, may::SEND_MESSAGES_IN_THREADS)?;
    }
    if joins {
        join(state, id, who);
    } else {
        leave(state, id, who);
    }
    Ok((204, Value::Null))
}

pub fn join(state: &mut State, thread: Id, who: Id) {
    let inside = state.channels.get_mut(&thread).and_then(|one| one.thread.as_mut());
    if inside.is_some_and(|inside| inside.members.insert(who, Utc::now()).is_none()) {
        events::thread_members(state, thread, Some(who), None);
    }
}

fn leave(state: &mut State, thread: Id, who: Id) {
    let inside = state.channels.get_mut(&thread).and_then(|one| one.thread.as_mut());
    if inside.is_some_and(|inside| inside.members.remove(&who).is_some()) {
        events::thread_members(state, thread, None, Some(who));
    }
}

fn members(state: &State, call: &Call) -> Outcome {
    let (id, thread) = the_thread(state, call)?;
    let Some(channel) = state.channels.get(&id) else { return Err(Refusal::UnknownChannel) };
    Ok((200, thread.members.keys().map(|who| wire::thread_member(channel, &thread, *who)).collect()))
}

fn member(state: &State, call: &Call) -> Outcome {
    let (id, thread) = the_thread(state, call)?;
    let Some(channel) = state.channels.get(&id) else { return Err(Refusal::UnknownChannel) };
    let who = call.id("user_id");
    if !thread.members.contains_key(&who) {
        return Err(Refusal::UnknownMember);
    }
    Ok((200, wire::thread_member(channel, &thread, who)))
}

fn archived(state: &State, call: &Call, kind: Kind) -> Outcome {
    let parent = call.channel(state, may::READ_MESSAGE_HISTORY)?.id;
    let mut of_parent: Vec<&Channel> = state
        .channels
        .values()
        .filter(|one| one.parent_of_thread() == Some(parent) && one.kind == kind)
        .filter(|one| one.thread.as_ref().is_some_and(|thread| thread.archived))
        .collect();
    of_parent.sort_by_key(|one| std::cmp::Reverse(one.thread.as_ref().map(|thread| thread.archive_changed)));
    let limit = call.limit(USUAL_PAGE);
    let mut answer = wire::threads(state, of_parent.iter().take(limit).copied());
    answer["has_more"] = json!(of_parent.len() > limit);
    Ok((200, answer))
}
