//! Reactions: set and taken back by the bot, and the list of who set one.
//!
//! People react by the same `add` and `take_back`.

use serde_json::Value;

use super::call::Call;
use super::outcome::{Outcome, Refusal};
use crate::discord::gateway::events;
use crate::discord::id::Id;
use crate::discord::permissions as may;
use crate::discord::state::{Reaction, State};
use crate::discord::wire;

/// Different emojis under one message.
const MOST_EMOJIS: usize = 20;
const USUAL_PAGE: usize = 25;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "add_my_message_reaction" => add_own(state, call),
        "delete_my_message_reaction" => remove(state, call, state.bot(), 0),
        "delete_user_message_reaction" => remove(state, call, call.id("user_id"), may::MANAGE_MESSAGES),
        "list_message_reactions_by_emoji" => users(state, call),
        "delete_all_message_reactions" | "delete_all_message_reactions_by_emoji" => remove_all(state, call),
        _ => return None,
    })
}

fn done() -> Outcome {
    Ok((204, Value::Null))
}

/// To join a reaction that is there, nobody needs the permission to add new ones.
fn add_own(state: &mut State, call: &Call) -> Outcome {
    let message = call.message(state, may::READ_MESSAGE_HISTORY)?;
    let emoji = known(call.text("emoji_name"))?;
    if !message.reactions.iter().any(|one| one.emoji == emoji) {
        call.channel(state, may::ADD_REACTIONS | may::READ_MESSAGE_HISTORY)?;
    }
    add(state, call.id("message_id"), state.bot(), &emoji)?;
    done()
}

/// Custom emojis are `name:id`; plain words are not emojis.
fn known(text: &str) -> Result<String, Refusal> {
    let is_custom = text.split_once(':').is_some_and(|(_, id)| id.parse::<u64>().is_ok());
    let is_unicode = !text.is_ascii();
    if is_custom || is_unicode { Ok(text.to_owned()) } else { Err(Refusal::UnknownEmoji) }
}

pub fn add(state: &mut State, message: Id, who: Id, emoji: &str) -> Result<(), Refusal> {
    let Some(on) = state.messages.get_mut(&message) else { return Err(Refusal::UnknownMessage) };
    let full = on.reactions.len() >= MOST_EMOJIS;
    match on.reactions.iter_mut().find(|one| one.emoji == emoji) {
        Some(reaction) if reaction.users.contains(&who) => return Ok(()),
        Some(reaction) => reaction.users.push(who),
        None if full => {
            return Err(Refusal::form("emoji", "MAX_REACTIONS", "Maximum number of reactions reached (20)"));
        }
        None => on.reactions.push(Reaction { emoji: emoji.to_owned(), users: vec![who] }),
    }
    events::reaction(state, message, who, emoji, true);
    Ok(())
}

fn remove(state: &mut State, call: &Call, who: Id, needed: u64) -> Outcome {
    let needed = if who == state.bot() { 0 } else { needed };
    let message = call.message(state, needed)?.id;
    let emoji = known(call.text("emoji_name"))?;
    take_back(state, message, who, &emoji);
    done()
}

/// Taking back what is not there is no mistake.
pub fn take_back(state: &mut State, message: Id, who: Id, emoji: &str) {
    let Some(on) = state.messages.get_mut(&message) else { return };
    let Some(reaction) = on.reactions.iter_mut().find(|one| one.emoji == emoji) else { return };
    let before = reaction.users.len();
    reaction.users.retain(|user| *user != who);
    let changed = reaction.users.len() != before;
    on.reactions.retain(|one| !one.users.is_empty());
    if changed {
        events::reaction(state, message, who, emoji, false);
    }
}

fn users(state: &State, call: &Call) -> Outcome {
    let message = call.message(state, may::READ_MESSAGE_HISTORY)?;
    let emoji = known(call.text("emoji_name"))?;
    let of_emoji =
        message.reactions.iter().filter(|one| one.emoji == emoji).flat_map(|one| one.users.clone());
    let mut users: Vec<Id> = of_emoji.collect();
    users.sort_unstable();
    let after = call.asked_for("after").unwrap_or_default();
    let page = users.into_iter().filter(|user| *user > after).take(call.limit(USUAL_PAGE));
    Ok((200, page.map(|user| wire::user(state, user)).collect()))
}

fn remove_all(state: &mut State, call: &Call) -> Outcome {
    let message = call.message(state, may::MANAGE_MESSAGES)?.id;
    let emoji = call.parameters.get("emoji_name").cloned();
    if let Some(on) = state.messages.get_mut(&message) {
        on.reactions.retain(|one| emoji.as_ref().is_some_and(|emoji| one.emoji != *emoji));
    }
    events::reactions_removed(state, message, emoji.as_deref());
    done()
}
