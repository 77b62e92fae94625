//! What follows the first answer to an interaction: reading, changing and deleting it, and more messages; for fifteen minutes.
//!
//! There are no other webhooks here.

use chrono::{TimeDelta, Utc};
use serde_json::Value;

use super::call::Call;
use super::messages::{Draft, change, post, remove};
use super::outcome::{Outcome, Refusal};
use crate::discord::id::Id;
use crate::discord::state::{Interaction, State, flags};
use crate::discord::wire;

const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "execute_webhook" => follow_up(state, call),
        "get_original_webhook_message" | "get_webhook_message" => {
            which(state, call).map(|id| (200, shown(state, id)))
        }
        "update_original_webhook_message" | "update_webhook_message" => update(state, call),
        "delete_original_webhook_message" | "delete_webhook_message" => which(state, call).map(|id| {
            remove(state, id);
            (204, Value::Null)
        }),
        _ => return None,
    })
}

/// The interaction that a token belongs to. Before the first answer there is no webhook.
fn answered<'a>(state: &'a State, call: &Call) -> Result<&'a Interaction, Refusal> {
    let token = call.text("webhook_token");
    let known = state.interactions.values().find(|one| one.token == token);
    let known = known.filter(|_| call.id("webhook_id") == state.app.id).ok_or(Refusal::UnknownWebhook)?;
    if known.response.is_none() {
        return Err(Refusal::UnknownWebhook);
    }
    if Utc::now() - known.made > TOKEN_LIFE { Err(Refusal::TokenIsOver) } else { Ok(known) }
}

/// The message of the path, which has to be one of this interaction's.
fn which(state: &State, call: &Call) -> Result<Id, Refusal> {
    let known = answered(state, call)?;
    let original = known.response.as_ref().and_then(|response| response.message);
    let wanted = match call.text("message_id") {
        "" | "@original" => original,
        _ => Some(call.id("message_id")),
    };
    let own = |id: &Id| {
        Some(*id) == original || state.messages.get(id).is_some_and(|one| one.interaction == Some(known.id))
    };
    wanted.filter(|id| state.messages.contains_key(id) && own(id)).ok_or(Refusal::UnknownMessage)
}

fn shown(state: &State, id: Id) -> Value {
    state.messages.get(&id).map_or(Value::Null, |message| wire::message(state, message))
}

fn update(state: &mut State, call: &Call) -> Outcome {
    let id = which(state, call)?;
    change(state, id, &call.body, &call.files)?;
    Ok((200, shown(state, id)))
}

/// The first one takes the place of "is thinking…", whatever it says about being ephemeral.
fn follow_up(state: &mut State, call: &Call) -> Outcome {
    let known = answered(state, call)?.clone();
    let original =
        known.response.as_ref().and_then(|response| response.message).and_then(|id| state.messages.get(&id));
    let thinking = original.filter(|one| one.flags & flags::LOADING != 0).map(|one| one.id);
    let id = match thinking {
        Some(id) => {
            change(state, id, &call.body, &call.files)?;
            id
        }
        None => {
            let ephemeral = call.body["flags"].as_u64().unwrap_or_default() & flags::EPHEMERAL != 0;
            let reply_to = original.filter(|one| one.only_for.is_none()).map(|one| one.id);
            let draft = Draft {
                files: &call.files,
                reply_to,
                only_for: ephemeral.then_some(known.user),
                interaction: Some(known.id),
                ..Draft::new(known.channel, state.bot(), &call.body)
            };
            post(state, &draft)?
        }
    };
    if let Some(known) = state.interactions.get_mut(&known.id) {
        known.followups += 1;
    }
    // Interactions' webhooks answer with the message whether or not they were asked to wait.
    Ok((200, shown(state, id)))
}
