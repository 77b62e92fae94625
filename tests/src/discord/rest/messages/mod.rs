//! Messages: listed, posted, edited and deleted by the bot.
//!
//! People's posts and interactions' answers become messages by the same `post` and `change`.

mod attachments;
mod mentions;
mod write;

use serde_json::{Value, json};

pub use write::{Draft, change, post};

use super::call::Call;
use super::outcome::{Outcome, Refusal};
use crate::discord::gateway::events;
use crate::discord::id::Id;
use crate::discord::permissions as may;
use crate::discord::state::{Message, State};
use crate::discord::wire;

const USUAL_PAGE: usize = 50;
/// How long an enforced nonce is remembered: Discord says "in the past few minutes".
const NONCE_MINUTES: i64 = 5;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "list_messages" => list(state, call),
        "create_message" => create(state, call),
        "get_message" => get(state, call),
        "update_message" => update(state, call),
        "delete_message" => delete(state, call),
        "trigger_typing_indicator" => call.channel(state, may::SEND_MESSAGES).map(|_| (204, Value::Null)),
        _ => return None,
    })
}

/// Newest first, as Discord gives them.
fn list(state: &State, call: &Call) -> Outcome {
    let channel = call.channel(state, 0)?;
    if state.may(state.bot(), channel.id) & may::READ_MESSAGE_HISTORY == 0 {
        return Ok((200, json!([])));
    }
    let all: Vec<&Message> =
        state.messages.values().filter(|one| one.channel == channel.id && one.only_for.is_none()).collect();
    let page = page(&all, call, call.limit(USUAL_PAGE));
    Ok((200, page.iter().rev().map(|one| wire::message(state, one)).collect()))
}

fn page<'a>(all: &'a [&'a Message], call: &Call, limit: usize) -> &'a [&'a Message] {
    let position = |id: Id| all.partition_point(|one| one.id < id);
    let (from, to) = if let Some(before) = call.asked_for("before") {
        let end = position(before);
        (end.saturating_sub(limit), end)
    } else if let Some(after) = call.asked_for("after") {
        let start = position(Id(after.0 + 1));
        (start, start + limit)
    } else if let Some(around) = call.asked_for("around") {
        let start = position(around).saturating_sub(limit / 2);
        (start, start + limit)
    } else {
        (all.len().saturating_sub(limit), all.len())
    };
    &all[from.min(all.len())..to.min(all.len())]
}

fn create(state: &mut State, call: &Call) -> Outcome {
    let channel = writable(state, call)?;
    if let Some(known) = known_nonce(state, channel, &call.body) {
        return Ok((200, wire::message(state, known)));
    }
    let reply_to = match call.body["message_reference"]["message_id"].as_str() {
        Some(id) => Some(referenced(state, channel, id, &call.body["message_reference"])?),
        None => None,
    };
    let draft = Draft {
        reply_to: reply_to.flatten(),
        files: &call.files,
        ..Draft::new(channel, state.bot(), &call.body)
    };
    let id = post(state, &draft)?;
    Ok((200, answer(state, id)))
}

/// Where the bot may write this; threads have a permission of their own.
fn writable(state: &State, call: &Call) -> Result<Id, Refusal> {
    let channel = call.channel(state, 0)?;
    if !channel.kind.holds_messages() {
        return Err(Refusal::NotOnThisKindOfChannel);
    }
    let to_send = if channel.thread.is_some() { may::SEND_MESSAGES_IN_THREADS } else { may::SEND_MESSAGES };
    let embeds = call.body["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
    let to_embed = if embeds { may::EMBED_LINKS } else { 0 };
    let to_attach = if call.files.is_empty() { 0 } else { may::ATTACH_FILES };
    call.channel(state, to_send | to_embed | to_attach)?;
    Ok(channel.id)
}

/// The same enforced nonce again is the same message.
fn known_nonce<'a>(state: &'a State, channel: Id, form: &Value) -> Option<&'a Message> {
    if form["enforce_nonce"] != true || form["nonce"].is_null() {
        return None;
    }
    let recent = chrono::Utc::now() - chrono::TimeDelta::minutes(NONCE_MINUTES);
    state.messages.values().rev().take_while(|one| one.id.made_at() > recent).find(|one| {
        one.channel == channel
            && one.author == state.bot()
            && one.enforced_nonce
            && one.nonce.as_ref() == Some(&form["nonce"])
    })
}

/// A reply to a message that is gone is refused, unless it was said that it does not matter.
fn referenced(state: &State, channel: Id, id: &str, reference: &Value) -> Result<Option<Id>, Refusal> {
    let found = id.parse().ok().and_then(|id| state.messages.get(&id)).filter(|one| one.channel == channel);
    match found {
        Some(message) => Ok(Some(message.id)),
        None if reference["fail_if_not_exists"] == false => Ok(None),
        None => Err(Refusal::form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")),
    }
}

fn answer(state: &State, id: Id) -> Value {
    state.messages.get(&id).map_or(Value::Null, |message| wire::message(state, message))
}

fn get(state: &State, call: &Call) -> Outcome {
    let message = call.message(state, may::READ_MESSAGE_HISTORY)?;
    Ok((200, wire::message(state, message)))
}

fn update(state: &mut State, call: &Call) -> Outcome {
    let message = call.message(state, 0)?;
    let (id, author) = (message.id, message.author);
    if author != state.bot() {
        return Err(Refusal::NotTheAuthor);
    }
    change(state, id, &call.body, &call.files)?;
    Ok((200, answer(state, id)))
}

fn delete(state: &mut State, call: &Call) -> Outcome {
    let message = call.message(state, 0)?;
    let id = message.id;
    if message.author != state.bot() {
        call.channel(state, may::MANAGE_MESSAGES)?;
    }
    remove(state, id);
    Ok((204, Value::Null))
}

/// A thread that hangs from it stays.
pub fn remove(state: &mut State, id: Id) {
    if let Some(message) = state.messages.remove(&id) {
        events::message_deleted(state, &message);
    }
}
