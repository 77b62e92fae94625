//! The first answer to an interaction: a message, a promise of one, a change, choices, or a modal. Once, and within three seconds.
//!
//! It comes as a callback, or as the answer of the endpoint that the interaction was delivered to.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::call::{Call, File};
use super::messages::{Draft, change, post};
use super::outcome::{Outcome, Refusal};
use crate::discord::id::Id;
use crate::discord::limits;
use crate::discord::state::{Asked, Interaction, OpenModal, Response, State, flags};
use crate::discord::wire;

/// An interaction that has no answer by then has failed.
pub(super) const PATIENCE: TimeDelta = TimeDelta::seconds(3);

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    (call.operation == "create_interaction_response").then(|| callback(state, call))
}

fn callback(state: &mut State, call: &Call) -> Outcome {
    let id = call.id("interaction_id");
    let known = state.interactions.get(&id).ok_or(Refusal::UnknownInteraction)?;
    if known.token != call.text("interaction_token") {
        return Err(Refusal::UnknownInteraction);
    }
    answer(state, id, &call.body, &call.files)?;
    if call.query.get("with_response").is_none_or(|wanted| wanted != "true") {
        return Ok((204, Value::Null));
    }
    let Some(known) = state.interactions.get(&id) else { return Err(Refusal::UnknownInteraction) };
    let mut body = json!({ "interaction": wire::reference(state, known) });
    let message = known.response.as_ref().and_then(|response| Some((response.kind, response.message?)));
    if let Some((kind, message)) = message.and_then(|(kind, id)| Some((kind, state.messages.get(&id)?))) {
        body["resource"] = json!({ "type": kind, "message": wire::message(state, message) });
    }
    Ok((200, body))
}

/// An interaction that still waits for its first answer.
pub fn open(state: &State, id: Id) -> Result<&Interaction, Refusal> {
    let known = state.interactions.get(&id).ok_or(Refusal::UnknownInteraction)?;
    if known.response.is_some() {
        return Err(Refusal::AlreadyAcknowledged);
    }
    let late = Utc::now() - known.made > PATIENCE;
    if late || known.undeliverable.is_some() { Err(Refusal::UnknownInteraction) } else { Ok(known) }
}

pub fn answer(state: &mut State, id: Id, body: &Value, files: &[File]) -> Result<(), Refusal> {
    let interaction = open(state, id)?.clone();
    let kind = body["type"].as_u64().unwrap_or_default();
    let data = &body["data"];
    fits(&interaction, kind)?;
    let message = match kind {
        4 => Some(say(state, &interaction, data, files, false)?),
        5 => Some(say(state, &interaction, data, &[], true)?),
        6 => interaction.source,
        7 => {
            let source = interaction.source.ok_or(Refusal::UnknownMessage)?;
            change(state, source, data, files)?;
            Some(source)
        }
        9 => {
            open_modal(state, &interaction, data)?;
            None
        }
        _ => None,
    };
    if let Some(known) = state.interactions.get_mut(&id) {
        known.response = Some(Response { kind, data: data.clone(), message });
    }
    Ok(())
}

/// Not every answer fits every question.
fn fits(interaction: &Interaction, kind: u64) -> Result<(), Refusal> {
    let from_message = interaction.source.is_some();
    let allowed = match interaction.asked {
        Asked::Autocomplete => kind == 8,
        Asked::Command => matches!(kind, 4 | 5 | 9),
        Asked::Component => matches!(kind, 4 | 5 | 6 | 7 | 9),
        Asked::Modal => matches!(kind, 4 | 5) || from_message && matches!(kind, 6 | 7),
    };
    let message =
        format!("An interaction of type {} cannot be answered with {kind}", interaction.asked.number());
    if allowed {
        Ok(())
    } else {
        Err(Refusal::form("type", "INTERACTION_APPLICATION_INVALID_CALLBACK", &message))
    }
}

fn say(
    state: &mut State,
    to: &Interaction,
    data: &Value,
    files: &[File],
    loading: bool,
) -> Result<Id, Refusal> {
    let ephemeral = data["flags"].as_u64().unwrap_or_default() & flags::EPHEMERAL != 0;
    let kind = match to.asked {
        Asked::Command if to.payload["data"]["type"] == 1 => 20,
        Asked::Command => 23,
        Asked::Component | Asked::Modal | Asked::Autocomplete => 0,
    };
    let nothing = json!({ "flags": data["flags"].as_u64().unwrap_or_default() });
    let draft = Draft {
        files,
        kind: Some(if to.source.is_some() { 19 } else { kind }),
        reply_to: to.source,
        only_for: ephemeral.then_some(to.user),
        interaction: Some(to.id),
        loading,
        ..Draft::new(to.channel, state.bot(), if loading { &nothing } else { data })
    };
    post(state, &draft)
}

/// A new one takes the place of what the person had open.
fn open_modal(state: &mut State, of: &Interaction, data: &Value) -> Result<(), Refusal> {
    let faults = limits::modal(data);
    if !faults.is_empty() {
        return Err(Refusal::InvalidForm(faults));
    }
    let modal = OpenModal { interaction: of.id, data: data.clone(), typed: Default::default() };
    state.modals.insert(of.user, modal);
    Ok(())
}
