//! Pinned messages, by the new paths and by the deprecated ones that libraries still use.
//!
//! A pin's own message in the channel is not made.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::call::Call;
use super::outcome::{Outcome, Refusal};
use crate::discord::gateway::events;
use crate::discord::permissions as may;
use crate::discord::state::{Message, State};
use crate::discord::wire;

/// Of one channel.
const MOST: usize = 250;
const USUAL_PAGE: usize = 50;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "create_pin" | "deprecated_create_pin" => set(state, call, Some(Utc::now())),
        "delete_pin" | "deprecated_delete_pin" => set(state, call, None),
        "list_pins" => list(state, call),
        "deprecated_list_pins" => {
            pinned(state, call).map(|pins| (200, pins.iter().map(|one| wire::message(state, one)).collect()))
        }
        _ => return None,
    })
}

fn set(state: &mut State, call: &Call, pin: Option<DateTime<Utc>>) -> Outcome {
    let message = call.message(state, may::READ_MESSAGE_HISTORY)?;
    let (id, channel) = (message.id, message.channel);
    let permissions = state.may(state.bot(), channel);
    if permissions & (may::PIN_MESSAGES | may::MANAGE_MESSAGES) == 0 {
        return Err(Refusal::MissingPermissions);
    }
    if pin.is_some() && message.pinned.is_none() && pinned(state, call)?.len() >= MOST {
        return Err(Refusal::TooManyPins);
    }
    if let Some(message) = state.messages.get_mut(&id) {
        // Pinning again is no new pin.
        message.pinned = if pin.is_some() { message.pinned.or(pin) } else { None };
    }
    if let Some(channel) = state.channels.get_mut(&channel) {
        channel.last_pin = pin.or(channel.last_pin);
    }
    events::message_updated(state, id);
    events::pins_updated(state, channel);
    Ok((204, Value::Null))
}

/// Newest pin first.
fn pinned<'a>(state: &'a State, call: &Call) -> Result<Vec<&'a Message>, Refusal> {
    let channel = call.channel(state, 0)?.id;
    let mut pins: Vec<&Message> =
        state.messages.values().filter(|one| one.channel == channel && one.pinned.is_some()).collect();
    pins.sort_by_key(|one| std::cmp::Reverse(one.pinned));
    Ok(pins)
}

fn list(state: &State, call: &Call) -> Outcome {
    let pins = pinned(state, call)?;
    let limit = call.limit(USUAL_PAGE);
    let items: Vec<Value> = pins.iter().take(limit).filter_map(|one| wire::pinned(state, one)).collect();
    Ok((200, json!({ "items": items, "has_more": pins.len() > limit })))
}
